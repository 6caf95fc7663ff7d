package import Git
import LedgerFormat
import ManifestFormat
package import Observing
package import Ports
package import PromotionModel

/// Writes ledger entries as signed-off commits on the watched branch, by compare-and-swap.
package struct LedgerRecorder: Recorder, ~Copyable {
    private let repository: Repository
    /// Full name of the branch that holds the ledger.
    private let reference: String
    /// The ledger, where it has a branch of its own.
    private let ledger: OwnLedger?
    private let identity: Identity
    private let publisher: any ReferencePublisher

    /// - Parameter reference: Full name of the watched branch.
    package init(
        repository: consuming Repository, reference: String, ledger: OwnLedger? = nil, identity: Identity,
        publisher: any ReferencePublisher = OwnReferences()
    ) {
        self.repository = repository
        self.reference = ledger?.branch ?? reference
        self.ledger = ledger
        self.identity = identity
        self.publisher = publisher
    }

    package borrowing func record(
        _ environments: [EnvironmentPlan], on basis: String
    ) throws(PortFailure) -> Ports.Recording {
        do throws(GitError) {
            guard let start = ObjectID(hex: basis) else {
                throw GitError(operation: "record", code: .invalid, message: "\"\(basis)\" is no commit id")
            }
            return try LedgerBranch(reference: reference, ledger: ledger, identity: identity, publisher: publisher)
                .record(environments, manifests: [:], on: start, in: repository)
        } catch {
            throw PortFailure(error, phase: "record")
        }
    }

    /// Moves a ledger with a branch of its own to `basis`, which has taken in what it lacked and records nothing.
    ///
    /// - Returns: false where somebody else moved it meanwhile.
    /// - Throws: ``PortFailure``.
    package borrowing func follow(to basis: String) throws(PortFailure) -> Bool {
        do throws(GitError) {
            guard let tip = ObjectID(hex: basis) else {
                throw GitError(operation: "record", code: .invalid, message: "\"\(basis)\" is no commit id")
            }
            return try LedgerBranch(reference: reference, ledger: ledger, identity: identity, publisher: publisher)
                .follow(to: tip, in: repository)
        } catch {
            throw PortFailure(error, phase: "record")
        }
    }
}

/// The branch that holds the ledger, and how entries come to it: all that belong together, or none.
struct LedgerBranch {
    /// Full name.
    let reference: String
    /// The ledger, where it has a branch of its own: then a basis has taken in what the branch has not.
    var ledger: OwnLedger?
    let identity: Identity
    let publisher: any ReferencePublisher

    /// Where the branch has to be for something to be recorded.
    enum Footing: Hashable {
        case at(ObjectID?)
        /// Somebody else moved it since it was observed.
        case lost
    }

    /// Where the branch has to be for something to be recorded on top of `basis`.
    private func footing(of basis: ObjectID, in repository: borrowing Repository) throws(GitError) -> Footing {
        guard let ledger else { return .at(basis) }
        let own = try repository.reference(reference)
        let tip = try ledger.tip(in: repository)
        var id = basis
        while id != tip {
            let commit = try repository.commit(id)
            guard let taken = TakenCommit(commit), let parent = commit.parents.first else { return .lost }
            if taken.isBeginning { return tip == nil ? .at(nil) : .lost }
            id = parent
        }
        return .at(own)
    }

    /// Moves the branch to `tip`, which has taken in what the branch lacks.
    ///
    /// - Returns: false where somebody else moved it meanwhile.
    /// - Throws: ``GitError``, `declined` where it is not accepted.
    func follow(to tip: ObjectID, in repository: borrowing Repository) throws(GitError) -> Bool {
        guard try repository.reference(reference) != tip else { return true }
        guard case .at(let start) = try footing(of: tip, in: repository) else { return false }
        switch try move(Line(tip: tip), from: start, [], in: repository) {
        case .moved: return true
        case .lostRace: return false
        case .declined(let reason): throw declined(reason)
        }
    }

    /// Records the entries of `environments` on top of `basis`, with the branches that they were published to.
    ///
    /// Where the server declines all of them together, each environment is tried for itself, so that a branch that
    /// nobody may push to stops no other environment.
    ///
    /// - Parameter manifests: new blobs by path, for a rollback, which go into the first commit.
    /// - Throws: ``GitError``, `declined` where the ledger itself is not accepted; a lost race is an answer.
    func record(
        _ environments: [EnvironmentPlan], manifests: [String: ObjectID], on basis: ObjectID,
        in repository: borrowing Repository
    ) throws(GitError) -> Ports.Recording {
        guard case .at(let start) = try footing(of: basis, in: repository) else { return .lostRace }
        let line = try append(environments, manifests: manifests, on: basis, in: repository)
        switch try move(line, from: line.commits.isEmpty ? line.tip : start, environments, in: repository) {
        case .moved: return .recorded(tip: line.tip.hex, commits: line.commits)
        case .lostRace: return .lostRace
        case .declined(let reason):
            guard environments.contains(where: { $0.publication != nil }), environments.count > 1 else {
                throw declined(reason)
            }
            return try recordEach(environments, on: basis, from: start, in: repository)
        }
    }

    /// From so many refusals on, with nothing accepted between them, it is the ledger that is not accepted.
    private static let patience = 4

