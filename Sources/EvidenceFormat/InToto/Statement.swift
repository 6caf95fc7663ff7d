package import JSONText
package import PromotionModel

/// What somebody states about artifacts: an in-toto Statement (`in-toto/attestation`, `spec/v1/statement.md`).
package struct Statement: Hashable, Sendable {
    /// The type that is written.
    package static let type = "https://in-toto.io/Statement/v1"
    /// The types that are read.
    static let readTypes: Set = [type, "https://in-toto.io/Statement/v0.1"]
    /// The most subjects that one statement may have.
    package static let maximumSubjects = 1_000

    /// An artifact that a statement is about.
    package struct Subject: Hashable, Sendable {
        /// For people; never compared.
        package let name: String?
        /// Algorithm to hexadecimal digits, as written; empty where the statement has none.
        package let digests: [String: String]
        /// What is said of the subject beside; values that are no texts are left out.
        package let annotations: [String: String]

        package init(name: String? = nil, digests: [String: String], annotations: [String: String] = [:]) {
            self.name = name
            self.digests = digests
            self.annotations = annotations
        }

        /// The annotation that says what was run or scanned, such as `integration`.
        package static let labelKey = "towpath.dev/name"
        /// The annotation that says when the statement was made: for people, and so that no two are the same.
        package static let instantKey = "towpath.dev/at"
    }

    package let subjects: [Subject]
    /// The URI that says what ``predicate`` means.
    package let predicateType: String
    /// `null` where the statement has none.
    package let predicate: JSONValue

    package init(subjects: [Subject], predicateType: String, predicate: JSONValue) {
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// A statement about the artifact `digest`.
    package init(
        about digest: Digest, name: String? = nil, annotations: [String: String] = [:], predicateType: String,
        predicate: JSONValue
    ) {
        let subject = Subject(
            name: name, digests: [digest.algorithm.rawValue: String(digest.hex)], annotations: annotations)
        self.init(subjects: [subject], predicateType: predicateType, predicate: predicate)
    }

    /// Why a statement is not about `digest`; `nil` where it is.
    ///
    /// Only SHA-256 counts, digit for digit: other algorithms in a statement are never compared.
    package func mismatch(with digest: Digest) -> SubjectMismatch? {
        guard digest.algorithm == .sha256 else { return .unsupportedAlgorithm(digest) }
        guard !subjects.isEmpty else { return .noSubjects }
        if subjects.contains(where: { $0.digests["sha256"].map { $0.utf8.elementsEqual(digest.hex.utf8) } ?? false }) {
            return nil
        }
        let known = subjects.filter { $0.digests["sha256"] != nil }.count
        return known == 0 ? .noSHA256(subjectCount: subjects.count) : .otherArtifacts(subjectCount: subjects.count)
    }
}

/// Why a statement is not about an artifact.
package enum SubjectMismatch: Hashable, Sendable, CustomStringConvertible {
    /// The artifact itself is not known by SHA-256.
    case unsupportedAlgorithm(Digest)
    /// The statement is about nothing.
    case noSubjects
    /// No subject has a SHA-256 digest; other algorithms do not count.
    case noSHA256(subjectCount: Int)
    /// The subjects are others.
    case otherArtifacts(subjectCount: Int)

    package var description: String {
        switch self {
        case .unsupportedAlgorithm(let digest): "\(digest.short) is no SHA-256 digest, and only that is compared"
        case .noSubjects: "the statement has no subject"
        case .noSHA256(let count): "none of \(count) subjects has a SHA-256 digest"
        case .otherArtifacts(let count): "none of \(count) subjects is the artifact"
        }
    }
}
