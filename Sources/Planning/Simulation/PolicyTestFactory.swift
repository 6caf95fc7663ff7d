import PolicyRules
import PromotionModel

/// Makes of the case of a policy test the facts that the gates judge by.
struct PolicyTestFactory {
    let test: PolicyTest.Case
    let policies: Policies
    let zones: [String: ZoneRules]

    /// The facts for judging by the contract of `choice`.
    func facts(for choice: ContractBook.Choice) -> Facts {
        var contract: Contract?
        if case .contract(let chosen) = choice { contract = chosen }
        let promotion = promotion
        var facts = Facts(
            promotion: promotion, holds: test.holds, sources: (contract?.from ?? []).map(source),
            residences: residences, freezes: policies.freezes, zones: zones)
        facts.recorded = test.recorded.reduce(into: recordedBefore) { recorded, entry in
            recorded[entry.key] = artifact(entry.value, of: entry.key)
        }
        if contract?.immutableTags != nil { facts.tagRecords = tagRecords }
        facts.companions = test.companions.map(change)
        facts.evidence = evidence(about: promotion)
        facts.consents = consents(to: promotion.id)
        facts.changeAuthors = test.authors
        facts.people = people
        facts.changeCommits = changeCommits
        facts.buildAuthors = facts.evidence.filter { $0.kind == .provenance }.flatMap(\.signers)
            .reduce(into: []) { $0.formUnion($1.principals) }
        facts.survey = test.survey
        facts.arrivalTimes = test.arrivals
        facts.waitingSince = test.waitingSince
        if let denials = test.denials {
            for case .rego(let rule) in contract?.gates ?? [] { facts.answers[rule] = .denied(denials.sorted()) }
        }
        return facts
    }

    /// Where the case says that something was recorded, tags of the same components among it.
    private var tagRecords: TagRecords {
        let stays = test.sources.sorted { $0.key < $1.key }.flatMap { name, source -> [TagRecord] in
            guard case .stays(let stays) = source else { return [] }
            return stays.compactMap { stay in
                stay.since.map {
                    TagRecord(
                        component: stay.component, artifact: artifact(stay.artifact, of: stay.component),
                        environment: name, at: $0)
                }
            }
        }
        let unread = test.sources.filter { $0.value == .unreadable }.keys.sorted()
        return TagRecords(
            records: stays.filter { $0.artifact.digest != nil }.sorted {
                ($0.at, $0.environment) < ($1.at, $1.environment)
            },
            unread: unread)
    }

    private var promotion: Promotion {
        let changes = test.changes.map(change)
        let configuration =
            test.movesConfiguration
            ? Promotion.ConfigurationChange(
                from: Self.digest(["configuration", "before"]), to: Self.digest(["configuration", "after"]),
                supersedes: nil) : nil
        return Promotion(
            id: Fingerprint.promotion(environment: test.environment, changes: changes, configuration: configuration),
            environment: test.environment, changes: changes, configuration: configuration)
    }

    private var recordedBefore: [ComponentName: Artifact] {
        var recorded: [ComponentName: Artifact] = [:]
        for change in test.changes + test.companions {
            if let from = change.from { recorded[change.component] = artifact(from, of: change.component) }
        }
        return recorded
    }

    private func change(_ change: PolicyTest.Change) -> Promotion.Change {
        Promotion.Change(
            component: change.component, from: change.from.map { artifact($0, of: change.component) },
            to: change.to.map { artifact($0, of: change.component) }, supersedes: nil, place: test.place)
    }

    /// What `version` stands for.
    private func artifact(_ version: PolicyTest.Version, of component: ComponentName) -> Artifact {
        switch version {
        case .reference(let artifact): artifact
        case .word(let word):
            Artifact(
                repository: component.description, tag: word,
                digest: Self.digest(["artifact", component.description, word]))
        }
    }

