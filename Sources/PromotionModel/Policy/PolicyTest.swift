/// A table of cases that says what the contracts of a folder are meant to do.
///
/// It states facts and the expected verdict in one place, and needs no repository to be run.
package struct PolicyTest: Hashable, Sendable {
    /// How the contract that must judge is named.
    package enum Subject: Hashable, Sendable, CustomStringConvertible {
        /// By `metadata.name`.
        case name(String)
        /// By its file, beside the test's own.
        case file(String)

        package var description: String {
            switch self {
            case .name(let text), .file(let text): text
            }
        }
    }

    /// `metadata.name`.
    package let name: String
    package let place: Place
    /// `nil` where any contract may judge.
    package let contract: Subject?
    /// Never empty.
    package let cases: [Case]

    package init(name: String, place: Place, contract: Subject?, cases: [Case]) {
        self.name = name
        self.place = place
        self.contract = contract
        self.cases = cases
    }

    /// Whether a file with the name `name` holds tests of policies and no policies.
    package static func isTestFile(_ name: String) -> Bool {
        name.hasSuffix(".test.yaml") || name.hasSuffix(".test.yml")
    }
}

extension PolicyTest {
    /// One promotion, what is known of it, and what its verdict must be.
    package struct Case: Hashable, Sendable {
        package let name: String
        package let place: Place
        /// The instant of the verdict.
        package let at: Timestamp
        package let environment: EnvironmentName
        /// What moves; empty only where the configuration does.
        package var changes: [Change] = []
        package var movesConfiguration = false
        /// What the environment has recorded beside what the changes come from.
        package var recorded: [ComponentName: Version] = [:]
        package var sources: [EnvironmentName: Source] = [:]
        package var holds: [Hold] = []
        package var evidence: [Statement] = []
        package var approvals: [Approval] = []
        /// Addresses in lower case; `nil` where history does not tell.
        package var authors: Set<String>?
        /// The commits that brought the change; `nil` where history does not tell.
        package var commits: [Commit]?
        /// What the manifests say; `nil` where they were not read.
        package var survey: ManifestSurvey?
        /// The settings of every source environment; `nil` where they were not read.
        package var sourceSettings: [String: String]?
        package var waitingSince: Timestamp?
        /// When promotions arrived before, oldest first.
        package var arrivals: [Timestamp] = []
        package var companions: [Change] = []
        /// What every rule in Rego denies; `nil` where the engine did not answer.
        package var denials: [String]?
        package var expectation = Expectation()

        package init(name: String, place: Place, at: Timestamp, environment: EnvironmentName) {
            self.name = name
            self.place = place
            self.at = at
            self.environment = environment
        }
    }

    /// An artifact in short.
    package enum Version: Hashable, Sendable {
        /// A whole reference.
        case reference(Artifact)
        /// A version alone: an artifact with a digest of its own, the same wherever the component has this version.
        case word(String)
    }

    /// What becomes of one component.
    package struct Change: Hashable, Sendable {
        package let component: ComponentName
        package let from: Version?
        package let to: Version?

        package init(component: ComponentName, from: Version?, to: Version?) {
            self.component = component
            self.from = from
            self.to = to
        }
    }

    /// What one source environment has.
    package enum Source: Hashable, Sendable {
        /// Its lock cannot be read.
        case unreadable
        case stays([Stay])
    }

    /// An artifact in a source environment.
    package struct Stay: Hashable, Sendable {
        package let component: ComponentName
        package let artifact: Version
        /// `nil` where it is declared and not recorded.
        package let since: Timestamp?
        /// `nil` while it lasts.
        package let until: Timestamp?
        package let health: EnvironmentRecord.Health

        package init(
            component: ComponentName, artifact: Version, since: Timestamp?, until: Timestamp?,
            health: EnvironmentRecord.Health
        ) {
            self.component = component
            self.artifact = artifact
            self.since = since
            self.until = until
            self.health = health
        }
    }

    /// A verified statement about what arrives.
    package struct Statement: Hashable, Sendable {
        package let kind: EvidenceKind
        package let name: String?
        /// The component that it is about; `nil` for everything that arrives.
        package let component: ComponentName?
        package let values: [String: Evidence.Value]
        package let signer: Person
        package let seen: Timestamp

        package init(
            kind: EvidenceKind, name: String?, component: ComponentName?, values: [String: Evidence.Value],
            signer: Person, seen: Timestamp
        ) {
            self.kind = kind
            self.name = name
            self.component = component
            self.values = values
            self.signer = signer
            self.seen = seen
        }
    }

    /// Somebody's consent to the promotion of the case.
    package struct Approval: Hashable, Sendable {
        package let kind: Consent.Kind
        package let by: Person
        package let reason: String
        package let at: Timestamp

        package init(kind: Consent.Kind, by: Person, reason: String, at: Timestamp) {
            self.kind = kind
            self.by = by
            self.reason = reason
            self.at = at
        }
    }

    /// A commit that brought the change of the case.
    package struct Commit: Hashable, Sendable {
        /// Who signed it; `nil` where nobody did.
        package let signer: Person?
        /// Why a signature does not count.
        package let refusal: String?
        package let place: ChangeCommit.Place
        package let isPlainMerge: Bool
        /// When the signer's key stops counting.
        package let until: Timestamp?
        /// `nil` where nothing was recorded on top of it before.
        package let seen: Timestamp?

        package init(
            signer: Person?, refusal: String?, place: ChangeCommit.Place, isPlainMerge: Bool, until: Timestamp?,
            seen: Timestamp?
        ) {
            self.signer = signer
            self.refusal = refusal
            self.place = place
            self.isPlainMerge = isPlainMerge
            self.until = until
            self.seen = seen
        }
    }

    /// Who signed, with the roles that the case gives beside those of the folder's policies.
    package struct Person: Hashable, Sendable {
        /// An address in lower case.
        package let address: String
        package let roles: [String]

        package init(address: String, roles: [String]) {
            self.address = address
            self.roles = roles
        }
    }

    /// What the verdict must be; only what is stated counts.
    package struct Expectation: Hashable, Sendable {
        /// When the promotion can be permitted by the passing of time alone.
        package enum NextChange: Hashable, Sendable {
            case none
            case at(Timestamp)
        }

        package var result: Verdict.Result?
        package var gates: [GateName: GateResult.State] = [:]
        /// What the reason of a gate contains.
        package var reasons: [GateName: String] = [:]
        package var nextChange: NextChange?

        package init() {}

        /// Whether nothing is stated.
        package var isEmpty: Bool {
            result == nil && gates.isEmpty && reasons.isEmpty && nextChange == nil
        }
    }
}
