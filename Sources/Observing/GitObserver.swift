package import Git
import LedgerFormat
import ManifestFormat
import PolicyRules
package import Ports
package import PromotionModel

/// Observes a fleet in one repository.
///
/// Reads objects and references only: a bare repository is the normal case, and no work tree is ever looked at.
package struct GitObserver: Observer, ~Copyable {
    private let repository: Repository
    /// Full name of the watched branch.
    private let reference: String
    private let reader: FleetReader
    /// Environments that the operator wants recorded as they are found.
    private let adopting: Set<EnvironmentName>

    package init(
        repository: consuming Repository, reference: String, reader: FleetReader, adopting: Set<EnvironmentName> = []
    ) {
        self.repository = repository
        self.reference = reference
        self.reader = reader
        self.adopting = adopting
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
            let tip = try BranchTip.read(reference, in: repository)
            return try ObservationReader(reader: reader, adopting: adopting, depth: .configuration)
                .observation(of: tip, at: instant, in: repository)
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
        let isEmpty = try repository.isEmpty()
        throw GitError(
            operation: "find \(reference)", code: .notFound,
            message: isEmpty ? "the repository has no commit yet" : "there is no such branch",
            hint: isEmpty
                ? "run \"towpath init\" in a clone and push, or push a first commit"
                : "name the watched branch with --ref, or \"watch:\" in \(FleetLayout.fileName)")
    }
}

/// Puts an observation of one commit together.
package struct ObservationReader: Sendable {
    private let reader: FleetReader
    private let adopting: Set<EnvironmentName>
    private let proving: Set<EnvironmentName>
    private let depth: FleetReader.Depth

    /// - Parameters:
    ///   - adopting: Environments that the operator wants recorded as they are found.
    ///   - proving: Environments whose lock must be proved by its ledger even if nothing waits there.
    package init(
        reader: FleetReader, adopting: Set<EnvironmentName> = [], proving: Set<EnvironmentName> = [],
        depth: FleetReader.Depth
    ) {
        self.reader = reader
        self.adopting = adopting
        self.proving = proving
        self.depth = depth
    }

    /// What is known of the fleet at the commit `tip`, as of `instant`.
    ///
    /// - Throws: ``GitError``, or ``Problem`` for a layout that cannot be understood.
    package func observation(
        of tip: ObjectID, at instant: Timestamp, in repository: borrowing Repository
    ) throws -> Observation {
        let tree = try repository.commit(tip).tree
        let layout = try reader.layout(at: tree, in: repository)
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        try requireBranchesOfTheirOwn(files)
        let declared = try reader.environments(files, layout: layout, depth: depth, in: repository)
        let policies = checked(
            try PolicyReader.policies(at: tree, in: repository), zonesAround: instant)
        var environments: [ObservedEnvironment] = []
        for environment in declared {
            let record = try RecordReader.record(of: environment.name, at: tree, in: repository)
            let published = files.branches[environment.name].map { branch in
                PublishedReader(reader: reader, layout: layout)
                    .published(environment.name, branch: branch, in: repository)
            }
            environments.append(
                ObservedEnvironment(declared: environment, record: record, published: published))
        }
        let book = ContractBook(policies: policies.policies, environments: environments.map(\.name))
        let ledger = try LedgerProof(book: book, proving: proving)
            .facts(of: environments, hasContracts: !policies.policies.contracts.isEmpty, tip: tip, in: repository)
        return Observation(
            basis: tip.hex, environments: ledger.environments, policies: policies.policies, zones: policies.zones,
            residences: ledger.residences, adoptable: ledger.adoptable.union(adopting),
            problems: problems(files, layout: layout) + book.problems)
    }

    /// Two environments on one branch would publish over each other.
    private func requireBranchesOfTheirOwn(_ files: EnvironmentFiles) throws(Problem) {
        let users = Dictionary(grouping: files.branches.keys.sorted()) { files.branches[$0] ?? "" }
        guard let (branch, names) = users.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) else { return }
        throw Problem(
            Place(file: FleetLayout.fileName),
            "\(names.map(\.description).joined(separator: " and ")) publish to one branch, \(branch); "
                + "put {env} into its name")
    }

    private func problems(_ files: EnvironmentFiles, layout: FleetLayout) -> [Problem] {
        files.names.isEmpty && files.otherProblems.isEmpty ? [Self.emptiness(layout)] : files.otherProblems
    }

    /// The problem of a repository in which no environment is found.
    package static func emptiness(_ layout: FleetLayout) -> Problem {
        let message =
            layout.isDefault
            ? "there is no folder \(FleetLayout.environmentsFolder)/ with an environment in it; run \"towpath init\", "
                + "or describe the layout in \(FleetLayout.fileName)"
            : "no path matches an environment of \(FleetLayout.fileName)"
        return Problem(Place(file: layout.isDefault ? FleetLayout.environmentsFolder : FleetLayout.fileName), message)
    }

    /// The zones that windows name; a contract that names an unknown one is a defect.
    private func checked(
        _ policies: Policies, zonesAround instant: Timestamp
    ) -> (policies: Policies, zones: [String: ZoneRules]) {
        let zones = ZoneDatabase.rules(for: policies, around: instant)
        var checked = policies
        for contract in policies.contracts {
            for case .windows(let windows) in contract.gates {
                for window in windows where zones[window.zone] == nil {
                    let message =
                        "contract \"\(contract.name)\": time zone \"\(window.zone)\" is not known; "
                        + "expected an IANA name such as Europe/Berlin or UTC"
                    checked.defects.append(
                        Policies.Defect(problem: Problem(contract.place, message), environments: contract.to))
                }
            }
        }
        return (checked, zones)
    }
}

