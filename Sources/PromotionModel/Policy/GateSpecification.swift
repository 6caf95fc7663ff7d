/// One condition of a contract, as the contract states it.
package enum GateSpecification: Hashable, Sendable {
    /// A declared artifact must be fixed by a digest, or by a tag that never moves.
    case pinning(PinRule)
    /// Recorded in a source environment, healthy, at least so long, with the very same digest.
    case soak(TimeSpan)
    /// Arrivals only inside one of the allowed windows, and in none of the denied ones.
    case windows([Window])
    /// Signed statements about the digest that say what is required; all of them.
    case evidence([EvidenceRule])
    /// The digest is named in statements that people or machines of a role signed.
    case signature(SignatureRule)
    /// The digest was built by an allowed builder from an allowed source.
    case provenance(ProvenanceRule)
    /// A signed bill of materials lies with the digest.
    case billOfMaterials(BillRule)
    /// People have consented to this very set; all of the rules.
    case approvals([ApprovalRule])
    /// The commits that brought the change are signed by people of a role.
    case signedCommits(SignedCommitsRule)
    /// The manifests differ from the source environment's in no more than a few places, artifacts aside.
    case configDrift(ConfigDriftRule)
    /// No secret stands in a manifest in plain text, and the required references are declared.
    case secrets(SecretsRule)
    /// What the environment's workloads ask for stays within its limits.
    case quota(QuotaRule)
    /// Components arrive after what they depend on; sets arrive as one.
    case order(OrderRule)
    /// At most so many promotions in a span of time.
    case rate(RateRule)
    /// The team's own rule in Rego has nothing to deny.
    case rego(RegoRule)

    /// The gate that judges it.
    package var gate: GateName {
        switch self {
        case .pinning: .pinned
        case .soak: .soak
        case .windows: .windows
        case .evidence: .evidence
        case .signature: .signature
        case .provenance: .provenance
        case .billOfMaterials: .billOfMaterials
        case .approvals: .approvals
        case .signedCommits: .signedCommits
        case .configDrift: .configDrift
        case .secrets: .secrets
        case .quota: .quota
        case .order: .order
        case .rate: .rate
        case .rego: .rego
        }
    }
}

extension GateSpecification {
    /// A declared artifact must carry a digest: what every contract asks that does not say otherwise.
    package static let pinned = GateSpecification.pinning(.digest)

    /// The roles that the gate asks for, sorted.
    package var roles: [String] {
        let roles: [String?] =
            switch self {
            case .pinning, .soak, .windows, .configDrift, .secrets, .quota, .order, .rate, .rego: []
            case .evidence(let rules): rules.map(\.role)
            case .signature(let rule): [rule.role]
            case .provenance(let rule): [rule.role]
            case .billOfMaterials(let rule): [rule.role]
            case .signedCommits(let rule): [rule.role]
            case .approvals(let rules): rules.flatMap { [$0.role, $0.escalationRole] }
            }
        return Set(roles.compactMap(\.self)).sorted()
    }
}

/// The gates, by the names that contracts use; `contract`, `source`, `freeze` and `hold` need no line in one.
package enum GateName: String, Sendable, CaseIterable, Comparable {
    case contract
    case hold
    case freeze
    case pinned
    case source
    case soak
    case windows
    case evidence
    case signature
    case provenance
    case billOfMaterials = "sbom"
    case approvals
    case signedCommits
    case configDrift
    case secrets
    case quota
    case order
    case rate
    case rego

    /// Whether a contract may let the gate be skipped in an emergency.
    ///
    /// Never what says who may do what and from where, nor what would let a secret out.
    package var isSkippable: Bool {
        switch self {
        case .contract, .hold, .pinned, .source, .signature, .signedCommits, .secrets: false
        case .freeze, .soak, .windows, .evidence, .provenance, .billOfMaterials, .approvals, .configDrift, .quota,
            .order, .rate, .rego:
            true
        }
    }

    /// In the order of the names.
    package static func < (left: GateName, right: GateName) -> Bool {
        left.rank < right.rank
    }

    /// The place in the order of the names, written down since thousands of verdicts are sorted by it.
    private var rank: Int {
        switch self {
        case .approvals: 0
        case .configDrift: 1
        case .contract: 2
        case .evidence: 3
        case .freeze: 4
        case .hold: 5
        case .order: 6
        case .pinned: 7
        case .provenance: 8
        case .quota: 9
        case .rate: 10
        case .rego: 11
        case .billOfMaterials: 12
        case .secrets: 13
        case .signature: 14
        case .signedCommits: 15
        case .soak: 16
        case .source: 17
        case .windows: 18
        }
    }
}

