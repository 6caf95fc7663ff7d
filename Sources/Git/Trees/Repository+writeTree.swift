extension Repository {
    /// Writes `base` with `changes` made to it and gives the id of the root.
    ///
    /// A base of nil starts from nothing. Only folders on the way to a change are written; all other entries are taken
    /// over as they are. A folder that is left empty vanishes, the root excepted. The order of the changes does not
    /// matter.
    ///
    /// - Throws: ``GitError``: `invalid` if the changes contradict each other, a path is not well formed or an id names
    ///   nothing; `corrupt` if a folder on the way is not one that git would have made.
    /// *libgit2: `git_odb_write`*
    package borrowing func writeTree(base: ObjectID?, changes: [TreeChange]) throws(GitError) -> ObjectID {
        if let written = try write(try TreeOverlay(changes), over: base) { return written }
        return try writeObject(.tree, [])
    }

    /// Writes one folder and those below it; nil if nothing is left in it.
    private borrowing func write(_ overlay: TreeOverlay, over base: ObjectID?) throws(GitError) -> ObjectID? {
        var folder = TreeText(changing: overlay.children)
        if let base {
            folder = try unsafe withObject(base, .tree) { (bytes) throws(GitError) in
                // What was written here a moment ago was in order when it was read, and still is.
                try unsafe TreeText(
                    bytes, of: base, changing: overlay.children, isInOrder: batch[base] != nil)
            }
        }
        // The order decides nothing but which error is reported first.
        for (name, child) in overlay.children.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let present = folder.present[name]
            if case .put(let id, let kind) = child.edit {
                try guardPresent(
                    id, kind == .directory ? .tree : .blob, "put \"\(String(decoding: name, as: UTF8.self))\"")
                folder.put(TreeText.Entry(mode: kind.mode, id: id), at: name)
                continue
            }
            // What is removed as a whole has nothing below it to keep; nor has a file that becomes a folder.
            let isKept = child.edit == nil && present?.isDirectory == true
            if !child.children.isEmpty, let id = try write(child, over: isKept ? present?.id : nil) {
                folder.put(TreeText.Entry(mode: EntryKind.directory.mode, id: id), at: name)
            } else if child.edit == .remove || isKept {
                folder.remove(name)
            }
        }
        let bytes = folder.bytes
        return bytes.isEmpty ? nil : try writeObject(.tree, bytes, base: base)
    }
}

/// The entries of one folder, some of them to be changed.
///
/// What does not change is taken over as it is stored, so a folder costs what its bytes cost, however many entries.
///
/// Invariant: written without a change, the bytes are those that were read.
private struct TreeText {
    struct Entry {
        let mode: UInt32
        let id: ObjectID

        var isDirectory: Bool { mode == EntryKind.directory.mode }
    }

    /// Where an entry of some name is, or would be, in the bytes that were read.
    private struct Place {
        let name: [UInt8]
        /// Whether as a folder, which is ordered as if its name ended with a slash.
        let isDirectory: Bool
        /// The name, with the slash of a folder.
        let key: [UInt8]
        /// As ``RawTreeEntry/leading``.
        let leading: UInt64
        /// Empty where there is no such entry.
        var range = 0..<0

        init(name: [UInt8], isDirectory: Bool) {
            (self.name, self.isDirectory) = (name, isDirectory)
            let key = name + (isDirectory ? [UInt8(ascii: "/")] : [])
            self.key = key
            leading = (0..<8).reduce(0) { $0 << 8 | UInt64($1 < key.count ? key[$1] : 0) }
        }
    }

    /// The entries, of the names that may change, which are there.
    private(set) var present: [[UInt8]: Entry] = [:]
    private var original: [UInt8] = []
    /// In order; two of each name that may change.
    private var places: [Place] = []
    private var added: [[UInt8]: Entry] = [:]
    private var removed: Set<[UInt8]> = []

    /// An empty folder, to get entries of the names in `changing`.
    init(changing: [[UInt8]: TreeOverlay]) {
        places = Self.places(of: changing.keys)
    }

