import FoundationEssentials
import ManifestFormat
import Observing
import PromotionModel

/// Policies and their tests as they stand in the file system, in a repository or not.
struct PolicyFiles {
    /// The largest file that is read, and the depth of folders, as for committed policies.
    private static let maximumBytes = 1_048_576
    private static let maximumDepth = 8

    /// The policies; their places are the paths as given.
    private(set) var policies = Policies()
    /// The tests and what is wrong with the files that hold them, by path.
    private(set) var tests: [PolicyTestDecoder.Contents] = []

    /// What is wrong with the policies, sorted.
    var problems: [Problem] {
        policies.defects.map(\.problem).sorted()
    }

    /// Whether anything is at `path`.
    static func isThere(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    /// Whether `path` is a folder.
    static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    /// The files of policies, tests and rules in Rego below `folder`, sorted; symbolic links are never followed.
    static func paths(below folder: String, depth: Int = 0) throws(Problem) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw Problem(Place(file: folder), "cannot be read")
        }
        var paths: [String] = []
        for name in names {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            switch try kind(of: path) {
            case .typeDirectory where depth < maximumDepth: paths += try Self.paths(below: path, depth: depth + 1)
            case .typeRegular where [".yaml", ".yml", ".rego"].contains(where: name.hasSuffix): paths.append(path)
            default: continue
            }
        }
        return paths
    }

    private static func kind(of path: String) throws(Problem) -> FileAttributeType? {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        } catch {
            throw Problem(Place(file: path), "cannot be read")
        }
    }

    /// Reads the policies and the rules in Rego at `paths`, which contracts name by where they are below `folder`; no tests.
    mutating func add(_ paths: [String], below folder: String) {
        for path in paths where !PolicyTest.isTestFile(path) {
            if path.hasSuffix(".rego") {
                addModule(path, named: String(path.dropFirst(folder.count).drop { $0 == "/" }))
            } else {
                addPolicies(path)
            }
        }
    }

    /// Reads the policies of the file `path`.
    mutating func addPolicies(_ path: String) {
        do throws(Problem) {
            // A contract's blob is what the ledger names it by; here nothing is recorded.
            let blob = String(repeating: "0", count: 40)
            let found = PolicyDecoder.policies(try Self.bytes(of: path), file: path, blob: blob)
            policies.add(found)
        } catch {
            policies.defects.append(Policies.Defect(problem: error, environments: nil))
        }
    }

    /// Reads the rules in Rego of the file `path`, which contracts call `name`.
    mutating func addModule(_ path: String, named name: String) {
        do throws(Problem) {
            guard let text = String(validating: try Self.bytes(of: path), as: UTF8.self) else {
                throw Problem(Place(file: path), "not UTF-8")
            }
            // Stands for the blob that it would be: all that matters is that no two modules share it.
            let number = String(policies.modules.count)
            let blob = String(repeating: "0", count: 40 - number.count) + number
            policies.modules[name] = Policies.Module(blob: blob, text: text)
        } catch {
            policies.defects.append(Policies.Defect(problem: error, environments: nil))
        }
    }

    /// Reads the tests of the file `path`.
    mutating func addTests(_ path: String) {
        do throws(Problem) {
            tests.append(PolicyTestDecoder.contents(try Self.bytes(of: path), file: path))
        } catch {
            tests.append(PolicyTestDecoder.Contents(problems: [error]))
        }
    }

    /// Marks every contract whose windows name a zone that the system does not know.
    mutating func checkZones(around instant: Timestamp) {
        let zones = ZoneDatabase.rules(for: policies, around: instant)
        for contract in policies.contracts {
            for case .windows(let windows) in contract.gates {
                for window in windows where zones[window.zone] == nil {
                    let message =
                        "contract \"\(contract.name)\": time zone \"\(window.zone)\" is not known; "
                        + "expected an IANA name such as Europe/Berlin or UTC"
                    policies.defects.append(
                        Policies.Defect(problem: Problem(contract.place, message), environments: contract.to))
                }
            }
        }
    }

    private static func bytes(of path: String) throws(Problem) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Problem(Place(file: path), "cannot be read")
        }
        guard data.count <= maximumBytes else {
            throw Problem(Place(file: path), "larger than the \(maximumBytes) bytes that a policy may have")
        }
        return Array(data)
    }
}
