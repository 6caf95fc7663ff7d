import Glibc
import Synchronization

/// A file of records under keys, to which records are added until it is written anew; read without trusting a byte of it.
///
/// A head of three words, the format, the build of the program and what tells the file from others, then records: a head of
/// 48 bytes and the payload. Of two records under one key the later counts. What follows damage in the heads is not read.
/// Where most records are stands in a ``RecordList`` beside it.
final class RecordFile: Sendable {
    enum Finding {
        case absent, damaged
        case found([UInt8])
    }

    private typealias Place = RecordPlaces.Place

    /// Changes whenever what is kept, or what it means, changes.
    private static let format: UInt64 = 0x546F_7770_6174_6802
    private static let headByteCount = 24
    /// So many bytes a record is taken to have before it is read; for no more of them than that room is made.
    private static let usualRecord = 1_024
    private static let mostReserved = 65_536
    /// So many records that are not in the list are looked for in the file, and always a part of all.
    private static let mostUnlisted = 64
    private static let unlistedPart = 64
    /// More than any file has.
    private static let allUnlisted = maximumBytes
    /// A file never grows beyond.
    static let maximumBytes = 1 << 30

    private let descriptor: Int32
    /// What tells the file from any other, as long as it is open.
    private let device: UInt
    private let inode: UInt
    /// What tells the file from any that was ever at its path.
    private let mark: UInt64
    private let places: RecordPlaces
    /// How many records are not in the list beside the file.
    private let unlistedCount: Atomic<Int>
    /// Offset behind the last record that can be told.
    private let end: Int
    /// Whether the file has to be written anew.
    let isDamaged: Bool

    /// Opens the file at `path`; `nil` where there is none, it is not this user's own, or of another build.
    ///
    /// - Parameter last: The same as it was seen last: what was added since is all that is looked at, and each record is
    ///   held against its checksum when it is read.
    init?(at path: String, since last: RecordFile? = nil) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, MemoryFolder.isOwn(status),
            status.st_size <= Self.maximumBytes
        else {
            close(descriptor)
            return nil
        }
        guard let mark = Self.mark(in: descriptor) else {
            close(descriptor)
            return nil
        }
        self.mark = mark
        (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
        let size = Int(status.st_size)
        var (places, offset, unlisted) = (RecordPlaces(), Self.headByteCount, 0)
        if let last, !last.isDamaged, (last.device, last.inode, last.mark) == (device, inode, mark), last.end <= size {
            (places, offset, unlisted) = (last.places, last.end, last.unlistedCount.load(ordering: .relaxed))
        } else if let kept = RecordList.kept(beside: path, of: mark) {
            // A list of more than there is must not be believed when the file has grown again.
            if kept.end <= size {
                (places, offset) = (RecordPlaces(kept.list), kept.end)
            } else {
                unlisted = Self.allUnlisted
            }
        } else {
            places = RecordPlaces(reserving: min(size / Self.usualRecord, Self.mostReserved))
        }
        var scan = Scan(descriptor: descriptor, size: size)
        while let head = scan.record(at: offset) {
            let place = Place(offset: offset, head: head)
            places.add(place)
            offset = place.end
            unlisted += 1
        }
        places.settle()
        self.places = places
        unlistedCount = Atomic(unlisted)
        end = offset
        isDamaged = offset != size
    }

    deinit {
        close(descriptor)
    }

    /// The head of a new file.
    private static var fileHead: [UInt8] {
        var writer = ByteWriter()
        writer.add(word: format)
        writer.add(word: MemoryFolder.program)
        writer.add(word: UInt64.random(in: 0...UInt64.max))
        return writer.bytes
    }

    /// What tells the file at `descriptor` from others; `nil` where it has another format, or is of another build.
    private static func mark(in descriptor: Int32) -> UInt64? {
        guard let head = FileBytes.read(descriptor, at: 0, count: headByteCount) else { return nil }
        let word = { (index: Int) in
            unsafe head.withUnsafeBytes { bytes in
                unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
        }
        return word(0) == format && word(1) == MemoryFolder.program ? word(2) : nil
    }

    /// What is kept under `key`.
    func record(_ key: DeclarationKey) -> Finding {
        guard let place = places[key] else { return .absent }
        // What a list says is held to the file before room is made for it.
        guard place.end <= end else { return .damaged }
        let bytes = FileBytes.read(descriptor, at: place.offset + RecordHead.byteCount, count: place.head.byteCount)
        guard let bytes, Checksum.of(bytes) == place.head.checksum else { return .damaged }
        return .found(bytes)
    }
}

// MARK: - Looking again

extension RecordFile {
    /// A file as it was seen last, so that a process that goes on reads the heads of what was added since.
    final class LastSeen: Sendable {
        private let last = Mutex<RecordFile?>(nil)