    /// Reads the tree `id` from its `bytes`, to change entries of the names in `changing`.
    ///
    /// - Parameter isInOrder: whether it is known that git would have made it.
    /// - Throws: ``GitError`` with code `corrupt` for an entry that git would not have made. Names that are only odd
    ///   are taken over.
    @unsafe init(
        _ bytes: UnsafeRawBufferPointer, of id: ObjectID, changing: [[UInt8]: TreeOverlay], isInOrder: Bool
    ) throws(GitError) {
        self.init(changing: changing)
        original = unsafe Array(bytes)
        var cursor = unsafe TreeCursor(bytes, of: id)
        var check = unsafe OrderCheck()
        var (start, next) = (0, 0)
        while true {
            // Most stand before what is looked for, which the first bytes of their names tell.
            if isInOrder, next < places.count { unsafe cursor.pass(below: places[next].leading) }
            start = unsafe cursor.position
            guard let entry = try unsafe cursor.next() else { break }
            let end = unsafe cursor.position
            if !isInOrder, let problem = unsafe check.problem(of: entry) {
                throw unsafe GitError(
                    operation: "change tree \(id)", code: .corrupt, category: .tree,
                    message:
                        "its entry \(String(decoding: entry.name, as: UTF8.self).debugDescription) is none that git "
                        + "would have made: \(problem.rawValue)")
            }
            while next < places.count, unsafe entry.leading >= places[next].leading {
                let order = unsafe Self.order(places[next], entry)
                guard order <= 0 else { break }
                places[next].range = start..<(order == 0 ? end : start)
                if order == 0 { unsafe present[places[next].name] = Entry(mode: entry.mode, id: entry.id) }
                next += 1
            }
            start = end
            // Nothing more is looked for, and what follows is taken over as it stands.
            if isInOrder, next == places.count { break }
        }
        for position in next..<places.count { places[position].range = start..<start }
    }

    private static func places(of names: some Collection<[UInt8]>) -> [Place] {
        names.flatMap { [Place(name: $0, isDirectory: false), Place(name: $0, isDirectory: true)] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    @unsafe private static func order(_ place: Place, _ entry: RawTreeEntry) -> Int32 {
        unsafe place.name.withUnsafeBytes { name in
            let mode = place.isDirectory ? EntryKind.directory.mode : EntryKind.blob.mode
            return unsafe RawTreeEntry.order(RawTreeEntry(mode: mode, name: name, id: .zero), entry)
        }
    }

    /// - Parameter name: one of those that may change; so below.
    mutating func put(_ entry: Entry, at name: [UInt8]) {
        added[name] = entry
    }

    mutating func remove(_ name: [UInt8]) {
        removed.insert(name)
    }

    /// The tree as it is to be stored.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(original.count + added.count * 64)
        var copied = 0
        for place in places {
            let entry = added[place.name]
            guard entry != nil || removed.contains(place.name) else { continue }
            bytes += original[copied..<place.range.lowerBound]
            copied = place.range.upperBound
            guard let entry, entry.isDirectory == place.isDirectory else { continue }
            bytes += String(entry.mode, radix: 8).utf8
            bytes.append(UInt8(ascii: " "))
            bytes += place.name
            bytes.append(0)
            entry.id.append(to: &bytes)
        }
        return bytes + original[copied...]
    }
}

/// Whether the entries of a tree are in the order of git, each name once.
@unsafe private struct OrderCheck {
    private var previous: RawTreeEntry?
    /// The names of files that the name of the next entry may begin with, the longest last: a folder of the same name
    /// comes after those of all others that do.
    private var files: [UnsafeRawBufferPointer] = unsafe []

    init() {}

    /// What is wrong with `entry`, which comes next; nil if nothing is.
    mutating func problem(of entry: RawTreeEntry) -> TreeEntry.Problem? {
        var problem = unsafe entry.problem
        if [.notUTF8, .control, .backslash, .tooLong].contains(problem) { problem = nil }
        if let previous = unsafe previous {
            let order = unsafe RawTreeEntry.order(previous, entry)
            if order >= 0 { problem = order == 0 ? .duplicate : .unsorted }
        }
        unsafe previous = entry
        while let file = unsafe files.last, unsafe !entry.name.starts(with: file) { unsafe files.removeLast() }
        if unsafe entry.mode != EntryKind.directory.mode {
            unsafe files.append(entry.name)
        } else if let file = unsafe files.last, unsafe file.count == entry.name.count {
            problem = .duplicate
        }
        return problem
    }
}
