package import PromotionModel

/// Something that an audit has to say about one claim.
package struct AuditRemark: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The claim does not hold.
        case broken
        /// The claim holds, and a person should look.
        case finding
        /// It cannot be told here whether the claim holds.
        case unproved
    }

    package let kind: Kind
    package let claim: AuditClaim
    /// 40 hexadecimal digits; `nil` for what concerns no commit in particular.
    package let commit: String?
    package let environment: EnvironmentName?
    /// A sentence.
    package let message: String

    package init(
        _ kind: Kind, _ claim: AuditClaim, commit: String?, environment: EnvironmentName?, _ message: String
    ) {
        self.kind = kind
        self.claim = claim
        self.commit = commit
        self.environment = environment
        self.message = message
    }
}

/// What became of one claim.
package struct ClaimResult: Hashable, Sendable {
    package enum Outcome: String, Sendable, CaseIterable {
        case holds
        case broken
        case unproved
    }

    package let claim: AuditClaim
    /// How many things were looked at.
    package internal(set) var checked = 0
    package internal(set) var broken = 0
    package internal(set) var findings = 0
    package internal(set) var unproved = 0
    /// The first remarks of each kind, in the order of the history.
    package internal(set) var remarks: [AuditRemark] = []

    /// More remarks of one kind about one claim are counted and not kept.
    static let keptRemarks = 1_000

    /// Broken goes before unproved.
    package var outcome: Outcome {
        broken > 0 ? .broken : unproved > 0 ? .unproved : .holds
    }

    /// The first remark that says most: of a break, else of what is unproved, else a finding.
    package var first: AuditRemark? {
        let order: [AuditRemark.Kind] = [.broken, .unproved, .finding]
        return order.lazy.compactMap { kind in remarks.first { $0.kind == kind } }.first
    }

    mutating func add(_ remark: AuditRemark) {
        let known: Int
        switch remark.kind {
        case .broken:
            broken += 1
            known = broken
        case .finding:
            findings += 1
            known = findings
        case .unproved:
            unproved += 1
            known = unproved
        }
        if known <= Self.keptRemarks { remarks.append(remark) }
    }
}
