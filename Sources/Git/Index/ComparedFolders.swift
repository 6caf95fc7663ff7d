/// The files that differ in many pairs of folders, told one after the other; each path once.
package struct ComparedFolders: Hashable, Sendable {
    /// A file that one of two folders has otherwise.
    struct Change: Hashable {
        /// Number of its path.
        let path: Int
        let old: ChangedFile.Version?
        let new: ChangedFile.Version?
    }

    /// Where the changes of each pair end; the next one's begin there.
    private(set) var ends: [Int] = []
    private(set) var changes: [Change] = []
    private(set) var paths: [String] = []
    /// The pairs that are not listed.
    private(set) var unlisted: Set<Int> = []
    /// By ``Swift/String/bytewise`` path.
    private var numbers: [String: Int] = [:]

    package init() {}

    /// How many pairs there are.
    package var count: Int { ends.count }

    /// The changes of the pair at `place`; `nil` where they are not listed.
    func changes(at place: Int) -> Range<Int>? {
        guard !unlisted.contains(place) else { return nil }
        return (place == 0 ? 0 : ends[place - 1])..<ends[place]
    }

    /// Adds a pair whose changes are `files`; `nil` for those that are not to be listed.
    package mutating func append(_ files: [ChangedFile]?) {
        if files == nil { unlisted.insert(ends.count) }
        for file in files ?? [] { add(file.path, old: file.old, new: file.new) }
        ends.append(changes.count)
    }

    /// Tells of one file of the pair that comes next.
    mutating func add(_ path: String, old: ChangedFile.Version?, new: ChangedFile.Version?) {
        let number: Int
        let key = path.bytewise
        if let known = numbers[key] {
            number = known
        } else {
            number = paths.count
            paths.append(path)
            numbers[key] = number
        }
        changes.append(Change(path: number, old: old, new: new))
    }

    /// Takes back what was told of a pair that did not come to its end.
    mutating func forgetPair() {
        changes.removeSubrange((ends.last ?? 0)...)
    }

    /// How many changes were told of a pair that did not come to its end yet.
    var openCount: Int { changes.count - (ends.last ?? 0) }

    /// Ends a pair.
    mutating func closePair() {
        ends.append(changes.count)
    }
}

/// What differs in the pairs that were compared, in the order that they have for who wanted it.
package struct Comparisons: Sendable {
    let pieces: [ComparedFolders]
    /// By the number of the pair: in which piece it is, and where there, from 1 on; 0 where it is in none.
    private var places: [(piece: UInt32, place: UInt32)]

    /// How many pairs there are.
    var count: Int { places.count }

    /// - Parameters:
    ///   - count: How many pairs there are.
    ///   - pieces: The numbers of pairs, and what differs in them.
    package init(count: Int, _ pieces: [(numbers: [Int], folders: ComparedFolders)]) {
        self.pieces = pieces.map(\.folders)
        places = Array(repeating: (0, 0), count: count)
        for (piece, found) in pieces.enumerated() {
            for (place, number) in found.numbers.enumerated() { places[number] = (UInt32(piece), UInt32(place + 1)) }
        }
    }

    /// Where the changes of the pair with that number are; `nil` where they are not listed.
    func changes(of number: Int) -> (piece: Int, range: Range<Int>)? {
        let (piece, place) = places[number]
        guard place > 0, let range = pieces[Int(piece)].changes(at: Int(place) - 1) else { return nil }
        return (Int(piece), range)
    }
}

extension String {
    /// A key for the path, equal only to that of the same bytes.
    ///
    /// Swift takes texts for equal that look the same, such as é in one piece and é in two; git does not.
    var bytewise: String {
        // No path has the byte 0.
        utf8.allSatisfy { $0 < 0x80 } ? self : "\0" + utf8.map { String($0, radix: 16) }.joined(separator: ".")
    }
}
