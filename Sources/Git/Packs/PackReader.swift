internal import CZlib
internal import Crypto
internal import Glibc

/// Reads objects straight from the packs of a repository, by the hundred thousand.
///
/// Several times as fast as the library, since folders that others are made from are kept unpacked. It reads what it
/// understands, whole and with the id that it was asked for; of anything else it says nothing, and whoever asked goes to the
/// ``Repository``, which says what is wrong. Used by one thread.
@safe package final class PackReader {
    /// The bytes of an object, and how many they are; there is room for more behind them.
    typealias Content = ManagedBuffer<Int, UInt8>

    private let packs: [MappedPack]
    private let detectsCollisions: Bool
    private let maximumKeptBytes: Int
    /// On the heap, since zlib keeps the address and refuses to go on if the structure was moved.
    private let stream: UnsafeMutablePointer<z_stream>
    private var scratch: UnsafeMutableRawBufferPointer
    /// What was unpacked last and may be needed again: where it begins, what it is, and its bytes.
    private var keptPlaces: [Int]
    private var keptKinds: [ObjectKind]
    private var kept: [Content?]
    /// What was asked for last, by its id.
    private var recent: [Content?]
    private var recentIDs: [ObjectID]
    private var keptBytes = 0
    private var steps: [(offset: Int, entry: MappedPack.Entry)] = []
    /// How many bytes are read until pages of packs are given back; `nil` where all may stay in memory.
    private let maximumTouchedBytes: Int?
    /// How much was read since then, in whole blocks.
    private var touchedBytes = 0
    private var lastBlock = -1
    private var commitGuess = Guess()
    private var folderGuess = Guess()
    /// Where what was decompressed last ends; `nil` where nothing was.
    private var lastEnd: Int?

    /// Where the next object of a kind may be: git packs commits, and folders, in the order of the history, so that the
    /// one that is asked for next often begins where the last one ends, and need not be looked up.
    private struct Guess {
        var pack = 0
        /// `nil` where there is nothing to guess by.
        var offset: Int?
        /// Rises with what was right, and falls faster with what was not; at 0 nothing is guessed any more.
        var trust = 64
    }

    /// The kernel brings in that much around a place that is read, and up to some 2 MiB where it keeps a file in larger
    /// pieces.
    private static let blockShift = 16
    /// How many times as much may come into memory as is read.
    private static let readAhead = 8
    private static let slotCount = 1 << 13
    private static let recentCount = 1 << 9
    /// Larger objects are left to the library.
    private static let maximumBytes = 16 << 20
    /// How many objects may stand between one and the whole one that it is made from; git makes at most 4,095.
    private static let maximumSteps = 4_096
    /// zlib is slow where less room than that is left.
    private static let slack = 264

    /// Opens the packs in the folder `pack` of `directories`.
    ///
    /// - Parameters:
    ///   - detectsCollisions: Whether ids are checked by what also finds out what was made to have the id of something
    ///     else, which takes several times as long.
    ///   - byteCount: How many bytes of what was unpacked are kept.
    ///   - mappedByteCount: Of packs that are larger in all, about as much stays in memory when it has been read.
    package init(
        directories: [String], detectsCollisions: Bool, keeping byteCount: Int = 96 << 20,
        mapping mappedByteCount: Int = 64 << 20
    ) {
        packs = directories.flatMap { Self.packs(in: $0 + "/pack") }
        self.detectsCollisions = detectsCollisions
        maximumKeptBytes = byteCount
        maximumTouchedBytes =
            packs.reduce(0) { $0 + $1.byteCount } > mappedByteCount ? mappedByteCount / Self.readAhead : nil
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
        let count = packs.isEmpty ? 0 : Self.slotCount
        keptPlaces = Array(repeating: -1, count: count)
        keptKinds = Array(repeating: .blob, count: count)
        kept = Array(repeating: nil, count: count)
        recent = Array(repeating: nil, count: Self.recentCount)
        recentIDs = Array(repeating: .zero, count: Self.recentCount)
        // Where there is no memory for it, nothing is read.
        _ = unsafe czlib_inflate_init(stream)
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe scratch.deallocate()
    }

    private static func packs(in folder: String) -> [MappedPack] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var packs: [MappedPack] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix("pack-"), name.hasSuffix(".idx") else { continue }
            if let pack = MappedPack(at: folder + "/" + name.dropLast(3)) { packs.append(pack) }
        }
        return packs
    }

    // MARK: - Reading

    /// The bytes of the object `id`, if a pack has it and it is of `kind`.
    func read(_ id: ObjectID, _ kind: ObjectKind) -> Content? {
        switch kind {
        case .commit: return read(id, kind, &commitGuess)
        case .tree: return read(id, kind, &folderGuess)
        case .blob, .tag: return lookedUp(id, kind)?.content
        }
    }

    private func read(_ id: ObjectID, _ kind: ObjectKind, _ guess: inout Guess) -> Content? {
        if let offset = guess.offset, guess.trust > 0 {
            if let found = object(at: offset, in: guess.pack), found.kind == kind, isNamed(id, found) {
                guess.trust = min(guess.trust + 1, 256)
                guess.offset = lastEnd
                return found.content
            }
            guess.trust -= 2
        }
        guard let (number, content) = lookedUp(id, kind) else { return nil }
        // What was at hand already says nothing of what comes next.
        if let end = lastEnd { (guess.pack, guess.offset) = (number, end) }
        return content
    }

    private func lookedUp(_ id: ObjectID, _ kind: ObjectKind) -> (pack: Int, content: Content)? {
        for number in packs.indices {
            guard let offset = packs[number].offset(of: id) else { continue }
            guard let found = object(at: offset, in: number), found.kind == kind, isNamed(id, found) else { return nil }
            return (number, found.content)
        }
        return nil
    }

    /// The bytes of the folder `id`, as ``read(_:_:)``, which is likely to be asked for again soon.
    func readFolder(_ id: ObjectID) -> Content? {
        let place = Int(id.firstByte) | Int(id.leadingBytes & 1) << 8
        if recentIDs[place] == id, let content = recent[place] { return content }
        guard let content = read(id, .tree) else { return nil }
        recent[place] = content
        recentIDs[place] = id
        return content
    }

    /// The bytes of the file `id`, if a pack has it, it is one, and has not more than `limit`.
    package func blob(_ id: ObjectID, limit: Int) -> [UInt8]? {
        guard let content = read(id, .blob), content.header <= limit else { return nil }
        return unsafe content.withUnsafeMutablePointerToElements { start in
            unsafe Array(UnsafeBufferPointer(start: start, count: content.header))
        }
    }

    /// The commit `id`, if a pack has it and it is well formed; of a repository that is not shallow.
    package func commit(_ id: ObjectID) -> Commit? {
        guard let content = read(id, .commit) else { return nil }
        let bytes = unsafe content.withUnsafeMutablePointerToElements { start in
            unsafe Array(UnsafeBufferPointer(start: start, count: content.header))
        }
        return CommitText(bytes)?.commit(id: id, isShallowBoundary: false)
    }

    /// One number for where an object begins; offsets have no more than 48 bits.
    private static func place(_ pack: Int, _ offset: Int) -> Int { pack << 48 | offset }

    private static func slot(_ place: Int) -> Int {
        Int((UInt64(truncatingIfNeeded: place) &* 0x9E37_79B9_7F4A_7C15) >> 51)
    }

    /// Counts what is brought in to read `entry` at `place`, and gives back what was before that is more than `limit`.
    private func noteReading(of entry: MappedPack.Entry, at place: Int, keeping limit: Int) {
        guard place >> Self.blockShift != lastBlock else { return }
        lastBlock = place >> Self.blockShift
        touchedBytes += max(entry.byteCount, 1 << Self.blockShift)
        guard touchedBytes > limit else { return }
        for pack in packs { pack.releasePages() }
        touchedBytes = 0
    }

    /// The object that begins at `offset`, whatever its id is.
    private func object(at offset: Int, in number: Int) -> (kind: ObjectKind, content: Content)? {
        let pack = packs[number]
        lastEnd = nil
        steps.removeAll(keepingCapacity: true)
        var place = offset
        var kind = ObjectKind.commit
        var base: Content?
        while base == nil {
            let slot = Self.slot(Self.place(number, place))
            if keptPlaces[slot] == Self.place(number, place) {
                kind = keptKinds[slot]
                base = kept[slot]
                break
            }
            guard let entry = pack.entry(at: place), entry.byteCount <= Self.maximumBytes else { return nil }
            if let maximumTouchedBytes {
                noteReading(of: entry, at: Self.place(number, place), keeping: maximumTouchedBytes)
            }
            switch entry.form {
            case .delta(let older):
                guard steps.count < Self.maximumSteps else { return nil }
                steps.append((place, entry))
                place = older
            case .whole(let found):
                guard let content = whole(entry, in: pack) else { return nil }
                kind = found
                base = content
                // A commit is needed once, and seldom anything is made from it.
                if kind != .commit { keep(content, kind, Self.place(number, place)) }
            }
        }
        guard var content = base else { return nil }
        while let step = steps.popLast() {
            guard let made = made(from: content, by: step.entry, in: pack) else { return nil }
            content = made
            if kind != .commit { keep(content, kind, Self.place(number, step.offset)) }
        }
        return (kind, content)
    }

    private func keep(_ content: Content, _ kind: ObjectKind, _ place: Int) {
        if keptBytes > maximumKeptBytes {
            keptPlaces = Array(repeating: -1, count: Self.slotCount)
            kept = Array(repeating: nil, count: Self.slotCount)
            keptBytes = 0
        }
        let slot = Self.slot(place)
        keptBytes += content.header - (kept[slot]?.header ?? 0)
        keptPlaces[slot] = place
        keptKinds[slot] = kind
        kept[slot] = content
    }

    private func whole(_ entry: MappedPack.Entry, in pack: MappedPack) -> Content? {
        let content = Self.content(of: entry.byteCount)
        let isWhole = unsafe content.withUnsafeMutablePointerToElements { target in
            unsafe inflate(entry, in: pack, to: target)
        }
        return isWhole ? content : nil
    }

    private static func content(of byteCount: Int) -> Content {
        Content.create(minimumCapacity: byteCount + slack) { _ in byteCount }
    }

    /// Decompresses what `entry` says to `target`, which has room for it and ``slack``; whether it was that.
    private func inflate(
        _ entry: MappedPack.Entry, in pack: MappedPack, to target: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        guard unsafe inflateReset(stream) == Z_OK else { return false }
        let compressed = unsafe pack.compressed(from: entry.start)
        let room = UInt32(entry.byteCount + Self.slack)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: compressed.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(clamping: compressed.count)
        unsafe stream.pointee.next_out = target
        unsafe stream.pointee.avail_out = room
        let status = unsafe CZlib.inflate(stream, Z_FINISH)
        lastEnd = unsafe entry.start + Int(UInt32(clamping: compressed.count) - stream.pointee.avail_in)
        return unsafe status == Z_STREAM_END && Int(room - stream.pointee.avail_out) == entry.byteCount
    }

    /// What the delta at `entry` makes of `base`.
    private func made(from base: Content, by entry: MappedPack.Entry, in pack: MappedPack) -> Content? {
        if unsafe scratch.count < entry.byteCount + Self.slack {
            unsafe scratch.deallocate()
            unsafe scratch = .allocate(byteCount: (entry.byteCount + Self.slack) * 2, alignment: 8)
        }
        guard let start = unsafe scratch.baseAddress?.assumingMemoryBound(to: UInt8.self),
            unsafe inflate(entry, in: pack, to: start)
        else { return nil }
        let delta = unsafe UnsafeRawBufferPointer(start: start, count: entry.byteCount)
        var instructions = unsafe DeltaInstructions(delta)
        guard unsafe instructions.size() == base.header, let byteCount = unsafe instructions.size(),
            byteCount <= Self.maximumBytes
        else { return nil }
        let content = Self.content(of: byteCount)
        let isMade = unsafe base.withUnsafeMutablePointerToElements { source in
            unsafe content.withUnsafeMutablePointerToElements { target in
                unsafe instructions.follow(
                    from: UnsafeRawBufferPointer(start: source, count: base.header),
                    to: UnsafeMutableRawBufferPointer(start: target, count: byteCount))
            }
        }
        return isMade ? content : nil
    }

    // MARK: - Ids

    private func isNamed(_ id: ObjectID, _ object: (kind: ObjectKind, content: Content)) -> Bool {
        unsafe object.content.withUnsafeMutablePointerToElements { start in
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: object.content.header)
            guard !detectsCollisions else { return unsafe ObjectID(of: bytes, object.kind) == id }
            var hash = Insecure.SHA1()
            unsafe withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { head in
                let count = unsafe Self.head(object.kind, bytes.count, head)
                unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: head[..<count]))
            }
            unsafe hash.update(bufferPointer: bytes)
            return unsafe hash.finalize().withUnsafeBytes { unsafe ObjectID(copying: $0.baseAddress.unsafelyUnwrapped) }
                == id
        }
    }

    /// Writes what stands before the content of an object where its id is made: "tree 1650" and a NUL.
    private static func head(_ kind: ObjectKind, _ byteCount: Int, _ head: UnsafeMutableRawBufferPointer) -> Int {
        var count = 0
        for byte in kind.rawValue.utf8 {
            unsafe head[count] = byte
            count += 1
        }
        unsafe head[count] = UInt8(ascii: " ")
        var digits = 1
        var rest = byteCount
        while rest > 9 {
            digits += 1
            rest /= 10
        }
        rest = byteCount
        for place in stride(from: count + digits, to: count, by: -1) {
            unsafe head[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        unsafe head[count + digits + 1] = 0
        return count + digits + 2
    }
}
