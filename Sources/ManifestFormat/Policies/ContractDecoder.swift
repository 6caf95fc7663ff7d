import PromotionModel
import YAMLSource

/// `kind: PromotionContract`.
enum ContractDecoder {
    static let specFields = ["to", "from", "components", "unit", "immutableTags", "gates", "emergency"]
    static let gateFields = [
        "pinned", "soak", "windows", "evidence", "signature", "provenance", "sbom", "approvals",
        "signedCommits",
        "configDrift", "secrets", "quota", "order", "rate", "rego",
    ]

    static func contract(_ document: YAMLNode, file: String, blob: String) throws(Problem) -> Contract {
        let root = try FieldReader(document, file: file, known: ["apiVersion", "kind", "metadata", "spec"])
        let spec = try FieldReader(
            try root.required("spec"), file: file, known: specFields)
        let name = try PolicyDecoder.name(root)
        guard let targets = try spec.globs("to"), !targets.isEmpty else {
            throw spec.problem("\"to\" is missing: which environment does the contract guard?")
        }
        guard let sources = try spec.values("from") else {
            throw spec.problem("\"from\" is missing: name the source environments, or [] where builds arrive")
        }
        var from: [EnvironmentName] = []
        for source in sources {
            let name = try spec.environmentName(source)
            guard !from.contains(name) else { throw spec.problem("\"\(name)\" stands twice", at: source) }
            from.append(name)
        }
        var unit = Contract.Unit.each
        if let value = spec.optional("unit") {
            guard let known = Contract.Unit(rawValue: try spec.text(value)) else {
                throw spec.problem("expected unit together or each", at: value)
            }
            unit = known
        }
        let components = try spec.globs("components") ?? [NameGlob("*")]
        guard !components.isEmpty else {
            throw spec.problem("\"components\" names none; leave it out to mean all", at: spec.node["components"])
        }
        guard let gates = spec.optional("gates") ?? spec.node["gates"] else {
            throw spec.problem("\"gates\" is missing: write {} for a contract without gates of its own")
        }
        var emergency: EmergencyRule?
        if let node = spec.node["emergency"] { emergency = try ConsentDecoder.emergency(node, file: file) }
        return Contract(
            name: name, place: Place(file: file, line: document.line, column: document.column), blob: blob, to: targets,
            from: from, components: components, unit: unit,
            gates: try self.gates(gates, of: spec, sources: from), emergency: emergency)
    }

    private static func gates(
        _ node: YAMLNode, of spec: FieldReader, sources: [EnvironmentName]
    ) throws(Problem) -> [GateSpecification] {
        let file = spec.file
        let gates = try FieldReader(node, file: file, known: gateFields, noun: "gate")
        for (key, value) in node.pairs where value.kind == .scalar && value.isNull && !key.equals("pinned") {
            let name = key.text ?? ""
            throw gates.problem(
                name == "soak"
                    ? "\"soak\" is empty: expected a duration such as 30m"
                    : "\"\(name)\" is empty; leave it out to do without the gate", at: value)
        }
        var result: [GateSpecification] = []
        if let rule = try pinRule(gates, of: spec) { result.append(.pinning(rule)) }
        if let span = try gates.span("soak") { result.append(.soak(span)) }
        if let windows = gates.node["windows"] { result.append(.windows(try self.windows(windows, gates))) }
        if gates.node["evidence"] != nil { result.append(.evidence(try EvidenceDecoder.rules(gates))) }
        if let node = gates.node["signature"] {
            result.append(.signature(try EvidenceDecoder.signature(node, file: file)))
        }
        if let node = gates.node["provenance"] {
            result.append(.provenance(try EvidenceDecoder.provenance(node, file: file)))
        }
        if let node = gates.node["sbom"] {
            result.append(.billOfMaterials(try EvidenceDecoder.bill(node, file: file)))
        }
        if let node = gates.node["approvals"] {
            result.append(.approvals(try ConsentDecoder.approvals(node, file: file)))
        }
        if let node = gates.node["signedCommits"] {
            result.append(.signedCommits(try ConsentDecoder.signedCommits(node, file: file)))
        }
        return result + (try manifestGates(gates, sources: sources))
    }

    /// What `pinned` asks; `nil` where it asks for nothing.
    private static func pinRule(_ gates: FieldReader, of spec: FieldReader) throws(Problem) -> PinRule? {
        let patterns = try immutableTags(spec)
        let text = try gates.optionalText("pinned") ?? "digest"
        switch text {
        case "tag":
            guard let patterns else {
                throw gates.problem(
                    "\"pinned: tag\" needs \"immutableTags\": which tags never move, such as [\"v{semver}\"]",
                    at: gates.node["pinned"])
            }
            return .tag(patterns)
        case "digest", "true", "false":
            guard patterns == nil else {
                throw spec.problem("\"immutableTags\" goes with \"pinned: tag\"", at: spec.node["immutableTags"])
            }
            return text == "false" ? nil : .digest
        default:
            throw gates.problem("expected digest, tag or false, found \"\(text)\"", at: gates.node["pinned"])
        }
    }

