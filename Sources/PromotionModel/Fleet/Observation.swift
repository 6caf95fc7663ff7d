/// An artifact reference found in a manifest, and where.
package struct Declaration: Hashable, Sendable {
    package let component: ComponentName
    package let artifact: Artifact
    /// The manifest format that found it, such as `kubernetes`.
    package let format: String
    package let place: Place
    /// Whether it is an entry of a list that only grows, in which a promotion adds one.
    package let isEntry: Bool
    /// Whether the manifest says that it names something that moves: a branch, a range.
    package let isMoving: Bool
    /// Whether the manifest has a place for a digest.
    package let takesDigest: Bool
    /// The other environments that its file belongs to, sorted: a base of several.
    package var sharedWith: [EnvironmentName] = []

    package init(
        component: ComponentName, artifact: Artifact, format: String, place: Place, isEntry: Bool = false,
        isMoving: Bool = false, takesDigest: Bool = true
    ) {
        self.isMoving = isMoving
        self.takesDigest = takesDigest
        self.component = component
        self.artifact = artifact
        self.format = format
        self.place = place
        self.isEntry = isEntry
    }
}

/// What the manifests of one environment say at one commit.
package struct DeclaredEnvironment: Hashable, Sendable {
    package let name: EnvironmentName
    /// Sorted by component, each component once.
    package let declarations: [Declaration]
    /// Digest over the manifests with the artifacts blanked.
    ///
    /// `nil` where it was not asked for, or some file could not be read.
    package let configuration: Digest?
    /// What could not be read, and what people should know; sorted.
    package let problems: [Problem]

    package init(
        name: EnvironmentName, declarations: [Declaration], configuration: Digest?, problems: [Problem]
    ) {
        self.name = name
        self.declarations = declarations
        self.configuration = configuration
        self.problems = problems
    }

    /// The same with every declaration told which other environments its file belongs to.
    ///
    /// - Parameter owners: Of each file that belongs to several environments, all of them, sorted.
    package func sharing(_ owners: [String: [EnvironmentName]]) -> DeclaredEnvironment {
        guard !owners.isEmpty else { return self }
        let marked = declarations.map { declaration in
            var declaration = declaration
            declaration.sharedWith = (owners[declaration.place.file] ?? []).filter { $0 != name }
            return declaration
        }
        return DeclaredEnvironment(
            name: name, declarations: marked, configuration: configuration, problems: problems)
    }

    /// Whether every file was read: only then does an absent component mean that it is not declared.
    package var isComplete: Bool {
        !problems.contains { $0.severity != .warning }
    }
}

/// What is known of one environment: declared, recorded and observed.
package struct ObservedEnvironment: Hashable, Sendable {
    /// The lock as it was read.
    package enum RecordReading: Hashable, Sendable {
        /// There is no lock.
        case absent
        case present(EnvironmentRecord)
        /// There is a lock and it cannot be used.
        case unreadable(Problem)
        /// There is a lock, and its ledger gives another one: nothing moves by it.
        case disproved(EnvironmentRecord, Problem)

        /// Why the lock cannot be used; `nil` where it can, or there is none.
        package var problem: Problem? {
            switch self {
            case .absent, .present: nil
            case .unreadable(let problem), .disproved(_, let problem): problem
            }
        }
    }

    package let declared: DeclaredEnvironment
    package let record: RecordReading
    /// `nil` where nothing observes the environment.
    package let published: PublishedReading?
    /// The branch or tag that it is read from, full name; `nil` for the watched branch.
    package var reference: String?

    package init(declared: DeclaredEnvironment, record: RecordReading, published: PublishedReading? = nil) {
        self.declared = declared
        self.record = record
        self.published = published
    }

    package var name: EnvironmentName {
        declared.name
    }

    /// The record; an empty one where there is no lock, `nil` where the lock cannot be used.
    package var knownRecord: EnvironmentRecord? {
        // What is not on the watched branch is read and never recorded.
        guard reference == nil else { return nil }
        return switch record {
        case .absent: EnvironmentRecord(environment: name)
        case .present(let record): record
        case .unreadable, .disproved: nil
        }
    }
}

