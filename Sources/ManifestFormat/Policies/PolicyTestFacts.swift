import PromotionModel
import YAMLSource

/// The facts of a case that concern artifacts, environments and manifests.
enum PolicyTestFacts {
    /// `{component, from, to}`, a list of them.
    static func changes(_ fields: FieldReader, _ key: String) throws(Problem) -> [PolicyTest.Change] {
        var changes: [PolicyTest.Change] = []
        for item in try items(fields, key) {
            let change = try FieldReader(item, file: fields.file, known: ["component", "from", "to"])
            let component = try component(change)
            guard !changes.contains(where: { $0.component == component }) else {
                throw change.problem("\"\(component)\" stands twice")
            }
            let read = PolicyTest.Change(
                component: component, from: try version(change, "from"), to: try version(change, "to"))
            guard read.from != nil || read.to != nil else {
                throw change.problem("expected \"to\", or \"from\" alone for a component that goes")
            }
            changes.append(read)
        }
        return changes.sorted { $0.component < $1.component }
    }

    static func recorded(_ fields: FieldReader) throws(Problem) -> [ComponentName: PolicyTest.Version] {
        var recorded: [ComponentName: PolicyTest.Version] = [:]
        for item in try items(fields, "recorded") {
            let entry = try FieldReader(item, file: fields.file, known: ["component", "artifact"])
            recorded[try component(entry)] = try requiredVersion(entry, "artifact")
        }
        return recorded
    }

    /// A mapping of source environments to what each has; the word `unreadable` for a lock that cannot be read.
    static func sources(_ fields: FieldReader) throws(Problem) -> [EnvironmentName: PolicyTest.Source] {
        guard let node = fields.optional("sources") else { return [:] }
        guard node.kind == .mapping else {
            throw fields.problem("expected a mapping of environments to what each has", at: node)
        }
        var sources: [EnvironmentName: PolicyTest.Source] = [:]
        for (key, value) in node.pairs {
            let name = try fields.environmentName(key)
            if value.equals("unreadable") {
                sources[name] = .unreadable
                continue
            }
            guard value.kind == .sequence || value.isNull else {
                throw fields.problem("\"\(name)\": expected a list, or the word unreadable", at: value)
            }
            var stays: [PolicyTest.Stay] = []
            if value.kind == .sequence {
                for item in value.items {
                    let next = try stay(item, file: fields.file)
                    guard next.until != nil || !stays.contains(where: { $0.holdsSlot(of: next) }) else {
                        throw fields.problem("\"\(next.component)\" stands twice; \"until\" ends a stay", at: item)
                    }
                    stays.append(next)
                }
            }
            sources[name] = .stays(stays)
        }
        return sources
    }

    private static func stay(_ node: YAMLNode, file: String) throws(Problem) -> PolicyTest.Stay {
        let fields = try FieldReader(node, file: file, known: ["component", "artifact", "since", "until", "health"])
        let since = try fields.instant("since")
        let until = try fields.instant("until")
        if let until {
            guard let since, since < until else { throw fields.problem("\"until\" needs a \"since\" before it") }
        }
        var health = EnvironmentRecord.Health.assumed
        if let value = fields.optional("health") {
            health = try PolicyTestExpectation.word(value, of: EnvironmentRecord.Health.allCases, "health", fields)
        }
        return PolicyTest.Stay(
            component: try component(fields), artifact: try requiredVersion(fields, "artifact"), since: since,
            until: until, health: health)
    }

    static func holds(_ fields: FieldReader) throws(Problem) -> [Hold] {
        var holds: [Hold] = []
        for item in try items(fields, "holds") {
            let hold = try FieldReader(
                item, file: fields.file, known: ["component", "reason", "owner", "since", "until"])
            holds.append(
                Hold(
                    scope: hold.optional("component") == nil ? .environment : .component(try component(hold)),
                    reason: try hold.optionalText("reason") ?? "held",
                    owner: try hold.optionalText("owner") ?? "somebody",
                    since: try hold.instant("since") ?? Timestamp(seconds: 0), until: try hold.instant("until")))
        }
        return holds.sorted { $0.scope < $1.scope }
    }

