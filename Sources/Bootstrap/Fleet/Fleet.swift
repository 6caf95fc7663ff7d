import FoundationEssentials
import Git
import ManifestFormat
import Observing
package import Ports
package import PromotionModel
import Remotes

/// A fleet as the commands see it: an opened repository, its branch and its layout.
package struct Fleet: ~Copyable {
    let settings: OperatorSettings
    let clock: any WallClock
    let repository: Repository
    /// What moves references: in the repository, or on the server that it is a copy of.
    let publisher: any ReferencePublisher
    private let mirror: Mirror?
    let reader: FleetReader
    /// Full name of the watched branch.
    package let reference: String
    /// The ledger, where it has a branch of its own.
    let ledger: OwnLedger?

    /// Full name of the branch that results are recorded on.
    package var ledgerReference: String { ledger?.branch ?? reference }

    /// Whether the layout is that of a `towpath.yaml` in the work tree which is not committed yet.
    package let isLayoutUncommitted: Bool

    /// Opens the repository around `settings.repository`; one on a server is looked up there first.
    ///
    /// - Parameters:
    ///   - takesUncommittedLayout: whether a `towpath.yaml` in the work tree counts while none is committed: for looking
    ///     around, before anything is written.
    ///   - clock: what tells the time; `nil` for the instant that `settings` gives, else the system's clock.
    /// - Throws: ``Refusal``.
    package init(_ settings: OperatorSettings, takesUncommittedLayout: Bool = false, clock: (any WallClock)? = nil)
        throws(Refusal)
    {
        var reader = FleetReader(layout: try Self.layout(settings.fleetFile))
        let source = try FleetSource.open(settings, reader: reader)
        var uncommitted: String?
        if takesUncommittedLayout, settings.fleetFile == nil, source.mirror == nil {
            uncommitted = try Self.uncommittedLayout(in: source.repository)
        }
        if let uncommitted { reader = FleetReader(layout: try Self.layout(uncommitted)) }
        let watched = try Self.reference(settings.reference, reader: reader, in: source.repository)
        let ledger = try Self.ledger(following: watched, settings, reader: reader, in: source.repository)
        var kept: FleetMemory.Readings?
        if settings.remembers {
            let tell = settings.remote.tell
            let directory = source.repository.commonDirectory
            let fresh = {
                DeclarationMemory(of: directory, in: settings.cacheDirectory) { tell(.note($0)) }
            }
            kept = settings.memory?.readings(of: directory, fresh) { settings.historyIndex(of: directory) }
            (reader.memory, reader.places) = (kept?.declarations ?? fresh(), kept?.places)
            if let kept { source.repository.keepLargeTrees(in: kept.trees) }
        }
        self.settings = settings
        self.clock = clock ?? SystemClock(fixed: settings.now)
        reference = watched
        self.ledger = ledger
        publisher = source.publisher
        mirror = source.mirror
        var repository = source.repository
        let history = settings.readsHistoryAnew ? nil : kept?.history
        repository.commitIndexSource = history ?? settings.historyIndex(of: repository.commonDirectory)
        self.repository = repository
        self.reader = reader
        isLayoutUncommitted = uncommitted != nil
    }

    /// Whether the repository is on a server.
    package var isRemote: Bool { mirror != nil }

    /// Whether `text` is the address of a repository on a server rather than a folder.
    package static func isRemote(_ text: String) -> Bool {
        FleetSource.isRemote(text)
    }

    /// The path of a `towpath.yaml` in the work tree of `repository`, if HEAD has a commit without one.
    private static func uncommittedLayout(in repository: borrowing Repository) throws(Refusal) -> String? {
        do throws(GitError) {
            guard let root = repository.workTree else { return nil }
            let path = "\(root)/\(FleetLayout.fileName)"
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            guard case .branch(let branch) = try repository.head(), let tip = try repository.reference(branch),
                try repository.entry(at: FleetLayout.fileName, in: try repository.commit(tip).tree) == nil
            else { return nil }
            return path
        } catch {
            throw Refusal(error)
        }
    }

    private static func layout(_ path: String?) throws(Refusal) -> FleetLayout? {
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal(.badInput, "\(path): cannot be read")
        }
        do throws(Problem) {
            return try FleetDecoder.layout(Array(data), file: path)
        } catch {
            throw Refusal(.badInput, "\(error)")
        }
    }

    /// The watched branch: what the operator says, else what `towpath.yaml` on the default branch says, else that
    /// branch itself.
    private static func reference(
        _ given: String?, reader: FleetReader, in repository: borrowing Repository
    ) throws(Refusal) -> String {
        if let given { return given.hasPrefix("refs/") ? given : "refs/heads/\(given)" }
        do throws(GitError) {
            return try watchedBranch(reader: reader, in: repository)
        } catch {
            throw Refusal(error)
        }
    }

    /// The branch that is watched if the operator names none.
    static func watchedBranch(
        reader: FleetReader, in repository: borrowing Repository
    ) throws(GitError) -> String {
        let name: String
        switch try repository.head() {
        case .branch(let branch): name = branch
        case .unborn(let branch): return branch
        case .detached:
            throw GitError(
                operation: "find the watched branch", code: .notFound,
                message: "HEAD is detached, so no branch is meant", hint: "name the branch: --ref main")
        }
        guard let tip = try repository.reference(name) else { return name }
        let layout = try Self.layout(at: try repository.commit(tip).tree, reader: reader, in: repository)
        return layout?.watch.map { "refs/heads/\($0)" } ?? name
    }

    /// The ledger, where the layout at `reference`, or at what else the operator named, gives it a branch of its own.
    private static func ledger(
        following reference: String, _ settings: OperatorSettings, reader: FleetReader,
        in repository: borrowing Repository
    ) throws(Refusal) -> OwnLedger? {
        do throws(GitError) {
            var commit: ObjectID?
            if Repository.isValidReferenceName(reference) {
                commit = try repository.reference(reference, peelingTags: true)
            }
            if commit == nil, let given = settings.reference {
                do throws(GitError) {
                    commit = try repository.resolve(given)
                } catch {
                    // Whoever looks there says so.
                    return nil
                }
            }
            guard let commit,
                let layout = try layout(at: repository.commit(commit).tree, reader: reader, in: repository),
                let branch = layout.ledger, reference != "refs/heads/\(branch)"
            else { return nil }
            return OwnLedger(watched: "refs/heads/\(layout.watch ?? "")", branch: "refs/heads/\(branch)")
        } catch {
            throw Refusal(error)
        }
    }

    /// The layout; `nil` where it cannot be understood, which whoever reads the fleet reports.
    private static func layout(
        at tree: ObjectID, reader: FleetReader, in repository: borrowing Repository
    ) throws(GitError) -> FleetLayout? {
        do {
            return try reader.layout(at: tree, in: repository)
        } catch {
            return nil
        }
    }

    /// Whether a work tree has the branch checked out that is recorded on, which then looks behind after a record.
    package var isCheckedOut: Bool {
        guard !repository.isBare else { return false }
        do throws(GitError) {
            return try repository.head() == .branch(ledgerReference)
        } catch {
            return false
        }
    }

    /// The present time.
    package var now: Timestamp {
        clock.now()
    }

    /// Opens the repository once more, for a part that owns its handle; commits are signed there, too.
    func reopened() throws(Refusal) -> Repository {
        do throws(GitError) {
            var opened = try Repository.open(at: repository.gitDirectory)
            opened.commitSigner = repository.commitSigner
            opened.original = repository.original
            opened.commitIndexSource = repository.commitIndexSource
            return opened
        } catch {
            throw Refusal(error)
        }
    }

    /// Who signs off.
    ///
    /// - Throws: ``Refusal`` of kind `usage` with how to say it.
    func identity() throws(Refusal) -> Identity {
        let hint = "say who signs off: --identity \"Name <email>\", or TOWPATH_IDENTITY in the environment"
        guard let text = settings.identity else { throw Refusal(.usage, "nobody signs off", hint: hint) }
        guard let open = text.lastIndex(of: "<"), text.hasSuffix(">") else {
            throw Refusal(.usage, "\"\(text.printable)\" is no identity", hint: hint)
        }
        do throws(GitError) {
            return try Identity(
                name: String(text[..<open]), email: String(text[text.index(after: open)...].dropLast()))
        } catch {
            throw Refusal(.usage, error.summary, hint: hint)
        }
    }
}

extension Refusal {
    /// The refusal of a command that met a failure of git.
    init(_ error: GitError) {
        let kind: Kind =
            switch error.code {
            case .modified, .busy: .lostRace
            case .locked, .declined, .unsigned: .cannotWrite
            case .unreachable: .unavailable
            case .notFound, .unborn, .invalidName, .ambiguous, .owner, .unsupported, .shallow, .wrongKind: .badInput
            default: error.category == .system ? .cannotWrite : .badInput
            }
        self.init(kind, error.summary, hint: error.remedy)
    }

    /// The refusal of a command that met any of the failures below it.
    init(any error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let error as GitError: self.init(error)
        case let problem as Problem: self.init(.badInput, "\(problem)")
        default: self.init(.internalError, "\(error)")
        }
    }
}
