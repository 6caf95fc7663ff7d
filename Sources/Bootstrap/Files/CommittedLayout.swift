import FoundationEssentials
import Git
package import ManifestFormat
import Observing
package import PromotionModel

/// How the manifests of a repository are laid out, by what is committed and what `towpath.yaml` says.
package struct CommittedLayout: Hashable, Sendable {
    /// Sorted; empty where the usual layout counts.
    package let environments: [EnvironmentName]
    /// What to write into `towpath.yaml`; `nil` where there is one, or none is needed.
    package let proposal: LayoutProposal?
    /// Whether the repository has no work tree to write files to.
    package let isBare: Bool

    /// Whether another layout than the usual one counts.
    package var isCustom: Bool {
        !environments.isEmpty
    }

    /// Reads the repository around `path`; `nil` where there is none, or no commit in it.
    ///
    /// - Throws: ``Refusal`` where the repository cannot be used, or `towpath.yaml` not be understood.
    package init?(around path: String) throws(Refusal) {
        let repository: Repository
        do throws(GitError) {
            try Library.start()
            repository = try Repository.discover(from: path)
        } catch {
            guard error.code == .notFound else { throw Refusal(error) }
            return nil
        }
        do {
            guard case .branch(let branch) = try repository.head(), let tip = try repository.reference(branch) else {
                return nil
            }
            isBare = repository.isBare
            let tree = try repository.commit(tip).tree
            if let layout = try Self.described(below: isBare ? nil : path, at: tree, in: repository) {
                proposal = nil
                environments =
                    layout.isDefault
                    ? [] : try EnvironmentFiles(in: tree, layout: layout, repository: repository).names
                return
            }
            let found = try Self.propose(for: tree, in: repository)
            let isNeeded = !found.isStandard && !found.rules.isEmpty
            proposal = isNeeded ? found : nil
            environments = isNeeded ? found.rules.map(\.name).sorted() : []
        } catch {
            throw Refusal(any: error)
        }
    }

    /// The layout that a `towpath.yaml` describes, in the folder or else in the commit.
    private static func described(
        below root: String?, at tree: ObjectID, in repository: borrowing Repository
    ) throws -> FleetLayout? {
        if let root, let data = FileManager.default.contents(atPath: "\(root)/\(FleetLayout.fileName)") {
            return try FleetDecoder.layout(Array(data), file: FleetLayout.fileName)
        }
        guard try repository.entry(at: FleetLayout.fileName, in: tree) != nil else { return nil }
        return try FleetReader().layout(at: tree, in: repository)
    }

    /// So many files are opened to see of what format they are.
    private static let sampleCount = 8

    /// Rules for files of no built-in format that have a version each.
    private static func houseFormats(
        of files: [ClaimedFile], in repository: borrowing Repository
    ) throws(GitError) -> [HouseProposal] {
        let blobs = Dictionary(files.map { ($0.path, $0.blob) }) { first, _ in first }
        var found: [HouseProposal] = []
        for candidate in HouseProposal.candidates(among: files.map(\.path)) {
            var samples: [[UInt8]] = []
            for path in candidate.files.prefix(sampleCount) {
                guard let blob = blobs[path] else { continue }
                samples.append(try repository.blob(blob, limit: ManifestReader.maximumBytes))
            }
            if let proposal = candidate.keyed(by: samples) { found.append(proposal) }
        }
        return found
    }

    /// Environments that are parts of one of `declaring`, the files that declare something; `nil` for none.
    private static func sections(
        of declaring: [String], _ files: [ClaimedFile], in repository: borrowing Repository
    ) -> LayoutProposal? {
        for file in files where declaring.contains(file.path) {
            do throws(GitError) {
                let found = SectionProposal.sections(
                    in: try repository.blob(file.blob, limit: ManifestReader.maximumBytes))
                guard found.count < 2 else {
                    return LayoutProposal(sections: found, of: file.path, files: declaring)
                }
            } catch {
                // A file that cannot be read has no parts; whoever reads the environment is told of it.
                continue
            }
        }
        return nil
    }

    /// What the manifests at `tree` suggest.
    private static func propose(for tree: ObjectID, in repository: borrowing Repository) throws -> LayoutProposal {
        let rule = FleetLayout.Rule(name: "all", paths: [try PathGlob("**")], exclude: [try PathGlob(".*/**")])
        let everything = FleetLayout(watch: nil, rules: [rule], formats: nil, isDefault: false)
        let files = try EnvironmentFiles(in: tree, layout: everything, repository: repository)
        guard let claimed = files.files.values.first else { return LayoutProposal(files: []) }
        let declared = FleetReader().declared(
            try EnvironmentName("all"), files: claimed, layout: everything, in: repository)
        var links: [String: Set<String>] = [:]
        for file in claimed where FolderLinks.reads(file.path) {
            do throws(GitError) {
                let bytes = try repository.blob(file.blob, limit: ManifestReader.maximumBytes)
                let found = FolderLinks.folders(in: bytes, at: file.path)
                guard !found.isEmpty else { continue }
                links[file.path.split(separator: "/").dropLast().joined(separator: "/"), default: []].formUnion(found)
            } catch {
                // A file that cannot be read links to nothing; whoever reads the environment is told of it.
                continue
            }
        }
        let declaring = Set(declared.declarations.map(\.place.file)).sorted()
        let proposal = LayoutProposal(
            files: declaring, links: links, artifacts: try houseFormats(of: claimed, in: repository))
        guard proposal.rules.count < 2, let parts = sections(of: declaring, claimed, in: repository) else {
            return proposal
        }
        return parts
    }
}