    private static func immutableTags(_ spec: FieldReader) throws(Problem) -> [TagPattern]? {
        guard let values = try spec.values("immutableTags") else { return nil }
        var patterns: [TagPattern] = []
        for value in values {
            let text = try spec.text(value)
            patterns.append(try spec.parse(value) { () throws(TagPattern.Malformed) in try TagPattern(text) })
        }
        guard !patterns.isEmpty else {
            throw spec.problem("\"immutableTags\" names none", at: spec.node["immutableTags"])
        }
        return patterns
    }

    private static func manifestGates(
        _ gates: FieldReader, sources: [EnvironmentName]
    ) throws(Problem) -> [GateSpecification] {
        let file = gates.file
        var result: [GateSpecification] = []
        if let node = gates.node["configDrift"] {
            result.append(.configDrift(try ManifestGateDecoder.configDrift(node, file: file, sources: sources)))
        }
        if let node = gates.node["secrets"] {
            result.append(.secrets(try ManifestGateDecoder.secrets(node, file: file)))
        }
        if let node = gates.node["quota"] { result.append(.quota(try ManifestGateDecoder.quota(node, file: file))) }
        if let node = gates.node["order"] { result.append(.order(try ManifestGateDecoder.order(node, file: file))) }
        if let node = gates.node["rate"] { result.append(.rate(try ManifestGateDecoder.rate(node, file: file))) }
        if let node = gates.node["rego"] { result.append(.rego(try ManifestGateDecoder.rego(node, file: file))) }
        return result
    }

    private static func windows(_ node: YAMLNode, _ gates: FieldReader) throws(Problem) -> [Window] {
        guard node.kind == .sequence else { throw gates.problem("expected a list of windows", at: node) }
        var list: [Window] = []
        for item in node.items { list.append(try WindowDecoder.window(item, file: gates.file)) }
        guard !list.isEmpty else {
            throw gates.problem("no window at all would never open; leave \"windows\" out", at: node)
        }
        return list
    }
}

/// A window of a contract: `{days: Mon-Thu, from: "09:00", to: "16:00", zone: Europe/Berlin}`.
enum WindowDecoder {
    static let windowFields = ["days", "from", "to", "zone", "deny"]

    static func window(_ node: YAMLNode, file: String) throws(Problem) -> Window {
        let fields = try FieldReader(node, file: file, known: windowFields)
        let from = try clock(fields, "from", limit: 24 * 60 - 1)
        let to = try clock(fields, "to", limit: 24 * 60)
        guard from != to else {
            throw fields.problem("\"from\" and \"to\" are the same; write 00:00 and 24:00 for the whole day")
        }
        return Window(
            days: try days(fields), from: from, to: to, zone: try fields.requiredText("zone"),
            isDenied: try fields.flag("deny") ?? false)
    }

    /// Minutes after midnight of `09:00`.
    private static func clock(_ fields: FieldReader, _ key: String, limit: Int) throws(Problem) -> Int {
        let value = try fields.required(key)
        let text = try fields.text(value)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= limit
        else { throw fields.problem("\"\(text)\" is no time of day: expected HH:MM, such as \"09:00\"", at: value) }
        return hour * 60 + minute
    }

    /// `Mon-Thu`, `Sat`, `Mon,Wed` or a list of these.
    private static func days(_ fields: FieldReader) throws(Problem) -> Set<Int> {
        guard let values = try fields.values("days") else { return Set(1...7) }
        var days: Set<Int> = []
        for value in values {
            for part in try fields.text(value).split(separator: ",", omittingEmptySubsequences: false) {
                let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { end in
                    Window.dayNames.firstIndex { $0 == end.drop { $0 == " " } }.map { $0 + 1 }
                }
                guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil else {
                    throw fields.problem(
                        "\"\(part)\" is no day: expected Mon, Tue, Wed, Thu, Fri, Sat, Sun, or a range such as Mon-Thu",
                        at: value)
                }
                // Fri-Mon runs over the end of the week.
                days.formUnion(first <= last ? Set(first...last) : Set(first...7).union(1...last))
            }
        }
        guard !days.isEmpty else { throw fields.problem("\"days\" names no day") }
        return days
    }
}
