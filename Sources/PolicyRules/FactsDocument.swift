package import JSONText
package import PromotionModel

/// The facts of one judgement as JSON: the input of rules in Rego, and what a decision's digest is taken over.
///
/// Canonical: keys are sorted by their bytes, lists by what they hold, and the same facts give the same bytes. Secrets
/// are not in it; of a setting that is taken for one, the path is.
package enum FactsDocument {
    /// The document on one line.
    ///
    /// - Parameter contract: What it is judged by, named by name, file and blob.
    /// - Parameter instant: When it is judged; left out where the digest must not depend on it.
    package static func text(of facts: Facts, contract: Contract?, at instant: Timestamp? = nil) -> String {
        line(value(of: facts, contract: contract, at: instant))
    }

    /// The members of the one promotion, as text, without what waits beside it and what arrived before it.
    package static func ownTexts(
        of facts: Facts, contract: Contract?, at instant: Timestamp? = nil
    ) -> [String: String] {
        ownMembers(of: facts, contract: contract, at: instant).mapValues(line)
    }

    /// The items of `companions`, if `changes` waited beside a promotion: each as text, in their order.
    package static func companionTexts(of changes: [Promotion.Change]) -> [String] {
        changes.sorted { $0.component < $1.component }.map { line(change($0)) }
    }

    /// One item of `arrivals` as text.
    package static func arrivalText(_ instant: Timestamp) -> String {
        line(text(instant))
    }

    /// The document as a value.
    package static func value(of facts: Facts, contract: Contract?, at instant: Timestamp? = nil) -> JSONValue {
        let members = Common(facts).members.merging(ownMembers(of: facts, contract: contract, at: instant)) { $1 }
            .merging(listedMembers(of: facts)) { $1 }
        return canonical(.object(members.map { JSONValue.Member($0.key, $0.value) }))
    }

    /// What all promotions to one environment by one contract have in common.
    ///
    /// It grows with the environment: written anew for each promotion, the cost would grow with its square.
    package struct Common: Hashable, Sendable {
        private let freezes: [Freeze]
        private let zones: [String: ZoneRules]
        private let sources: [Facts.Source]
        private let recorded: [ComponentName: Artifact]
        private let people: People
        private let survey: ManifestSurvey?
        private let holds: [Hold]

        package init(_ facts: Facts) {
            freezes = facts.freezes
            zones = facts.zones
            sources = facts.sources
            recorded = facts.recorded
            people = facts.people
            survey = facts.survey
            holds = facts.holds
        }

        /// The members as text.
        package var texts: [String: String] {
            members.mapValues(line)
        }

        fileprivate var members: [String: JSONValue] {
            [
                "freezes": list(freezes.sorted { ($0.name, $0.place) < ($1.name, $1.place) }, freeze),
                "zones": FactsDocument.texts(zones.keys),
                "sources": list(sources.sorted { $0.name < $1.name }, source),
                "recorded": object(recorded, artifact),
                "people": FactsDocument.people(people),
                "survey": survey.map(FactsDocument.survey) ?? .null,
                "holds": list(holds.sorted { ($0.scope, $0.since) < ($1.scope, $1.since) }, hold),
            ]
        }
    }

    /// The members that hold a promotion against all others of its environment.
    private static func listedMembers(of facts: Facts) -> [String: JSONValue] {
        [
            "companions": list(facts.companions.sorted { $0.component < $1.component }, change),
            "arrivals": list(facts.arrivalTimes.sorted(), text),
        ]
    }

    private static func ownMembers(
        of facts: Facts, contract: Contract?, at instant: Timestamp?
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "apiVersion": "towpath.dev/v1",
            "kind": "Facts",
            "contract": contract.map { ["name": .string($0.name), "reference": .string($0.reference)] } ?? .null,
            "promotion": promotion(facts.promotion),
            "residences": .array(facts.residences.map(residence).sorted { line($0) < line($1) }),
            "changeAuthors": facts.changeAuthors.map { texts($0) } ?? .null,
            "buildAuthors": texts(facts.buildAuthors),
            "waitingSince": .optional(facts.waitingSince?.description),
        ]
        members.merge(statements(facts)) { $1 }
        if let instant { members["at"] = text(instant) }
        // Only where a gate asks, so that the digest of all other facts stays what it was.
        if let commits = facts.changeCommits {
            members["changeCommits"] = list(
                commits.sorted { ($0.id, $0.place.rawValue) < ($1.id, $1.place.rawValue) }, changeCommit)
        }
        if !facts.repositories.rules.isEmpty { members["repositories"] = list(facts.repositories.rules, repositories) }
        if let tags = facts.tagRecords { members["pinning"] = pinning(tags, facts.arrivals) }
        // Before the engine is asked there is no answer, and what it is asked must not depend on the answer.
        if !facts.answers.isEmpty { members["answers"] = answers(facts.answers) }
        return members
    }
}

