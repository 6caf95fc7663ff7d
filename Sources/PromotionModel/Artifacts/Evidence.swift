/// What a statement is about: a short word for the types that are known, the predicate's URI for any other.
package struct EvidenceKind: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) {
        description = text
    }

    package static let tests = EvidenceKind("tests")
    package static let coverage = EvidenceKind("coverage")
    package static let analysis = EvidenceKind("analysis")
    package static let vulnerabilities = EvidenceKind("vulnerabilities")
    package static let billOfMaterials = EvidenceKind("sbom")
    package static let provenance = EvidenceKind("provenance")
    package static let performance = EvidenceKind("performance")
    package static let approval = EvidenceKind("approval")
    package static let review = EvidenceKind("review")

    /// The kinds with a short word, in the order in which they are listed for people.
    package static let known = [
        tests, coverage, analysis, vulnerabilities, billOfMaterials, provenance, performance, approval, review,
    ]

    package static func < (left: EvidenceKind, right: EvidenceKind) -> Bool {
        left.description < right.description
    }
}

/// Somebody whose signature counted.
package struct EvidenceSigner: Hashable, Sendable {
    /// The principals of the line of `allowed_signers` that allows the key, in lower case: usually one e-mail address.
    package let principals: [String]
    /// The roles that name one of the principals, sorted.
    package let roles: [String]
    /// `SHA256:…` as `ssh-keygen -l` prints it.
    package let key: String

    package init(principals: [String], roles: [String], key: String) {
        self.principals = principals
        self.roles = roles
        self.key = key
    }

    /// For people: the first principal.
    package var name: String {
        principals.first ?? key
    }

    /// Whether both may be one person: one key, or a principal in common.
    package func mayBe(_ other: EvidenceSigner) -> Bool {
        key == other.key || !Set(principals).isDisjoint(with: other.principals)
    }
}

/// A signed statement about a digest, verified: a pass is this value, never the absence of an error.
package struct Evidence: Hashable, Sendable {
    /// One value that the statement claims.
    package enum Value: Hashable, Sendable, CustomStringConvertible {
        case text(String)
        case number(Measure)
        case flag(Bool)
        /// A list or mapping, or something that is no finite number: nothing to compare.
        case incomparable(String)

        package var description: String {
            switch self {
            case .text(let text), .incomparable(let text): text
            case .number(let number): number.description
            case .flag(let flag): flag ? "true" : "false"
            }
        }
    }

    /// SHA-256 of the envelope's bytes.
    package let id: Digest
    package let subject: Digest
    package let kind: EvidenceKind
    /// What was run or scanned, such as `integration`; `nil` where the statement does not say.
    package let name: String?
    /// The claimed values by path, names joined by dots.
    package let values: [String: Value]
    /// Each person or machine once; never empty.
    package let signers: [EvidenceSigner]
    /// When the statement came to the evidence branch: a signer cannot choose it.
    package let firstSeen: Timestamp

    package init(
        id: Digest, subject: Digest, kind: EvidenceKind, name: String?, values: [String: Value],
        signers: [EvidenceSigner], firstSeen: Timestamp
    ) {
        self.id = id
        self.subject = subject
        self.kind = kind
        self.name = name
        self.values = values
        self.signers = signers
        self.firstSeen = firstSeen
    }
}

