import Git
import LedgerFormat
import ManifestFormat
import Observing
import Planning
package import PromotionModel

/// Every declared artifact of a fleet at one commit.
package struct Inventory: Hashable, Sendable {
    /// 40 hexadecimal digits.
    package let basis: String
    /// Sorted by name.
    package let environments: [DeclaredEnvironment]
    /// What concerns no environment in particular.
    package let problems: [Problem]

    /// All problems, sorted.
    package var allProblems: [Problem] {
        Set(problems + environments.flatMap(\.problems)).sorted()
    }
}

/// A plan, the observation that it was made from and what the ledger proves.
package struct Review: Hashable, Sendable {
    package let observation: Observation
    package let plan: Plan
    package let findings: [DriftFinding]

    /// Everything that could not be read, sorted.
    package var problems: [Problem] {
        observation.allProblems
    }
}

extension Observation {
    /// Everything that could not be read, or should be known, sorted.
    package var allProblems: [Problem] {
        let records = environments.compactMap(\.record.problem)
        let policies = policies.defects.map(\.problem)
        let history = [historyBreak?.problem].compactMap(\.self)
        return Set(
            history + problems + policies + records + evidence.problems + environments.flatMap(\.declared.problems)
        )
        .sorted()
    }
}

extension Fleet {
    /// What the environments declare; of one environment only, where `name` is given.
    ///
    /// - Throws: ``Refusal``.
    package borrowing func inventory(of name: EnvironmentName? = nil) throws(Refusal) -> Inventory {
        do {
            let basis = try watchedCommit()
            let tree = try repository.commit(basis).tree
            let layout = try reader.layout(at: tree, in: repository)
            let past = try isPast(basis) ? try repository.commit(basis).committer.seconds : nil
            let files = try EnvironmentFiles(
                in: tree, layout: layout, extent: .folders, repository: repository,
                at: past.map { Timestamp(seconds: $0) })
            if let name { try requireEnvironment(name, among: files.names) }
            let environments = try reader.environments(
                files, of: name.map { [$0] }, layout: layout, depth: .declarations, in: repository)
            var problems = files.otherProblems
            if files.names.isEmpty, problems.isEmpty { problems = [ObservationReader.emptiness(layout)] }
            return Inventory(basis: basis.hex, environments: environments, problems: problems)
        } catch {
            throw Refusal(any: error)
        }
    }

    /// What is known of the fleet now; `proving` names environments that somebody is about to write to.
    ///
    /// - Parameter leavesResting: whether those are left out that are known to be at rest.
    borrowing func observation(
        adopting: Set<EnvironmentName> = [], proving: Set<EnvironmentName> = [], leavesResting: Bool = false
    ) throws(Refusal) -> Observation {
        do {
            let marks = try historyMarks()
            let commit = try watchedCommit()
            let isTip = try marks.map { (marks) throws(GitError) in
                try repository.reference(marks.watched.branch) != nil
            }
            let view = try view(of: commit)
            let alarm = view.alarm ?? (ledger == nil ? nil : marks?.watched.broken(at: commit, in: repository))
            var reading = ObservationReader(
                reader: reader, mark: isTip == true ? marks?.ledger : nil, alarm: isTip == true ? alarm : nil,
                adopting: adopting, proving: proving, engine: policyEngine(), openPGP: openPGPVerifier(),
                depth: .configuration)
            reading.leavesResting = leavesResting
            if try isPast(commit) {
                reading.leavesResting = false
                reading.past = Timestamp(seconds: try repository.commit(commit).committer.seconds)
            }
            var observation = try reading.observation(
                from: try Viewpoint(tip: view.basis, in: repository), at: now, in: repository)
            let notes = notes(on: view)
            for note in notes { settings.remote.tell(.note("\(note)")) }
            observation.problems += notes
            return try isPast(commit) ? observation.withoutPublished : observation
        } catch {
            throw Refusal(any: error)
        }
    }

    /// The state of every component, of the environment `name` only where it is given.
    ///
    /// - Throws: ``Refusal``.
    package borrowing func status(of name: EnvironmentName? = nil) throws(Refusal) -> FleetStatus {
        let observation = try observation()
        if let name { try requireEnvironment(name, among: observation.environments.map(\.name)) }
        return FleetStatus(
            observation: observation, at: now,
            planner: Planner(identity: try plannedIdentity(), parts: PlanOnAllCores()), only: name)
    }

    /// The plan for the fleet as it is now, and its drift.
    ///
    /// - Parameter leavingResting: Whether environments are left out in which nothing can move.
    /// - Throws: ``Refusal``.
    package borrowing func review(
        withDrift: Bool, adopting: Set<EnvironmentName> = [], leavingResting: Bool = false
    ) throws(Refusal) -> Review {
        let observation = try observation(adopting: adopting, leavesResting: leavingResting && !withDrift)
        let plan = Planner(identity: try plannedIdentity(), parts: PlanOnAllCores()).plan(for: observation, at: now)
        guard withDrift else { return Review(observation: observation, plan: plan, findings: []) }
        do {
            guard let basis = ObjectID(hex: observation.basis) else {
                throw Refusal(.internalError, "the basis is no commit id")
            }
            var evidence = try LedgerWalk.history(
                of: observation.environments.map(\.name), from: basis, in: repository
            ).evidence
            evidence.strays = try strayLocks(besides: basis)
            var observation = observation
            let emergencies = Set(evidence.emergencies.map(\.promotion))
            if !emergencies.isEmpty {
                let ground = try evidenceGround()
                let reviews = try shelf(
                    for: [], promotions: emergencies, ground, people: observation.policies.people)
                observation.evidence = observation.evidence.adding(consents: reviews.consents)
            }
            return Review(
                observation: observation, plan: plan,
                findings: DriftDetection.findings(in: observation, evidence: evidence, plan: plan))
        } catch {
            throw Refusal(any: error)
        }
    }

