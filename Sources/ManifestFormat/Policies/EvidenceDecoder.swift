import PromotionModel
import YAMLSource

/// The gates about statements: `evidence`, `signature`, `provenance`, `sbom`.
enum EvidenceDecoder {
    static let ruleFields = ["type", "name", "require", "maxAge", "role"]
    static let boundFields = ["min", "max"]
    static let signatureFields = ["role", "count", "types"]
    static let provenanceFields = ["builders", "sources", "buildTypes", "parameters", "role"]
    static let billFields = ["formats", "minComponents", "maxAge", "role"]
    static let billFormats = ["cyclonedx", "spdx"]

    /// The kinds that a contract can ask for by a short word; consents have gates of their own.
    static let kinds = EvidenceKind.known.filter { $0 != .approval && $0 != .review }.map(\.description)

    static func rules(_ gates: FieldReader) throws(Problem) -> [EvidenceRule] {
        var rules: [EvidenceRule] = []
        for item in try gates.items("evidence", "rules such as {type: tests}") ?? [] {
            let fields = try FieldReader(filled: item, file: gates.file, known: ruleFields)
            let type = try fields.required("type")
            var name: String?
            if fields.optional("name") != nil { name = try fields.requiredText("name") }
            rules.append(
                EvidenceRule(
                    kind: try kind(try fields.text(type), at: type, fields), name: name,
                    conditions: try conditions(fields), maximumAge: try fields.positiveSpan("maxAge"),
                    role: try fields.word("role")))
        }
        return rules
    }

    /// A short word, or the URI of a predicate type.
    private static func kind(_ text: String, at node: YAMLNode, _ fields: FieldReader) throws(Problem) -> EvidenceKind {
        if kinds.contains(text) { return EvidenceKind(text) }
        if text == EvidenceKind.approval.description || text == EvidenceKind.review.description {
            throw fields.problem("\(text) is about a promotion, not a digest; use the gate \"approvals\"", at: node)
        }
        guard text.isPlainWord, text.contains("://") else {
            throw fields.unknown(text, "type of evidence", among: kinds + ["a predicate type's URI"], at: node)
        }
        return EvidenceKind(text)
    }

    private static func conditions(_ fields: FieldReader) throws(Problem) -> [EvidenceRule.Condition] {
        guard let node = fields.optional("require") else { return [] }
        guard node.kind == .mapping else {
            throw fields.problem("expected a mapping of values, such as {failed: 0}", at: node)
        }
        var conditions: [EvidenceRule.Condition] = []
        for (key, value) in node.pairs {
            guard let path = key.text, path.isPlainWord else {
                throw fields.problem("expected the path of a value, one word", at: key)
            }
            conditions.append(EvidenceRule.Condition(path: path, demand: try demand(value, of: path, fields)))
        }
        guard !conditions.isEmpty else {
            throw fields.problem("\"require\" is empty; leave it out to ask for nothing", at: node)
        }
        return conditions.sorted { $0.path < $1.path }
    }

    private static func demand(
        _ node: YAMLNode, of path: String, _ fields: FieldReader
    ) throws(Problem) -> EvidenceRule.Demand {
        switch node.kind {
        case .scalar: return .equals(try value(node, of: path, fields))
        case .sequence:
            throw fields.problem("\"\(path)\": expected one value, or {min, max}", at: node)
        case .mapping:
            let bounds = try FieldReader(filled: node, file: fields.file, known: boundFields)
            let minimum = try number(bounds, "min")
            let maximum = try number(bounds, "max")
            guard minimum != nil || maximum != nil else {
                throw fields.problem("\"\(path)\": expected min, max or both", at: node)
            }
            if let minimum, let maximum, minimum > maximum {
                throw fields.problem("\"\(path)\": min is greater than max, which nothing can be", at: node)
            }
            return .between(minimum: minimum, maximum: maximum)
        }
    }