/// A piece of evidence that does not count, and why.
package struct RefusedEvidence: Hashable, Sendable {
    /// Why a piece does not count, in kinds that are ours alone: nothing that a stranger writes is in one.
    package enum Cause: Int, Sendable, CaseIterable, Comparable {
        /// Not signed at all.
        case unsigned
        /// Signed, but by no key that may sign anything.
        case strangeKey
        /// Signed by a listed key that may not sign this, or not at that time.
        case unfitKey
        /// The signature is not one, or not over this.
        case badSignature
        /// Well signed, and about something else.
        case otherSubject
        /// Not what an envelope, a statement or a predicate of its type has to be.
        case malformed
        /// It came in a commit that claims to be of a time to come.
        case ahead
        /// The clone is shallow, so nobody can tell when it came.
        case undated
        /// Nobody can tell whose signature counts.
        case noSigners
        /// One of so many that it is not looked at.
        case excess

        package static func < (left: Cause, right: Cause) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// What a piece says of itself.
    ///
    /// Nobody vouches for it, so it only tells at which gate the piece may be missed, and never counts for anything.
    package struct Claim: Hashable, Sendable {
        package let kind: EvidenceKind
        /// The promotion that it consents to; `nil` for what is no consent.
        package let promotion: PromotionID?

        package init(kind: EvidenceKind, promotion: PromotionID? = nil) {
            self.kind = kind
            self.promotion = promotion
        }
    }

    package let id: Digest
    package let subject: Digest
    package let cause: Cause
    /// In full, also in the words of whoever wrote the piece; at most ``maximumReasonCharacters``.
    package let reason: String
    /// Where it lies on the evidence branch.
    package let path: String
    /// `nil` where it cannot be read so far.
    package let claim: Claim?

    /// The longest reason that is kept.
    package static let maximumReasonCharacters = 1_000

    package init(id: Digest, subject: Digest, cause: Cause, reason: String, path: String, claim: Claim? = nil) {
        self.id = id
        self.subject = subject
        self.cause = cause
        self.reason =
            reason.count > Self.maximumReasonCharacters
            ? reason.prefix(Self.maximumReasonCharacters) + "…" : reason
        self.path = path
        self.claim = claim
    }
}

/// Somebody's signed consent to one promotion, its withdrawal, or the review of an emergency.
package struct Consent: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case approval
        /// Takes back what the same person consented to before.
        case revocation
        /// Consent to skip what the contract allows to be skipped in an emergency.
        case emergency
        /// A look at an emergency promotion after the fact.
        case review
    }

    package let id: Digest
    package let kind: Kind
    package let promotion: PromotionID
    package let signer: EvidenceSigner
    /// In the signer's words; may be empty, except in an emergency and in a review.
    package let reason: String
    package let firstSeen: Timestamp

    package init(
        id: Digest, kind: Kind, promotion: PromotionID, signer: EvidenceSigner, reason: String, firstSeen: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.promotion = promotion
        self.signer = signer
        self.reason = reason
        self.firstSeen = firstSeen
    }
}

/// What the evidence branch holds about the digests and promotions in question.
package struct EvidenceShelf: Hashable, Sendable {
    /// The tip of the evidence branch, 40 hexadecimal digits; `nil` where there is none.
    package let basis: String?
    /// Sorted by first sight, then id.
    package let evidence: [Digest: [Evidence]]
    package let refused: [Digest: [RefusedEvidence]]
    /// Sorted by first sight, then revocations after the rest, then id.
    package let consents: [PromotionID: [Consent]]
    /// Approvals of promotions that were not asked for, by the digests that they are about; sorted by first sight.
    package let strayApprovals: [Digest: [Consent]]
    /// What is refused and claims to consent to a promotion, each piece once; sorted by path.
    package let refusedConsents: [PromotionID: [RefusedEvidence]]
    /// What people should know of the branch beside, such as a file that somebody removed; sorted.
    package let problems: [Problem]
    /// The first instant at which something counts that came in a commit ahead of the clock.
    package let nextChange: Timestamp?

    package init(
        basis: String? = nil, evidence: [Digest: [Evidence]] = [:], refused: [Digest: [RefusedEvidence]] = [:],
        consents: [PromotionID: [Consent]] = [:], strayApprovals: [Digest: [Consent]] = [:],
        problems: [Problem] = [], nextChange: Timestamp? = nil
    ) {
        self.strayApprovals = strayApprovals
        refusedConsents = Self.consents(among: refused)
        self.nextChange = nextChange
        self.basis = basis
        self.evidence = evidence
        self.refused = refused
        self.consents = consents
        self.problems = problems
    }

    private static func consents(
        among refused: [Digest: [RefusedEvidence]]
    ) -> [PromotionID: [RefusedEvidence]] {
        var found: [PromotionID: [RefusedEvidence]] = [:]
        // One consent lies in the folder of each digest.
        var known: Set<Digest> = []
        for piece in refused.values.joined().sorted(by: { ($0.path, $0.id) < ($1.path, $1.id) }) {
            guard let promotion = piece.claim?.promotion, known.insert(piece.id).inserted else { continue }
            found[promotion, default: []].append(piece)
        }
        return found
    }

    /// The shelf with `others` beside its own consents.
    package func adding(consents others: [PromotionID: [Consent]]) -> EvidenceShelf {
        EvidenceShelf(
            basis: basis, evidence: evidence, refused: refused, consents: consents.merging(others) { $1 },
            strayApprovals: strayApprovals, problems: problems, nextChange: nextChange)
    }
}

/// Who is who: roles and people of `policies/`.
package struct People: Hashable, Sendable {
    /// Role to its members: principals as in `allowed_signers`, in lower case.
    package let roles: [String: Set<String>]
    /// Sets of e-mail addresses, in lower case, that are one person each.
    package let aliases: [Set<String>]

    package init(roles: [String: Set<String>] = [:], aliases: [Set<String>] = []) {
        self.roles = roles
        self.aliases = aliases
    }

    /// Every address of the person with the address `address`, that one included.
    package func addresses(of address: String) -> Set<String> {
        let address = address.lowercased()
        return aliases.filter { $0.contains(address) }.reduce(into: [address]) { $0.formUnion($1) }
    }
}
