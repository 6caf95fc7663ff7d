package import Git
import ManifestFormat
package import Observing
import Ports
package import PromotionModel

/// Publishes the permitted state of an environment to a branch, for an agent to watch.
///
/// The branch holds the environment's own files at their own paths. A component that is not permitted keeps the
/// version it has there, so that merging past a contract does not reach the runtime.
package struct BranchPublisher: Actuator, ~Copyable {
    private let repository: Repository
    private let reader: FleetReader
    private let identity: Identity
    /// Full names of branches that must never be published to: the watched one, the ledger.
    private let reserved: Set<String>

    package init(
        repository: consuming Repository, reader: FleetReader, identity: Identity, reserved: Set<String>
    ) {
        self.repository = repository
        self.reader = reader
        self.identity = identity
        self.reserved = reserved
    }

    package borrowing func perform(_ publication: Publication, of plan: Plan) -> Outcome {
        do {
            let result = try publish(publication, of: plan)
            return Outcome(environment: publication.environment, result: result)
        } catch {
            return Outcome(environment: publication.environment, result: .failed("\(error)"))
        }
    }

    private borrowing func publish(_ publication: Publication, of plan: Plan) throws -> Outcome.Result {
        guard Repository.isValidReferenceName(publication.branch), !reserved.contains(publication.branch) else {
            return .failed("\(publication.branch) is no branch that may be published to")
        }
        guard let basis = ObjectID(hex: plan.basis) else { return .failed("the plan's basis is no commit id") }
        let tip = publication.expected.flatMap { ObjectID(hex: $0) }
        let composition = Composition(publication: publication, reader: reader)
        let tree = try composition.tree(basis: basis, published: tip, in: repository)
        if let tip, try repository.commit(tip).tree == tree { return .alreadyDone }
        let signature = Signature(identity, seconds: plan.at.seconds)
        let commit = try repository.writeCommit(
            tree: tree, parents: tip.map { [$0] } ?? [], author: signature, committer: signature,
            message: message(publication, plan: plan))
        guard try move(publication, to: commit, expecting: tip) else {
            return .failed("somebody else moved \(publication.branch); it is looked at again in the next tick")
        }
        return .done
    }

    /// Moves the branch by compare-and-swap; false where it is no longer where it was seen.
    private borrowing func move(
        _ publication: Publication, to commit: ObjectID, expecting tip: ObjectID?
    ) throws(GitError) -> Bool {
        do {
            try repository.updateReference(
                publication.branch, to: commit, expecting: tip, message: "towpath: publish \(publication.environment)")
            return true
        } catch {
            guard error.code == .modified else { throw error }
            return false
        }
    }

    private borrowing func message(_ publication: Publication, plan: Plan) -> String {
        let list = publication.artifacts.sorted { $0.key < $1.key }
        let body = list.map { "\($0.key) \($0.value.version)" }
        var trailers = ["Environment: \(publication.environment)"]
        trailers += publication.promotions.map { "Promotion-Id: \($0)" }
        trailers += list.map { "Artifact: \($0.key) \($0.value)" }
        trailers += ["Basis: \(plan.basis)", "Signed-off-by: \(identity)"]
        let subject = "publish(\(publication.environment)): \(list.count) component\(list.count == 1 ? "" : "s")"
        return [subject, body.joined(separator: "\n"), trailers.joined(separator: "\n")].joined(separator: "\n\n")
            + "\n"
    }
}

/// The tree that a published branch is to have.
struct Composition {
    let publication: Publication
    let reader: FleetReader

    /// Why a file cannot be composed.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes the tree and returns its id.
    ///
    /// The files are the declared ones where the environment's configuration is permitted, else those that are
    /// published already; in both, every artifact is set to the permitted one.
    func tree(basis: ObjectID, published tip: ObjectID?, in repository: borrowing Repository) throws -> ObjectID {
        guard publication.takesConfiguration || tip != nil else {
            throw Failure(description: "nothing is published yet and the configuration is not permitted")
        }
        let layout = try reader.layout(at: try repository.commit(basis).tree, in: repository)
        let commit = publication.takesConfiguration ? basis : tip ?? basis
        let base = try files(at: commit, layout: layout, in: repository)
        let old = try tip.map { try files(at: $0, layout: layout, in: repository) } ?? []
        var changes: [TreeChange] = []
        let names = try componentNames(base, layout: layout, in: repository)
        for file in base {
            let blob = try composed(
                file, names: names[file.path] ?? [], layout: layout, in: repository,
                fallback: old.first { $0.path == file.path }?.blob)
            guard let blob else { continue }
            changes.append(TreeChange(file.path, .put(blob, file.isExecutable ? .executable : .blob)))
        }
        return try repository.writeTree(base: nil, changes: changes)
    }

    private func files(
        at commit: ObjectID, layout: FleetLayout, in repository: borrowing Repository
    ) throws -> [ClaimedFile] {
        let tree = try repository.commit(commit).tree
        return try EnvironmentFiles(in: tree, layout: layout, repository: repository).files[publication.environment]
            ?? []
    }

    /// The declarations of each file, by path.
    private func componentNames(
        _ files: [ClaimedFile], layout: FleetLayout, in repository: borrowing Repository
    ) throws -> [String: [Declaration]] {
        let declared = reader.declared(publication.environment, files: files, layout: layout, in: repository)
        if let problem = declared.problems.first(where: { $0.severity == .error }) {
            throw Failure(description: "\(problem)")
        }
        return Dictionary(grouping: declared.declarations, by: \.place.file)
    }

    /// The blob of one file with its artifacts set; `nil` where the file is not to be there.
    ///
    /// A component that is not recorded has no permitted artifact: its file stays as it is published, or away.
    private func composed(
        _ file: ClaimedFile, names: [Declaration], layout: FleetLayout, in repository: borrowing Repository,
        fallback: ObjectID?
    ) throws -> ObjectID? {
        var replacements: [ManifestEditor.Replacement] = []
        for declaration in names {
            guard let artifact = publication.artifacts[declaration.component] else { return fallback }
            guard artifact != declaration.artifact else { continue }
            replacements.append(
                ManifestEditor.Replacement(
                    line: declaration.place.line, column: declaration.place.column, artifact: artifact))
        }
        guard !replacements.isEmpty else { return file.blob }
        let bytes = try repository.blob(file.blob, limit: ManifestReader.maximumBytes)
        let edited = try ManifestEditor(formats: FleetReader.formats(layout))
            .edit(bytes, path: file.path, replacements: replacements)
        return try repository.writeBlob(edited)
    }
}