    private static func number(_ fields: FieldReader, _ key: String) throws(Problem) -> Measure? {
        guard let value = fields.optional(key) else { return nil }
        let text = try fields.text(value)
        return try fields.parse(value) { () throws(Measure.Malformed) in try Measure(text) }
    }

    /// Words that some reader of YAML takes for a flag, and that thus need quotes or another spelling.
    private static let looseFlags: Set = ["yes", "no", "on", "off", "y", "n"]
    /// Words that some reader of YAML or of numbers takes for a number without a value.
    private static let endless: Set = ["nan", ".nan", "inf", ".inf", "infinity"]

    /// A plain number is a number, true and false are flags, everything else is text; text in quotes always is.
    private static func value(
        _ node: YAMLNode, of path: String, _ fields: FieldReader
    ) throws(Problem) -> Evidence.Value {
        let text = try fields.text(node)
        guard !node.isNull else { throw fields.problem("\"\(path)\" is empty: expected a value", at: node) }
        guard node.style == .plain else { return .text(text) }
        if text == "true" || text == "false" { return .flag(text == "true") }
        let lower = text.lowercased()
        if looseFlags.contains(lower) || lower == "true" || lower == "false" {
            throw fields.problem("\"\(text)\": write true or false, or put text in quotes", at: node)
        }
        let unsigned = lower.drop { $0 == "-" || $0 == "+" }
        if endless.contains(String(unsigned)) {
            throw fields.problem("\"\(text)\" is no number that anything can be compared with", at: node)
        }
        guard let first = unsigned.first, first.isNumber || first == "." || unsigned.count < lower.count else {
            return .text(text)
        }
        do {
            return .number(try Measure(text))
        } catch {
            throw fields.problem("\(error); put text in quotes", at: node)
        }
    }

    static func signature(_ node: YAMLNode, file: String) throws(Problem) -> SignatureRule {
        let fields = try FieldReader(filled: node, file: file, known: signatureFields)
        var types: [EvidenceKind] = []
        if try fields.words("types") != nil {
            for value in try fields.values("types") ?? [] {
                types.append(try kind(try fields.text(value), at: value, fields))
            }
        }
        return SignatureRule(
            role: try fields.word("role"), count: try fields.count("count", in: 1...20) ?? 1, kinds: types)
    }

    static func provenance(_ node: YAMLNode, file: String) throws(Problem) -> ProvenanceRule {
        let fields = try FieldReader(filled: node, file: file, known: provenanceFields)
        guard let builders = try fields.words("builders") else {
            throw fields.problem("\"builders\" is missing: who may build?")
        }
        return ProvenanceRule(
            builders: builders, sources: try fields.filledGlobs("sources") ?? [],
            buildTypes: try fields.words("buildTypes") ?? [], parameters: try parameters(fields),
            role: try fields.word("role"))
    }

    /// Names to expected values; an empty value allows any.
    private static func parameters(_ fields: FieldReader) throws(Problem) -> [String: String?]? {
        guard let node = fields.optional("parameters") else { return nil }
        guard node.kind == .mapping else {
            throw fields.problem("\"parameters\": expected a mapping of names to values; {} allows none", at: node)
        }
        var parameters: [String: String?] = [:]
        for (key, value) in node.pairs {
            guard let name = key.text, name.isPlainWord else {
                throw fields.problem("expected the name of a parameter, one word", at: key)
            }
            let expected = try fields.text(value)
            parameters[name] = .some(value.isNull ? nil : expected)
        }
        return parameters
    }

    static func bill(_ node: YAMLNode, file: String) throws(Problem) -> BillRule {
        let fields = try FieldReader(filled: node, file: file, known: billFields)
        let formats = try fields.words("formats") ?? []
        for (format, value) in zip(formats, try fields.values("formats") ?? []) where !billFormats.contains(format) {
            throw fields.unknown(format, "format", among: billFormats, at: value)
        }
        return BillRule(
            formats: formats, minimumComponents: try fields.count("minComponents", in: 1...1_000_000) ?? 1,
            maximumAge: try fields.positiveSpan("maxAge"), role: try fields.word("role"))
    }
}
