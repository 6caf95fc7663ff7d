import PromotionModel

/// Judges what arrives by the contracts as people mean them.
///
/// Shares no line with the program's gates: each rule is as short as its sentence in the reference.
struct ContractOracle {
    /// What is to arrive in one environment, as one promotion.
    struct Arrival {
        let environment: String
        /// `repository:version@digest`, or `nil` for what goes, by component.
        var changes: [String: String?]
        var hasConfiguration: Bool
        /// Whether the manifests beside their artifacts are as recorded, or arrive with it.
        var isWithConfiguration: Bool
        /// Empty where it is not known.
        let promotion: String

        var digests: [String: String] {
            changes.compactMapValues { $0?.split(separator: "@").last.map(String.init) }
        }
    }

    /// What to assume where people and program may honestly differ.
    enum Doubt {
        /// In favour of what was recorded: only what is surely wrong counts.
        case forArrival
        /// Against what was not: only what is surely permitted is missed.
        case againstArrival
    }

    let chronicle: Chronicle
    /// The link whose state and snapshot are judged by.
    let index: Int
    /// How many consents were known.
    let consentCount: Int
    let doubt: Doubt

    private var link: Chronicle.Link { chronicle.chain[index] }

    /// Why `arrival` may not arrive at `instant`; empty where it may.
    ///
    /// - Parameter arrivals: When promotions arrived before in that environment.
    func obstacles(to arrival: Arrival, at instant: Timestamp, after arrivals: [Timestamp]) -> [String] {
        var reasons = standing(arrival, at: instant)
        let origins = origins(of: arrival)
        let policies = [link.state.policies] + origins.compactMap { chronicle.chain[$0].formerPolicies }
        for policy in policies {
            guard let contract = policy.contracts[arrival.environment] else {
                reasons.append("no contract guards it")
                continue
            }
            reasons += freezes(policy, arrival, at: instant)
            reasons += source(contract, arrival, at: instant)
            reasons += time(contract, at: instant)
            reasons += approvals(contract, arrival, origins: origins, at: instant)
            if contract.isOrdered { reasons += order(arrival) }
            if let rate = contract.rate, arrivals.count(where: { $0 + rate.span > instant }) >= rate.maximum {
                reasons.append("\(rate.maximum) in \(rate.span) have arrived")
            }
        }
        return reasons
    }

    /// What stands against it whatever the contract says.
    private func standing(_ arrival: Arrival, at instant: Timestamp) -> [String] {
        let environment = link.snapshot[arrival.environment]
        var reasons: [String] = environment.isTampered ? ["the lock was changed by hand"] : []
        for (scope, hold) in environment.holds.sorted(by: { $0.key < $1.key }) where hold.isActive(at: instant) {
            if scope == "*" || arrival.changes.keys.contains(scope) { reasons.append("\(scope) is held") }
        }
        let comesOrGoes = arrival.changes.contains { $0.value == nil || environment.recorded[$0.key] == nil }
        if link.state.publishes, comesOrGoes, !arrival.isWithConfiguration {
            reasons.append("what comes or goes needs the configuration")
        }
        return reasons
    }

    private func freezes(_ policy: PolicyState, _ arrival: Arrival, at instant: Timestamp) -> [String] {
        policy.freezes.filter { freeze in
            freeze.environment == arrival.environment && freeze.from <= instant && instant < freeze.until
        }.map { "\($0.name) lasts until \($0.until)" }
    }

    private func source(_ contract: ContractState, _ arrival: Arrival, at instant: Timestamp) -> [String] {
        guard !contract.sources.isEmpty else { return [] }
        return arrival.digests.sorted { $0.key < $1.key }.flatMap { component, digest -> [String] in
            let sources = contract.sources.map { link.snapshot[$0] }
            if sources.contains(where: \.isTampered) { return ["a source's lock was changed by hand"] }
            if sources.contains(where: { $0.holds.values.contains { $0.rejected == digest } }) {
                return ["\(component) was rolled back in a source"]
            }
            let stays = sources.flatMap(\.stays).filter { $0.digest == digest }
            guard !stays.isEmpty else { return ["\(component) was never recorded in a source"] }
            guard let soak = contract.soak else { return [] }
            let isFull = stays.contains { stay in
                stay.from + soak <= instant && stay.until.map { $0 - stay.from >= soak } ?? true
            }
            return isFull ? [] : ["\(component) has not soaked for \(soak)"]
        }
    }