/// What one piece of evidence must be, and say.
package struct EvidenceRule: Hashable, Sendable {
    package let kind: EvidenceKind
    /// The name that the statement gives its subject matter, such as `integration`; `nil` means any.
    package let name: String?
    /// What its values must be; all of them.
    package let conditions: [Condition]
    /// How old it may be, counted from the instant at which we first saw it.
    package let maximumAge: TimeSpan?
    /// The role of a person or machine that must have signed it; `nil` means any allowed signer.
    package let role: String?

    package init(
        kind: EvidenceKind, name: String? = nil, conditions: [Condition] = [], maximumAge: TimeSpan? = nil,
        role: String? = nil
    ) {
        self.kind = kind
        self.name = name
        self.conditions = conditions
        self.maximumAge = maximumAge
        self.role = role
    }

    /// A demand on one value: `failed: 0`, `line: {min: 80}`, `result: PASSED`.
    package struct Condition: Hashable, Sendable {
        /// The value's path in the evidence, names joined by dots.
        package let path: String
        package let demand: Demand

        package init(path: String, demand: Demand) {
            self.path = path
            self.demand = demand
        }
    }

    package enum Demand: Hashable, Sendable {
        case equals(Evidence.Value)
        /// Within both bounds, each included; at least one is given.
        case between(minimum: Measure?, maximum: Measure?)
    }
}

/// Who must have signed a statement about the digest.
package struct SignatureRule: Hashable, Sendable {
    /// `nil` means any allowed signer.
    package let role: String?
    /// How many people or machines, each with keys of their own.
    package let count: Int
    /// The statements that count; empty means any but approvals and reviews.
    package let kinds: [EvidenceKind]

    package init(role: String?, count: Int, kinds: [EvidenceKind]) {
        self.role = role
        self.count = count
        self.kinds = kinds
    }
}

/// Who may have built the digest, and from what.
package struct ProvenanceRule: Hashable, Sendable {
    /// Exact `builder.id` values.
    package let builders: [String]
    /// Patterns with `*` over the source's URI; empty means any.
    package let sources: [NameGlob]
    /// Exact `buildType` values; empty means any.
    package let buildTypes: [String]
    /// The external parameters that may be set, and to what; a value of `nil` means anything, and no dictionary at all
    /// that none is looked at.
    package let parameters: [String: String?]?
    package let role: String?

    package init(
        builders: [String], sources: [NameGlob], buildTypes: [String], parameters: [String: String?]?, role: String?
    ) {
        self.builders = builders
        self.sources = sources
        self.buildTypes = buildTypes
        self.parameters = parameters
        self.role = role
    }
}

/// What the bill of materials must be.
package struct BillRule: Hashable, Sendable {
    /// `cyclonedx`, `spdx`; empty means either.
    package let formats: [String]
    /// The least number of components that it must list.
    package let minimumComponents: Int
    package let maximumAge: TimeSpan?
    package let role: String?

    package init(formats: [String], minimumComponents: Int, maximumAge: TimeSpan?, role: String?) {
        self.formats = formats
        self.minimumComponents = minimumComponents
        self.maximumAge = maximumAge
        self.role = role
    }
}

