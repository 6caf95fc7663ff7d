/// A commit index as bytes: parts that each begin where the one before ended, with a checksum each.
///
/// A part that is cut short or damaged, and all that follows it, is as if it were not there. Numbers are little-endian.
/// Nothing in it can lead outside of it, whoever wrote it.
package enum CommitIndexFile {
    /// Changes whenever bytes of an older program must not count.
    private static let magic: UInt64 = 0x3178_6469_6877_6f74  // "towhidx1"
    private static let headerByteCount = 64
    private static let entryByteCount = 52
    private static let linkByteCount = 8
    private static let changeByteCount = 48
    /// Set in the first change of a link whose changes are not listed.
    private static let unlistedBit: UInt32 = 1 << 31
    /// Set in the first link of a commit that is marked.
    private static let markedBit: UInt32 = 1 << 31

    /// What was read, and how many bytes it was made of.
    package struct Reading: Sendable {
        package let index: CommitIndex
        package let byteCount: Int
        package let parts: Int
    }

    /// The part that holds what `index` has beyond its first `count` commits of `base`; empty where that is nothing.
    package static func part(of index: CommitIndex, after base: CommitIndex) -> [UInt8] {
        let (start, end) = (base.extent, index.extent)
        guard start.entries < end.entries else { return [] }
        var bytes: [UInt8] = []
        let counts = [
            start.entries, end.entries - start.entries, start.links, end.links - start.links, start.changes,
            end.changes - start.changes, start.paths, end.paths - start.paths, start.pathBytes,
            end.pathBytes - start.pathBytes,
        ]
        bytes.reserveCapacity(headerByteCount + byteCount(counts))
        put(magic, in: &bytes)
        put(UInt64(0), in: &bytes)
        for count in counts { put(UInt32(count), in: &bytes) }
        put(UInt64(0), in: &bytes)
        for position in start.entries..<end.entries {
            let entry = index.entries[position]
            entry.id.append(to: &bytes)
            entry.tree.append(to: &bytes)
            put(UInt64(bitPattern: entry.seconds), in: &bytes)
            put(index.firstLinks[position] | (entry.isMarked ? markedBit : 0), in: &bytes)
        }
        for link in index.links[start.links...] {
            put(link.parent, in: &bytes)
            put(link.firstChange | (link.isUnlisted ? unlistedBit : 0), in: &bytes)
        }
        for change in index.changes[start.changes...] {
            put(change.path, in: &bytes)
            bytes += [kindNumber(change.old), kindNumber(change.new), 0, 0]
            (change.old?.id ?? .zero).append(to: &bytes)
            (change.new?.id ?? .zero).append(to: &bytes)
        }
        for pathEnd in index.pathEnds[start.paths...] { put(pathEnd, in: &bytes) }
        bytes += index.pathBytes[start.pathBytes...]
        while bytes.count % 8 != 0 { bytes.append(0) }
        seal(&bytes)
        return bytes
    }

    /// Writes the checksum of the part that `bytes` are into it.
    package static func seal(_ bytes: inout [UInt8]) {
        let sum = unsafe bytes.withUnsafeBytes { unsafe checksum($0) }
        unsafe bytes.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: sum.littleEndian, toByteOffset: 8, as: UInt64.self)
        }
    }

    /// The index that `bytes` hold, as far as they are sound.
    package static func read(_ bytes: [UInt8]) -> Reading {
        var index = CommitIndex()
        var position = 0
        var parts = 0
        while let next = unsafe bytes.withUnsafeBytes({ buffer in
            unsafe readPart(UnsafeRawBufferPointer(rebasing: buffer[position...]), into: &index)
        }) {
            position += next
            parts += 1
        }
        return Reading(index: index, byteCount: position, parts: parts)
    }

    private static func byteCount(_ counts: [Int]) -> Int {
        let plain =
            counts[1] * entryByteCount + counts[3] * linkByteCount + counts[5] * changeByteCount + counts[7] * 4
            + counts[9]
        return (plain + 7) / 8 * 8
    }

    /// Takes one part in; `nil` where there is none that is sound.
    private static func readPart(_ bytes: UnsafeRawBufferPointer, into index: inout CommitIndex) -> Int? {
        guard bytes.count >= headerByteCount, unsafe bytes.load(UInt64.self, at: 0) == magic else { return nil }
        let counts = (0..<10).map { unsafe Int(bytes.load(UInt32.self, at: 16 + $0 * 4)) }
        let extent = index.extent
        let total = headerByteCount + byteCount(counts)
        guard counts[0] == extent.entries, counts[2] == extent.links, counts[4] == extent.changes,
            counts[6] == extent.paths, counts[8] == extent.pathBytes, counts[1] > 0,
            counts.allSatisfy({ $0 <= CommitIndex.maximumCount * 16 }), total <= bytes.count
        else { return nil }
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<total])
        guard unsafe checksum(part) == part.load(UInt64.self, at: 8) else { return nil }
        var reader = unsafe PartReader(bytes: part, position: headerByteCount, counts: counts)
        guard unsafe reader.read(into: &index) else { return nil }
        return total
    }

    /// Every word is mixed in by a step that can be undone, so a change of one alone is always noticed.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        for position in stride(from: 16, to: bytes.count, by: 8) {
            sum = unsafe (sum ^ bytes.load(UInt64.self, at: position)) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 29
        }
        return sum
    }

    private static func put(_ value: some FixedWidthInteger, in bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    private static func kindNumber(_ version: ChangedFile.Version?) -> UInt8 {
        switch version?.kind {
        case nil: 0
        case .blob: 1
        case .executable: 2
        case .symlink: 3
        case .submodule: 4
        // Not listed in the first place.
        case .directory, .unknown: 255
        }
    }

    /// Reads the body of a part, whose checksum held and whose bytes are as many as the counts say.
    @unsafe private struct PartReader {
        let bytes: UnsafeRawBufferPointer
        var position: Int
        let counts: [Int]

        mutating func read(into index: inout CommitIndex) -> Bool {
            let start = index.extent
            var entries: [CommitIndex.Entry] = []
            var firstLinks: [UInt32] = []
            unsafe entries.reserveCapacity(counts[1])
            unsafe firstLinks.reserveCapacity(counts[1])
            var lastLink = start.links - 1
            for _ in 0..<(unsafe counts[1]) {
                let word = unsafe bytes.load(UInt32.self, at: position + 48)
                let first = word & ~markedBit
                unsafe entries.append(
                    CommitIndex.Entry(
                        id: id(at: position), tree: id(at: position + 20),
                        seconds: Int64(bitPattern: bytes.load(UInt64.self, at: position + 40)),
                        isMarked: word & markedBit != 0))
                guard Int(first) > lastLink, unsafe Int(first) < start.links + counts[3] else { return false }
                lastLink = Int(first)
                firstLinks.append(first)
                unsafe position += entryByteCount
            }
            guard firstLinks.first.map(Int.init) == start.links, let links = unsafe links(of: firstLinks, start),
                let changes = unsafe changes(start)
            else { return false }
            var pathEnds: [UInt32] = []
            var lastEnd = start.pathBytes
            for _ in 0..<(unsafe counts[7]) {
                let end = unsafe bytes.load(UInt32.self, at: position)
                guard Int(end) >= lastEnd, unsafe Int(end) <= start.pathBytes + counts[9] else { return false }
                lastEnd = Int(end)
                pathEnds.append(end)
                unsafe position += 4
            }
            guard unsafe lastEnd == start.pathBytes + counts[9] else { return false }
            let paths = unsafe bytes[position..<(position + counts[9])]
            unsafe index.append(
                entries: entries, firstLinks: firstLinks, links: links, changes: changes, pathBytes: paths,
                pathEnds: pathEnds)
            return true
        }

        private mutating func links(of firstLinks: [UInt32], _ start: CommitIndex.Extent) -> [CommitIndex.Link]? {
            var links: [CommitIndex.Link] = []
            unsafe links.reserveCapacity(counts[3])
            var owner = 0
            var lastChange = start.changes
            for number in 0..<(unsafe counts[3]) {
                if owner + 1 < firstLinks.count, Int(firstLinks[owner + 1]) == start.links + number { owner += 1 }
                let parent = unsafe bytes.load(UInt32.self, at: position)
                let word = unsafe bytes.load(UInt32.self, at: position + 4)
                let first = Int(word & ~unlistedBit)
                let isOlder = Int(parent) < start.entries + owner
                guard isOlder || parent == CommitIndex.Link.noParent, first >= lastChange,
                    unsafe first <= start.changes + counts[5]
                else { return nil }
                lastChange = first
                links.append(
                    CommitIndex.Link(
                        parent: parent, firstChange: UInt32(first), isUnlisted: word & unlistedBit != 0))
                unsafe position += linkByteCount
            }
            return links
        }

        private mutating func changes(_ start: CommitIndex.Extent) -> [CommitIndex.Change]? {
            var changes: [CommitIndex.Change] = []
            unsafe changes.reserveCapacity(counts[5])
            for _ in 0..<(unsafe counts[5]) {
                let path = unsafe bytes.load(UInt32.self, at: position)
                guard unsafe Int(path) < start.paths + counts[7],
                    let old = unsafe version(bytes[position + 4], at: position + 8),
                    let new = unsafe version(bytes[position + 5], at: position + 28)
                else { return nil }
                changes.append(CommitIndex.Change(path: path, old: old, new: new))
                unsafe position += changeByteCount
            }
            return changes
        }

        private func version(_ number: UInt8, at position: Int) -> ChangedFile.Version?? {
            let kind: EntryKind
            switch number {
            case 0: return .some(nil)
            case 1: kind = .blob
            case 2: kind = .executable
            case 3: kind = .symlink
            case 4: kind = .submodule
            default: return nil
            }
            return unsafe ChangedFile.Version(kind: kind, id: id(at: position))
        }

        private func id(at position: Int) -> ObjectID {
            unsafe ObjectID(copying: bytes.baseAddress.unsafelyUnwrapped + position)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian number at `position`, which must be inside.
    fileprivate func load<Number: FixedWidthInteger>(_ type: Number.Type, at position: Int) -> Number {
        unsafe Number(littleEndian: loadUnaligned(fromByteOffset: position, as: type))
    }
}
