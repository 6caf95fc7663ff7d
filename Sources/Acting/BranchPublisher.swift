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
    private let publisher: any ReferencePublisher
    /// Full names of branches that must never be published to: the watched one, the ledger.
    private let reserved: Set<String>

    package init(
        repository: consuming Repository, reader: FleetReader, identity: Identity, reserved: Set<String>,
        publisher: any ReferencePublisher = OwnReferences()
    ) {
        self.repository = repository
        self.reader = reader
        self.identity = identity
        self.reserved = reserved
        self.publisher = publisher
    }

    package borrowing func perform(_ publication: Publication, of plan: Plan) -> Outcome {
        do {
            let result = try publish(publication, of: plan)
            return Outcome(environment: publication.environment, result: result)
        } catch let error as GitError {
            let reason = [error.summary, error.hint].compactMap(\.self).joined(separator: "; ")
            return Outcome(environment: publication.environment, result: .failed(reason))
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
        publisher.forget(publication.branch)
        let composition = Composition(publication: publication, reader: reader)
        let ground = publication.ground.flatMap { ObjectID(hex: $0) }
        let tree = try composition.tree(basis: basis, ground: ground, in: repository)
        // The same tree under other promotions says so in a commit of its own, or nobody could tell it is recorded.
        let isSaid = publication.withdrawn.isEmpty
        if let tip, isSaid, try repository.commit(tip).tree == tree { return .alreadyDone }
        let signature = Signature(identity, seconds: plan.at.seconds)
        let commit = try repository.writeCommit(
            tree: tree, parents: tip.map { [$0] } ?? [], author: signature, committer: signature,
            message: message(publication, plan: plan))
        let move = ReferenceUpdate(
            publication.branch, to: commit, expecting: tip, message: "towpath: publish \(publication.environment)")
        switch try publisher.prepare(move, in: repository) {
        case .moved: return .done
        case .declined(let reason): return .failed(reason)
        case .lostRace:
            // A second reconciler with the same plan publishes the same tree.
            if let theirs = try repository.reference(publication.branch), try repository.commit(theirs).tree == tree {
                return .alreadyDone
            }
            guard tip == nil else { return .lostRace }
            return .failed(
                "\(publication.branch) is there and could not be read, or somebody has just made it; see \"towpath drift\", "
                    + "mend the branch, or delete it and the next tick publishes it anew: "
                    + "git update-ref -d \(publication.branch)")
        }
    }

    private borrowing func message(_ publication: Publication, plan: Plan) -> String {
        let list = publication.artifacts.sorted { $0.key < $1.key }
        let body =
            list.map { "\($0.key) \($0.value.version)" }
            + publication.withdrawn.map { "takes back \($0), which was not recorded" }
        var trailers = ["Environment: \(publication.environment)"]
        trailers += publication.promotions.map { "Promotion-Id: \($0)" }
        trailers += publication.withdrawn.map { "Withdraws: \($0)" }
        trailers += list.map { "Artifact: \($0.key) \($0.value)" }
        trailers += ["Basis: \(plan.basis)", "Signed-off-by: \(identity)"]
        let verb = publication.isRollback ? "rollback" : "publish"
        let subject = "\(verb)(\(publication.environment)): \(list.count) component\(list.count == 1 ? "" : "s")"
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

    /// The files of one commit, and what each declares.
    private struct Files {
        var files: [String: ClaimedFile] = [:]
        var declarations: [String: [Declaration]] = [:]

        func components(in path: String) -> [ComponentName] {
            declarations[path, default: []].map(\.component)
        }
    }

    /// Writes the tree and returns its id.
    ///
    /// The files are the declared ones where the environment's configuration is permitted, else those that are
    /// at the ground, which is what was published and recorded; in both, every artifact is set to the permitted one. A declared file with a component that
    /// is not permitted at all gives way to the published one, and so does one whose component is not permitted to go.
    func tree(basis: ObjectID, ground: ObjectID?, in repository: borrowing Repository) throws -> ObjectID {
        guard publication.takesConfiguration || ground != nil || publication.artifacts.isEmpty else {
            throw Failure(description: "nothing is published yet and the configuration is not permitted")
        }
        let layout = try reader.layout(at: try repository.commit(basis).tree, in: repository)
        let old = try ground.map { try read($0, layout: layout, in: repository) } ?? Files()
        let new = publication.takesConfiguration ? try read(basis, layout: layout, in: repository) : old
        let declared = Set(new.declarations.values.joined().map(\.component))
        let permitted = Set(publication.artifacts.keys)
        let remaining = permitted.subtracting(declared)
        var changes: [TreeChange] = []
        var placed: Set<ComponentName> = []
        for path in Set(new.files.keys).union(old.files.keys).sorted() {
            let mustStay = !remaining.isDisjoint(with: old.components(in: path))
            let mayCome = permitted.isSuperset(of: new.components(in: path))
            let chosen = mustStay || !mayCome ? old : new
            guard let file = chosen.files[path] else { continue }
            // What nobody recorded does not stay because it was published once.
            let components = chosen.components(in: path)
            if !components.isEmpty, permitted.isDisjoint(with: components) { continue }
            let blob = try composed(file, chosen.declarations[path] ?? [], layout: layout, in: repository)
            changes.append(TreeChange(path, .put(blob, file.isExecutable ? .executable : .blob)))
            placed.formUnion(components)
        }
        // An entry that recorded what no file of the branch holds would say what is not so.
        if let homeless = permitted.subtracting(placed).min() {
            throw Failure(
                description: "\(homeless) has no file in what is published, and comes with the configuration, which is "
                    + "not permitted or cannot be read")
        }
        return try repository.writeTree(base: nil, changes: changes)
    }

    private func read(_ commit: ObjectID, layout: FleetLayout, in repository: borrowing Repository) throws -> Files {
        let files = try files(at: commit, layout: layout, in: repository)
        return Files(
            files: Dictionary(files.map { ($0.path, $0) }) { first, _ in first },
            declarations: try componentNames(files, layout: layout, in: repository))
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

    /// The blob of one file with the permitted artifacts set; what is not recorded stays as it is written.
    private func composed(
        _ file: ClaimedFile, _ declarations: [Declaration], layout: FleetLayout, in repository: borrowing Repository
    ) throws -> ObjectID {
        let replacements = declarations.compactMap { declaration -> ManifestEditor.Replacement? in
            guard let artifact = publication.artifacts[declaration.component], artifact != declaration.artifact else {
                return nil
            }
            return ManifestEditor.Replacement(
                line: declaration.place.line, column: declaration.place.column, artifact: artifact)
        }
        guard !replacements.isEmpty else { return file.blob }
        let bytes = try repository.blob(file.blob, limit: ManifestReader.maximumBytes)
        let edited = try ManifestEditor(formats: FormatSet(layout))
            .edit(bytes, path: file.path, replacements: replacements)
        return try repository.writeBlob(edited)
    }
}
