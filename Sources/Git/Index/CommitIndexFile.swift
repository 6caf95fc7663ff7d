/// A commit index as bytes: parts that each begin where the one before ended, with a checksum each.
///
/// A part has one column after the other, as ``CommitIndex`` has them in memory, with this machine's numbers. One that is cut
/// short or damaged, and all that follows it, is as if it were not there. Nothing in it can lead outside of it, whoever wrote
/// it.
package enum CommitIndexFile {
    /// Changes whenever bytes of an older program, or of another machine, must not count.
    private static let magic: UInt64 = 0x3278_6469_6877_6f74  // "towhidx2"
    private static let headerByteCount = 64

    /// What was read, and how many bytes it was made of.
    package struct Reading: Sendable {
        package let index: CommitIndex
        package let byteCount: Int
        package let parts: Int
    }

    /// Reads the bytes from an offset on to a buffer, all of it; whether that could be done.
    package typealias Source = (_ offset: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Bool

    /// A column of one part: which bytes of the file it has, and which elements of the whole column these are.
    private struct Piece {
        var offset: Int
        var byteCount: Int
        var first: Int
    }

    /// One part as its header says.
    private struct Part {
        let offset: Int
        let sum: UInt64
        let start: CommitIndex.Extent
        let end: CommitIndex.Extent
        /// What the header has besides the sum.
        let head: [UInt64]

        /// The columns, in their order in the file: how many bytes an element has, and the elements before and after.
        var columns: [(width: Int, start: Int, end: Int)] {
            let id = ObjectID.byteCount
            return [
                (id, start.commits, end.commits), (id, start.commits, end.commits), (8, start.commits, end.commits),
                (4, start.commits, end.commits), (4, start.links, end.links), (4, start.links, end.links),
                (4, start.changes, end.changes), (1, start.changes, end.changes), (id, start.changes, end.changes),
                (id, start.changes, end.changes), (4, start.paths, end.paths), (1, start.pathBytes, end.pathBytes),
            ]
        }

        var byteCount: Int {
            columns.reduce(headerByteCount) { $0 + padded(($1.end - $1.start) * $1.width) }
        }

        /// Where column number `number` is.
        func piece(_ number: Int) -> Piece {
            let columns = columns
            let before = columns[..<number].reduce(offset + headerByteCount) {
                $0 + padded(($1.end - $1.start) * $1.width)
            }
            let column = columns[number]
            return Piece(
                offset: before, byteCount: (column.end - column.start) * column.width, first: column.start)
        }
    }

    private static func padded(_ byteCount: Int) -> Int { (byteCount + 7) / 8 * 8 }

    // MARK: - Writing

    /// The part that holds what `index` has beyond its first commits, which are those of `base`; empty where that is
    /// nothing.
    package static func part(of index: CommitIndex, after base: CommitIndex) -> [UInt8] {
        let (start, end) = (base.extent, index.extent)
        guard start.commits < end.commits else { return [] }
        let counts = [
            start.commits, end.commits, start.links, end.links, start.changes, end.changes, start.paths, end.paths,
            start.pathBytes, end.pathBytes,
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Part(offset: 0, sum: 0, start: start, end: end, head: []).byteCount)
        put([magic, 0], in: &bytes)
        put(counts.map { UInt32($0) }, in: &bytes)
        put([UInt64(0)], in: &bytes)
        let columns = index.columns
        let (commitIDs, changeIDs) = (start.commits * ObjectID.byteCount, start.changes * ObjectID.byteCount)
        put(columns.ids[commitIDs...], in: &bytes)
        put(columns.trees[commitIDs...], in: &bytes)
        put(columns.seconds[start.commits...], in: &bytes)
        put(columns.firstLinks[start.commits...], in: &bytes)
        put(columns.parents[start.links...], in: &bytes)
        put(columns.firstChanges[start.links...], in: &bytes)
        put(columns.paths[start.changes...], in: &bytes)
        put(columns.kinds[start.changes...], in: &bytes)
        put(columns.oldIDs[changeIDs...], in: &bytes)
        put(columns.newIDs[changeIDs...], in: &bytes)
        put(columns.pathEnds[start.paths...], in: &bytes)
        put(columns.pathBytes[start.pathBytes...], in: &bytes)
        seal(&bytes)
        return bytes
    }

    private static func put(_ elements: some Sequence & ContiguousBytesLending, in bytes: inout [UInt8]) {
        unsafe elements.lend { unsafe bytes.append(contentsOf: $0) }
        while bytes.count % 8 != 0 { bytes.append(0) }
    }

    /// Writes the checksum of the part that `bytes` are into it.
    package static func seal(_ bytes: inout [UInt8]) {
        let sum = unsafe bytes.withUnsafeBytes { bytes -> UInt64 in
            guard
                let part = unsafe part(
                    at: 0, in: bytes.count, after: CommitIndex.Extent?.none,
                    { offset, buffer in
                        unsafe buffer.copyMemory(
                            from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + buffer.count)]))
                        return true
                    })
            else { return 0 }
            var sum = Checksum(part.head)
            for number in part.columns.indices {
                let piece = part.piece(number)
                unsafe sum.add(UnsafeRawBufferPointer(rebasing: bytes[piece.offset..<(piece.offset + piece.byteCount)]))
            }
            return sum.value
        }
        unsafe bytes.withUnsafeMutableBytes { unsafe $0.storeBytes(of: sum, toByteOffset: 8, as: UInt64.self) }
    }

    // MARK: - Reading

    /// The index that `bytes` hold, as far as they are sound.
    package static func read(_ bytes: [UInt8]) -> Reading {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe read(bytes.count) { offset, buffer in
                unsafe buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + buffer.count)]))
                return true
            }
        }
    }

    /// The index that a file of `byteCount` bytes holds, as far as they are sound.
    package static func read(_ byteCount: Int, _ source: Source) -> Reading {
        var parts: [Part] = []
        var position = 0
        while let part = unsafe part(at: position, in: byteCount, after: parts.last?.end ?? .init(), source) {
            parts.append(part)
            position += part.byteCount
        }
        var index = CommitIndex()
        guard let end = parts.last?.end else { return Reading(index: index, byteCount: 0, parts: 0) }
        index.columns = unsafe columns(of: parts, end, source)
        for (number, part) in parts.enumerated() where !isSound(part, index.columns) {
            index.cut(to: part.start)
            return Reading(index: index, byteCount: part.offset, parts: number)
        }
        return Reading(index: index, byteCount: position, parts: parts.count)
    }

    /// The part that begins at `offset`, as far as its header can say; `nil` where there is none.
    ///
    /// - Parameter start: How much comes before it; `nil` for what it says itself.
    private static func part(
        at offset: Int, in byteCount: Int, after start: CommitIndex.Extent?, _ source: Source
    ) -> Part? {
        guard byteCount - offset >= headerByteCount else { return nil }
        var head = [UInt64](repeating: 0, count: headerByteCount / 8)
        guard unsafe head.withUnsafeMutableBytes({ unsafe source(offset, $0) }), head[0] == magic else { return nil }
        let counts = head[2..<7].flatMap { [Int($0 & 0xFFFF_FFFF), Int($0 >> 32)] }
        let begin = CommitIndex.Extent(
            commits: counts[0], links: counts[2], changes: counts[4], paths: counts[6], pathBytes: counts[8])
        let end = CommitIndex.Extent(
            commits: counts[1], links: counts[3], changes: counts[5], paths: counts[7], pathBytes: counts[9])
        let isOrdered = stride(from: 0, to: 10, by: 2).allSatisfy { counts[$0] <= counts[$0 + 1] }
        guard isOrdered, begin.commits < end.commits, start.map({ $0 == begin }) ?? true,
            counts.allSatisfy({ $0 <= CommitIndex.maximumCount * 16 })
        else { return nil }
        let part = Part(
            offset: offset, sum: head[1], start: begin, end: end, head: Array(head[2...]))
        return part.byteCount <= byteCount - offset ? part : nil
    }

    private static func columns(
        of parts: [Part], _ end: CommitIndex.Extent, _ source: Source
    ) -> CommitIndex.Columns {
        func column<Element: FixedWidthInteger>(_ number: Int, _ count: Int) -> [Element] {
            unsafe [Element](unsafeUninitializedCapacity: count) { buffer, filled in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                let width = parts[0].columns[number].width
                for part in parts {
                    let piece = part.piece(number)
                    let target = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: bytes[(piece.first * width)..<(piece.first * width + piece.byteCount)])
                    // What could not be read has not the right sum.
                    if piece.byteCount > 0, unsafe !source(piece.offset, target) {
                        unsafe target.initializeMemory(as: UInt8.self, repeating: 0)
                    }
                }
                filled = count
            }
        }
        let id = ObjectID.byteCount
        return CommitIndex.Columns(
            ids: column(0, end.commits * id), trees: column(1, end.commits * id), seconds: column(2, end.commits),
            firstLinks: column(3, end.commits), parents: column(4, end.links), firstChanges: column(5, end.links),
            paths: column(6, end.changes), kinds: column(7, end.changes), oldIDs: column(8, end.changes * id),
            newIDs: column(9, end.changes * id), pathEnds: column(10, end.paths), pathBytes: column(11, end.pathBytes))
    }

    // MARK: - Checking

    /// Whether the sum of `part` holds, and all numbers in it are within their bounds.
    private static func isSound(_ part: Part, _ columns: CommitIndex.Columns) -> Bool {
        sum(of: part, columns) == part.sum && hasSoundLinks(part, columns) && hasSoundChanges(part, columns)
    }

    private static func sum(of part: Part, _ columns: CommitIndex.Columns) -> UInt64 {
        var sum = Checksum(part.head)
        let id = ObjectID.byteCount
        let (start, end) = (part.start, part.end)
        func add(_ elements: some ContiguousBytesLending) {
            unsafe elements.lend { unsafe sum.add($0) }
        }
        add(columns.ids[(start.commits * id)..<(end.commits * id)])
        add(columns.trees[(start.commits * id)..<(end.commits * id)])
        add(columns.seconds[start.commits..<end.commits])
        add(columns.firstLinks[start.commits..<end.commits])
        add(columns.parents[start.links..<end.links])
        add(columns.firstChanges[start.links..<end.links])
        add(columns.paths[start.changes..<end.changes])
        add(columns.kinds[start.changes..<end.changes])
        add(columns.oldIDs[(start.changes * id)..<(end.changes * id)])
        add(columns.newIDs[(start.changes * id)..<(end.changes * id)])
        add(columns.pathEnds[start.paths..<end.paths])
        add(columns.pathBytes[start.pathBytes..<end.pathBytes])
        return sum.value
    }

    private static func hasSoundLinks(_ part: Part, _ columns: CommitIndex.Columns) -> Bool {
        let (start, end) = (part.start, part.end)
        var lastLink = start.links - 1
        for position in start.commits..<end.commits {
            let first = Int(columns.firstLinks[position] & ~CommitIndex.markedBit)
            guard first > lastLink, first < end.links else { return false }
            if position == start.commits, first != start.links { return false }
            lastLink = first
        }
        var owner = start.commits
        var lastChange = start.changes
        for link in start.links..<end.links {
            if owner + 1 < end.commits, Int(columns.firstLinks[owner + 1] & ~CommitIndex.markedBit) == link {
                owner += 1
            }
            let (parent, first) = (
                columns.parents[link], Int(columns.firstChanges[link] & ~CommitIndex.unlistedBit)
            )
            guard Int(parent) < owner || parent == CommitIndex.noParent, first >= lastChange, first <= end.changes
            else {
                return false
            }
            if link == start.links, first != start.changes { return false }
            lastChange = first
        }
        return true
    }

    private static func hasSoundChanges(_ part: Part, _ columns: CommitIndex.Columns) -> Bool {
        let (start, end) = (part.start, part.end)
        for place in start.changes..<end.changes {
            let kinds = columns.kinds[place]
            guard Int(columns.paths[place]) < end.paths, Int(kinds & 15) <= CommitIndex.kinds.count,
                Int(kinds >> 4) <= CommitIndex.kinds.count
            else { return false }
        }
        var last = start.pathBytes
        for number in start.paths..<end.paths {
            let pathEnd = Int(columns.pathEnds[number])
            guard pathEnd >= last, pathEnd <= end.pathBytes else { return false }
            last = pathEnd
        }
        return last == end.pathBytes
    }

    /// Every word is mixed in by a step that can be undone, so a change of one alone is always noticed.
    private struct Checksum {
        private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

        init(_ head: [UInt64]) {
            for word in head { mix(word) }
        }

        private mutating func mix(_ word: UInt64) {
            value = Self.mixed(value, word)
        }

        private static func mixed(_ sum: UInt64, _ word: UInt64) -> UInt64 {
            let product = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
            return product ^ product >> 29
        }

        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            // Four at a time, since each step has to wait for the one before.
            var lanes = SIMD4<UInt64>(1, 2, 3, 4)
            var position = 0
            while bytes.count - position >= 32 {
                for lane in 0..<4 {
                    let word = unsafe bytes.loadUnaligned(fromByteOffset: position + lane * 8, as: UInt64.self)
                    lanes[lane] = Self.mixed(lanes[lane], word)
                }
                position += 32
            }
            for lane in 0..<4 { mix(lanes[lane]) }
            while position < bytes.count {
                var word: UInt64 = 0
                for offset in 0..<min(8, bytes.count - position) {
                    word |= unsafe UInt64(bytes[position + offset]) << (UInt64(offset) * 8)
                }
                mix(word)
                position += 8
            }
        }
    }
}

/// What can lend its elements as bytes.
private protocol ContiguousBytesLending {
    func lend(_ body: (UnsafeRawBufferPointer) -> Void)
}

extension Array: ContiguousBytesLending where Element: FixedWidthInteger {
    fileprivate func lend(_ body: (UnsafeRawBufferPointer) -> Void) { unsafe withUnsafeBytes(body) }
}

extension ArraySlice: ContiguousBytesLending where Element: FixedWidthInteger {
    fileprivate func lend(_ body: (UnsafeRawBufferPointer) -> Void) { unsafe withUnsafeBytes(body) }
}
