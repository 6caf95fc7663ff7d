import PromotionModel

/// Every arriving digest has provenance of an allowed builder, source and set of parameters.
///
/// One statement that says so is enough: another build of the same bytes somewhere else takes nothing away.
enum ProvenanceGate {
    static func judge(_ rule: ProvenanceRule, _ facts: Facts, on ground: JudgementGround) -> GateResult {
        let search = StatementSearch(facts: facts, kind: .provenance, role: rule.role, on: ground)
        return facts.parts { arrival in
            search.part(for: arrival, at: ground.instant) { grade($0.values, by: rule) }
        }.result(.provenance, nothing: "nothing arrives that was built")
    }

    private static func grade(_ values: [String: Evidence.Value], by rule: ProvenanceRule) -> StatementSearch.Grade {
        let grades = [
            expect("builder.id", of: values, rule.builders),
            rule.buildTypes.isEmpty ? .passes : expect("buildType", of: values, rule.buildTypes),
            sources(values, by: rule.sources),
            parameters(values, by: rule.parameters),
        ]
        let failure = grades.first { if case .fails = $0 { true } else { false } }
        return failure ?? grades.first { !$0.passes } ?? .passes
    }

    private static func expect(
        _ path: String, of values: [String: Evidence.Value], _ allowed: [String]
    ) -> StatementSearch.Grade {
        guard case .text(let text) = values[path] else { return .silent("it has no \(path)") }
        guard allowed.contains(text) else { return .fails("\(path) \(Wording.quoted(text)) is not allowed") }
        return .passes
    }

    /// Every source that the statement names has to be allowed; one at least has to be named.
    private static func sources(
        _ values: [String: Evidence.Value], by globs: [NameGlob]
    ) -> StatementSearch.Grade {
        guard !globs.isEmpty else { return .passes }
        let named = values.filter { $0.key == "source.uri" || $0.key.hasPrefix("source.uri.") }.sorted {
            $0.key < $1.key
        }
        guard !named.isEmpty else { return .silent("it names no source") }
        for (_, value) in named {
            guard case .text(let uri) = value else {
                return .silent("its source is \(value.wording), which is no text")
            }
            guard globs.contains(where: { $0.matches(uri) }) else {
                return .fails("source \(Wording.quoted(uri)) is not allowed")
            }
        }
        return .passes
    }

    /// Every parameter that is set has to be known, and set to what is expected.
    ///
    /// A name without an expected value allows what is nested below it too. Unset, null and empty are the same.
    private static func parameters(
        _ values: [String: Evidence.Value], by expected: [String: String?]?
    ) -> StatementSearch.Grade {
        guard let expected else { return .passes }
        let prefix = "externalParameters."
        var set: [String: Evidence.Value] = [:]
        for (path, value) in values where path.hasPrefix(prefix) && value != .text("") {
            set[String(path.dropFirst(prefix.count))] = value
        }
        for (name, value) in set.sorted(by: { $0.key < $1.key }) {
            let shown = "parameter \(Wording.quoted(name))"
            if case .some(.some(let wanted)) = expected[name] {
                guard value.isComparable else { return .silent("\(shown) cannot be compared") }
                guard value.text == wanted else {
                    return .fails("\(shown) is \(value.wording), expected \(Wording.quoted(wanted))")
                }
                continue
            }
            let isFree = expected.contains { $0.value == nil && (name == $0.key || name.hasPrefix($0.key + ".")) }
            guard isFree else { return .fails("unknown \(shown) is set to \(value.wording)") }
        }
        let missing = expected.filter { $0.value.map { !$0.isEmpty } ?? false && set[$0.key] == nil }.keys.min()
        return missing.map { .silent("parameter \(Wording.quoted($0)) is not set") } ?? .passes
    }
}

extension Evidence.Value {
    fileprivate var isComparable: Bool {
        if case .incomparable = self { false } else { true }
    }

    /// As a contract writes it.
    fileprivate var text: String {
        switch self {
        case .text(let text), .incomparable(let text): text
        case .number(let number): number.description
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}
