/// A reference to a deployable unit as a manifest writes it: `repository[:tag][@digest]`.
///
/// Nothing is defaulted: no registry is added, no `latest` assumed. With a digest the reference is immutable; the tag
/// is then the version that people read.
package struct Artifact: Hashable, Sendable, CustomStringConvertible {
    /// Where the artifact lives, as written, without tag and digest.
    package let repository: String
    /// The human version, as written; `nil` where none is given.
    package let tag: String?
    /// The content address; `nil` where the reference is not pinned.
    package let digest: Digest?

    package init(repository: String, tag: String?, digest: Digest?) {
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// Splits `text` at the first `@`, then at the last `:` after the last `/`.
    ///
    /// - Throws: ``Malformed`` where a part is empty, no plain word, or the digest does not parse.
    package init(parsing text: String) throws(Malformed) {
        let name: Substring
        var digest: Digest?
        if let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) {
            name = text[..<at]
            do {
                digest = try Digest(String(text[text.utf8.index(after: at)...]))
            } catch {
                throw Malformed(text: text, reason: error.description)
            }
        } else {
            name = text[...]
        }
        let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) ?? name.startIndex
        if let colon = name[slash...].utf8.lastIndex(of: UInt8(ascii: ":")) {
            try self.init(
                checking: text, repository: name[..<colon], tag: name[name.utf8.index(after: colon)...], digest: digest)
        } else {
            try self.init(checking: text, repository: name, tag: nil, digest: digest)
        }
    }

    private init(
        checking text: String, repository: Substring, tag: Substring?, digest: Digest?
    ) throws(Malformed) {
        guard !repository.isEmpty else { throw Malformed(text: text, reason: "the repository is empty") }
        guard text.isPlainWord else {
            throw Malformed(text: text, reason: "white space, control and invisible characters are not allowed")
        }
        let last = repository.utf8.split(separator: UInt8(ascii: "/")).last ?? []
        guard tag == nil || !last.contains(UInt8(ascii: ":")) else {
            throw Malformed(text: text, reason: "more than one \":\" after the last \"/\"")
        }
        if let tag, tag.isEmpty { throw Malformed(text: text, reason: "the tag after \":\" is empty") }
        self.init(repository: String(repository), tag: tag.map(String.init), digest: digest)
    }

    /// The reference in one word, as ``init(parsing:)`` reads it.
    package var description: String {
        repository + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0.description } ?? "")
    }

    /// What people call this artifact beside its component: the tag, else a short digest.
    package var version: String {
        tag ?? digest?.short ?? "unversioned"
    }

    /// The version, with the digest where `other` has the same one and is not the same.
    package func label(beside other: Artifact?) -> String {
        guard let other, other.version == version, other != self else { return version }
        return digest.map { "\(version)@\($0.short)" } ?? "\(version) (unpinned)"
    }

    /// Whether both references mean the same bytes: equal digests, or, where neither has one, equal text.
    package func isSameContent(as other: Artifact) -> Bool {
        digest == nil && other.digest == nil ? self == other : digest == other.digest
    }

    /// Why a text is no artifact reference.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let text: String
        package let reason: String

        package init(text: String, reason: String) {
            self.text = text
            self.reason = reason
        }

        package var description: String {
            "\"\(text.printable)\" is no artifact reference: \(reason)"
        }
    }
}
