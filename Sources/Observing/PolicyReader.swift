import Foundation
package import Git
import ManifestFormat
package import PromotionModel

/// Reads the policies of a fleet.
package enum PolicyReader {
    /// The largest policy file that is read.
    private static let maximumBytes = 1_048_576

    /// Everything below `policies/` at the commit tree `tree`.
    ///
    /// A file that cannot be read is a defect that concerns every environment: it may hold any contract.
    ///
    /// - Throws: ``GitError`` where the folder itself could not be read.
    package static func policies(at tree: ObjectID, in repository: borrowing Repository) throws(GitError) -> Policies {
        var policies = Policies()
        guard let folder = try repository.entry(at: FleetLayout.policiesFolder, in: tree) else { return policies }
        guard folder.kind == .directory else {
            let problem = Problem(Place(file: FleetLayout.policiesFolder), "expected a folder; it is never followed")
            policies.defects.append(Policies.Defect(problem: problem, environments: nil))
            return policies
        }
        try read(folder.id, path: FleetLayout.policiesFolder, depth: 0, into: &policies, in: repository)
        return policies
    }

    private static func read(
        _ folder: ObjectID, path: String, depth: Int, into policies: inout Policies, in repository: borrowing Repository
    ) throws(GitError) {
        for entry in try repository.tree(folder) {
            let below = "\(path)/\(entry.name)"
            switch entry.kind {
            case .directory where entry.problem == nil && depth < 8:
                try read(entry.id, path: below, depth: depth + 1, into: &policies, in: repository)
            case .blob, .executable:
                guard entry.problem == nil, isPolicy(entry.name) else { continue }
                read(entry.id, path: below, into: &policies, in: repository)
            default:
                guard isPolicy(entry.name) || entry.kind == .directory else { continue }
                let reason = entry.problem?.rawValue ?? "no plain file: never followed"
                policies.defects.append(
                    Policies.Defect(problem: Problem(Place(file: below), reason), environments: nil))
            }
        }
    }

    private static func isPolicy(_ name: String) -> Bool {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }

    private static func read(
        _ blob: ObjectID, path: String, into policies: inout Policies, in repository: borrowing Repository
    ) {
        do {
            let bytes = try repository.blob(blob, limit: maximumBytes)
            let file = PolicyDecoder.policies(bytes, file: path, blob: blob.hex)
            policies.contracts += file.contracts
            policies.freezes += file.freezes
            policies.ignores += file.ignores
            policies.defects += file.defects
        } catch {
            policies.defects.append(
                Policies.Defect(problem: Problem(Place(file: path), "\(error.summary)"), environments: nil))
        }
    }
}

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
