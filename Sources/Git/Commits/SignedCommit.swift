/// A commit taken apart for verification: the bytes that were signed, and the signature.
///
/// Read from the object as it is stored, and never put together again, so nothing is mended on the way.
package struct SignedCommit: Hashable, Sendable {
    /// The kinds of signatures, by the first line of their armour.
    package enum Format: String, Sendable, CaseIterable {
        case ssh = "-----BEGIN SSH SIGNATURE-----"
        case openPGP = "-----BEGIN PGP SIGNATURE-----"
    }

    /// What a commit object came to.
    package enum Reading: Hashable, Sendable {
        /// It has no header for a signature.
        case unsigned
        case signed(SignedCommit)
        /// It has one, and something about it could be read in two ways; the text says what.
        case malformed(String)
    }

    /// The object without its signatures.
    package let payload: [UInt8]
    /// The signature as text, without the blanks that lines of a header begin with.
    package let armour: String
    package let format: Format
    /// When it was committed, as the committer says.
    package let committedAt: Int64
    /// Whether there is a second signature, over the commit with SHA-256 ids, which is not looked at.
    package let hasOtherSignature: Bool
}

extension SignedCommit {
    /// Reads `commit`, the content of a commit object.
    ///
    /// Stricter than git: a signed commit has its headers in their order, one `gpgsig` and nothing else whose name
    /// begins like it, no NUL and, in the signature, nothing but printable ASCII.
    package static func reading(_ commit: [UInt8]) -> Reading {
        guard let end = SignatureHeader.endOfHeader(of: commit) else { return .unsigned }
        let headers = headers(commit[..<end])
        guard headers.contains(where: { $0.name.hasPrefix(SignatureHeader.name) }) else { return .unsigned }
        do throws(Flaw) {
            return .signed(try SignedCommit(commit, headers, end: end))
        } catch {
            return .malformed(error.text)
        }
    }

    private struct Flaw: Error {
        let text: String
    }

    /// A header with its continuation lines.
    private struct Header {
        let name: String
        /// Its bytes with the line end.
        var range: Range<Int>
        /// The value, lines joined.
        var value: [UInt8]
    }

    private static let newline = UInt8(ascii: "\n")
    private static let blank = UInt8(ascii: " ")

    /// The headers in `bytes`, which begin with a commit's first byte and end with a line end.
    private static func headers(_ bytes: ArraySlice<UInt8>) -> [Header] {
        var headers: [Header] = []
        var start = 0
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: newline) ?? bytes.endIndex
            let line = bytes[start..<end]
            let next = min(end + 1, bytes.endIndex)
            if line.first == blank, !headers.isEmpty {
                headers[headers.count - 1].value += [newline] + line.dropFirst()
                headers[headers.count - 1].range = headers[headers.count - 1].range.lowerBound..<next
            } else {
                let name = line.prefix { $0 != blank }
                headers.append(
                    Header(
                        name: String(decoding: name, as: UTF8.self), range: start..<next,
                        value: Array(line.dropFirst(name.count + 1))))
            }
            start = next
        }
        return headers
    }

    private init(_ commit: [UInt8], _ headers: [Header], end: Int) throws(Flaw) {
        guard !commit.contains(0) else { throw Flaw(text: "the commit holds a NUL byte") }
        try Self.checkOrder(headers.map(\.name))
        let signatures = headers.filter { $0.name.hasPrefix(SignatureHeader.name) }
        let own = signatures.filter { $0.name == SignatureHeader.name }
        let others = signatures.filter { $0.name == SignatureHeader.otherName }
        guard own.count + others.count == signatures.count else {
            throw Flaw(text: "the commit has a header that looks like a signature and is none")
        }
        guard own.count <= 1, others.count <= 1 else { throw Flaw(text: "the commit has more than one signature") }
        guard let header = own.first else {
            throw Flaw(text: "the commit is signed for repositories with SHA-256 ids only")
        }
        (armour, format) = try Self.armour(header.value)
        guard let text = CommitText(commit) else { throw Flaw(text: "the commit's headers are not well formed") }
        let committer = text.commit(id: .zero, isShallowBoundary: false).committer
        guard committer.isWellFormed else { throw Flaw(text: "the commit's committer is not well formed") }
        committedAt = committer.seconds
        hasOtherSignature = !others.isEmpty
        // As git does: neither signature covers the other.
        var payload: [UInt8] = []
        payload.reserveCapacity(commit.count)
        for header in headers where !header.name.hasPrefix(SignatureHeader.name) { payload += commit[header.range] }
        self.payload = payload + commit[end...]
    }

    /// `tree`, `parent`s, `author`, `committer`, once each and in this order, and then anything else.
    private static func checkOrder(_ names: [String]) throws(Flaw) {
        let flaw = Flaw(text: "the commit's headers are not in their order")
        var rest = names[...]
        guard rest.popFirst() == "tree" else { throw flaw }
        rest = rest.drop { $0 == "parent" }
        guard rest.popFirst() == "author", rest.popFirst() == "committer" else { throw flaw }
        guard rest.allSatisfy({ !["tree", "parent", "author", "committer"].contains($0) }) else { throw flaw }
    }

    private static func armour(_ value: [UInt8]) throws(Flaw) -> (String, Format) {
        guard value.count <= SignatureHeader.maximumBytes else {
            throw Flaw(text: "the signature has \(value.count) bytes, \(SignatureHeader.maximumBytes) allowed")
        }
        guard value.allSatisfy({ $0 == newline || (0x20..<0x7F).contains($0) }) else {
            throw Flaw(text: "the signature holds something else than printable ASCII, such as a carriage return")
        }
        let text = String(decoding: value, as: UTF8.self)
        let first = text.prefix { $0 != "\n" }
        guard let format = Format(rawValue: String(first)) else {
            throw Flaw(text: "the signature is neither one of SSH nor one of OpenPGP")
        }
        return (text, format)
    }
}

extension Repository {
    /// The commit `id` as it is to be verified.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`, `tooLarge`, or `wrongKind` if `id` is no commit.
    /// *libgit2: `git_odb_read`*
    package borrowing func signedCommit(_ id: ObjectID) throws(GitError) -> SignedCommit.Reading {
        try unsafe withObject(id, .commit, limit: 16 << 20) { (bytes) throws(GitError) in
            SignedCommit.reading(unsafe Array(bytes))
        }
    }
}
