import FoundationEssentials
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
        guard name != "UTC" else { return .utc }
        guard isName(name), let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            let file = ZoneFile(Array(data))
        else { return nil }
        let (first, changes) = file.offsets(
            from: instant.seconds - 31 * 86_400, until: instant.seconds + 731 * 86_400)
        return ZoneRules(
            name: name, firstOffset: first,
            transitions: changes.map { ZoneRules.Transition(at: Timestamp(seconds: $0.at), offset: $0.offset) })
    }

    /// Where the system keeps the zones, a file each.
    private static let folder = "/usr/share/zoneinfo"

    /// Whether `name` can be that of a zone, which leads nowhere else: a region and a place.
    ///
    /// Abbreviations such as EST mean different zones to different people; what is below `right` counts leap seconds.
    private static func isName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count > 1 && name.utf8.count <= 64
            && !["posix", "right"].contains { parts[0].elementsEqual($0.utf8) }
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { 0x61...0x7A ~= $0 | 0x20 || 0x30...0x39 ~= $0 || "_+-".utf8.contains($0) }
            }
    }
}
