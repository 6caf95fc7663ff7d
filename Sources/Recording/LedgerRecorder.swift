package import Git
import LedgerFormat
import ManifestFormat
import Observing
package import Ports
package import PromotionModel

/// Writes ledger entries as signed-off commits on the watched branch, by compare-and-swap.
package struct LedgerRecorder: Recorder, ~Copyable {
    private let repository: Repository
    /// Full name of the watched branch.
    private let reference: String
    private let identity: Identity

    package init(repository: consuming Repository, reference: String, identity: Identity) {
        self.repository = repository
        self.reference = reference
        self.identity = identity
    }

    package borrowing func record(
        _ environments: [EnvironmentPlan], on basis: String
    ) throws(PortFailure) -> Ports.Recording {
        do throws(GitError) {
            guard let start = ObjectID(hex: basis) else {
                throw GitError(operation: "record", code: .invalid, message: "\"\(basis)\" is no commit id")
            }
            return try LedgerCommit.append(
                environments, manifests: [:], on: start, reference: reference, identity: identity, in: repository)
        } catch {
            throw PortFailure(error, phase: "record")
        }
    }
}

/// The commits of ledger entries.
enum LedgerCommit {
    /// Appends a commit for each of `environments` with something to record, and moves the branch.
    ///
    /// Before the reference moves, every commit is read back: one parent, the one meant; nothing touched but the lock
    /// and the `manifests` given. One reference update for all.
    ///
    /// - Parameter manifests: new blobs by path, for a rollback, which goes into the first commit.
    /// - Throws: ``GitError``; a lost race is an answer.
    static func append(
        _ environments: [EnvironmentPlan], manifests: [String: ObjectID], on basis: ObjectID, reference: String,
        identity: Identity, in repository: borrowing Repository
    ) throws(GitError) -> Ports.Recording {
        var tip = basis
        var tree = try repository.commit(basis).tree
        var commits: [String] = []
        var manifests = manifests
        for environment in environments where !environment.entry.isEmpty {
            guard let record = environment.record, let before = environment.before else { continue }
            let lock = try repository.writeBlob(LockWriter.bytes(record))
            var changes = [TreeChange(FleetLayout.lockPath(of: environment.environment), .put(lock, .blob))]
            changes += try manifests.sorted { $0.key < $1.key }.map { (path, blob) throws(GitError) in
                TreeChange(path, .put(blob, try repository.entry(at: path, in: tree)?.kind ?? .blob))
            }
            let next = try repository.writeTree(base: tree, changes: changes)
            let signature = Signature(identity, seconds: environment.entry.at.seconds)
            let commit = try repository.writeCommit(
                tree: next, parents: [tip], author: signature, committer: signature,
                message: LedgerMessage.text(for: environment.entry, before: before))
            try verify(commit, parent: tip, allowed: Set(changes.map(\.path)), in: repository)
            commits.append(commit.hex)
            (tip, tree, manifests) = (commit, next, [:])
        }
        guard tip != basis else { return .recorded(tip: basis.hex, commits: []) }
        do {
            try repository.updateReference(
                reference, to: tip, expecting: basis, message: "towpath: \(commits.count) entries of the ledger")
        } catch  where error.code == .modified || error.code == .busy {
            return .lostRace
        }
        return .recorded(tip: tip.hex, commits: commits)
    }

    /// Reads `id` back and compares it with what was meant.
    private static func verify(
        _ id: ObjectID, parent: ObjectID, allowed: Set<String>, in repository: borrowing Repository
    ) throws(GitError) {
        let commit = try repository.commit(id)
        var touched: [String] = []
        let before = try repository.commit(parent).tree
        try repository.changedEntries(from: before, to: commit.tree) { path, _, _ in
            touched.append(path)
            return .next
        }
        guard commit.parents == [parent], !touched.isEmpty, touched.allSatisfy(allowed.contains) else {
            throw GitError(
                operation: "record", code: .invalid,
                message: "commit \(id.short) is not as meant: parents \(commit.parents.map(\.short)), paths \(touched)")
        }
    }
}