    private func source(_ name: EnvironmentName) -> Facts.Source {
        let survey = test.sourceSettings.map { ManifestSurvey(settings: $0) }
        var record = EnvironmentRecord(environment: name)
        guard case .stays(let stays) = test.sources[name] ?? .stays([]) else {
            return Facts.Source(name: name, record: nil, declarations: [], survey: survey)
        }
        var declarations: [Declaration] = []
        for stay in stays where stay.until == nil {
            let artifact = artifact(stay.artifact, of: stay.component)
            declarations.append(
                Declaration(component: stay.component, artifact: artifact, format: "test", place: test.place))
            guard let since = stay.since else { continue }
            record.components[stay.component] = EnvironmentRecord.Component(
                artifact: artifact, promotion: PromotionID(environment: name, fingerprint: Self.hex(["record"], 16)),
                source: nil, at: since, previous: nil, health: stay.health)
        }
        return Facts.Source(name: name, record: record, declarations: declarations, survey: survey)
    }

    /// The stays that have ended.
    private var residences: [Residence] {
        test.sources.sorted { $0.key < $1.key }.flatMap { name, source -> [Residence] in
            guard case .stays(let stays) = source else { return [] }
            return stays.compactMap { stay in
                guard let since = stay.since, let until = stay.until,
                    let digest = artifact(stay.artifact, of: stay.component).digest
                else { return nil }
                return Residence(environment: name, digest: digest, from: since, until: until, health: stay.health)
            }
        }
    }

    private func evidence(about promotion: Promotion) -> [Evidence] {
        let all = test.evidence.enumerated().flatMap { index, statement in
            promotion.changes.compactMap { change -> Evidence? in
                guard statement.component.map({ $0 == change.component }) ?? true, let subject = change.to?.digest
                else { return nil }
                return Evidence(
                    id: Self.digest(["evidence", "\(index)", subject.description]), subject: subject,
                    kind: statement.kind, name: statement.name, values: statement.values,
                    signers: [signer(statement.signer)], firstSeen: statement.seen)
            }
        }
        return all.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }
    }

    private func consents(to promotion: PromotionID) -> [Consent] {
        let all = test.approvals.enumerated().map { index, approval in
            Consent(
                id: Self.digest(["consent", "\(index)"]), kind: approval.kind, promotion: promotion,
                signer: signer(approval.by), reason: approval.reason, firstSeen: approval.at)
        }
        return all.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }
    }

    private var changeCommits: [ChangeCommit]? {
        test.commits?.enumerated().map { index, commit in
            var signature = CommitSignature.unsigned
            if let refusal = commit.refusal { signature = .refused(refusal) }
            if let signer = commit.signer {
                signature = .signed(
                    CommitSignatory(
                        principals: [signer.address], key: self.signer(signer).key, from: nil, until: commit.until))
            }
            return ChangeCommit(
                id: Self.hex(["commit", "\(index)"], 40), place: commit.place, isPlainMerge: commit.isPlainMerge,
                signature: signature, firstSeen: commit.seen)
        }
    }

    /// The people of the policies, with the roles that the case gives to those who signed commits.
    private var people: People {
        var roles = policies.people.roles
        for signer in (test.commits ?? []).compactMap(\.signer) {
            for role in signer.roles { roles[role, default: []].insert(signer.address) }
        }
        return People(roles: roles, aliases: policies.people.aliases)
    }

    private func signer(_ person: PolicyTest.Person) -> EvidenceSigner {
        let known = policies.people.roles.filter { $0.value.contains(person.address) }.keys
        return EvidenceSigner(
            principals: [person.address], roles: Set(person.roles).union(known).sorted(),
            key: "SHA256:\(Self.hex(["key", person.address], 43))")
    }

    private static func hex(_ lines: [String], _ count: Int) -> String {
        String(Fingerprint.full(lines).prefix(count))
    }

    private static func digest(_ lines: [String]) -> Digest {
        do {
            return try Digest("sha256:" + Fingerprint.full(lines))
        } catch {
            preconditionFailure("64 hexadecimal digits are a digest")
        }
    }
}
