import PolicyRules
package import PromotionModel

/// Finds every difference that no pending promotion explains.
package struct DriftDetection: Sendable {
    private let observation: Observation
    private let evidence: LedgerEvidence
    private let plan: Plan
    private let book: ContractBook
    private var findings: [DriftFinding] = []

    /// The findings of `observation`, given what the ledger proves and what is planned; sorted, ignored ones left out.
    package static func findings(
        in observation: Observation, evidence: LedgerEvidence, plan: Plan
    ) -> [DriftFinding] {
        var detection = DriftDetection(observation: observation, evidence: evidence, plan: plan)
        for environment in observation.environments {
            detection.judgeReadability(of: environment)
            detection.judgeDeclarations(of: environment)
            detection.judgeRecord(of: environment)
            detection.judgePublication(of: environment)
        }
        detection.judgeHistory()
        detection.judgeEmergencies()
        detection.judgePolicies()
        return detection.withoutIgnored()
    }

    private init(observation: Observation, evidence: LedgerEvidence, plan: Plan) {
        self.observation = observation
        self.evidence = evidence
        self.plan = plan
        book = ContractBook(policies: observation.policies, environments: observation.names)
    }

    private mutating func report(
        _ kind: DriftFinding.Kind, _ environment: EnvironmentName?, _ component: ComponentName? = nil,
        expected: String? = nil, actual: String? = nil, place: Place? = nil, _ message: String
    ) {
        // Several things in one file may be unknown; what is wrong with it tells them apart.
        let id = Fingerprint.short(
            [kind.rawValue, environment?.description ?? "", component?.description ?? "", expected ?? "", actual ?? ""]
                + (kind == .unknown ? [message] : []))
        findings.append(
            DriftFinding(
                id: "drift-\(id)", kind: kind, environment: environment, component: component, expected: expected,
                actual: actual, place: place, message: message))
    }

    private mutating func judgeReadability(of environment: ObservedEnvironment) {
        for problem in environment.declared.problems where problem.severity == .error {
            report(
                .unknown, environment.name, actual: problem.place.file, place: problem.place,
                "\(problem.message); what it declares is not known")
        }
        if case .unreadable(let problem) = environment.published {
            report(.unknown, environment.name, actual: problem.place.file, place: problem.place, problem.message)
        }
    }

    private mutating func judgeDeclarations(of environment: ObservedEnvironment) {
        let sources = book.sources(of: environment.name)
        let claims = book.claims(to: environment.name)
        for declaration in environment.declared.declarations {
            let artifact = declaration.artifact
            if let reason = looseness(of: declaration, by: claims) {
                report(
                    .unpinned, environment.name, declaration.component, actual: artifact.description,
                    place: declaration.place, "\(declaration.component) declares \(artifact) \(reason)")
            }
            if !sources.isEmpty, !sources.contains(where: { held(artifact, of: environment.name, in: $0) }) {
                let names = sources.map(\.description).joined(separator: " or ")
                report(
                    .skewed, environment.name, declaration.component, actual: artifact.description,
                    place: declaration.place,
                    "\(declaration.component) declares \(artifact.version), which \(names) never held")
            }
        }
    }

    /// Why what `declaration` names is not fixed as its contract asks; `nil` where it is.
    ///
    /// A contract that asks for nothing, or none at all, changes nothing in what a digest is good for.
    private func looseness(of declaration: Declaration, by claims: ContractBook.Claims) -> String? {
        var rule = PinRule.digest
        if case .contract(let contract) = claims.choice(for: declaration.component) {
            rule = contract.immutableTags.map(PinRule.tag) ?? .digest
        }
        guard rule == .digest else {
            return Pinning.shortcoming(of: declaration.artifact, isMoving: declaration.isMoving, by: rule)
        }
        return declaration.artifact.isPinned ? nil : "without a digest"
    }

    /// Whether `environment` declares, records or ever recorded what `artifact` names.
    private func held(_ own: Artifact, of home: EnvironmentName, in environment: EnvironmentName) -> Bool {
        let artifact = observation.repositories.translated(own, from: home, to: environment)
        if evidence.arrivals[environment, default: []].contains(where: { $0.isSameContent(as: artifact) }) {
            return true
        }
        guard let source = observation[environment] else { return false }
        return source.declared.declarations.contains { $0.artifact.isSameContent(as: artifact) }
            || source.knownRecord?.components.values.contains { $0.artifact.isSameContent(as: artifact) } ?? true
    }

    private mutating func judgeRecord(of environment: ObservedEnvironment) {
        let name = environment.name
        let isProven = environment.record == evidence.folded[name].map { .present($0) } ?? .absent
        // What was put back as it was does no harm any more, and is told by the ledger's history.
        let intrusions = evidence.intrusions.filter { $0.environment == name }
        if !isProven || evidence.restarted.contains(name) {
            for intrusion in intrusions {
                report(
                    .tampered, name, actual: intrusion.commit,
                    "commit \(intrusion.commit.prefix(12)) changed the lock: \(intrusion.message)")
            }
        }
        if let stray = evidence.strays[name] {
            let path = FleetLayout.lockPath(of: name)
            report(
                .tampered, name, actual: stray, place: Place(file: path),
                "somebody wrote the lock on the watched branch, where it does not count: the ledger has its own branch")
        }
        if case .unreadable(let problem) = environment.record {
            report(.tampered, name, actual: problem.message, place: problem.place, problem.message)
        }
        let record: EnvironmentRecord
        switch environment.record {
        case .present(let known), .disproved(let known, _): record = known
        case .absent, .unreadable: return
        }
        if !isProven, intrusions.isEmpty {
            report(
                .tampered, name, actual: "fold",
                "the lock is not what its ledger gives: a commit that looks like an entry changed more than it says")
        }
        let refusals = plan.environments.first { $0.environment == name }?.actions.filter { $0.kind == .refuse } ?? []
        let stuck = Set(refusals.flatMap(\.promotion.changes).filter { $0.to == nil }.map(\.component))
        for (component, recorded) in record.components.sorted(by: { $0.key < $1.key }) {
            if stuck.contains(component) {
                report(
                    .undeclared, name, component, expected: recorded.artifact.description,
                    "\(component) is recorded and no longer declared, and its removal is refused")
            }
            if !evidence.arrivals[name, default: []].contains(recorded.artifact) {
                report(
                    .bypassed, name, component, actual: recorded.artifact.description,
                    "\(component) records \(recorded.artifact.version), which no promotion brought")
            }
        }
    }

    private mutating func judgePublication(of environment: ObservedEnvironment) {
        guard case .present(let state) = environment.published, let record = environment.knownRecord else { return }
        let name = environment.name
        let planned = plan.environments.first { $0.environment == name }?.record?.components ?? [:]
        for component in Set(record.components.keys).union(state.artifacts.keys).sorted() {
            let published = state.artifacts[component]
            let recorded = record.components[component]?.artifact
            guard published?.artifact != recorded, published?.artifact != planned[component]?.artifact else { continue }
            let message: String
            switch (recorded, published) {
            case (let recorded?, let published?):
                message =
                    "\(component) is recorded as \(recorded.label(beside: published.artifact)); "
                    + "\(state.branch) holds \(published.artifact.label(beside: recorded))"
                report(
                    .mismatched, name, component, expected: recorded.description,
                    actual: published.artifact.description, place: published.place, message)
            case (let recorded?, nil):
                message = "\(component) is recorded as \(recorded.version) and absent from \(state.branch)"
                report(.missing, name, component, expected: recorded.description, message)
            case (nil, let published?):
                message = "\(component) is on \(state.branch) as \(published.artifact.version) and not recorded"
                report(
                    .unexpected, name, component, actual: published.artifact.description, place: published.place,
                    message)
            case (nil, nil):
                continue
            }
            if let published, !evidence.arrivals[name, default: []].contains(published.artifact) {
                report(
                    .bypassed, name, component, actual: published.artifact.description, place: published.place,
                    "\(state.branch) holds \(component) \(published.artifact.version), which no promotion brought")
            }
        }
    }

    private mutating func judgeHistory() {
        guard let broken = observation.historyBreak else { return }
        report(
            .rewritten, nil, expected: broken.seen,
            "\(broken.branch) \(broken.account); \(broken.advice)")
    }

    private mutating func judgeEmergencies() {
        for promoted in evidence.emergencies where promoted.reviewDue <= plan.at {
            let consents = observation.evidence.consents[promoted.promotion] ?? []
            guard !promoted.isReviewed(in: consents, people: observation.policies.people) else { continue }
            report(
                .unreviewed, promoted.environment, actual: promoted.promotion.description,
                "\(promoted.promotion) skipped gates in an emergency at \(promoted.at) "
                    + "(\(promoted.emergency.by.joined(separator: " and ")): \(promoted.emergency.reason)); "
                    + "a review was due at \(promoted.reviewDue): towpath review \(promoted.environment) "
                    + "\(promoted.promotion) --reason …")
        }
    }

    private mutating func judgePolicies() {
        let problems = Set(observation.policies.defects.map(\.problem) + book.problems + observation.problems)
        for problem in problems.sorted() where problem.severity == .error {
            report(.unknown, nil, actual: problem.place.file, place: problem.place, problem.message)
        }
        for ignore in observation.policies.ignores where ignore.expires <= plan.at {
            report(
                .expiredIgnore, nil, expected: ignore.expires.description, actual: ignore.reason, place: ignore.place,
                "the ignore rule \"\(ignore.reason)\" expired at \(ignore.expires); renew it or mend what it hides")
        }
    }

    private func withoutIgnored() -> [DriftFinding] {
        let active = observation.policies.ignores.filter { plan.at < $0.expires }
        let standing = findings.filter { finding in
            // What sets findings aside came with the history in question, or has expired.
            finding.kind == .rewritten || finding.kind == .expiredIgnore || !active.contains { $0.matches(finding) }
        }
        return standing.enumerated().sorted { (before, after) in
            let (left, right) = (before.element, after.element)
            let environments = (left: left.environment?.description ?? "", right: right.environment?.description ?? "")
            if environments.left != environments.right { return environments.left < environments.right }
            if left.kind != right.kind { return left.kind < right.kind }
            if left.component != right.component {
                return (left.component?.description ?? "") < (right.component?.description ?? "")
            }
            // In the order of detection, which is that of time for what happened to a lock.
            return before.offset < after.offset
        }.map(\.element)
    }
}
