/// A reference to a deployable unit as a manifest writes it, such as `repository[:tag][@digest]` for an image.
///
/// Nothing is defaulted: no registry is added, no `latest` assumed. With a digest the reference is immutable; the tag
/// is then the version that people read.
///
/// A value as wide as a pointer: one artifact is declared, recorded, offered and waited for in many places.
package struct Artifact: Hashable, Sendable, CustomStringConvertible {
    private final class Parts: Hashable, Sendable {
        let kind: ArtifactKind
        let repository: String
        let tag: String?
        let digest: Digest?

        init(kind: ArtifactKind, repository: String, tag: String?, digest: Digest?) {
            self.kind = kind
            self.repository = repository
            self.tag = tag
            self.digest = digest
        }

        static func == (left: Parts, right: Parts) -> Bool {
            left === right
                || (left.digest == right.digest && left.kind == right.kind && left.tag == right.tag
                    && left.repository == right.repository)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(kind)
            hasher.combine(repository)
            hasher.combine(tag)
            hasher.combine(digest)
        }
    }

    private let parts: Parts

    package init(kind: ArtifactKind = .image, repository: String, tag: String?, digest: Digest?) {
        parts = Parts(kind: kind, repository: repository, tag: tag, digest: digest)
    }

    package var kind: ArtifactKind { parts.kind }

    /// Where the artifact lives, as written, without tag and digest: of a chart its name, of git the address.
    package var repository: String { parts.repository }

    /// The human version, as written: of a chart the version, of git the revision; `nil` where none is given.
    package var tag: String? { parts.tag }

    /// The content address; `nil` where there is none.
    package var digest: Digest? { parts.digest }

    /// The reference with its kind, as ``init(parsing:)`` reads it; an image's is ``reference`` alone.
    package var description: String {
        kind == .image ? reference : Self.mark(of: kind) + reference
    }

    /// The reference as manifests write it, without its kind.
    package var reference: String {
        let mark = kind == .git ? Self.revisionMark : ":"
        return repository + (tag.map { mark + $0 } ?? "") + (digest.map { "@" + $0.description } ?? "")
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

    /// Whether the reference names the same bytes for ever: by digest, or in git by a commit's whole id.
    package var isPinned: Bool {
        digest != nil || kind == .git && tag.map(Self.isCommitID) == true
    }

    private static func isCommitID(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
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

/// The name that people give a version of an artifact, whatever bytes it means.
package struct TaggedName: Hashable, Sendable {
    package let kind: ArtifactKind
    package let repository: String
    package let tag: String

    /// - Returns: `nil` where `artifact` has no tag.
    package init?(_ artifact: Artifact) {
        guard let tag = artifact.tag else { return nil }
        (kind, repository, self.tag) = (artifact.kind, artifact.repository, tag)
    }
}