    /// What the manifests say; `nil` where the case says nothing of them.
    static func survey(_ fields: FieldReader) throws(Problem) -> ManifestSurvey? {
        let keys = ["settings", "plainSecrets", "secretNames", "resources", "dependencies"]
        guard keys.contains(where: { fields.node[$0] != nil }) else { return nil }
        var secrets: [ManifestSurvey.PlainSecret] = []
        for value in try fields.values("plainSecrets") ?? [] {
            secrets.append(
                ManifestSurvey.PlainSecret(
                    place: Place(file: fields.file, line: value.line, column: value.column),
                    path: try fields.text(value), reason: "the case says so"))
        }
        var names: Set<String> = []
        for value in try fields.values("secretNames") ?? [] { names.insert(try fields.text(value)) }
        return ManifestSurvey(
            settings: try settings(fields, "settings") ?? [:], plainSecrets: secrets, secretNames: names,
            resources: try resources(fields), dependencies: try dependencies(fields))
    }

    /// A mapping of paths to their text; `nil` where it is not stated.
    static func settings(_ fields: FieldReader, _ key: String) throws(Problem) -> [String: String]? {
        guard fields.node[key] != nil else { return nil }
        var settings: [String: String] = [:]
        for (path, value) in try pairs(fields, key) { settings[path] = try fields.text(value) }
        return settings
    }

    private static func resources(_ fields: FieldReader) throws(Problem) -> [String: Measure] {
        var resources: [String: Measure] = [:]
        for (name, value) in try pairs(fields, "resources") {
            let text = try fields.text(value)
            resources[name] = try fields.parse(value) { () throws(Measure.Malformed) in try Measure(text) }
        }
        return resources
    }

    private static func dependencies(_ fields: FieldReader) throws(Problem) -> [ComponentName: [ComponentName]] {
        var dependencies: [ComponentName: [ComponentName]] = [:]
        for (name, value) in try pairs(fields, "dependencies") {
            var needed: [ComponentName] = []
            for item in value.kind == .sequence ? Array(value.items) : [value] {
                needed.append(try component(item, fields))
            }
            dependencies[
                try fields.parse(value) { () throws(InvalidName) in try ComponentName(name) }] = needed
        }
        return dependencies
    }

    static func instants(_ fields: FieldReader, _ key: String) throws(Problem) -> [Timestamp] {
        var instants: [Timestamp] = []
        for value in try fields.values(key) ?? [] {
            let text = try fields.text(value)
            guard let instant = Timestamp(text) else {
                throw fields.problem("\"\(text)\" is no instant: expected RFC 3339 with a zone", at: value)
            }
            instants.append(instant)
        }
        return instants
    }

    /// The mapping at `key`; empty where there is none.
    static func pairs(_ fields: FieldReader, _ key: String) throws(Problem) -> [(key: String, value: YAMLNode)] {
        guard let node = fields.optional(key) else { return [] }
        guard node.kind == .mapping else { throw fields.problem("\"\(key)\": expected a mapping", at: node) }
        var pairs: [(key: String, value: YAMLNode)] = []
        for (name, value) in node.pairs { pairs.append((try fields.text(name), value)) }
        return pairs
    }

    /// The list at `key`; empty where there is none.
    static func items(_ fields: FieldReader, _ key: String) throws(Problem) -> [YAMLNode] {
        guard let node = fields.optional(key) else { return [] }
        guard node.kind == .sequence else { throw fields.problem("\"\(key)\": expected a list", at: node) }
        return Array(node.items)
    }

    static func component(_ fields: FieldReader) throws(Problem) -> ComponentName {
        try component(try fields.required("component"), fields)
    }

    private static func component(_ value: YAMLNode, _ fields: FieldReader) throws(Problem) -> ComponentName {
        let text = try fields.text(value)
        return try fields.parse(value) { () throws(InvalidName) in try ComponentName(text) }
    }

    private static func requiredVersion(_ fields: FieldReader, _ key: String) throws(Problem) -> PolicyTest.Version {
        guard let version = try version(fields, key) else { throw fields.problem("\"\(key)\" is missing") }
        return version
    }

    /// `1.5.0`, or a whole reference, which has a `:`, a `/` or an `@`.
    private static func version(_ fields: FieldReader, _ key: String) throws(Problem) -> PolicyTest.Version? {
        guard let value = fields.optional(key) else { return nil }
        let text = try fields.text(value)
        guard text.isPlainWord else { throw fields.problem("expected a version or an artifact reference", at: value) }
        guard text.contains(where: { ":/@".contains($0) }) else { return .word(text) }
        return .reference(
            try fields.parse(value) { () throws(Artifact.Malformed) in try Artifact(parsing: text) })
    }
}

extension PolicyTest.Stay {
    /// Whether both are there at once in one component.
    fileprivate func holdsSlot(of other: PolicyTest.Stay) -> Bool {
        until == nil && component == other.component
    }
}
