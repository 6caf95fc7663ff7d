import PromotionModel

/// The environment's manifests say what the source's say, artifacts aside.
enum ConfigDriftGate {
    static func judge(
        _ rule: ConfigDriftRule, _ facts: Facts, source: EnvironmentName?, on ground: JudgementGround
    ) -> GateResult {
        let contract = ground.contract
        guard let name = rule.from ?? source ?? (contract.from.count == 1 ? contract.from.first : nil) else {
            return GateResult(
                .configDrift, .pending, "could not be compared: no one source counts; name it in configDrift.from")
        }
        let source = facts.sources.first { $0.name == name }
        guard let theirs = source?.survey else {
            return GateResult(
                .configDrift, .pending, "could not be compared: \(Wording.unreadable(name, source?.surveyProblem))")
        }
        let environment = facts.promotion.environment
        guard let ours = facts.survey else {
            return GateResult(
                .configDrift, .pending,
                "could not be compared: \(Wording.unreadable(environment, facts.surveyProblem))")
        }
        let paths = ground.differences(of: ours, from: theirs, of: name).filter { path in
            !rule.ignored.contains { $0.matches(setting: path) }
        }
        let places = paths.isEmpty ? "" : ": \(Wording.list(paths.map(Wording.foreign)))"
        let count = paths.count == 1 ? "1 setting differs" : "\(paths.count) settings differ"
        guard paths.count <= rule.maximum else {
            return GateResult(
                .configDrift, .closed, "\(count) from \(name), at most \(rule.maximum) allowed\(places)")
        }
        return GateResult(.configDrift, .open, paths.isEmpty ? "same as \(name)" : "\(count) from \(name)\(places)")
    }
}

extension NameGlob {
    /// Whether the pattern means the setting at `path`: the whole path, or its keys behind file and object.
    func matches(setting path: String) -> Bool {
        if matches(path) { return true }
        let object = path.firstIndex(of: "#") ?? path.startIndex
        guard let colon = path[object...].firstIndex(of: ":") else { return false }
        return matches(String(path[path.index(after: colon)...]))
    }
}
