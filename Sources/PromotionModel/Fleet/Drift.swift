/// A difference that no pending promotion explains.
package struct DriftFinding: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable, Comparable {
        /// Recorded, and no longer declared, and its removal is not under way.
        case undeclared
        /// Declared without a digest.
        case unpinned
        /// Published is not what is recorded.
        case mismatched
        /// Recorded, and absent where it is published.
        case missing
        /// Published, and not recorded.
        case unexpected
        /// A lock that a commit changed which is no ledger entry, or that cannot be read.
        case tampered
        /// Recorded or published, and brought by no promotion of the ledger.
        case bypassed
        /// A target holds what no source ever held.
        case skewed
        /// The watched branch does not follow from where it was seen.
        case rewritten
        /// Promoted in an emergency, and nobody has looked at it since within the time that the contract gives.
        case unreviewed
        /// An ignore rule that has expired.
        case expiredIgnore = "expired-ignore"
        /// One side could not be read: neither in sync nor missing.
        case unknown

        package static func < (left: Kind, right: Kind) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// Stable over time and machines: derived from kind, environment, component, expected and actual.
    package let id: String
    package let kind: Kind
    package let environment: EnvironmentName?
    package let component: ComponentName?
    package let expected: String?
    package let actual: String?
    package let place: Place?
    package let message: String

    package init(
        id: String, kind: Kind, environment: EnvironmentName?, component: ComponentName?, expected: String?,
        actual: String?, place: Place?, message: String
    ) {
        self.id = id
        self.kind = kind
        self.environment = environment
        self.component = component
        self.expected = expected
        self.actual = actual
        self.place = place
        self.message = message
    }
}

/// A finding that people have decided to live with, for a time.
package struct DriftIgnore: Hashable, Sendable {
    /// The one finding meant; `nil` where kind, environment and component choose.
    package let id: String?
    package let kind: DriftFinding.Kind?
    package let environment: NameGlob?
    package let component: NameGlob?
    package let reason: String
    package let expires: Timestamp
    package let place: Place

    package init(
        id: String?, kind: DriftFinding.Kind?, environment: NameGlob?, component: NameGlob?, reason: String,
        expires: Timestamp, place: Place
    ) {
        self.id = id
        self.kind = kind
        self.environment = environment
        self.component = component
        self.reason = reason
        self.expires = expires
        self.place = place
    }

    /// Whether the rule speaks of `finding`, whatever the time.
    package func matches(_ finding: DriftFinding) -> Bool {
        func admits(_ glob: NameGlob?, _ name: String?) -> Bool {
            guard let glob else { return true }
            return name.map(glob.matches) ?? false
        }
        return (id.map { $0 == finding.id } ?? true) && (kind.map { $0 == finding.kind } ?? true)
            && admits(environment, finding.environment?.description)
            && admits(component, finding.component?.description)
    }
}

/// What the ledger proves about the locks, for finding drift.
package struct LedgerEvidence: Hashable, Sendable {
    /// A change of a lock by a commit that is no ledger entry.
    package struct Intrusion: Hashable, Sendable {
        package let environment: EnvironmentName
        /// 40 hexadecimal digits.
        package let commit: String
        package let message: String

        package init(environment: EnvironmentName, commit: String, message: String) {
            self.environment = environment
            self.commit = commit
            self.message = message
        }
    }

    /// The records that folding the ledger gives, since it last began.
    package var folded: [EnvironmentName: EnvironmentRecord]
    /// Every artifact that ever was recorded, by environment.
    package var arrivals: [EnvironmentName: Set<Artifact>]
    /// Oldest first.
    package var intrusions: [Intrusion]
    /// Environments whose ledger had to begin a second time, because somebody deleted the lock.
    package var restarted: Set<EnvironmentName> = []
    /// Locks that somebody wrote on the watched branch though the ledger has a branch of its own: the id of the blob, 40
    /// hexadecimal digits.
    package var strays: [EnvironmentName: String] = [:]
    /// Promotions for which gates were skipped, oldest first.
    package var emergencies: [EmergencyPromotion] = []

    /// A promotion for which gates were skipped.
    package struct EmergencyPromotion: Hashable, Sendable {
        package let environment: EnvironmentName
        package let promotion: PromotionID
        package let at: Timestamp
        package let emergency: Emergency

        package init(environment: EnvironmentName, promotion: PromotionID, at: Timestamp, emergency: Emergency) {
            self.environment = environment
            self.promotion = promotion
            self.at = at
            self.emergency = emergency
        }

        /// First instant at which the absence of a review is drift.
        package var reviewDue: Timestamp {
            at + emergency.reviewWithin
        }

        /// Whether one of `consents` is a review by somebody who had no part in the leave, under whatever address.
        package func isReviewed(in consents: [Consent], people: People) -> Bool {
            let involved = Set(emergency.by.flatMap { people.addresses(of: $0) })
            return consents.contains { consent in
                consent.kind == .review && consent.promotion == promotion
                    && Set(consent.signer.principals.flatMap { people.addresses(of: $0) }).isDisjoint(with: involved)
            }
        }
    }

    package init(
        folded: [EnvironmentName: EnvironmentRecord] = [:], arrivals: [EnvironmentName: Set<Artifact>] = [:],
        intrusions: [Intrusion] = []
    ) {
        self.folded = folded
        self.arrivals = arrivals
        self.intrusions = intrusions
    }
}
