import FoundationEssentials
import Git
import Observing
import PromotionModel
import Remotes

/// Where a fleet is read, and where its references are moved.
struct FleetSource: ~Copyable {
    let repository: Repository
    let publisher: any ReferencePublisher
    /// The copy that stands for a repository on a server, brought up to date; `nil` for one on this machine.
    let mirror: Mirror?

    /// Opens what the operator points to.
    ///
    /// - Throws: ``Refusal``.
    static func open(_ settings: OperatorSettings, reader: FleetReader) throws(Refusal) -> FleetSource {
        do {
            try Library.start()
            let place = try RepositoryLocation(settings.repository, isFolder: isFolder)
            let (publisher, mirror) = try reached(place, settings, reader)
            return FleetSource(
                repository: try repository(at: place, mirror: mirror, settings), publisher: publisher, mirror: mirror)
        } catch let error as RemoteAddress.Malformed {
            throw Refusal(.usage, error.description, hint: error.hint)
        } catch {
            throw Refusal(any: error)
        }
    }

    /// The repository, which signs its commits where the operator says so.
    private static func repository(
        at place: RepositoryLocation, mirror: Mirror?, _ settings: OperatorSettings
    ) throws(GitError) -> Repository {
        var opened: Repository
        if let mirror {
            opened = try Repository.open(at: mirror.path)
            opened.original = "\(mirror.remote.address)"
        } else {
            guard case .folder(let path) = place else { preconditionFailure("a remote has a mirror") }
            opened = try Repository.discover(from: path)
            try opened.requireCompleteness()
        }
        opened.commitSigner = settings.signing.signer(identity: settings.identity)
        return opened
    }

    /// What moves references at `place`, and the copy of it, brought up to date unless nobody may ask the server.
    private static func reached(
        _ place: RepositoryLocation, _ settings: OperatorSettings, _ reader: FleetReader
    ) throws -> (any ReferencePublisher, Mirror?) {
        guard case .remote(let address) = place else { return (OwnReferences(), nil) }
        let mirror = try mirror(of: address, settings)
        guard !settings.remote.isOffline else { return (UnreachedReferences(), mirror) }
        let needs = NeededReferences(settings: settings, reader: reader)
        let refresh: @Sendable (Set<String>) throws(GitError) -> Void = { names throws(GitError) in
            try mirror.synchronise(alsoListing: needs.others) { (advertised, repository) throws(GitError) in
                try needs.wanted(of: advertised, in: repository, besides: names)
            }
        }
        try refresh([])
        return (RemoteReferences(mirror, refreshing: refresh), mirror)
    }

    /// Whether `text` is the address of a repository on a server.
    static func isRemote(_ text: String) -> Bool {
        do throws(RemoteAddress.Malformed) {
            if case .remote = try RepositoryLocation(text, isFolder: isFolder) { return true }
            return false
        } catch {
            return true
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    private static func mirror(of address: RemoteAddress, _ settings: OperatorSettings) throws -> Mirror {
        guard let access = settings.remote.settings else {
            throw Refusal(
                .unavailable, "the program git, which reaches servers, is not there", hint: "install git, or mend PATH")
        }
        guard let cache = settings.cacheDirectory else {
            throw Refusal(
                .usage, "a repository on a server needs a folder for its copy",
                hint: "name one: --cache-dir PATH, or TOWPATH_CACHE_DIR in the environment")
        }
        let tell = settings.remote.tell
        let remote: Remote
        do throws(GitError) {
            remote = try Remote(address, settings: access) { tell(.progress($0)) }
        } catch {
            throw Refusal(.usage, error.summary, hint: error.hint)
        }
        return try Mirror(of: remote, in: cache) { tell(RemoteAccess.News($0, of: address)) }
    }
}

extension RemoteAccess.News {
    fileprivate init(_ news: MirrorNews, of address: RemoteAddress) {
        switch news {
        case .waiting: self = .note("another towpath is using the copy of \(address); waiting for it")
        case .remade: self = .note("the copy of \(address) was damaged, and is fetched anew")
        case .progress(let text): self = .progress(text)
        case .rewritten(let branch, let old, let new):
            self = .note(
                "warning: \(branch) of \(address) was rewritten: \(old.short) is not part of it any more, now it is at "
                    + "\(new.short)")
        }
    }
}

/// The references of a remote that nobody may ask: what is written to them has no place to go.
private struct UnreachedReferences: ReferencePublisher {
    func forget(_ name: String) {}

    func prepare(_ update: ReferenceUpdate, in repository: borrowing Repository) throws(GitError) -> ReferenceAnswer {
        throw refusal(update.name)
    }

    func move(
        _ update: ReferenceUpdate?, with names: Set<String>, in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer {
        guard let update else { return .moved }
        throw refusal(update.name)
    }

    private func refusal(_ name: String) -> GitError {
        GitError(
            operation: "move \(name)", code: .declined, message: "--offline leaves the server alone",
            hint: "leave out --offline")
    }
}
