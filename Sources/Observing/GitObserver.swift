package import Git
package import Ports
package import PromotionModel

/// Observes a fleet in one repository.
///
/// Reads objects and references only: a bare repository is the normal case, and no work tree is ever looked at.
package struct GitObserver: Observer, ~Copyable {
    private let repository: Repository
    /// Full name of the watched branch.
    private let reference: String
    /// The ledger, where it has a branch of its own, and who writes to it.
    private let ledger: (branch: OwnLedger, identity: Identity)?
    private let reader: FleetReader
    /// Environments that the operator wants recorded as they are found.
    private let adopting: Set<EnvironmentName>
    private let engine: any PolicyEngine
    private let openPGP: any OpenPGPVerifier
    /// Whether environments that were found at rest before are left out.
    private let leavesResting: Bool

    package init(
        repository: consuming Repository, reference: String, ledger: (branch: OwnLedger, identity: Identity)? = nil,
        reader: FleetReader, adopting: Set<EnvironmentName> = [], engine: any PolicyEngine = NoPolicyEngine(),
        openPGP: any OpenPGPVerifier = NoOpenPGPVerifier(), leavesResting: Bool = false
    ) {
        self.leavesResting = leavesResting
        self.repository = repository
        self.reference = reference
        self.ledger = ledger
        self.reader = reader
        self.adopting = adopting
        self.engine = engine
        self.openPGP = openPGP
    }

    /// The tip of the watched branch: all that has to be read to know that nothing changed.
    package borrowing func tip() throws(PortFailure) -> ObjectID {
        do {
            return try BranchTip.read(reference, in: repository)
        } catch {
            throw PortFailure(error, phase: "observe")
        }
    }

    package borrowing func observe(at instant: Timestamp) throws(PortFailure) -> Observation {
        do {
            var mark = try HistoryMark(of: reference, in: repository)
            var tip: ObjectID
            var alarm: HistoryBreak?
            if let ledger {
                let watched = mark
                mark = try HistoryMark(of: ledger.branch.branch, following: reference, in: repository)
                tip = try BranchTip.read(reference, in: repository)
                alarm = watched.broken(at: tip, in: repository)
                let view = try ledger.branch.view(of: tip, by: ledger.identity, in: repository)
                (tip, alarm) = (view.basis, alarm ?? view.alarm)
            } else {
                tip = try BranchTip.read(reference, in: repository)
            }
            var reading = ObservationReader(
                reader: reader, mark: mark, alarm: alarm, adopting: adopting, engine: engine, openPGP: openPGP,
                depth: .configuration)
            reading.leavesResting = leavesResting
            return try reading.observation(from: try Viewpoint(tip: tip, in: repository), at: instant, in: repository)
        } catch let error as GitError {
            throw PortFailure(error, phase: "observe")
        } catch let problem as Problem {
            throw PortFailure(phase: "observe", consequence: .waitForChange, message: "\(problem)")
        } catch {
            throw PortFailure(phase: "observe", consequence: .halt, message: "\(error)")
        }
    }
}

/// The commit at the tip of a branch.
package enum BranchTip {
    /// The commit that `reference`, a full name, points at.
    ///
    /// - Throws: ``GitError`` `notFound` with the way out, also for a repository without any commit.
    package static func read(_ reference: String, in repository: borrowing Repository) throws(GitError) -> ObjectID {
        if let id = try repository.reference(reference) { return id }
        let mark = try HistoryMark(of: reference, in: repository)
        if let seen = mark.seen {
            throw GitError(
                operation: "find \(reference)", code: .notFound,
                message: "the branch is gone; it was last seen at \(seen.short)",
                hint: "put it back: \(mark.restoration(in: repository) ?? "git update-ref \(reference) \(seen)")")
        }
        let isEmpty = try repository.isEmpty()
        throw GitError(
            operation: "find \(reference)", code: .notFound,
            message: isEmpty ? "the repository has no commit yet" : "there is no such branch",
            hint: isEmpty
                ? "run \"towpath init\" in a clone and push, or push a first commit"
                : "name the watched branch with --ref, or \"watch:\" in \(FleetLayout.fileName)")
    }
}