    /// Locks that somebody wrote on the watched branch, though the ledger has a branch of its own.
    private borrowing func strayLocks(besides basis: ObjectID) throws -> [EnvironmentName: String] {
        guard let ledger else { return [:] }
        return try ledger.strayLocks(at: try watchedCommit(), tip: basis, in: repository).mapValues(\.hex)
    }

    /// Who a plan names; reading needs nobody.
    private borrowing func plannedIdentity() throws(Refusal) -> String {
        settings.identity == nil ? "nobody <nobody@invalid>" : "\(try identity())"
    }

    /// Tells of each entry of the history of `name`, newest first, until `visit` returns false.
    ///
    /// - Returns: the commit at which a shallow clone ended the walk; `nil` where it came to the beginning, or was
    ///   stopped.
    /// - Throws: ``Refusal``.
    @discardableResult
    package borrowing func history(
        of name: EnvironmentName, manner: HistoryManner = HistoryManner(),
        _ visit: (HistoryEntry) -> Bool
    ) throws(Refusal) -> String? {
        do {
            let memory = settings.historyMemory(of: repository.commonDirectory)
            return try HistoryReader(reader: reader, memory: memory).walk(
                name, from: try basis(), in: repository, manner: manner, visit)
        } catch let unknown as HistoryReader.UnknownEnvironment {
            try requireEnvironment(name, among: unknown.known)
            throw Refusal(.internalError, "\(name) has no files and is an environment all the same")
        } catch {
            throw Refusal(any: error)
        }
    }

    /// `entries` with who signed each.
    ///
    /// - Throws: ``Refusal`` where a commit cannot be read.
    package borrowing func signed(_ entries: [HistoryEntry]) throws(Refusal) -> [HistoryEntry] {
        do throws(GitError) {
            let findings = try LedgerSignatures.findings(
                on: entries.map(\.commit), openPGP: openPGPVerifier(), at: now, in: repository)
            return zip(entries, findings).map { entry, finding in
                var entry = entry
                entry.signature = finding.signature
                return entry
            }
        } catch {
            throw Refusal(error)
        }
    }

    /// Checks that the fleet has all of `names`.
    ///
    /// - Throws: ``Refusal`` with the nearest name.
    package borrowing func requireEnvironments(_ names: Set<EnvironmentName>) throws(Refusal) {
        guard !names.isEmpty else { return }
        let known = try environmentNames()
        for name in names.sorted() { try requireEnvironment(name, among: known) }
    }

    /// The environments that the fleet has now, sorted.
    ///
    /// - Throws: ``Refusal``.
    package borrowing func environmentNames() throws(Refusal) -> [EnvironmentName] {
        do {
            let tree = try repository.commit(try watchedCommit()).tree
            let layout = try reader.layout(at: tree, in: repository)
            return try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository).names
        } catch {
            throw Refusal(any: error)
        }
    }

    /// Checks that `component` is one of `names`, which `environment` has.
    ///
    /// - Throws: ``Refusal`` with the nearest name, or some where none is near.
    func requireComponent(
        _ component: ComponentName, of environment: EnvironmentName, among names: some Sequence<ComponentName>
    ) throws(Refusal) {
        let names = Set(names).sorted()
        guard !names.contains(component) else { return }
        let texts = names.map(\.description)
        let hint = Spelling.nearest(to: component.description, among: texts).map { "did you mean \"\($0)\"?" }
        throw Refusal(
            .badInput, "\(environment) has no component \"\(component)\"",
            hint: hint ?? (texts.isEmpty ? "it has none at all" : "it has \(Self.some(of: texts))"))
    }

    /// - Throws: ``Refusal`` with the nearest name, or some where none is near.
    func requireEnvironment(_ name: EnvironmentName, among names: [EnvironmentName]) throws(Refusal) {
        guard !names.contains(name) else { return }
        let hint = Spelling.nearest(to: name.description, among: names.map(\.description))
        throw Refusal(
            .badInput, "there is no environment \"\(name)\"",
            hint: hint.map { "did you mean \"\($0)\"?" }
                ?? (names.isEmpty
                    ? nil
                    : "there \(names.count == 1 ? "is" : "are"): \(Self.some(of: names.map(\.description)))"))
    }

    /// The most names that a hint tells; nobody reads a thousand.
    private static let shownNames = 20

    /// `a, b and 980 more`.
    private static func some(of names: [String]) -> String {
        let shown = names.prefix(shownNames).joined(separator: ", ")
        return names.count > shownNames ? "\(shown) and \(names.count - shownNames) more" : shown
    }
}

extension Review {
    /// The part that concerns the environment `name`.
    ///
    /// - Throws: ``Refusal`` with the nearest name where there is no such environment.
    package func only(_ name: EnvironmentName, of fleet: borrowing Fleet) throws(Refusal) -> Review {
        try fleet.requireEnvironment(name, among: plan.environments.map(\.environment))
        return Review(
            observation: observation,
            plan: Plan(
                basis: plan.basis, at: plan.at, environments: plan.environments.filter { $0.environment == name }),
            findings: findings.filter { $0.environment == nil || $0.environment == name })
    }
}
