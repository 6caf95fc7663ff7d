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
        // Without a memory of what it rests on nothing is recorded.
        try HistoryMark.advance(reference, to: basis, in: repository)
        let (tip, commits) = try chain(
            environments, manifests: manifests, on: basis, identity: identity, in: repository)
        guard tip != basis else { return .recorded(tip: basis.hex, commits: []) }
        let message = "towpath: \(commits.count) entries of the ledger"
        guard try move(reference, from: basis, to: tip, message: message, in: repository) else { return .lostRace }
        do {
            try HistoryMark.advance(reference, to: tip, in: repository)
        } catch {
            // It is recorded; the next command that writes moves the mark first, or says why it cannot.
        }
        return .recorded(tip: tip.hex, commits: commits)
    }

    /// Moves the branch by compare-and-swap; false where the race was lost.
    static func move(
        _ reference: String, from basis: ObjectID, to tip: ObjectID, message: String,
        in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        do {
            try repository.updateReference(reference, to: tip, expecting: basis, message: message)
            return true
        } catch {
            guard error.code == .modified || error.code == .busy else { throw error }
            return false
        }
    }

    /// Writes the commits of ``append(_:manifests:on:reference:identity:in:)`` on top of `start`; no branch moves.
    static func chain(
        _ environments: [EnvironmentPlan], manifests: [String: ObjectID], on start: ObjectID, identity: Identity,
        in repository: borrowing Repository
    ) throws(GitError) -> (tip: ObjectID, commits: [String]) {
        var tip = start
        var tree = try repository.commit(start).tree
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
        return (tip, commits)
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
