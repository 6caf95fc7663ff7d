import FoundationEssentials
package import ManifestFormat
package import PromotionModel

/// What stands in a folder before a fleet begins there.
///
/// It looks at files, not at git: nothing need be committed yet.
package struct FleetSurvey: Hashable, Sendable {
    /// The environments, sorted: folders below `environments/`, or what the layout says.
    package private(set) var environments: [EnvironmentName] = []
    /// The layout that the committed manifests suggest, where no file describes one and the usual one does not do.
    package let proposal: LayoutProposal?
    package private(set) var policies = Policies()
    /// Paths of all policy files, also of those that cannot be used.
    package private(set) var policyFiles: Set<String> = []

    /// The largest policy file that is read, and the depth of folders, as for a committed fleet.
    private static let maximumBytes = 1_048_576
    private static let maximumDepth = 8

    /// Surveys nothing: a folder that is empty.
    package init() {
        proposal = nil
    }

    /// Surveys the folder `root`; what is not there counts as empty, and symbolic links are never followed.
    ///
    /// - Parameter commit: what is committed there; `nil` where nothing is.
    package init(below root: String, commit: CommittedLayout? = nil) {
        proposal = commit?.proposal
        if let commit, commit.isCustom {
            environments = commit.environments
            readPolicies(FleetLayout.policiesFolder, below: root, depth: 0)
            return
        }
        for name in Self.contents(of: "\(root)/\(FleetLayout.environmentsFolder)")
        where Self.kind(of: "\(root)/\(FleetLayout.environmentsFolder)/\(name)") == .typeDirectory {
            do {
                environments.append(try EnvironmentName(name))
            } catch {
                continue
            }
        }
        readPolicies(FleetLayout.policiesFolder, below: root, depth: 0)
    }

    private mutating func readPolicies(_ folder: String, below root: String, depth: Int) {
        for name in Self.contents(of: "\(root)/\(folder)") {
            let path = "\(folder)/\(name)"
            let isPolicy = (name.hasSuffix(".yaml") || name.hasSuffix(".yml")) && !PolicyTest.isTestFile(name)
            switch Self.kind(of: "\(root)/\(path)") {
            case .typeDirectory? where depth < Self.maximumDepth: readPolicies(path, below: root, depth: depth + 1)
            case .typeRegular? where isPolicy: readPolicy(path, below: root)
            case _ where isPolicy:
                add(Policies.Defect(problem: Problem(Place(file: path), "no plain file"), environments: nil), path)
            default: continue
            }
        }
    }

    private mutating func readPolicy(_ path: String, below root: String) {
        guard let data = FileManager.default.contents(atPath: "\(root)/\(path)"), data.count <= Self.maximumBytes else {
            add(Policies.Defect(problem: Problem(Place(file: path), "cannot be read"), environments: nil), path)
            return
        }
        policyFiles.insert(path)
        // A contract's blob is what the ledger names it by; here nothing is recorded.
        let blob = String(repeating: "0", count: 40)
        policies.add(PolicyDecoder.policies(Array(data), file: path, blob: blob))
    }

    private mutating func add(_ defect: Policies.Defect, _ path: String) {
        policies.defects.append(defect)
        policyFiles.insert(path)
    }

    private static func contents(of folder: String) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            return []
        }
    }

    private static func kind(of path: String) -> FileAttributeType? {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        } catch {
            return nil
        }
    }
}
