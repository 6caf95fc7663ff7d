import FoundationEssentials
import Planning
package import PromotionModel

/// Policies that somebody would like to have, read from the file system.
package struct PolicyChange: Sendable {
    let replacement: PolicyReplacement

    /// Reads `paths`: either one folder, which stands for all of `policies/`, or files.
    ///
    /// A file below the `policies/` of a work tree takes the place of the file with the same path. One from elsewhere
    /// takes the place of the contracts and freezes with the names of its own.
    ///
    /// - Parameter instant: Around which the time zones have to be known.
    /// - Throws: ``Refusal`` with file, line and column of the first thing that is wrong.
    package init(reading paths: [String], around instant: Timestamp) throws(Refusal) {
        var files = PolicyFiles()
        var extent = PolicyReplacement.Extent.files([])
        if paths.count == 1, PolicyFiles.isFolder(paths[0]) {
            extent = .folder
            do throws(Problem) {
                files.add(try PolicyFiles.paths(below: paths[0]), below: paths[0])
            } catch {
                throw Refusal(.badInput, "\(error)")
            }
        } else {
            var replaced: Set<String> = []
            for path in paths {
                try Self.check(path)
                if path.hasSuffix(".rego") {
                    let name = Self.repositoryPath(of: path).map { $0.dropFirst(FleetLayout.policiesFolder.count + 1) }
                    files.addModule(
                        path,
                        named: String(
                            name ?? path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
                    )
                } else {
                    files.addPolicies(path)
                }
                if let path = Self.repositoryPath(of: path) { replaced.insert(path) }
            }
            extent = .files(replaced)
        }
        files.checkZones(around: instant)
        if let problem = files.problems.first {
            let more = files.problems.count - 1
            throw Refusal(.badInput, "\(problem)", hint: more > 0 ? "and \(more) more like this" : nil)
        }
        let policies = files.policies
        if policies.contracts.isEmpty, policies.freezes.isEmpty, policies.people == People(),
            policies.modules.isEmpty, extent == .files([])
        {
            throw Refusal(.badInput, "\(paths.joined(separator: " ")): no policy to simulate")
        }
        replacement = PolicyReplacement(policies: policies, extent: extent)
    }

    private static func check(_ path: String) throws(Refusal) {
        if PolicyFiles.isFolder(path) {
            throw Refusal(.usage, "--with takes one folder, or files", hint: "name the folder alone")
        }
        if PolicyTest.isTestFile(path) {
            throw Refusal(
                .usage, "\(path): holds tests and no policies", hint: "to run them: towpath policy test \(path)")
        }
    }

    /// The path in its repository of a file below the `policies/` of a work tree; `nil` for any other.
    private static func repositoryPath(of path: String) -> String? {
        let url = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath()
        var folder = url.deletingLastPathComponent()
        while folder.path != "/" {
            let parent = folder.deletingLastPathComponent()
            if folder.lastPathComponent == FleetLayout.policiesFolder,
                FileManager.default.fileExists(atPath: parent.appendingPathComponent(".git").path)
            {
                return String(url.path.dropFirst(parent.path.count).drop { $0 == "/" })
            }
            folder = parent
        }
        return nil
    }
}
