/// Signs commits before they are written.
///
/// A repository that has one signs every commit that is written through it, or writes none.
package protocol CommitSigner: Sendable {
    /// A detached signature in armour over `commit`, the bytes of a commit object without a signature.
    ///
    /// - Throws: ``GitError`` with code `unsigned`, whose text holds nothing of the key.
    func signature(over commit: [UInt8]) throws(GitError) -> String
}

/// How a signature stands in a commit.
enum SignatureHeader {
    /// The header of signatures in repositories with SHA-1 ids.
    static let name = "gpgsig"
    /// The header of signatures over the same commit with SHA-256 ids.
    static let otherName = "gpgsig-sha256"
    /// The longest signature that is written or read, in bytes of armour.
    static let maximumBytes = 32 << 10
    private static let newline = UInt8(ascii: "\n")

    /// `commit` with `signature` as its last header, byte for byte as git writes it.
    ///
    /// A line end after the armour is left out, as git does: libgit2 makes a header line of it that holds one blank.
    ///
    /// - Throws: ``GitError`` with code `unsigned` for what is no armour of ASCII, or too long.
    static func adding(_ signature: String, to commit: [UInt8]) throws(GitError) -> [UInt8] {
        var lines = signature.utf8.split(separator: newline, omittingEmptySubsequences: false)
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        let isArmour =
            lines.count > 2 && lines[0].starts(with: "-----BEGIN ".utf8)
            && lines[lines.count - 1].starts(with: "-----END ".utf8)
        guard isArmour, signature.utf8.count <= maximumBytes,
            signature.utf8.allSatisfy({ $0 == newline || (0x20..<0x7F).contains($0) }),
            let end = endOfHeader(of: commit)
        else {
            throw GitError(
                operation: "sign a commit", code: .unsigned, message: "what was made is no signature in armour")
        }
        let header = Array("\(name) ".utf8) + lines.joined(separator: "\n ".utf8) + [newline]
        return commit[..<end] + header + commit[end...]
    }

    /// Where the empty line begins that ends the header of `commit`; nil where there is none.
    static func endOfHeader(of commit: [UInt8]) -> Int? {
        var start = 0
        while let end = commit[start...].firstIndex(of: newline) {
            if end == start { return start }
            start = end + 1
        }
        return nil
    }
}
