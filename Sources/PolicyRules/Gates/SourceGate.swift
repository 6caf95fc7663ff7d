import PromotionModel

/// What arrives was recorded, with the very same content, in an environment that the contract takes from.
enum SourceGate {
    /// The stay of one artifact in a source environment that speaks best for it.
    enum Standing: Equatable {
        /// Recorded now, or once, from an instant to an instant.
        case stayed(EnvironmentName, from: Timestamp, until: Timestamp?)
        /// Nobody can tell yet.
        case pending(String)
        case refused(String)
    }

    /// The gate's result, and the source environment that counted for all arrivals.
    static func judge(_ facts: Facts, contract: Contract) -> (result: GateResult, environment: EnvironmentName?) {
        guard !contract.from.isEmpty else {
            return (GateResult(.source, .open, "builds arrive here"), nil)
        }
        let arrivals = facts.arrivals
        guard !arrivals.isEmpty else {
            return (GateResult(.source, .open, "no artifact arrives"), nil)
        }
        var counted: Set<EnvironmentName> = []
        var pending: String?
        for arrival in arrivals {
            switch standing(of: arrival.artifact, component: arrival.component, facts: facts, contract: contract) {
            case .stayed(let name, _, _): counted.insert(name)
            case .pending(let reason): pending = pending ?? reason
            case .refused(let reason): return (GateResult(.source, .closed, reason), nil)
            }
        }
        if let pending { return (GateResult(.source, .pending, pending), nil) }
        let names = counted.sorted()
        let reason = "recorded in \(names.map(\.description).joined(separator: " and "))"
        return (GateResult(.source, .open, reason), names.count == 1 ? names[0] : nil)
    }

    /// Where and for how long `artifact` was recorded; the longest stay, then the first source, wins.
    static func standing(
        of artifact: Artifact, component: ComponentName, facts: Facts, contract: Contract
    ) -> Standing {
        var stays: [(name: EnvironmentName, from: Timestamp, until: Timestamp?)] = []
        var refusal: String?
        var unreadable: EnvironmentName?
        for name in contract.from {
            guard let source = facts.sources.first(where: { $0.name == name }), let record = source.record else {
                unreadable = name
                continue
            }
            if let digest = artifact.digest, let hold = record.holds.values.first(where: { $0.rejected == digest }) {
                refusal = "\(component) \(artifact.version) was rolled back in \(name): \(hold.reason)"
                continue
            }
            for stay in record.components.values where stay.artifact.isSameContent(as: artifact) {
                if stay.health == .degraded {
                    refusal = "\(component) \(artifact.version) is degraded in \(name)"
                } else {
                    stays.append((name, stay.at, nil))
                }
            }
            for stay in facts.residences where stay.environment == name && stay.digest == artifact.digest {
                if stay.health != .degraded { stays.append((name, stay.from, stay.until)) }
            }
        }
        if let refusal { return .refused(refusal) }
        if let best = longest(stays) { return .stayed(best.name, from: best.from, until: best.until) }
        if let unreadable { return .pending("\(unreadable) could not be read") }
        return absent(artifact, component: component, facts: facts, contract: contract)
    }

    private static func longest(
        _ stays: [(name: EnvironmentName, from: Timestamp, until: Timestamp?)]
    ) -> (name: EnvironmentName, from: Timestamp, until: Timestamp?)? {
        func end(_ instant: Timestamp?) -> Int64 { instant?.seconds ?? .max }
        return stays.min { left, right in
            let spans = (left: end(left.until) - left.from.seconds, right: end(right.until) - right.from.seconds)
            return spans.left != spans.right ? spans.left > spans.right : left.name < right.name
        }
    }

    private static func absent(
        _ artifact: Artifact, component: ComponentName, facts: Facts, contract: Contract
    ) -> Standing {
        let declaring = facts.sources.filter { source in
            source.declarations.contains { $0.artifact.isSameContent(as: artifact) }
        }
        if let source = declaring.first {
            return .pending("\(component) \(artifact.version) is declared in \(source.name) and not recorded there yet")
        }
        let names = contract.from.map(\.description).joined(separator: " or ")
        let content = artifact.digest.map { "\(artifact.version) (\($0.short))" } ?? artifact.version
        return .refused("\(component) \(content) was never recorded in \(names); promote it there first")
    }
}
