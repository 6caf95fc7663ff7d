import PromotionModel
import YAMLSource

/// The gates about manifests and traffic: `configDrift`, `secrets`, `quota`, `order`, `rate`, `rego`.
enum ManifestGateDecoder {
    static let configDriftFields = ["from", "max", "ignore"]
    static let secretsFields = ["require", "allow"]
    static let orderFields = ["dependsOn", "sets"]
    static let rateFields = ["max", "per"]
    static let regoFields = ["file", "query"]

    /// - Parameter sources: what the contract takes from.
    static func configDrift(
        _ node: YAMLNode, file: String, sources: [EnvironmentName]
    ) throws(Problem) -> ConfigDriftRule {
        let fields = try FieldReader(filled: node, file: file, known: configDriftFields)
        guard !sources.isEmpty else {
            throw fields.problem("builds arrive here, so there is no source to compare with", at: node)
        }
        var from: EnvironmentName?
        if let value = fields.optional("from") {
            let name = try fields.environmentName(value)
            guard sources.contains(name) else {
                throw fields.problem("\"\(name)\" is not in the contract's own \"from\"", at: value)
            }
            from = name
        }
        return ConfigDriftRule(
            from: from, maximum: try fields.count("max", in: 0...10_000) ?? 0,
            ignored: try fields.filledGlobs("ignore") ?? [])
    }

    static func secrets(_ node: YAMLNode, file: String) throws(Problem) -> SecretsRule {
        let fields = try FieldReader(filled: node, file: file, known: secretsFields)
        return SecretsRule(required: try fields.words("require") ?? [], allowed: try fields.filledGlobs("allow") ?? [])
    }

    /// Any resource by its name, to an amount as Kubernetes writes it.
    static func quota(_ node: YAMLNode, file: String) throws(Problem) -> QuotaRule {
        guard node.kind == .mapping else {
            throw FieldReader.problem(node, file, "expected a mapping of resources, such as {cpu: 8, memory: 16Gi}")
        }
        var limits: [String: Measure] = [:]
        var texts: [String: String] = [:]
        for (key, value) in node.pairs {
            guard let resource = key.text, resource.isPlainWord else {
                throw FieldReader.problem(key, file, "expected the name of a resource, one word")
            }
            guard value.kind == .scalar, let text = value.text else {
                throw FieldReader.problem(value, file, "expected one amount, such as 8, 250m or 16Gi")
            }
            do {
                limits[resource] = try Measure(quantity: text)
            } catch {
                throw FieldReader.problem(value, file, error.description)
            }
            guard limits[resource].map({ $0 >= Measure(0) }) ?? false else {
                throw FieldReader.problem(value, file, "\"\(text)\" is less than nothing")
            }
            texts[resource] = text
        }
        guard !limits.isEmpty else {
            throw FieldReader.problem(node, file, "\"quota\" limits nothing; leave it out or name a resource")
        }
        return QuotaRule(limits: limits, texts: texts)
    }

    static func order(_ node: YAMLNode, file: String) throws(Problem) -> OrderRule {
        let fields = try FieldReader(filled: node, file: file, known: orderFields)
        var sets: [[NameGlob]] = []
        for item in try fields.items("sets", "sets, each a list of components") ?? [] {
            guard item.kind == .sequence else { throw fields.problem("expected a list of components", at: item) }
            var set: [NameGlob] = []
            for member in item.items {
                let text = try fields.text(member)
                guard text.isPlainWord else { throw fields.problem("expected a name or a pattern with *", at: member) }
                set.append(NameGlob(text))
            }
            guard set.count > 1 || set.contains(where: { !$0.isLiteral }) else {
                throw fields.problem("a set has two components at least, or a pattern", at: item)
            }
            sets.append(set)
        }
        let follows = try fields.flag("dependsOn") ?? true
        guard follows || !sets.isEmpty else {
            throw fields.problem("\"order\" asks for nothing; leave it out or name sets", at: node)
        }
        return OrderRule(followsDependencies: follows, sets: sets)
    }

    static func rate(_ node: YAMLNode, file: String) throws(Problem) -> RateRule {
        let fields = try FieldReader(filled: node, file: file, known: rateFields)
        guard let maximum = try fields.count("max", in: 1...10_000) else {
            throw fields.problem("\"max\" is missing: how many promotions?")
        }
        guard let span = try fields.positiveSpan("per") else {
            throw fields.problem("\"per\" is missing: in how long, such as 1h?")
        }
        return RateRule(maximum: maximum, span: span)
    }

    static func rego(_ node: YAMLNode, file: String) throws(Problem) -> RegoRule {
        let fields = try FieldReader(filled: node, file: file, known: regoFields)
        let path = try fields.requiredText("file")
        guard isModulePath(path) else {
            throw fields.problem(
                "\"\(path.printable)\": expected the path of a .rego file below policies/, such as prod.rego",
                at: node["file"])
        }
        let query = try fields.requiredText("query")
        guard isQuery(query) else {
            throw fields.problem(
                "\"\(query.printable)\": expected the path of a rule, such as data.towpath.deny", at: node["query"])
        }
        return RegoRule(file: path, query: query)
    }

    private static func isModulePath(_ path: String) -> Bool {
        guard path.isPlainWord, path.hasSuffix(".rego"), !path.contains("\\"), path.utf8.count <= 255 else {
            return false
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        return segments.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") } && segments.last != ".rego"
    }

    private static func isQuery(_ query: String) -> Bool {
        let names = query.split(separator: ".", omittingEmptySubsequences: false)
        return names.count > 1 && names[0] == "data" && query.utf8.count <= 255
            && names.dropFirst().allSatisfy { $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }
    }
}
