import PromotionModel

import JSONText

/// Counts the results of the runs of a SARIF log.
struct AnalyzerTally {
    private(set) var tools: [String] = []
    /// By `level`: error, warning, note, none.
    private(set) var levels: [String: Int] = [:]
    private(set) var suppressed = 0
    private(set) var severities = SeverityCounts()

    /// Counts one `run` object (§3.14).
    mutating func add(_ run: JSONValue) throws(ImportRefusal) {
        guard let driver = run["tool"]?["driver"], let name = driver["name"]?.string else {
            throw .malformed("expected a tool with a name")
        }
        if !tools.contains(name) { tools.append(name) }
        if case .array(let invocations) = run["invocations"] {
            guard invocations.allSatisfy({ $0["executionSuccessful"] == .bool(true) }) else {
                throw .unfinished("\(name) did not end well")
            }
        }
        guard case .array(let results) = run["results"] else { throw .unfinished("\(name) has no results") }
        let rules = Rules(of: run["tool"] ?? .null)
        for result in results { try add(result, rules) }
    }

    /// Counts one `result` object (§3.27).
    private mutating func add(_ result: JSONValue, _ rules: Rules) throws(ImportRefusal) {
        guard case .object = result else { throw .malformed("expected objects as results") }
        guard result["baselineState"]?.string != "absent" else { return }
        let rule = rules.rule(of: result)
        let level = try Self.level(of: result, rule)
        levels[level, default: 0] += 1
        if case .array(let suppressions) = result["suppressions"], !suppressions.isEmpty { suppressed += 1 }
        guard level != "none", let score = rule?["properties"]?["security-severity"] else { return }
        severities.add(Self.severity(score))
    }

    /// §3.27.10: a result that is no failure has the level none; else its own, its rule's, or warning.
    private static func level(of result: JSONValue, _ rule: JSONValue?) throws(ImportRefusal) -> String {
        if let kind = result["kind"]?.string, kind != "fail" { return "none" }
        let level = result["level"] ?? rule?["defaultConfiguration"]?["level"] ?? .string("warning")
        guard let text = level.string, ["error", "warning", "note", "none"].contains(text) else {
            throw .malformed("expected error, warning, note or none as level")
        }
        return text
    }

    /// A score from 0 to 10 in a text; anything else is not rated.
    private static func severity(_ score: JSONValue) -> SeverityCounts.Severity {
        let text: String
        switch score {
        case .string(let written), .number(let written): text = written
        default: return .unknown
        }
        do {
            return SeverityCounts.Severity(score: try Measure(text)) ?? .unknown
        } catch {
            return .unknown
        }
    }

    /// The rules of a tool and of its extensions (§3.18, §3.19.23), by place and by id.
    private struct Rules {
        private struct Component {
            var items: [JSONValue] = []
            var byID: [String: JSONValue] = [:]

            init(_ component: JSONValue?) {
                guard case .array(let rules) = component?["rules"] else { return }
                items = rules
                for rule in rules {
                    if let id = rule["id"]?.string, byID[id] == nil { byID[id] = rule }
                }
            }
        }

        private let driver: Component
        private var extensions: [Component] = []

        init(of tool: JSONValue) {
            driver = Component(tool["driver"])
            guard case .array(let items) = tool["extensions"] else { return }
            extensions = items.map(Component.init)
        }

        /// §3.27.5 to §3.27.7: by index, else by id; in the extension that `rule.toolComponent` points at, if any.
        func rule(of result: JSONValue) -> JSONValue? {
            var component = driver
            if let reference = result["rule"]?["toolComponent"] {
                guard let index = Self.index(reference["index"]), extensions.indices.contains(index) else { return nil }
                component = extensions[index]
            }
            if let index = Self.index(result["ruleIndex"] ?? result["rule"]?["index"]),
                component.items.indices.contains(index)
            {
                return component.items[index]
            }
            let id = result["ruleId"]?.string ?? result["rule"]?["id"]?.string
            return id.flatMap { component.byID[$0] }
        }

        private static func index(_ json: JSONValue?) -> Int? {
            guard case .number(let text) = json else { return nil }
            return Int(text)
        }
    }
}
