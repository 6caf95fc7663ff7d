import Git
import Observing
import PromotionModel

/// Where a fleet is read, and whether it can be recorded on there.
extension Fleet {
    /// The commit where locks and the ledger are read, as of ``watchedCommit()``.
    ///
    /// It is that commit, unless the ledger has a branch of its own: then one that has taken it in, if it can be made.
    func basis() throws(Refusal) -> ObjectID {
        try view(of: try watchedCommit()).basis
    }

    /// What is seen of the ledger from `commit`.
    ///
    /// What it has not taken in yet is taken in as objects, which no reference names; where they cannot be written the
    /// ledger is seen as it stands.
    func view(of commit: ObjectID) throws(Refusal) -> OwnLedger.View {
        guard let ledger else { return OwnLedger.View(watched: commit, basis: commit) }
        do throws(GitError) {
            // Nothing is signed that nobody keeps.
            var scratch = try Repository.open(at: repository.gitDirectory)
            scratch.commitIndexSource = repository.commitIndexSource
            let identity = try self.takingIdentity()
            do throws(GitError) {
                let isTip = try repository.reference(ledger.watched) == commit
                return try isTip
                    ? ledger.view(of: commit, by: identity, in: scratch)
                    : ledger.pastView(of: commit, by: identity, in: scratch)
            } catch {
                guard Refusal(error).kind == .cannotWrite else { throw error }
                return try ledger.standing(at: commit, in: scratch)
            }
        } catch {
            throw Refusal(error)
        }
    }

    /// Who takes in what nobody may ever keep; reading needs nobody.
    private func takingIdentity() throws(GitError) -> Identity {
        do throws(Refusal) {
            return try identity()
        } catch {
            return try Identity(name: "nobody", email: "nobody@invalid")
        }
    }

    /// What people should know of `view`, beside what it shows.
    func notes(on view: OwnLedger.View) -> [Problem] {
        guard let ledger else { return [] }
        let place = Place(file: ledger.branch)
        if view.isBeginning {
            return [
                Problem(
                    place,
                    "the ledger is not here yet and begins with the next reconcile; if it is on a server already, "
                        + "fetch it", severity: .warning)
            ]
        }
        guard view.missing > 0 else { return [] }
        return [
            Problem(
                place,
                "\(view.missing) commit\(view.missing == 1 ? "" : "s") of \(ledger.watched) not taken in yet and not "
                    + "shown: towpath reconcile takes them in", severity: .warning)
        ]
    }

    /// The commit at the tip of the watched branch, or of the revision that the operator named.
    func watchedCommit() throws(Refusal) -> ObjectID {
        do throws(GitError) {
            guard let given = settings.reference else { return try BranchTip.read(reference, in: repository) }
            if Repository.isValidReferenceName(reference),
                let named = try repository.reference(reference, peelingTags: true)
            {
                return named
            }
            if try isGone() { return try BranchTip.read(reference, in: repository) }
            return try repository.resolve(given)
        } catch {
            throw Refusal(error)
        }
    }

    /// Checks that results can be recorded where the operator points to: on a branch that is there.
    ///
    /// - Throws: ``Refusal`` with the way out.
    func requireBranch() throws(Refusal) {
        guard !isRemote || !settings.remote.isOffline else {
            throw Refusal(
                .usage, "--offline leaves the server alone, so nothing can be recorded", hint: "leave out --offline")
        }
        do throws(GitError) {
            guard let given = try revision() else { return try requireFollowing() }
            // Whatever is no revision at all says so itself.
            let id = try repository.resolve(given)
            throw GitError(
                operation: "record on \(given.debugDescription)", code: .wrongKind,
                message: "it is commit \(id.short) and no branch", hint: "name a branch: --ref main")
        } catch {
            throw Refusal(error)
        }
    }

    /// Checks that a ledger with a branch of its own follows the branch that the operator points to.
    private func requireFollowing() throws(GitError) {
        let tip = try BranchTip.read(reference, in: repository)
        let layout: FleetLayout
        let tree = try repository.commit(tip).tree
        do throws(Problem) {
            layout = try reader.layout(at: tree, in: repository)
        } catch {
            // Whoever reads the fleet says what is wrong with it.
            return
        }
        guard let branch = layout.ledger, let watch = layout.watch, reference != "refs/heads/\(watch)" else { return }
        throw GitError(
            operation: "record on \(branch)", code: .wrongKind,
            message: "it is the ledger of \(watch), not of \(reference.printable)", hint: "leave out --ref")
    }

    /// What the operator named, if that is something else than a branch that is there.
    private func revision() throws(GitError) -> String? {
        guard let given = settings.reference else { return nil }
        guard reference.hasPrefix("refs/heads/"), Repository.isValidReferenceName(reference) else { return given }
        if try repository.reference(reference) != nil { return nil }
        return try isGone() ? nil : given
    }

    /// Whether the operator points to a branch that was watched here and is no more.
    private func isGone() throws(GitError) -> Bool {
        guard reference.hasPrefix("refs/heads/"), Repository.isValidReferenceName(reference) else { return false }
        guard try repository.reference(reference) == nil else { return false }
        return try HistoryMark(of: reference, in: repository).seen != nil
    }

    /// Whether `basis` is a revision that the watched branch has left behind.
    ///
    /// What is published now then belongs to a later record, and says nothing about this one. A branch is never left
    /// behind: whoever names one means it as it is.
    func isPast(_ basis: ObjectID) throws(GitError) -> Bool {
        guard try revision() != nil, let tip = try Self.watchedTip(reader, in: repository), tip != basis else {
            return false
        }
        do throws(GitError) {
            return try repository.isAncestor(basis, of: tip)
        } catch {
            // Where a shallow clone cannot tell, nothing is left out.
            guard error.code == .shallow else { throw error }
            return false
        }
    }

    /// The tip of the branch that is watched if nobody names another, or the commit of a HEAD that names none.
    private static func watchedTip(
        _ reader: FleetReader, in repository: borrowing Repository
    ) throws(GitError) -> ObjectID? {
        if case .detached(let id) = try repository.head() { return id }
        return try repository.reference(try watchedBranch(reader: reader, in: repository))
    }
}

extension Observation {
    /// The observation without what is published.
    var withoutPublished: Observation {
        Observation(
            basis: basis,
            environments: environments.map { environment in
                var bare = ObservedEnvironment(declared: environment.declared, record: environment.record)
                bare.reference = environment.reference
                return bare
            },
            policies: policies, zones: zones, residences: residences, adoptable: adoptable, problems: problems)
    }
}