// MARK: Building

extension FactsDocument {
    /// The same value with the keys of every object sorted by their bytes.
    private static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(sorted(members.map { JSONValue.Member($0.key, canonical($0.value)) }))
        case .array(let items): .array(items.map(canonical))
        case .null, .bool, .number, .string: value
        }
    }

    /// Most mappings are sorted already, or have one key.
    private static func sorted(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        func precedes(_ left: JSONValue.Member, _ right: JSONValue.Member) -> Bool {
            left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
        guard zip(members, members.dropFirst()).contains(where: { precedes($1, $0) }) else { return members }
        return members.sorted(by: precedes)
    }

    private static func line(_ value: JSONValue) -> String {
        JSONWriter.line(canonical(value))
    }

    private static func text(_ value: some CustomStringConvertible) -> JSONValue {
        .string(value.description)
    }

    /// Texts, each once, sorted.
    private static func texts(_ values: some Sequence<String>) -> JSONValue {
        .array(Set(values).sorted().map(JSONValue.string))
    }

    private static func list<Item>(_ items: [Item], _ body: (Item) -> JSONValue) -> JSONValue {
        .array(items.map(body))
    }

    private static func object<Key: CustomStringConvertible, Value>(
        _ values: [Key: Value], _ body: (Value) -> JSONValue
    ) -> JSONValue {
        .object(values.map { JSONValue.Member($0.key.description, body($0.value)) })
    }
}

// MARK: Parts

extension FactsDocument {
    private static func artifact(_ artifact: Artifact) -> JSONValue {
        [
            "repository": .string(artifact.repository), "tag": .optional(artifact.tag),
            "digest": .optional(artifact.digest?.description),
        ]
    }

    private static func change(_ change: Promotion.Change) -> JSONValue {
        [
            "component": text(change.component), "from": change.from.map(artifact) ?? .null,
            "to": change.to.map(artifact) ?? .null, "supersedes": .optional(change.supersedes?.description),
        ]
    }

    private static func promotion(_ promotion: Promotion) -> JSONValue {
        let configuration = promotion.configuration.map { change -> JSONValue in
            [
                "from": .optional(change.from?.description), "to": text(change.to),
                "supersedes": .optional(change.supersedes?.description),
            ]
        }
        return [
            "id": text(promotion.id), "environment": text(promotion.environment),
            "changes": list(promotion.changes.sorted { $0.component < $1.component }, change),
            "configuration": configuration ?? .null,
        ]
    }

    private static func hold(_ hold: Hold) -> JSONValue {
        [
            "scope": text(hold.scope), "reason": .string(hold.reason), "owner": .string(hold.owner),
            "since": text(hold.since), "until": .optional(hold.until?.description),
            "rejected": .optional(hold.rejected?.description),
        ]
    }

    private static func freeze(_ freeze: Freeze) -> JSONValue {
        [
            "name": .string(freeze.name), "environments": texts(freeze.environments.map(\.description)),
            "reason": .string(freeze.reason), "owner": .string(freeze.owner),
            "from": .optional(freeze.from?.description), "until": text(freeze.until),
        ]
    }

    private static func residence(_ residence: Residence) -> JSONValue {
        [
            "environment": text(residence.environment), "digest": text(residence.digest),
            "from": text(residence.from), "until": .optional(residence.until?.description),
            "health": .string(residence.health.rawValue),
        ]
    }

    private static func source(_ source: Facts.Source) -> JSONValue {
        let declarations = source.declarations.sorted { ($0.component, $0.place) < ($1.component, $1.place) }
        return [
            "name": text(source.name), "record": source.record.map(record) ?? .null,
            "declarations": list(declarations) { declaration in
                ["component": text(declaration.component), "artifact": artifact(declaration.artifact)]
            },
            "survey": source.survey.map(survey) ?? .null,
        ]
    }

    private static func record(_ record: EnvironmentRecord) -> JSONValue {
        [
            "components": object(record.components) { component in
                [
                    "artifact": artifact(component.artifact), "promotion": text(component.promotion),
                    "source": .optional(component.source?.description), "at": text(component.at),
                    "previous": .optional(component.previous), "health": .string(component.health.rawValue),
                ]
            },
            "configuration": .optional(record.configuration?.digest.description),
            "holds": list(record.holds.values.sorted { $0.scope < $1.scope }, hold),
        ]
    }