        /// The file at `path`; `nil` as ``RecordFile/init(at:since:)``.
        func file(at path: String) -> RecordFile? {
            last.withLock { last in
                last = RecordFile(at: path, since: last)
                return last
            }
        }
    }
}

// MARK: - Writing

extension RecordFile {
    /// Adds `records` to the file at `path`; each is made when its turn comes.
    ///
    /// To be called under the lock of the folder.
    ///
    /// - Parameters:
    ///   - fresh: Their keys.
    ///   - live: All keys that are in use, asked for where one is new and the file may have grown to several times of what
    ///     they need: it is written anew then, with little else. `nil` where that is not known.
    ///   - count: How many those are.
    ///   - isAnew: Whether to write the file anew whatever its size, as something in it is damaged.
    ///   - last: The file as it was seen last, if it was.
    static func add(
        _ records: some Sequence<(key: DeclarationKey, payload: [UInt8])>, under fresh: Set<DeclarationKey>,
        keeping live: () -> Set<DeclarationKey>?, count: Int, anew isAnew: Bool, at path: String, since last: LastSeen
    ) {
        defer { list(at: path, since: last) }
        let old = last.file(at: path)
        let isNew = old.map { old in !fresh.allSatisfy { old.places[$0] != nil } } ?? true
        let mayBeCrowded = old.map { $0.mayBeCrowded(beside: count, adding: fresh.count) } ?? false
        let live = isNew && (isAnew || mayBeCrowded) ? live() : nil
        guard let old, !isAnew, !old.isDamaged, !old.isCrowded(live, adding: fresh.count) else {
            FileBytes.replace(path) { descriptor in
                var output = Output(descriptor: descriptor)
                output.add(fileHead)
                for record in records { output.add(record.key, record.payload) }
                for place in old?.kept(live, besides: fresh) ?? [] {
                    guard case .found(let payload) = old?.record(place.head.key) else { continue }
                    output.add(place.head.key, payload)
                }
                return output.finish()
            }
            return
        }
        append(at: old.end, path) { descriptor in
            var output = Output(descriptor: descriptor, byteCount: old.end)
            for record in records { output.add(record.key, record.payload) }
            _ = output.finish()
        }
    }

    /// Writes the list beside the file at `path` anew, where many records are not in it.
    private static func list(at path: String, since last: LastSeen) {
        guard let file = last.file(at: path), !file.isDamaged else { return }
        let unlisted = file.unlistedCount.load(ordering: .relaxed)
        guard unlisted > max(mostUnlisted, file.places.count / unlistedPart) else { return }
        guard file.places.list.keep(beside: path, of: file.mark, end: file.end) else { return }
        file.unlistedCount.store(0, ordering: .relaxed)
    }

    /// A file that is written in pieces, up to a bound.
    private struct Output {
        let descriptor: Int32
        /// What the file has with all that was added.
        private var byteCount: Int
        private var writer = ByteWriter()
        private var isWhole = true
        private static let pieceByteCount = 1 << 20

        init(descriptor: Int32, byteCount: Int = 0) {
            self.descriptor = descriptor
            self.byteCount = byteCount
        }

        mutating func add(_ bytes: [UInt8]) {
            byteCount += bytes.count
            writer.bytes += bytes
        }

        /// Adds a record, where there is room for it.
        mutating func add(_ key: DeclarationKey, _ payload: [UInt8]) {
            guard isWhole, byteCount + RecordHead.byteCount + payload.count <= maximumBytes else { return }
            RecordHead(key: key, payload: payload).append(to: &writer)
            byteCount += RecordHead.byteCount
            add(payload)
            if writer.bytes.count >= Self.pieceByteCount { flush() }
        }

        private mutating func flush() {
            isWhole = isWhole && FileBytes.put(writer.bytes, on: descriptor)
            writer.bytes.removeAll(keepingCapacity: true)
        }

        /// Whether all was written.
        mutating func finish() -> Bool {
            flush()
            return isWhole
        }
    }

    /// Whether ``isCrowded(_:adding:)`` may say so when it is told which `liveCount` keys are in use, if their records are as
    /// long as the others.
    private func mayBeCrowded(beside liveCount: Int, adding freshCount: Int) -> Bool {
        let average = places.byteCount / max(1, places.count)
        let count = freshCount * (end / max(1, places.count))
        // A little before it is, so that what is in use by chance being longer makes no difference.
        return end + count > average * liveCount * 7 / 2 + (1 << 20) || isCrowded(nil, adding: freshCount)
    }

