/// What an entry of a tree is, by its mode.
package enum EntryKind: Hashable, Sendable {
    case blob
    case executable
    case symlink
    case directory
    case submodule
    /// A mode that git does not write.
    case unknown(mode: UInt32)

    init(mode: UInt32) {
        switch mode {
        // Group-writable files were written by very old versions of git, and still are valid.
        case 0o100644, 0o100664: self = .blob
        case 0o100755: self = .executable
        case 0o120000: self = .symlink
        case 0o040000: self = .directory
        case 0o160000: self = .submodule
        default: self = .unknown(mode: mode)
        }
    }

    /// The mode that git writes for this kind.
    package var mode: UInt32 {
        switch self {
        case .blob: 0o100644
        case .executable: 0o100755
        case .symlink: 0o120000
        case .directory: 0o040000
        case .submodule: 0o160000
        case .unknown(let mode): mode
        }
    }
}

/// One entry of a tree.
///
/// Reported as it stands: ``problem`` says if it must not be followed.
package struct TreeEntry: Hashable, Sendable {
    /// The name; bytes that are no UTF-8 are replaced.
    package let name: String
    /// What it is.
    package let kind: EntryKind
    /// The object it names; for a submodule, a commit of another repository.
    package let id: ObjectID
    /// Why this entry is none that git would have made, if so.
    package let problem: Problem?
    private let invalidBytes: [UInt8]?

    /// Whether the entry may be followed by its name.
    package var nameIsValid: Bool { problem == nil }

    /// The bytes of the name.
    package var nameBytes: [UInt8] { invalidBytes ?? Array(name.utf8) }

    /// What is wrong with an entry.
    package enum Problem: String, Hashable, Sendable, CaseIterable {
        case empty = "its name is empty"
        case dot = "its name is \".\""
        case dotDot = "its name is \"..\""
        case dotGit = "its name stands for \".git\" on some file systems"
        case slash = "its name holds a slash"
        case backslash = "its name holds a backslash"
        case control = "its name holds a control character"
        case notUTF8 = "its name is not UTF-8"
        case tooLong = "its name has more than 255 bytes"
        case unknownMode = "its mode is none that git writes"
        case duplicate = "its name appears twice in the folder"
        case unsorted = "it is not in its place by order"

        /// What is wrong with `name` as one step of a path; nil if nothing is.
        package init?(name: some BidirectionalCollection<UInt8>) {
            guard !name.isEmpty else {
                self = .empty
                return
            }
            var hasHighBit = false
            for byte in name {
                switch byte {
                case UInt8(ascii: "/"):
                    self = .slash
                    return
                case UInt8(ascii: "\\"):
                    self = .backslash
                    return
                case ..<32, 127:
                    self = .control
                    return
                default: hasHighBit = hasHighBit || byte >= 128
                }
            }
            if let special = Self.special(name) {
                self = special
            } else if name.count > 255 {
                self = .tooLong
            } else if hasHighBit, String(validating: name, as: UTF8.self) == nil {
                self = .notUTF8
            } else {
                return nil
            }
        }

        /// Names that mean something else to a file system, in any case: `.`, `..`, `.git` and its disguises.
        private static func special(_ name: some BidirectionalCollection<UInt8>) -> Problem? {
            // Most names are settled by their first byte.
            guard let first = name.first, first == UInt8(ascii: ".") || first | 32 == UInt8(ascii: "g") || first >= 128
            else { return nil }
            if name.elementsEqual(".".utf8) { return .dot }
            if name.elementsEqual("..".utf8) { return .dotDot }
            // Windows drops trailing blanks and dots, and knows ".git" as "git~1"; HFS+ ignores some code points.
            let visible = visibleBytes(of: name)
            let end = visible.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ".") }
            let bare = visible[..<(end.map { $0 + 1 } ?? 0)].prefix { $0 != UInt8(ascii: ":") }
            let lowered = bare.map { (65...90).contains($0) ? $0 | 32 : $0 }
            return lowered.elementsEqual(".git".utf8) || lowered.elementsEqual("git~1".utf8) ? .dotGit : nil
        }

        private static func visibleBytes(of name: some Collection<UInt8>) -> [UInt8] {
            guard name.contains(where: { $0 >= 128 }), let text = String(validating: name, as: UTF8.self) else {
                return Array(name)
            }
            let ignored = text.unicodeScalars.filter { scalar in
                switch scalar.value {
                case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: false
                default: true
                }
            }
            var visible = String.UnicodeScalarView()
            visible.append(contentsOf: ignored)
            return Array(String(visible).utf8)
        }
    }

    /// Describes an entry read from a tree.
    init(_ name: some Collection<UInt8>, kind: EntryKind, id: ObjectID, problem: Problem?) {
        // Of ASCII alone nothing has to be checked, which is quicker by far.
        let isPlain = name.allSatisfy { $0 < 128 }
        let valid = isPlain ? String(decoding: name, as: UTF8.self) : String(validating: name, as: UTF8.self)
        self.name = valid ?? String(decoding: name, as: UTF8.self)
        invalidBytes = valid == nil ? Array(name) : nil
        self.kind = kind
        self.id = id
        self.problem = problem
    }
}