    /// What is taken for a secret shows its path and no value, wherever else the same path stands.
    private static func survey(_ survey: ManifestSurvey) -> JSONValue {
        let hidden = Set(survey.plainSecrets.map(\.path))
        let secrets = survey.plainSecrets.sorted { ($0.place, $0.path) < ($1.place, $1.path) }
        return [
            "settings": .object(
                survey.settings.map { JSONValue.Member($0.path, hidden.contains($0.path) ? .null : .string($0.text)) }),
            "plainSecrets": list(secrets) { secret in
                [
                    "path": .string(secret.path), "place": text(secret.place), "reason": .string(secret.reason),
                ]
            },
            "secretNames": texts(survey.secretNames),
            "resources": object(survey.resources) { .number($0.description) },
            "unstatedResources": object(survey.unstatedResources) { texts($0) },
            "dependencies": object(survey.dependencies) { texts($0.map(\.description)) },
        ]
    }

    private static func people(_ people: People) -> JSONValue {
        [
            "roles": object(people.roles) { texts($0) },
            "aliases": .array(people.aliases.map { texts($0) }.sorted { line($0) < line($1) }),
        ]
    }

    private static func statements(_ facts: Facts) -> [String: JSONValue] {
        [
            "evidence": list(facts.evidence.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }, statement),
            "refusedEvidence": list(facts.refusedEvidence.sorted { ($0.path, $0.id) < ($1.path, $1.id) }) { refused in
                [
                    "id": text(refused.id), "subject": text(refused.subject), "reason": .string(refused.reason),
                    "path": .string(refused.path),
                ]
            },
            "consents": list(facts.consents.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }) { consent in
                [
                    "id": text(consent.id), "kind": .string(consent.kind.rawValue),
                    "promotion": text(consent.promotion), "signer": signer(consent.signer),
                    "reason": .string(consent.reason), "firstSeen": text(consent.firstSeen),
                ]
            },
        ]
    }

    private static func statement(_ statement: Evidence) -> JSONValue {
        let signers = statement.signers.sorted { ($0.name, $0.key) < ($1.name, $1.key) }
        return [
            "id": text(statement.id), "subject": text(statement.subject), "kind": text(statement.kind),
            "name": .optional(statement.name), "values": object(statement.values, value),
            "signers": list(signers, signer), "firstSeen": text(statement.firstSeen),
        ]
    }

    private static func value(_ value: Evidence.Value) -> JSONValue {
        switch value {
        case .text(let text): .string(text)
        case .number(let number): .number(number.description)
        case .flag(let flag): .bool(flag)
        case .incomparable(let text): ["incomparable": .string(text)]
        }
    }

    private static func signer(_ signer: EvidenceSigner) -> JSONValue {
        [
            "principals": texts(signer.principals), "roles": texts(signer.roles), "key": .string(signer.key),
        ]
    }

    private static func changeCommit(_ commit: ChangeCommit) -> JSONValue {
        let signature: JSONValue =
            switch commit.signature {
            case .unsigned: "unsigned"
            case .refused(let reason): ["refused": .string(reason)]
            case .unverified(let reason): ["unverified": .string(reason)]
            case .signed(let signatory):
                [
                    "principals": texts(signatory.principals), "key": .string(signatory.key),
                    "from": .optional(signatory.from?.description), "until": .optional(signatory.until?.description),
                ]
            }
        return [
            "id": .string(commit.id), "place": .string(commit.place.rawValue),
            "isPlainMerge": .bool(commit.isPlainMerge), "firstSeen": .optional(commit.firstSeen?.description),
            "signature": signature,
        ]
    }

    private static func repositories(_ rule: RepositoryMap.Rule) -> JSONValue {
        list(rule.names.map { $0 }) { name in
            ["environment": text(name.environment), "repository": text(name.repository)]
        }
    }

    private static func pinning(_ tags: TagRecords, _ arrivals: [Facts.Arrival]) -> JSONValue {
        [
            "records": list(tags.records) { record in
                [
                    "component": text(record.component), "artifact": artifact(record.artifact),
                    "environment": text(record.environment), "at": text(record.at),
                ]
            },
            "unread": texts(tags.unread.map(\.description)),
            "moving": texts(arrivals.filter(\.isMoving).map(\.component.description)),
        ]
    }

    private static func answers(_ answers: [RegoRule: RegoAnswer]) -> JSONValue {
        let sorted = answers.sorted { ($0.key.file, $0.key.query) < ($1.key.file, $1.key.query) }
        return list(sorted) { rule, answer in
            let result: JSONValue =
                switch answer {
                case .denied(let messages): ["denied": .array(messages.map(JSONValue.string))]
                case .undefined: "undefined"
                case .unanswered(let reason): ["unanswered": .string(reason)]
                }
            return ["file": .string(rule.file), "query": .string(rule.query), "result": result]
        }
    }
}