    /// Whether most of the file is of no use any more.
    ///
    /// - Parameter freshCount: How many records are to be added, which are taken to be as long as those that are there.
    private func isCrowded(_ live: Set<DeclarationKey>?, adding freshCount: Int) -> Bool {
        let count = freshCount * (end / max(1, places.count))
        guard end + count <= Self.maximumBytes else { return true }
        let used =
            live?.reduce(count) { $0 + (places[$1]?.byteCount ?? 0) } ?? places.byteCount
        return end + count > 4 * used + (1 << 20)
    }

    /// The records that go into a new file: those in use, and the newest of the others up to as much again.
    private func kept(_ live: Set<DeclarationKey>?, besides fresh: Set<DeclarationKey>) -> [Place] {
        let others = places.all.filter { !fresh.contains($0.head.key) }.sorted { $0.offset > $1.offset }
        let isLive = { (place: Place) in live?.contains(place.head.key) ?? true }
        let used = others.filter(isLive).reduce(0) { $0 + $1.byteCount }
        var spare = used + (1 << 18)
        return others.filter { place in
            guard !isLive(place) else { return true }
            spare -= place.byteCount
            return spare >= 0
        }
    }

    /// Lets `write` add behind the last record; what is written in part is damage that the next writer mends.
    private static func append(at end: Int, _ path: String, _ write: (Int32) -> Void) {
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard lseek(descriptor, 0, SEEK_END) == end else { return }
        write(descriptor)
    }
}

/// What stands before a record: how long it is, a check of this head, the key, and a checksum of the payload.
struct RecordHead {
    static let byteCount = 16 + DeclarationKey.byteCount

    let byteCount: Int
    let key: DeclarationKey
    let checksum: UInt64

    init(key: DeclarationKey, payload: [UInt8]) {
        self.key = key
        byteCount = payload.count
        checksum = Checksum.of(payload)
    }

    /// The head at the start of `bytes`, which has at least ``byteCount``; `nil` where its own check fails.
    @unsafe init?(_ bytes: UnsafeRawBufferPointer) {
        let word = { (index: Int) in unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        let first = UInt64(littleEndian: word(0))
        key = DeclarationKey(
            words: (
                UInt64(littleEndian: word(1)), UInt64(littleEndian: word(2)), UInt64(littleEndian: word(3)),
                UInt64(littleEndian: word(4))
            ))
        byteCount = Int(first & 0xFFFF_FFFF)
        checksum = UInt64(littleEndian: word(5))
        guard first >> 32 == check else { return nil }
    }

    private var check: UInt64 {
        var sum = Checksum.mix(Checksum.start, UInt64(byteCount))
        sum = Checksum.mix(Checksum.mix(sum, key.words.0), key.words.1)
        sum = Checksum.mix(Checksum.mix(sum, key.words.2), key.words.3)
        return Checksum.mix(sum, checksum) >> 32
    }

    func append(to writer: inout ByteWriter) {
        writer.add(word: UInt64(byteCount) & 0xFFFF_FFFF | check << 32)
        for word in [key.words.0, key.words.1, key.words.2, key.words.3, checksum] { writer.add(word: word) }
    }
}

/// Reads the heads of a file one after the other, through a window, so that small records cost few calls.
private struct Scan {
    private static let windowByteCount = 1 << 18
    /// What lies between heads is copied for nothing; from so many bytes on, a call for each head costs less.
    private static let longRecord = 4_096

    let descriptor: Int32
    let size: Int
    /// Whether the last record was a long one, and so the next may be.
    private var isAmongLong = false
    private var window: [UInt8] = []
    private var start = 0

    init(descriptor: Int32, size: Int) {
        self.descriptor = descriptor
        self.size = size
    }

    /// The head of the record at `offset`, if there is a whole record.
    mutating func record(at offset: Int) -> RecordHead? {
        guard let place = place(of: offset, count: RecordHead.byteCount) else { return nil }
        let head = unsafe window.withUnsafeBytes { window in
            unsafe RecordHead(UnsafeRawBufferPointer(rebasing: window[place..<place + RecordHead.byteCount]))
        }
        guard let head, head.byteCount <= size - offset - RecordHead.byteCount else { return nil }
        isAmongLong = head.byteCount >= Self.longRecord
        return head
    }

    /// Where in the window the `count` bytes at `offset` stand.
    private mutating func place(of offset: Int, count: Int) -> Int? {
        guard offset + count <= size else { return nil }
        if offset < start || offset + count > start + window.count {
            let wanted = min(isAmongLong ? count : Self.windowByteCount, size - offset)
            guard let read = FileBytes.read(descriptor, at: offset, count: wanted) else { return nil }
            (window, start) = (read, offset)
        }
        return offset - start
    }
}
