import Foundation
package import PromotionModel

/// The files that begin a fleet.
package struct FleetSkeleton: Hashable, Sendable {
    /// A file to be written.
    package struct File: Hashable, Sendable {
        /// Path below the fleet's root.
        package let path: String
        package let content: String
    }

    package let files: [File]

    /// Contracts for environments that are there, in the order in which artifacts usually pass them; or, where there
    /// is none, three environments with a sample component.
    package init(environments: [EnvironmentName]) {
        let known = environments.map(\.description)
        let names = (known.isEmpty ? ["dev", "staging", "prod"] : known).sorted {
            (Self.rank($0), $0) < (Self.rank($1), $1)
        }
        var files: [File] = []
        if known.isEmpty {
            files = names.map { File(path: "environments/\($0)/app.yaml", content: Self.component) }
        }
        for name in names {
            let source = names.last { Self.rank($0) < Self.rank(name) }
            files.append(File(path: "policies/\(name).yaml", content: Self.contract(name, from: source)))
        }
        self.files = files
    }

    /// How far along the way to production an environment of this name usually is.
    private static func rank(_ name: String) -> Int {
        let stages = [["dev", "test", "int"], ["stag", "qa", "uat", "pre"], ["prod", "live"]]
        // The last that fits: "preprod" is before "prod", "nonprod" is not production.
        if name.hasPrefix("pre") || name.hasPrefix("non") { return 1 }
        return stages.lastIndex { $0.contains(where: name.contains) } ?? 1
    }

    private static let component = """
        # What this environment runs; promote by changing the digest in a pull request.
        apiVersion: towpath.dev/v1
        kind: Component
        metadata:
          name: app
        spec:
          artifact:
            repository: registry.example/team/app
            version: "0.1.0"
            digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

        """

    private static func contract(_ name: String, from source: String?) -> String {
        """
        # What \(name) demands of what arrives.
        apiVersion: towpath.dev/v1
        kind: PromotionContract
        metadata:
          name: to-\(name)
        spec:
          to: \(name)
          from: [\(source ?? "")]\(source == nil ? "            # builds arrive here" : "")
          gates:\(source == nil ? " {}" : "\n    soak: 30m         # in \(source ?? ""), with the very same digest")

        """
    }

    /// Writes the files below `root`; one that is there stays as it is.
    ///
    /// - Returns: the paths that were written.
    /// - Throws: ``Refusal`` of kind `cannotWrite`.
    package func write(below root: String) throws(Refusal) -> [String] {
        var written: [String] = []
        for file in files {
            let path = "\(root)/\(file.path)"
            guard !FileManager.default.fileExists(atPath: path) else { continue }
            do {
                let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(file.content.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            } catch {
                throw Refusal(.cannotWrite, "\(path) cannot be written: \(error.localizedDescription)")
            }
            written.append(file.path)
        }
        return written
    }

    /// The environments that stand below `root` in the work tree.
    package static func environments(below root: String) -> [EnvironmentName] {
        let folder = "\(root)/\(FleetLayout.environmentsFolder)"
        var names: [EnvironmentName] = []
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
                guard attributes[.type] as? FileAttributeType == .typeDirectory else { continue }
                names.append(try EnvironmentName(name))
            }
        } catch {
            return names
        }
        return names
    }
}