/// Reads the lock of an environment.
package enum RecordReader {
    /// The largest lock that is read: a thousand components with all their reasons have a tenth of it.
    private static let maximumBytes = 4 * 1_048_576

    /// The record of `name` at the commit tree `tree`.
    ///
    /// - Throws: ``GitError`` where git itself fails; a bad lock, or a folder that is damaged, is an answer.
    package static func record(
        of name: EnvironmentName, at tree: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> ObservedEnvironment.RecordReading {
        let path = FleetLayout.lockPath(of: name)
        let found: TreeEntry?
        do {
            found = try repository.entry(at: path, in: tree)
        } catch  where error.code == .corrupt || error.code == .notFound {
            return .unreadable(Problem(Place(file: path), error.summary))
        }
        guard let entry = found else { return .absent }
        guard entry.kind == .blob || entry.kind == .executable else {
            return .unreadable(Problem(Place(file: path), "expected a file; it is never followed"))
        }
        let bytes: [UInt8]
        do {
            bytes = try repository.blob(entry.id, limit: maximumBytes)
        } catch {
            return .unreadable(Problem(Place(file: path), "\(error.summary)"))
        }
        do {
            return .present(try LockReader.record(bytes, file: path, environment: name))
        } catch {
            return .unreadable(error)
        }
    }
}

/// Reads what the branch of an environment holds.
struct PublishedReader {
    let reader: FleetReader
    let layout: FleetLayout

    func published(
        _ name: EnvironmentName, branch: String, in repository: borrowing Repository
    ) -> PublishedReading {
        let place = Place(file: branch)
        do {
            guard let tip = try repository.reference(branch) else { return .absent(branch: branch) }
            let files = try EnvironmentFiles(
                in: try repository.commit(tip).tree, layout: layout, repository: repository)
            let declared = reader.environment(
                name, files: files.files[name] ?? [], problems: files.problems[name] ?? [],
                reader: FleetReader.manifestReader(layout), depth: .declarations, in: repository)
            if let problem = declared.problems.first(where: { $0.severity == .error }) {
                return .unreadable(Problem(place, "\(branch): \(problem)"))
            }
            let artifacts = Dictionary(declared.declarations.map { ($0.component, $0) }) { first, _ in first }
            return .present(PublishedState(branch: branch, tip: tip.hex, artifacts: artifacts))
        } catch {
            return .unreadable(Problem(place, "\(error)"))
        }
    }
}