    private func recordEach(
        _ environments: [EnvironmentPlan], on basis: ObjectID, from start: ObjectID?,
        in repository: borrowing Repository
    ) throws(GitError) -> Ports.Recording {
        var tip = basis
        var start = start
        var commits: [String] = []
        var reasons: [EnvironmentName: String] = [:]
        // What is not published can only be declined for the ledger's sake.
        for environment in environments.filter({ $0.publication == nil })
            + environments.filter({ $0.publication != nil })
        {
            let line = try append([environment], manifests: [:], on: tip, in: repository)
            switch try move(line, from: line.commits.isEmpty ? line.tip : start, [environment], in: repository) {
            case .moved:
                if !line.commits.isEmpty { (tip, start) = (line.tip, line.tip) }
                commits += line.commits
            // What is recorded stays; the rest is for the next observation.
            case .lostRace: return .lostRace
            case .declined(let reason):
                reasons[environment.environment] = "not accepted: \(reason)"
                guard environment.publication != nil, !commits.isEmpty || reasons.count < Self.patience else {
                    throw declined(reason)
                }
            }
        }
        return .recorded(tip: tip.hex, commits: commits, declined: reasons)
    }

    func declined(_ reason: String) -> GitError {
        GitError(
            operation: "record on \(reference)", code: .declined, message: "the server does not accept it: \(reason)",
            hint: "let the login of towpath push to that branch")
    }

    /// Commits that follow one another.
    struct Line {
        var tip: ObjectID
        var commits: [String] = []
    }

    /// Writes a commit for each of `environments` with something to record; no reference moves.
    ///
    /// Every commit is read back: one parent, the one meant; nothing touched but the lock and the `manifests` given.
    func append(
        _ environments: [EnvironmentPlan], manifests: [String: ObjectID], on basis: ObjectID,
        in repository: borrowing Repository
    ) throws(GitError) -> Line {
        try repository.writingTogether { () throws(GitError) in
            var line = Line(tip: basis)
            var tree = try repository.commit(basis).tree
            var manifests = manifests
            var rest = environments.filter { !$0.entry.isEmpty }[...]
            while !rest.isEmpty {
                let some = Array(rest.prefix(Self.textCount))
                rest = rest.dropFirst(some.count)
                for case let (environment, text?) in zip(some, ParallelWork.map(some, EntryText.init)) {
                    let written = try append(
                        environment, text, manifests: manifests, on: (line.tip, tree), in: repository)
                    line.commits.append(written.commit.hex)
                    (line.tip, tree, manifests) = (written.commit, written.tree, [:])
                }
            }
            return line
        }
    }

    /// For so many environments texts are made before they are written.
    private static let textCount = 256

    /// What the ledger is to say of one environment.
    private struct EntryText: Sendable {
        let lock: [UInt8]
        let message: String

        /// Nothing where nothing is recorded.
        init?(_ environment: EnvironmentPlan) {
            guard let record = environment.record, let before = environment.before else { return nil }
            lock = LockWriter.bytes(record)
            message = LedgerMessage.text(for: environment.entry, before: before)
        }
    }

    /// Writes the commit of one environment on top of `parent`, whose tree is given with it.
    private func append(
        _ environment: EnvironmentPlan, _ text: EntryText, manifests: [String: ObjectID],
        on parent: (commit: ObjectID, tree: ObjectID), in repository: borrowing Repository
    ) throws(GitError) -> (commit: ObjectID, tree: ObjectID) {
        let lock = try repository.writeBlob(text.lock)
        var changes = [TreeChange(FleetLayout.lockPath(of: environment.environment), .put(lock, .blob))]
        changes += try manifests.sorted { $0.key < $1.key }.map { (path, blob) throws(GitError) in
            TreeChange(path, .put(blob, try repository.entry(at: path, in: parent.tree)?.kind ?? .blob))
        }
        let tree = try repository.writeTree(base: parent.tree, changes: changes)
        let signature = Signature(identity, seconds: environment.entry.at.seconds)
        let commit = try repository.writeCommit(
            tree: tree, parents: [parent.commit], author: signature, committer: signature,
            message: text.message)
        try Self.verify(commit, parent: parent, allowed: Set(changes.map(\.path)), in: repository)
        return (commit, tree)
    }

    /// Moves the branch from `start` along `line`, if that leads on, and those that `environments` were published to with
    /// it.
    private func move(
        _ line: Line, from start: ObjectID?, _ environments: [EnvironmentPlan], in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer {
        let update =
            line.tip == start
            ? nil
            : ReferenceUpdate(
                reference, to: line.tip, expecting: start,
                message: "towpath: \(line.commits.count) entries of the ledger")
        // Without a memory of what it rests on nothing is recorded. Where somebody saw more of the branch meanwhile, it is
        // there still, and this is a race that is lost; or it was set back, and nothing moves before that is accepted.
        if update != nil, let start {
            let isRemembered = try HistoryMark.advance(reference, to: start, in: repository)
            guard isRemembered else { return .lostRace }
        }
        let answer = try publisher.move(
            update, with: Set(environments.compactMap { $0.publication?.branch }), in: repository)
        if update != nil, answer == .moved {
            // Without a branch of its own each entry was put on the one before, from there on.
            HistoryMark.follow(reference, to: line.tip, from: ledger == nil ? start : nil, in: repository)
        }
        return answer
    }

    /// Reads `id` back and compares it with what was meant.
    private static func verify(
        _ id: ObjectID, parent: (commit: ObjectID, tree: ObjectID), allowed: Set<String>,
        in repository: borrowing Repository
    ) throws(GitError) {
        let commit = try repository.commit(id)
        var touched: [String] = []
        try repository.changedEntries(from: parent.tree, to: commit.tree) { path, _, _ in
            touched.append(path)
            return .next
        }
        guard commit.parents == [parent.commit], !touched.isEmpty, touched.allSatisfy(allowed.contains) else {
            throw GitError(
                operation: "record", code: .invalid,
                message: "commit \(id.short) is not as meant: parents \(commit.parents.map(\.short)), paths \(touched)")
        }
    }
}
