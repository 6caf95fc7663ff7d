package import Git
import ManifestFormat
package import PromotionModel

/// Reads the policies of a fleet.
package enum PolicyReader {
    /// The largest policy file that is read.
    private static let maximumBytes = 1_048_576

    /// Policies, and the time zones that their windows name.
    package struct Reading: Sendable {
        package var policies: Policies
        package let zones: [String: ZoneRules]
    }

    /// Everything below `policies/` at the commit tree `tree`; a contract that names an unknown zone is a defect.
    ///
    /// - Throws: ``GitError`` where the folder itself could not be read.
    package static func reading(
        at tree: ObjectID, around instant: Timestamp, in repository: borrowing Repository
    ) throws(GitError) -> Reading {
        var policies = try policies(at: tree, in: repository)
        let folder = try repository.entry(at: FleetLayout.policiesFolder, in: tree)
        if let folder, folder.kind == .directory { readModules(in: folder.id, into: &policies, in: repository) }
        return checked(policies, around: instant)
    }

    /// Reads the Rego files that contracts name; a contract that names one which cannot be read is a defect.
    private static func readModules(
        in folder: ObjectID, into policies: inout Policies, in repository: borrowing Repository
    ) {
        for contract in policies.contracts {
            for case .rego(let rule) in contract.gates where policies.modules[rule.file] == nil {
                let path = "\(FleetLayout.policiesFolder)/\(rule.file)"
                do {
                    guard let entry = try repository.entry(at: rule.file, in: folder),
                        entry.kind == .blob || entry.kind == .executable
                    else { throw Problem(contract.place, "there is no file \(path), which gate rego names") }
                    let bytes = try repository.blob(entry.id, limit: maximumBytes)
                    guard let text = String(validating: bytes, as: UTF8.self) else {
                        throw Problem(Place(file: path), "not UTF-8")
                    }
                    policies.modules[rule.file] = Policies.Module(blob: entry.id.hex, text: text)
                } catch {
                    let problem =
                        error as? Problem
                        ?? Problem(Place(file: path), (error as? GitError)?.summary ?? "could not be read")
                    policies.defects.append(Policies.Defect(problem: problem, environments: contract.to))
                }
            }
        }
    }

    private static func checked(_ policies: Policies, around instant: Timestamp) -> Reading {
        let zones = ZoneDatabase.rules(for: policies, around: instant)
        var checked = policies
        for contract in policies.contracts {
            for case .windows(let windows) in contract.gates {
                for window in windows where zones[window.zone] == nil {
                    let message =
                        "contract \"\(contract.name)\": time zone \"\(window.zone)\" is not known; "
                        + "expected an IANA name such as Europe/Berlin or UTC"
                    checked.defects.append(
                        Policies.Defect(problem: Problem(contract.place, message), environments: contract.to))
                }
            }
        }
        return Reading(policies: checked, zones: zones)
    }

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
        (name.hasSuffix(".yaml") || name.hasSuffix(".yml")) && !PolicyTest.isTestFile(name)
    }

    private static func read(
        _ blob: ObjectID, path: String, into policies: inout Policies, in repository: borrowing Repository
    ) {
        do {
            let bytes = try repository.blob(blob, limit: maximumBytes)
            let file = PolicyDecoder.policies(bytes, file: path, blob: blob.hex)
            policies.add(file)
        } catch {
            policies.defects.append(
                Policies.Defect(problem: Problem(Place(file: path), "\(error.summary)"), environments: nil))
        }
    }
}