/// What the branch that an environment is published to holds.
package enum PublishedReading: Hashable, Sendable {
    /// The branch does not exist yet.
    case absent(branch: String)
    case present(PublishedState)
    case unreadable(Problem)
}

/// The artifacts on a published branch.
package struct PublishedState: Hashable, Sendable {
    package let branch: String
    /// Tip of the branch, 40 hexadecimal digits.
    package let tip: String
    package let artifacts: [ComponentName: Declaration]
    /// The newest commit of the branch that the ledger bears out, 40 hexadecimal digits; `nil` where there is none.
    ///
    /// The commits after it were published and never recorded, or took back what was recorded after all.
    package var ground: String?
    /// The promotions that the commits after the ground brought and no entry records; sorted.
    package var unrecorded: [PromotionID] = []

    package init(branch: String, tip: String, artifacts: [ComponentName: Declaration]) {
        self.branch = branch
        self.tip = tip
        self.artifacts = artifacts
        ground = tip
    }

    /// Whether the branch holds what the ledger bears out.
    package var isGrounded: Bool {
        ground == tip
    }
}

/// A stretch of time in which an environment had an artifact recorded.
package struct Residence: Hashable, Sendable {
    package let environment: EnvironmentName
    package let digest: Digest
    package let from: Timestamp
    /// `nil` while it lasts.
    package let until: Timestamp?
    package let health: EnvironmentRecord.Health

    package init(
        environment: EnvironmentName, digest: Digest, from: Timestamp, until: Timestamp?,
        health: EnvironmentRecord.Health
    ) {
        self.environment = environment
        self.digest = digest
        self.from = from
        self.until = until
        self.health = health
    }
}

/// Contracts, freezes and what went wrong in reading them.
package struct Policies: Hashable, Sendable {
    /// A policy that cannot be used: what it might guard is refused until it can.
    package struct Defect: Hashable, Sendable {
        package let problem: Problem
        /// The environments it speaks of; `nil` where that cannot be told, which means all.
        package let environments: [NameGlob]?

        package init(problem: Problem, environments: [NameGlob]?) {
            self.problem = problem
            self.environments = environments
        }
    }

    /// The definition of one role.
    package struct Role: Hashable, Sendable {
        package let name: String
        /// Principals as in `allowed_signers`, in lower case; never empty.
        package let members: Set<String>
        package let place: Place

        package init(name: String, members: Set<String>, place: Place) {
            self.name = name
            self.members = members
            self.place = place
        }
    }

    /// A file with rules in Rego.
    package struct Module: Hashable, Sendable {
        /// The git blob that holds it, 40 hexadecimal digits.
        package let blob: String
        package let text: String

        package init(blob: String, text: String) {
            self.blob = blob
            self.text = text
        }
    }

    package var contracts: [Contract]
    package var freezes: [Freeze]
    package var ignores: [DriftIgnore]
    package var defects: [Defect]
    /// Who is who; of a role that is defined twice, the members that all definitions name.
    package var people: People
    /// Every definition of a role, to find those that contradict each other.
    package var roles: [Role] = []
    /// The Rego files that contracts name, by path below `policies/`.
    package var modules: [String: Module]

    package init(
        contracts: [Contract] = [], freezes: [Freeze] = [], ignores: [DriftIgnore] = [], defects: [Defect] = [],
        people: People = People(), modules: [String: Module] = [:]
    ) {
        self.contracts = contracts
        self.freezes = freezes
        self.ignores = ignores
        self.defects = defects
        self.people = people
        self.modules = modules
    }
}

extension Policies {
    /// Takes in what another file says.
    package mutating func add(_ file: Policies) {
        contracts += file.contracts
        freezes += file.freezes
        ignores += file.ignores
        defects += file.defects
        roles += file.roles
        people = People(
            roles: people.roles.merging(file.people.roles) { $0.intersection($1) },
            aliases: people.aliases + file.people.aliases)
        modules.merge(file.modules) { old, _ in old }
    }
}

