import Foundation
package import PromotionModel

/// The zones that windows name, from the system's zone database.
package enum ZoneDatabase {
    /// Rules from a month before `instant` to two years after it; an unknown zone is left out.
    package static func rules(for policies: Policies, around instant: Timestamp) -> [String: ZoneRules] {
        var names: Set<String> = []
        for contract in policies.contracts {
            for case .windows(let windows) in contract.gates { names.formUnion(windows.map(\.zone)) }
        }
        var rules: [String: ZoneRules] = [:]
        for name in names { rules[name] = zone(name, around: instant) }
        return rules
    }

    private static func zone(_ name: String, around instant: Timestamp) -> ZoneRules? {
        // Foundation knows abbreviations such as EST too, which mean different zones to different people.
        guard let zone = TimeZone(identifier: name), name == "UTC" || name.contains("/") else { return nil }
        var moment = Date(timeIntervalSince1970: Double(instant.seconds - 31 * 86_400))
        let end = Date(timeIntervalSince1970: Double(instant.seconds + 731 * 86_400))
        let first = Int64(zone.secondsFromGMT(for: moment))
        var transitions: [ZoneRules.Transition] = []
        while let next = zone.nextDaylightSavingTimeTransition(after: moment), next < end, next > moment {
            transitions.append(
                ZoneRules.Transition(
                    at: Timestamp(seconds: Int64(next.timeIntervalSince1970)),
                    offset: Int64(zone.secondsFromGMT(for: next))))
            moment = next
        }
        return ZoneRules(name: name, firstOffset: first, transitions: transitions)
    }
}
