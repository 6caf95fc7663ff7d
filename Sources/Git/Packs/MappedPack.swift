internal import Glibc

/// A pack and its index as they lie on the disk, mapped into memory.
///
/// Every number in them is held to its bounds when it is followed, so that whatever stands there leads nowhere else; what
/// does not fit is as if it were not there. git never changes a pack: it puts one there and takes it away as a whole.
@safe final class MappedPack {
    /// Where an object begins in the pack, and what it is there.
    struct Entry {
        enum Form {
            case whole(ObjectKind)
            /// Made from the object that begins at that place.
            case delta(base: Int)
        }

        let form: Form
        /// Number of bytes once they are decompressed.
        let byteCount: Int
        /// Where the compressed bytes begin.
        let start: Int
    }

    private let index: UnsafeRawBufferPointer
    private let pack: UnsafeRawBufferPointer
    private let count: Int

    private static let fanoutStart = 8
    private static let idStart = 8 + 256 * 4
    /// At the end of both files: the sums of the pack and of the index, or of the pack alone.
    private static let sumByteCount = 20
    /// The pages of a smaller pack are not worth giving back.
    private static let smallByteCount = 1 << 20
    /// How many ids near the guess are looked at one by one.
    private static let nearCount = 64

    /// Maps what is at `path` with the endings `idx` and `pack`; `nil` where that is nothing that can be read here.
    ///
    /// - Parameter path: Ends with a dot.
    init?(at path: String) {
        guard let index = unsafe Self.map(path + "idx") else { return nil }
        guard let pack = unsafe Self.map(path + "pack") else {
            unsafe Self.unmap(index)
            return nil
        }
        unsafe self.index = index
        unsafe self.pack = pack
        let isIndex =
            unsafe index.count >= Self.idStart + 2 * Self.sumByteCount && Self.word(index, at: 0) == 0xFF74_4F63
            && Self.word(index, at: 4) == 2
        count = isIndex ? unsafe Int(Self.word(index, at: Self.idStart - 4)) : 0
        let isPack =
            unsafe pack.count >= 12 + Self.sumByteCount && Self.word(pack, at: 0) == 0x5041_434B
            && Self.word(pack, at: 4) == 2
        guard isIndex, isPack, index.count >= Self.idStart + count * 28 + 2 * Self.sumByteCount else {
            return nil
        }
        // To look at a header may have brought in megabytes of a pack that nobody reads.
        if pack.count > Self.smallByteCount { releasePages() }
    }

    deinit {
        unsafe Self.unmap(index)
        unsafe Self.unmap(pack)
    }

    private static func map(_ path: String) -> UnsafeRawBufferPointer? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0,
            let base = unsafe mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
            unsafe base != MAP_FAILED
        else { return nil }
        return unsafe UnsafeRawBufferPointer(start: base, count: Int(status.st_size))
    }

    private static func unmap(_ bytes: UnsafeRawBufferPointer) {
        _ = unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt32 {
        unsafe UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    /// The compressed bytes from `start` on, and what follows them.
    @unsafe func compressed(from start: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: pack[start..<(pack.count - Self.sumByteCount)])
    }

    /// How many bytes the pack has.
    var byteCount: Int { unsafe pack.count }

    /// Gives the pages of the pack that were read back to the kernel, which brings them in again where they are read.
    func releasePages() {
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: pack.baseAddress), pack.count, MADV_DONTNEED)
    }

    // MARK: - The index

    /// Where the object `id` begins; `nil` where the pack does not have it.
    func offset(of id: ObjectID) -> Int? {
        let slot = Int(id.firstByte)
        let fanout = { (slot: Int) in
            min(unsafe Int(Self.word(self.index, at: Self.fanoutStart + slot * 4)), self.count)
        }
        let (start, end) = (slot == 0 ? 0 : fanout(slot - 1), fanout(slot))
        guard start < end else { return nil }
        // Ids are spread evenly, so a guess is hardly ever far off, and what is near comes with it into the cache.
        let share = (id.leadingBytes << 8) >> 32
        let ids = unsafe index.baseAddress.unsafelyUnwrapped + Self.idStart
        var (low, high) = (start, end)
        var place = start + Int(UInt64(end - start) &* share >> 32)
        for _ in 0..<Self.nearCount where low < high {
            let found = unsafe id.order(of: ids + place * ObjectID.byteCount)
            if found == 0 { return offset(at: place) }
            if found < 0 { low = place + 1 } else { high = place }
            place = found < 0 ? place + 1 : place - 1
            if place < low || place >= high { return nil }
        }
        while low < high {
            let middle = (low + high) / 2
            let found = unsafe id.order(of: ids + middle * ObjectID.byteCount)
            if found == 0 { return offset(at: middle) }
            if found < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private func offset(at number: Int) -> Int? {
        let offsets = Self.idStart + count * 24
        let word = unsafe Self.word(index, at: offsets + number * 4)
        guard word & 0x8000_0000 != 0 else { return Int(word) }
        let place = offsets + count * 4 + Int(word & 0x7FFF_FFFF) * 8
        guard unsafe place + 8 + 2 * Self.sumByteCount <= index.count else { return nil }
        let wide = unsafe UInt64(Self.word(index, at: place)) << 32 | UInt64(Self.word(index, at: place + 4))
        return Int(exactly: wide)
    }

    // MARK: - The pack

    /// What begins at `offset`; `nil` for what is not well formed, or is made from an object that it only names.
    ///
    /// *gitformat-pack, "pack-*.pack files have the following format"*
    func entry(at offset: Int) -> Entry? {
        let end = unsafe pack.count - Self.sumByteCount
        guard offset >= 12, offset < end else { return nil }
        var position = offset
        var byte = unsafe pack[position]
        let type = byte >> 4 & 7
        var byteCount = Int(byte & 15)
        var shift = 4
        while byte & 0x80 != 0 {
            position += 1
            guard position < end, shift < 56 else { return nil }
            byte = unsafe pack[position]
            byteCount |= Int(byte & 0x7F) << shift
            shift += 7
        }
        position += 1
        switch type {
        case 1: return Entry(form: .whole(.commit), byteCount: byteCount, start: position)
        case 2: return Entry(form: .whole(.tree), byteCount: byteCount, start: position)
        case 3: return Entry(form: .whole(.blob), byteCount: byteCount, start: position)
        case 6:
            guard let distance = distance(at: &position, before: end), distance > 0, distance < offset else {
                return nil
            }
            return Entry(form: .delta(base: offset - distance), byteCount: byteCount, start: position)
        default: return nil
        }
    }

    private func distance(at position: inout Int, before end: Int) -> Int? {
        var distance = 0
        var isFirst = true
        while position < end {
            let byte = unsafe pack[position]
            position += 1
            distance = ((isFirst ? 0 : distance + 1) << 7) | Int(byte & 0x7F)
            if byte & 0x80 == 0 { return position < end ? distance : nil }
            guard distance < 1 << 48 else { return nil }
            isFirst = false
        }
        return nil
    }
}