/// An environment that was not looked at, since it is as it was when nothing in it could move.
package struct RestingEnvironment: Hashable, Sendable {
    package let name: EnvironmentName
    /// The branch that it is published to, full name; `nil` where nothing observes it.
    package let branch: String?
    /// Tip of the branch, 40 hexadecimal digits; `nil` where there is none.
    package let tip: String?

    package init(name: EnvironmentName, branch: String?, tip: String?) {
        self.name = name
        self.branch = branch
        self.tip = tip
    }
}

/// Everything a tick decides from: an immutable snapshot, taken at one commit.
package struct Observation: Hashable, Sendable {
    /// The commit it was taken at, 40 hexadecimal digits; the condition for recording.
    package let basis: String
    /// Those that were looked at, sorted by name.
    package let environments: [ObservedEnvironment]
    /// Those that were not looked at: each has a lock, and nothing waits there.
    ///
    /// Sorted by name; none of them is among those that were.
    package var resting: [RestingEnvironment] = []
    package let policies: Policies
    /// The zones that windows name.
    package var zones: [String: ZoneRules]
    /// Where and when the digests in question were recorded before, from the ledger.
    package let residences: [Residence]
    /// Environments without a lock that may be recorded as they are found.
    package let adoptable: Set<EnvironmentName>
    /// What went wrong outside any one environment.
    package var problems: [Problem]
    /// What the evidence branch holds about what waits.
    package var evidence = EvidenceShelf()
    /// What the manifests say beside their artifacts, where some gate asks for it.
    package var surveys: [EnvironmentName: ManifestSurvey] = [:]
    /// Why there is no survey where some gate asks for one.
    package var surveyProblems: [EnvironmentName: Problem] = [:]
    /// Who brought what waits.
    package var origins: [EnvironmentName: EnvironmentOrigins] = [:]
    /// Which repositories of different environments hold the same.
    package var repositories = RepositoryMap()
    /// What the tags that wait meant before, where some contract goes by tags; `nil` where none does.
    package var tagRecords: TagRecords?
    /// What was in force before the changes that wait, by the git tree id of the root folder.
    package var formerPolicies: [String: FormerPolicies] = [:]
    /// When promotions arrived in the environments whose rate is limited; oldest first.
    package var arrivals: [EnvironmentName: [Timestamp]] = [:]
    /// What the Rego engine answered.
    package var answers: [RegoQuestion: RegoAnswer] = [:]
    /// Set where the watched branch does not follow from where it was seen: then nothing moves.
    package var historyBreak: HistoryBreak?

    package init(
        basis: String, environments: [ObservedEnvironment], policies: Policies, zones: [String: ZoneRules] = [:],
        residences: [Residence] = [], adoptable: Set<EnvironmentName> = [], problems: [Problem] = []
    ) {
        self.basis = basis
        self.environments = environments
        self.policies = policies
        self.zones = zones
        self.residences = residences
        self.adoptable = adoptable
        self.problems = problems
    }

    /// Published branches that could not be read, each as the place of its problem.
    package var unreadablePublications: [Problem] {
        environments.compactMap { environment in
            if case .unreadable(let problem) = environment.published { problem } else { nil }
        }
    }

    /// Whether no environment has a lock.
    package var isLedgerUnbegun: Bool {
        resting.isEmpty && environments.allSatisfy { $0.record == .absent }
    }

    /// Every environment of the fleet, looked at or not; sorted.
    package var names: [EnvironmentName] {
        let looked = environments.map(\.name)
        return resting.isEmpty ? looked : (looked + resting.map(\.name)).sorted()
    }

    /// The environment called `name`.
    package subscript(name: EnvironmentName) -> ObservedEnvironment? {
        environments.first { $0.name == name }
    }
}
