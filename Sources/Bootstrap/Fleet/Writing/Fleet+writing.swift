import Acting
import Git
import LedgerFormat
import ManifestFormat
import Observing
package import Planning
import PolicyRules
package import Ports
package import PromotionModel
import Reconciling
import Recording

/// A promotion to be written as a branch.
package struct PromotionRequest: Hashable, Sendable {
    package let environment: EnvironmentName
    /// Empty for all that differ.
    package let components: [ComponentName]
    /// `nil` for the one source that the contract names.
    package let source: EnvironmentName?
    /// Whether to write the digest beside each tag.
    package let pins: Bool

    package init(
        environment: EnvironmentName, components: [ComponentName], source: EnvironmentName?, pins: Bool = false
    ) {
        self.pins = pins
        self.environment = environment
        self.components = components
        self.source = source
    }
}

/// What became of a request to promote.
package struct PromotionReport: Hashable, Sendable {
    /// A proposal, and what became of it.
    package struct Written: Hashable, Sendable {
        package let proposal: Proposal
        package let outcome: Proposal.Outcome
    }

    package let source: EnvironmentName
    /// What the source has of the components that were asked for and that the target declares.
    package let offers: [ComponentName: PromotionSelection.Offer]
    /// `nil` where there is nothing to promote.
    package let written: Written?
    /// What became of each tag that was to get its digest.
    package var pins: [ComponentName: PinOutcome] = [:]
    /// What was left alone because nobody can tell what it corresponds to, and why.
    package var ambiguities: [ComponentName: String] = [:]
    /// Other environments that the files of what would change belong to, and so would change in.
    package var shared: [ComponentName: [EnvironmentName]] = [:]
}

/// A commit on the watched branch, and the one that it was made on.
package struct RecordedCommit: Hashable, Sendable {
    package let commit: String
    package let basis: String
}

extension Fleet {
    /// Writes a proposal that brings `request.environment` to what its source has.
    ///
    /// - Throws: ``Refusal``; then nothing is written.
    package borrowing func promote(_ request: PromotionRequest) throws(Refusal) -> PromotionReport {
        let observation = try observation()
        try requireSeenHistory(observation)
        let target = try environment(request.environment, in: observation)
        let source = try source(of: request, in: observation)
        let known =
            target.declared.declarations.map(\.component)
            + PromotionSelection.additions(from: source, to: target, repositories: observation.repositories).keys
            .sorted()
        for component in request.components {
            try requireComponent(component, of: target.name, among: known)
        }
        var wanted: [Promotion.Change]
        var pins: [ComponentName: PinOutcome] = [:]
        do throws(PromotionSelection.Unselectable) {
            wanted = try PromotionSelection.changes(
                from: source, to: target, only: request.components,
                repositories: observation.repositories)
        } catch {
            throw Refusal(.badInput, error.description)
        }
        let ambiguities = EnvironmentPairing(
            source: source.declared, target: target.declared, repositories: observation.repositories
        ).ambiguities
        if request.pins {
            (wanted, pins) = try pinning(wanted, of: target, named: Set(request.components), in: observation)
        }
        let asked = Set(request.components.isEmpty ? known : request.components)
        let offers = PromotionSelection.offers(of: source).filter { asked.contains($0.key) }
        guard !wanted.isEmpty else {
            return PromotionReport(
                source: source.name, offers: offers, written: nil, pins: pins, ambiguities: ambiguities)
        }
        let promotion = Promotion(
            id: Fingerprint.promotion(environment: target.name, changes: wanted, configuration: nil),
            environment: target.name, changes: wanted, configuration: nil)
        let changed = Set(wanted.map(\.component))
        let since = offers.filter { changed.contains($0.key) }.compactMapValues(\.recordedSince)
        let proposal = Proposal(promotion: promotion, source: source.name, since: since)
        do {
            // A pull request is to the watched branch, which has no entry of a ledger of its own.
            let basis = try ledger == nil ? ObjectID(hex: observation.basis) : watchedCommit()
            guard let basis else { throw Refusal(.internalError, "the basis is no commit id") }
            let ground = try ground(of: target, watching: basis)
            let writer = ProposalWriter(
                repository: try reopened(), reader: ground.reader, identity: try identity(), publisher: publisher)
            let result = try writer.write(
                proposal, declarations: target.declared.declarations, basis: ground.commit, at: clock.now())
            return PromotionReport(
                source: source.name, offers: offers,
                written: PromotionReport.Written(proposal: proposal, outcome: result), pins: pins,
                ambiguities: ambiguities, shared: Self.shared(wanted, of: target))
        } catch let failure as PortFailure {
            throw Refusal(.cannotWrite, failure.message, hint: failure.hint)
        } catch {
            throw Refusal(any: error)
        }
    }