/// How many people of which role must consent.
package struct ApprovalRule: Hashable, Sendable {
    package let count: Int
    package let role: String
    /// Whether the authors of the change and of the digest's build do not count.
    package let notAuthor: Bool
    /// How long an approval counts, from the instant at which we first saw it.
    package let expiry: TimeSpan?
    /// After how long without enough approvals ``escalationRole`` may approve too.
    package let escalation: TimeSpan?
    /// Set exactly where ``escalation`` is.
    package let escalationRole: String?

    package init(
        count: Int, role: String, notAuthor: Bool, expiry: TimeSpan?, escalation: TimeSpan?, escalationRole: String?
    ) {
        self.count = count
        self.role = role
        self.notAuthor = notAuthor
        self.expiry = expiry
        self.escalation = escalation
        self.escalationRole = escalationRole
    }
}

/// Who must have signed the commits that brought the change.
package struct SignedCommitsRule: Hashable, Sendable {
    /// Which of the commits have to be signed.
    package enum Scope: String, Sendable, CaseIterable {
        /// Every commit that the change consists of; a merge that adds nothing of its own is none.
        case all
        /// The commit on the watched branch: the merge, or the commit that was made or put there directly.
        case merge
    }

    /// `nil` means any allowed signer.
    package let role: String?
    package let scope: Scope

    package init(role: String?, scope: Scope) {
        self.role = role
        self.scope = scope
    }
}

/// How much the manifests may differ from a source environment's.
package struct ConfigDriftRule: Hashable, Sendable {
    /// The environment to compare with; `nil` means the source that counted, or the contract's only one.
    package let from: EnvironmentName?
    /// The most settings that may differ.
    package let maximum: Int
    /// Patterns over setting paths that are no difference.
    package let ignored: [NameGlob]

    package init(from: EnvironmentName?, maximum: Int, ignored: [NameGlob]) {
        self.from = from
        self.maximum = maximum
        self.ignored = ignored
    }
}

/// What is asked of secrets.
package struct SecretsRule: Hashable, Sendable {
    /// Names of secrets that the environment must refer to.
    package let required: [String]
    /// Patterns over setting paths that are known to be no secrets.
    package let allowed: [NameGlob]

    package init(required: [String], allowed: [NameGlob]) {
        self.required = required
        self.allowed = allowed
    }
}

/// The most that the workloads of an environment may ask for together, per resource.
package struct QuotaRule: Hashable, Sendable {
    /// By resource name (`cpu`, `memory`, `replicas` …): cores, bytes, counts.
    package let limits: [String: Measure]
    /// The limits as written, for people.
    package let texts: [String: String]

    package init(limits: [String: Measure], texts: [String: String]) {
        self.limits = limits
        self.texts = texts
    }
}

/// What must arrive before what.
package struct OrderRule: Hashable, Sendable {
    /// Whether the manifests' own `dependsOn` counts.
    package let followsDependencies: Bool
    /// Components that must arrive in one promotion, if one of them does.
    package let sets: [[NameGlob]]

    package init(followsDependencies: Bool, sets: [[NameGlob]]) {
        self.followsDependencies = followsDependencies
        self.sets = sets
    }
}

/// How often something may arrive.
package struct RateRule: Hashable, Sendable {
    package let maximum: Int
    package let span: TimeSpan

    package init(maximum: Int, span: TimeSpan) {
        self.maximum = maximum
        self.span = span
    }
}

/// A rule in Rego, evaluated by the engine that the operator configured.
package struct RegoRule: Hashable, Sendable {
    /// The file, below `policies/`.
    package let file: String
    /// The rule whose result is denied by a non-empty set of messages: `data.towpath.deny`.
    package let query: String

    package init(file: String, query: String) {
        self.file = file
        self.query = query
    }
}

/// Which gates may be skipped in an emergency.
package struct EmergencyRule: Hashable, Sendable {
    package let skips: [GateName]
    package let role: String
    package let count: Int
    /// How long after the promotion a review may take before its absence is drift.
    package let reviewWithin: TimeSpan

    package init(skips: [GateName], role: String, count: Int, reviewWithin: TimeSpan) {
        self.skips = skips
        self.role = role
        self.count = count
        self.reviewWithin = reviewWithin
    }
}
