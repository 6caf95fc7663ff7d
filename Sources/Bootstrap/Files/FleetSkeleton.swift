import FoundationEssentials
import ManifestFormat
import PolicyRules
package import PromotionModel
import Remotes

/// The files that begin a fleet.
package struct FleetSkeleton: Hashable, Sendable {
    /// A file to be written.
    package struct File: Hashable, Sendable {
        /// Path below the fleet's root.
        package let path: String
        package let content: String
    }

    package let files: [File]
    /// Environments that contracts speak of, but not of all that is in them; sorted.
    package let partlyGuarded: [EnvironmentName]
    /// What is wrong with the policies that are there, sorted; what they may guard gets no contract.
    package let problems: [Problem]

    /// Contracts for the environments of `survey` that none guards, in the order in which artifacts usually pass
    /// them; or, where there is no environment, three with a sample component.
    package init(_ survey: FleetSurvey) {
        let isSample = survey.environments.isEmpty
        let known = isSample ? ["dev", "staging", "prod"].map(Self.name) : survey.environments
        let names = known.map(\.description).sorted {
            (StageWord.order(inName: $0), $0) < (StageWord.order(inName: $1), $1)
        }
        let book = ContractBook(policies: survey.policies, environments: known)
        let unguarded = known.filter { Self.isUnguarded($0, by: book) }
        let mentioned = unguarded.filter { name in
            survey.policies.contracts.contains { $0.to.contains { $0.matches(name.description) } }
        }
        var files: [File] = []
        if let layout = survey.proposal { files = [File(path: FleetLayout.fileName, content: layout.text)] }
        if isSample { files = names.map { File(path: "environments/\($0)/app.yaml", content: Self.component) } }
        let due = Set(unguarded).subtracting(mentioned).map(\.description)
        for name in names where due.contains(name) {
            let source = Self.source(of: name, among: names)
            let path = Self.path(of: name, besides: survey.policyFiles)
            files.append(File(path: path, content: Self.contract(name, from: source)))
        }
        self.files = files
        partlyGuarded = mentioned.sorted()
        problems = (survey.policies.defects.map(\.problem) + book.problems).sorted()
    }

    private static func name(_ text: String) -> EnvironmentName {
        do {
            return try EnvironmentName(text)
        } catch {
            preconditionFailure("\(text) is the name of an environment")
        }
    }

    /// Whether no contract guards all of `name`; its configuration stands for all that no component's contract covers.
    private static func isUnguarded(_ name: EnvironmentName, by book: ContractBook) -> Bool {
        if case .none = book.choice(for: nil, in: name) { true } else { false }
    }

    /// A path for the contract of `name` that is not taken.
    private static func path(of name: String, besides taken: Set<String>) -> String {
        var stem = name
        var count = 1
        while taken.contains("\(FleetLayout.policiesFolder)/\(stem).yaml") {
            stem = "to-\(name)" + (count > 1 ? "-\(count)" : "")
            count += 1
        }
        return "\(FleetLayout.policiesFolder)/\(stem).yaml"
    }

    /// The environment that `name` takes from, as such names usually say: the last before it in the order of stages, of
    /// several one that goes on from it, as `prod-eu-2` from `prod-eu-1`.
    private static func source(of name: String, among names: [String]) -> String? {
        let own = StageWord.order(inName: name)
        let stem = StageWord.stem(ofName: name)
        let before = names.filter { StageWord.order(inName: $0) < own }
        let line = before.filter { StageWord.order(inName: $0).rank == own.rank && StageWord.stem(ofName: $0) == stem }
        // Numbers of another line say nothing of this one.
        return line.last ?? before.last { StageWord.order(inName: $0).rank < own.rank } ?? before.last
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
                throw Refusal(.cannotWrite, "\(path) cannot be written: \(FileTrouble.reason(error))")
            }
            written.append(file.path)
        }
        return written
    }
}
