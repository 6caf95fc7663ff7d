package import Git
package import LedgerFormat
import ManifestFormat
import Planning
import PolicyRules
package import Ports
package import PromotionModel

/// Puts an observation of the fleet together.
package struct ObservationReader: Sendable {
    private let reader: FleetReader
    private let mark: HistoryMark?
    private let alarm: HistoryBreak?
    private let adopting: Set<EnvironmentName>
    private let proving: Set<EnvironmentName>
    private let engine: any PolicyEngine
    private let openPGP: any OpenPGPVerifier
    private let depth: FleetReader.Depth
    private let replacing: (@Sendable (Policies) -> Policies)?
    private let ledger: LedgerHistory?
    /// To look as of then at environments that are branches or tags of their own; `nil` for now.
    package var past: Timestamp?
    /// Whether environments that were found at rest before are left out, as the reader's memory has them.
    package var leavesResting = false

    /// - Parameters:
    ///   - mark: What was seen of the watched branch, read before its tip; `nil` to look at any other commit.
    ///   - alarm: What is known to be wrong with the history already, of another branch than that of `mark`.
    ///   - adopting: Environments that the operator wants recorded as they are found.
    ///   - proving: Environments whose lock must be proved by its ledger even if nothing waits there.
    ///   - engine: What answers rules in Rego.
    ///   - openPGP: What verifies OpenPGP signatures of commits.
    ///   - replacing: What stands in for the policies that are found; `nil` to take them as they are.
    ///   - ledger: The ledger as of the basis, where it has been read already; `nil` to read it as far as needed.
    package init(
        reader: FleetReader, mark: HistoryMark? = nil, alarm: HistoryBreak? = nil,
        adopting: Set<EnvironmentName> = [],
        proving: Set<EnvironmentName> = [],
        engine: any PolicyEngine = NoPolicyEngine(), openPGP: any OpenPGPVerifier = NoOpenPGPVerifier(),
        depth: FleetReader.Depth, replacing: (@Sendable (Policies) -> Policies)? = nil, ledger: LedgerHistory? = nil
    ) {
        self.reader = reader
        self.mark = mark
        self.alarm = alarm
        self.adopting = adopting
        self.proving = proving
        self.engine = engine
        self.openPGP = openPGP
        self.depth = depth
        self.replacing = replacing
        self.ledger = ledger
    }

    /// What is known of the fleet from `viewpoint`, as of `instant`.
    ///
    /// - Throws: ``GitError``, or ``Problem`` for a layout that cannot be understood.
    package func observation(
        from viewpoint: Viewpoint, at instant: Timestamp, in repository: borrowing Repository
    ) throws -> Observation {
        let records = try repository.commit(viewpoint.basis).tree
        let layout = try reader.layout(at: viewpoint.tree, in: repository)
        let files = try reader.files(in: viewpoint.tree, layout: layout, at: past, repository: repository)
        try requireBranchesOfTheirOwn(files)
        let policies = try policies(at: viewpoint.tree, around: instant, in: repository)
        let scene = Scene(
            viewpoint: viewpoint, records: records, layout: layout, files: files, policies: policies,
            book: ContractBook(policies: policies.policies, environments: files.names))
        let rest = try resting(in: scene, in: repository)
        var left = rest.map { leftOut($0, in: scene) } ?? []
        while true {
            let observation = try observation(of: scene, besides: left, rest: rest, at: instant, in: repository)
            let missing = missed(in: observation)
            if missing.isEmpty { return observation }
            left.removeAll { missing.contains($0.name) }
        }
    }

    /// Those that were left out and are asked for, as only showed when the others were read.
    private func missed(in observation: Observation) -> Set<EnvironmentName> {
        let contracts = observation.formerPolicies.values.flatMap(\.policies.contracts)
        guard !observation.resting.isEmpty, !contracts.isEmpty else { return [] }
        let left = Set(observation.resting.map(\.name))
        // What tags meant before is asked of the ledgers of all.
        if contracts.contains(where: { $0.immutableTags != nil }) { return left }
        return Set(
            observation.environments.flatMap { environment in
                contracts.flatMap { $0.neighbours(of: environment.name) }
            }
        ).intersection(left)
    }

    /// What an observation is made in.
    private struct Scene {
        let viewpoint: Viewpoint
        /// The commit tree with the locks.
        let records: ObjectID
        let layout: FleetLayout
        let files: EnvironmentFiles
        let policies: PolicyReader.Reading
        let book: ContractBook
    }

    /// The environments that rest and may be left out; `nil` where all have to be looked at.
    private func resting(
        in scene: Scene, in repository: borrowing Repository
    ) throws(GitError) -> RestingEnvironments? {
        // What tags meant before is asked of the ledgers of all.
        // In a clone that is cut off, what is missing can come without any id changing.
        guard leavesResting, adopting.isEmpty, proving.isEmpty, ledger == nil, scene.viewpoint.proposal == nil,
            !repository.isShallow,
            !scene.policies.policies.contracts.contains(where: { $0.immutableTags != nil })
        else { return nil }
        return try reader.resting(scene.files, records: scene.records, in: repository)
    }

    /// What is known of `scene`, but for those of `left`; who else is at rest is kept in `rest`.
    private func observation(
        of scene: Scene, besides left: [RestingEnvironment], rest: RestingEnvironments?, at instant: Timestamp,
        in repository: borrowing Repository
    ) throws -> Observation {
        let (viewpoint, files, policies, book) = (scene.viewpoint, scene.files, scene.policies, scene.book)
        let environments = try observed(of: scene, besides: left, in: repository)
        let doubtful = try PublicationLine.doubtful(among: environments, in: repository)
        var ledger = try LedgerProof(book: book, proving: proving.union(doubtful), known: self.ledger).facts(
            of: environments, hasContracts: !policies.policies.contracts.isEmpty, tip: viewpoint.basis, in: repository)
        ledger.environments = try PublicationLine.grounded(
            ledger.environments, doubtful: doubtful, recordings: ledger.recordings, in: repository)
        let signers = try SignersReading(at: viewpoint.tree, in: repository)
        // Where there is no such file, only gates that ask for signatures have something to say about it.
        let signersProblem = signers.isAbsent ? [] : [signers.problem].compactMap(\.self)
        // A branch that is watched in another's place must not be a way around the contracts.
        let mayBegin = try ledger.adoptable.isEmpty || mark?.hasNeighbours(in: repository) != true
        var observation = Observation(
            basis: viewpoint.basis.hex, environments: ledger.environments, policies: policies.policies,
            zones: policies.zones, residences: ledger.residences,
            adoptable: (mayBegin ? ledger.adoptable : []).union(adopting),
            problems: problems(files, layout: scene.layout) + book.problems + signersProblem)
        observation.resting = left
        observation.repositories = scene.layout.repositories
        observation.historyBreak = alarm ?? mark?.broken(at: viewpoint.basis, in: repository)
        // Where nothing moves nobody asks for more.
        guard observation.historyBreak == nil else { return observation }
        rest?.keep(observation.environments, doubtful: doubtful)
        try addBackground(
            to: &observation,
            Background(viewpoint: viewpoint, files: files, layout: scene.layout, ledger: ledger, signers: signers),
            at: instant, in: repository)
        return observation
    }

    /// Those at rest of whom nothing is needed: not to compare with, and not to know that the ledger has begun.
    private func leftOut(_ rest: RestingEnvironments, in scene: Scene) -> [RestingEnvironment] {
        let contracts = scene.policies.policies.contracts
        var needed = Set(rest.others.flatMap(scene.book.sources))
        for name in rest.others { needed.formUnion(contracts.flatMap { $0.neighbours(of: name) }) }
        return rest.resting.dropFirst().filter { !needed.contains($0.name) }
    }

    /// What the environments of `scene` declare, have recorded and published, but for those of `left`.
    private func observed(
        of scene: Scene, besides left: [RestingEnvironment], in repository: borrowing Repository
    ) throws(GitError) -> [ObservedEnvironment] {
        let files = scene.files
        var omitted = left[...]
        // Both are sorted.
        let looked = files.names.filter { name in
            guard omitted.first?.name == name else { return true }
            omitted.removeFirst()
            return false
        }
        let declared = try reader.environments(
            files, of: left.isEmpty ? nil : looked, layout: scene.layout, depth: depth, in: repository)
        let recorded = try RecordReader.records(of: declared, at: scene.records, in: repository)
        return zip(declared, recorded).map { environment, record in
            let published = files.branches[environment.name].map { branch in
                PublishedReader(reader: reader, layout: scene.layout)
                    .published(environment.name, branch: branch, in: repository)
            }
            var observed = ObservedEnvironment(declared: environment, record: record, published: published)
            observed.reference = files.references[environment.name]?.name
            return observed
        }
    }

    /// The policies at the commit tree `tree`, or what stands in for them.
    private func policies(
        at tree: ObjectID, around instant: Timestamp, in repository: borrowing Repository
    ) throws(GitError) -> PolicyReader.Reading {
        let found = try PolicyReader.reading(at: tree, around: instant, in: repository)
        guard let replacing else { return found }
        let policies = replacing(found.policies)
        return PolicyReader.Reading(policies: policies, zones: ZoneDatabase.rules(for: policies, around: instant))
    }

    /// What was read before anybody knows what waits.
    private struct Background {
        let viewpoint: Viewpoint
        let files: EnvironmentFiles
        let layout: FleetLayout
        let ledger: LedgerProof.Facts
        let signers: SignersReading
    }

    /// What only some gates ask for, read where something waits.
    private func addBackground(
        to observation: inout Observation, _ ground: Background, at instant: Timestamp,
        in repository: borrowing Repository
    ) throws {
        let (files, layout, ledger) = (ground.files, ground.layout, ground.ledger)
        var signing = observation.policies.contracts.filter(\.asksForSignedCommits)
        try addOrigins(to: &observation, ground, verifying: signing, at: instant, in: repository)
        let former = Set(
            observation.origins.values.flatMap { origins in
                origins.components.values.flatMap(\.formerPolicies) + (origins.configuration?.formerPolicies ?? [])
            })
        let waiting = WaitingPromotions(in: observation)
        guard !waiting.members.isEmpty else { return }
        let shelves = Shelves(
            view: ground.viewpoint.evidence, instant: instant, promotions: waiting.members.map(\.promotion))
        observation.evidence = try shelves.shelf(
            on: layout.evidence, signers: ground.signers, people: observation.policies.people, in: repository)
        for id in former {
            guard let tree = ObjectID(hex: id), let branch = reader.evidenceBranch(at: tree, in: repository) else {
                continue
            }
            let reading = try PolicyReader.reading(at: tree, around: instant, in: repository)
            observation.formerPolicies[id] = FormerPolicies(
                policies: reading.policies,
                evidence: try shelves.shelf(
                    on: branch, signers: try SignersReading(at: tree, in: repository), people: reading.policies.people,
                    in: repository), evidenceBranch: branch)
            observation.formerPolicies[id]?.repositories =
                reader.readableLayout(at: tree, in: repository)?.repositories ?? RepositoryMap()
            observation.zones.merge(reading.zones) { now, _ in now }
            signing += reading.policies.contracts.filter(\.asksForSignedCommits)
        }
        // What only replaced contracts ask for is not known before it is known what was replaced.
        if signing.contains(where: { !observation.policies.contracts.contains($0) }) {
            try addOrigins(to: &observation, ground, verifying: signing, at: instant, in: repository)
        }
        observation.arrivals = ledger.arrivals
        let contracts = observation.policies.contracts + observation.formerPolicies.values.flatMap(\.policies.contracts)
        if contracts.contains(where: { $0.immutableTags != nil }) {
            observation.tagRecords = try TagRecordReader(known: self.ledger).records(
                of: observation.environments, tip: ground.viewpoint.basis, in: repository)
        }
        if contracts.contains(where: \.asksForSurveys) {
            let names = Set(waiting.members.map(\.promotion.environment))
            for name in names.union(names.flatMap { name in contracts.flatMap { $0.neighbours(of: name) } }) {
                do throws(Problem) {
                    observation.surveys[name] = try reader.surveyed(
                        try claimed(by: name, files, in: repository), layout: layout, in: repository)
                } catch {
                    observation.surveyProblems[name] = error
                }
            }
        }
        let questions = waiting.questions(in: observation, at: instant)
        if !questions.isEmpty {
            let modules =
                observation.policies.modules.values
                + observation.formerPolicies.values.flatMap {
                    $0.policies.modules.values
                }
            observation.answers = engine.answers(to: questions, modules: Array(modules))
        }
    }

    /// The files of the environment `name`.
    private func claimed(
        by name: EnvironmentName, _ files: EnvironmentFiles, in repository: borrowing Repository
    ) throws(Problem) -> [ClaimedFile] {
        do throws(GitError) {
            return try files.claimed(by: name, in: repository).files
        } catch {
            throw Problem(Place(file: files.folders[name]?.path ?? ""), error.summary)
        }
    }

    /// Who brought what waits; with those who signed it, where one of `contracts` may guard it.
    private func addOrigins(
        to observation: inout Observation, _ ground: Background, verifying contracts: [Contract],
        at instant: Timestamp, in repository: borrowing Repository
    ) throws(GitError) {
        var origins = OriginReader(reader: reader, layout: ground.layout, viewpoint: ground.viewpoint)
        // As the base of a change says, not the change.
        let base = try repository.commit(ground.viewpoint.basis).tree
        origins.isFollowing = reader.hasOwnLedger(at: base, in: repository)
        let verifier = CommitVerifier(openPGP: openPGP, at: instant)
        var unasked: [OriginReader.Waiting] = []
        for environment in observation.environments where LedgerProof.isWaiting(environment) {
            let name = environment.name
            guard environment.record != .absent || !observation.adoptable.contains(name) else { continue }
            let waiting = OriginReader.Waiting(
                environment: environment, recordings: ground.ledger.recordings[name] ?? [:],
                entries: ground.ledger.entries[name] ?? [:])
            guard contracts.contains(where: { $0.to.contains { $0.matches(name.description) } }) else {
                unasked.append(waiting)
                continue
            }
            (origins.verifier, origins.signers) = (verifier, ground.signers)
            observation.origins[name] = try origins.origins(of: [waiting], files: ground.files, in: repository).first
        }
        (origins.verifier, origins.signers) = (nil, nil)
        let found = try origins.origins(of: unasked, files: ground.files, in: repository)
        for (waiting, found) in zip(unasked, found) { observation.origins[waiting.environment.name] = found }
    }

    /// Two environments on one branch would publish over each other.
    private func requireBranchesOfTheirOwn(_ files: EnvironmentFiles) throws(Problem) {
        let users = Dictionary(grouping: files.branches.keys.sorted()) { files.branches[$0] ?? "" }
        guard let (branch, names) = users.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) else { return }
        throw Problem(
            Place(file: FleetLayout.fileName),
            "\(names.map(\.description).joined(separator: " and ")) publish to one branch, \(branch); "
                + "put {env} into its name")
    }

    private func problems(_ files: EnvironmentFiles, layout: FleetLayout) -> [Problem] {
        files.names.isEmpty && files.otherProblems.isEmpty ? [Self.emptiness(layout)] : files.otherProblems
    }

    /// The problem of a repository in which no environment is found.
    package static func emptiness(_ layout: FleetLayout) -> Problem {
        let message =
            layout.isDefault
            ? "there is no folder \(FleetLayout.environmentsFolder)/ with an environment in it; run \"towpath init\", "
                + "or describe the layout in \(FleetLayout.fileName)"
            : "no path matches an environment of \(FleetLayout.fileName)"
        return Problem(Place(file: layout.isDefault ? FleetLayout.environmentsFolder : FleetLayout.fileName), message)
    }
}