    private func time(_ contract: ContractState, at instant: Timestamp) -> [String] {
        guard let hours = contract.hours else { return [] }
        let day = instant.seconds / 86_400
        // 1970-01-01 was a Thursday.
        let weekday = Int((day + 3) % 7) + 1
        let minute = Int(instant.seconds % 86_400) / 60
        return hours.days.contains(weekday) && hours.from <= minute && minute < hours.to ? [] : ["it is out of hours"]
    }

    private func approvals(
        _ contract: ContractState, _ arrival: Arrival, origins: [Int], at instant: Timestamp
    ) -> [String] {
        guard let rule = contract.approvals else { return [] }
        let authors = authors(of: arrival, origins)
        let known = chronicle.consents.prefix(consentCount).filter { $0.promotion == arrival.promotion }
        // A clock may be wrong by five minutes without being called wrong.
        let seen = known.filter { $0.at <= instant + TimeSpan(seconds: doubt == .forArrival ? 300 : 0) }
        let people = Set(
            seen.filter { consent in
                !consent.isRevocation && !authors.contains(consent.person)
                    && rule.expiry.map { consent.at + $0 > instant } ?? true
                    && !seen.contains { $0.isRevocation && $0.person == consent.person && $0.at >= consent.at }
            }.map(\.person))
        return people.count >= rule.count ? [] : ["\(people.count) of \(rule.count) approvals"]
    }

    private func order(_ arrival: Arrival) -> [String] {
        guard !arrival.changes.isEmpty, let declared = link.state.environments[arrival.environment] else { return [] }
        let recorded = link.snapshot[arrival.environment].recorded
        var reasons: [String] = []
        for (component, slot) in declared.readable.sorted(by: { $0.key < $1.key }) {
            for needed in slot.dependsOn {
                if case .some(.none) = arrival.changes[needed] { reasons.append("\(component) depends on \(needed)") }
                guard case .some(.some) = arrival.changes[component], arrival.changes[needed] == nil else { continue }
                let isOpen: Bool
                if let slot = declared.readable[needed] {
                    isOpen = slot.build.artifact != recorded[needed]?.artifact
                } else {
                    // Where some manifest cannot be read, nobody can tell whether what is not declared is to go.
                    let isGoing = declared.slots[needed] == nil && (declared.broken == nil || doubt == .againstArrival)
                    isOpen = recorded[needed] == nil || isGoing
                }
                if isOpen {
                    reasons.append("\(component) arrives after \(needed)")
                }
            }
        }
        return reasons
    }

    private func authors(of arrival: Arrival, _ origins: [Int]) -> Set<String> {
        origins.reduce(into: []) { authors, origin in
            authors.formUnion(chronicle.chain[origin].authors)
            if doubt == .againstArrival { authors.formUnion(chronicle.chain[origin].mergers) }
        }
    }

    /// The links that brought what waits, newest first.
    private func origins(of arrival: Arrival) -> [Int] {
        let name = arrival.environment
        let recorded = link.snapshot[name]
        var open = Set(arrival.changes.keys)
        var isConfigurationOpen = arrival.hasConfiguration
        var found: [Int] = []
        for position in stride(from: index, through: 0, by: -1) where !open.isEmpty || isConfigurationOpen {
            let after = chronicle.chain[position].state.environments[name]
            let before = position > 0 ? chronicle.chain[position - 1].state.environments[name] : nil
            var isOrigin = false
            for component in open where Self.artifact(component, after) != Self.artifact(component, before) {
                isOrigin = true
                if Self.artifact(component, before) == recorded.recorded[component]?.artifact {
                    open.remove(component)
                }
            }
            if isConfigurationOpen {
                let isTouched = after != before
                if doubt == .againstArrival ? isTouched : after?.configurationKey != before?.configurationKey {
                    isOrigin = true
                }
                let isExplained =
                    doubt == .againstArrival
                    ? position == 0
                        || chronicle.chain[position - 1].snapshot[name].configuration != recorded.configuration
                    : isTouched && before?.configurationKey == recorded.configurationKey
                if isExplained { isConfigurationOpen = false }
            }
            if isOrigin { found.append(position) }
        }
        return found
    }

    private static func artifact(_ component: String, _ environment: EnvironmentState?) -> String? {
        environment?.readable[component]?.build.artifact
    }
}