    /// The commit that a proposal for `target` is written on, and what reads it: of an environment with a branch of its
    /// own that of its branch, by the layout at `basis`.
    ///
    /// - Throws: ``Refusal`` for an environment that is a tag.
    private borrowing func ground(
        of target: ObservedEnvironment, watching basis: ObjectID
    ) throws -> (commit: ObjectID, reader: FleetReader) {
        guard let name = target.reference else { return (basis, reader) }
        let tree = try repository.commit(basis).tree
        let layout = try reader.layout(at: tree, in: repository)
        guard
            let reference = try EnvironmentReference.all(of: layout, at: nil, in: repository).first(where: {
                $0.name == name
            }),
            !reference.isTag
        else {
            throw Refusal(
                .badInput, "\(target.name) is what the newest tag holds, \(name), and a tag is not changed",
                hint: "change what the next release is made of, and tag that")
        }
        return (reference.commit, FleetReader(layout: layout))
    }

    /// The other environments that declare what `changes` name in the same file.
    private static func shared(
        _ changes: [Promotion.Change], of target: ObservedEnvironment
    ) -> [ComponentName: [EnvironmentName]] {
        let changed = Set(changes.map(\.component))
        let touching = target.declared.declarations.filter {
            changed.contains($0.component) && !$0.sharedWith.isEmpty
        }
        return Dictionary(touching.map { ($0.component, $0.sharedWith) }) { first, _ in first }
    }

    private borrowing func source(
        of request: PromotionRequest, in observation: Observation
    ) throws(Refusal) -> ObservedEnvironment {
        if let name = request.source { return try environment(name, in: observation) }
        let sources = PromotionSelection.sources(of: request.environment, in: observation)
        guard let first = sources.first else { throw noSource(of: request, in: observation) }
        guard sources.count == 1 else {
            throw Refusal(
                .usage, "\(request.environment) takes from \(sources.map(\.description).joined(separator: " or "))",
                hint: "name one: --from \(first)")
        }
        return try environment(first, in: observation)
    }

    /// The refusal to promote into an environment that takes from none, as far as its contracts can be read.
    private func noSource(of request: PromotionRequest, in observation: Observation) -> Refusal {
        let name = request.environment
        let book = ContractBook(policies: observation.policies, environments: observation.names)
        if case .unusable(let reason) = book.choice(for: request.components.first, in: name) {
            return Refusal(.badInput, reason, hint: "mend it, or name the source: --from ENV")
        }
        let isEntry = observation.policies.contracts.contains { $0.to.contains { $0.matches(name.description) } }
        guard isEntry else {
            return Refusal(
                .badInput, "no contract says where \(name) takes from", hint: "name the source: --from ENV")
        }
        let declarations = observation[name]?.declared.declarations ?? []
        let asked = declarations.filter { request.components.isEmpty || request.components.contains($0.component) }
        let files = Set(asked.map(\.place.file)).sorted()
        let manifests =
            files.isEmpty ? "its manifests" : (files.prefix(3) + (files.count > 3 ? ["…"] : [])).joined(separator: ", ")
        return Refusal(
            .badInput, "builds arrive in \(name): it takes from no other environment",
            hint: "change version and digest in \(manifests) by a pull request, or name a source: --from ENV")
    }

    /// The environment called `name`.
    ///
    /// - Throws: ``Refusal`` with the nearest name.
    borrowing func environment(
        _ name: EnvironmentName, in observation: Observation
    ) throws(Refusal) -> ObservedEnvironment {
        try requireEnvironment(name, among: observation.names)
        guard let environment = observation[name] else {
            throw Refusal(.internalError, "\(name) is not in the observation")
        }
        return environment
    }

    /// How often a lost race is met with a new observation.
    static var attempts: Int { 8 }

    func knownRecord(_ environment: ObservedEnvironment) throws(Refusal) -> EnvironmentRecord {
        if let reference = environment.reference {
            throw Refusal(
                .badInput, "\(environment.name) is read from \(reference), and nothing is recorded of it",
                hint: "only environments on the watched branch have a ledger")
        }
        if let problem = environment.record.problem {
            throw Refusal(
                .badInput, "the record of \(environment.name) cannot be used: \(problem)",
                hint: "see who changed it: git log -- \(FleetLayout.lockPath(of: environment.name))")
        }
        return environment.knownRecord ?? EnvironmentRecord(environment: environment.name)
    }

    /// An empty entry, signed off by the operator.
    borrowing func entry(_ environment: EnvironmentName, basis: String) throws(Refusal) -> LedgerEntry {
        LedgerEntry(
            environment: environment, at: clock.now(), basis: basis, signedOffBy: try identity().description)
    }
}

extension Refusal {
    /// The refusal of a command that met a failure of a port.
    package init(_ failure: PortFailure) {
        let kind: Kind =
            switch failure.consequence {
            case _ where failure.phase == PortFailure.reachingPhase: .unavailable
            case .waitForChange: .badInput
            // What cannot be read is bad input; only the later phases write. A lost race is no failure of theirs.
            case .retry, .halt: failure.phase == "observe" ? .badInput : .cannotWrite
            }
        self.init(kind, failure.message, hint: failure.hint)
    }
}
