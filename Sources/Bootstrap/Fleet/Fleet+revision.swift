import Git
import Observing
import PromotionModel

/// Where a fleet is read, and whether it can be recorded on there.
extension Fleet {
    /// The commit at the tip of the watched branch, or of the revision that the operator named.
    func basis() throws(Refusal) -> ObjectID {
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
            guard let given = try revision() else { return }
            // Whatever is no revision at all says so itself.
            let id = try repository.resolve(given)
            throw GitError(
                operation: "record on \(given.debugDescription)", code: .wrongKind,
                message: "it is commit \(id.short) and no branch", hint: "name a branch: --ref main")
        } catch {
            throw Refusal(error)
        }
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
            environments: environments.map { ObservedEnvironment(declared: $0.declared, record: $0.record) },
            policies: policies, zones: zones, residences: residences, adoptable: adoptable, problems: problems)
    }
}
