import FoundationEssentials
package import Git
import Programs
import Synchronization

/// What happens to a mirror that somebody may want to know.
package enum MirrorNews: Hashable, Sendable {
    /// Another process is using it; this one waits.
    case waiting
    /// It was damaged, and is made anew.
    case remade
    /// How far a fetch has come; empty when it is over.
    case progress(String)
    /// A branch of the remote went back, or elsewhere, so that its former tip is not part of it any more.
    case rewritten(branch: String, from: ObjectID, to: ObjectID)
}

/// What of a remote somebody needs.
package struct Wanted: Hashable, Sendable {
    /// Full names of references; those that the remote does not have are left out.
    package var names: Set<String> = []
    /// Commits that may lie beside them.
    package var commits: Set<ObjectID> = []

    package init() {}
}

/// A copy of a remote repository on this machine: the references that are needed, as the remote last showed them.
///
/// Several processes use it at once; what it has can be lost at any time, and nothing with it but time and the memory of
/// where branches were.
package final class Mirror: Sendable {
    package let remote: Remote
    /// Absolute path of the bare repository.
    package let path: String
    private let folder: MirrorFolder
    private let memory: MirrorMemory
    /// Held while references are compared and moved.
    private let turn: MirrorLock
    /// Held shared as long as the repository may be read, so that nobody makes it anew meanwhile.
    private let use: MirrorLock
    private let tell: @Sendable (MirrorNews) -> Void
    /// Whether nobody in this process has read the repository yet.
    private let isUnread = Atomic(true)

    /// Opens the mirror of `remote` below the folder `cache`, and makes it where there is none.
    ///
    /// - Throws: ``GitError``; `busy` where another process holds it.
    package init(
        of remote: Remote, in cache: String, telling tell: @escaping @Sendable (MirrorNews) -> Void
    ) throws(GitError) {
        let parent = URL(fileURLWithPath: cache).standardizedFileURL.path + "/remotes"
        do {
            try FileManager.default.createDirectory(
                atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw GitError(
                operation: "make the folder \"\(parent)\"", code: .failure, category: .system,
                message: FileTrouble.reason(error), hint: "name another place with --cache-dir")
        }
        let name = "\(parent)/\(remote.address.key)"
        self.remote = remote
        self.tell = tell
        path = name + ".git"
        folder = MirrorFolder(path: path, address: remote.address)
        memory = MirrorMemory(path: path, file: name + ".seen")
        turn = try MirrorLock(at: name + ".lock")
        use = try MirrorLock(at: name + ".use")
        try inTurn { () throws(GitError) in
            let isUsable = try folder.prepare()
            if !isUsable {
                tell(.remade)
                try use.take(.exclusive, within: limit) { tell(.waiting) }
                try memory.save()
                try folder.replace()
            }
            try use.take(.shared, within: limit) { tell(.waiting) }
        }
    }

    private var limit: Duration { remote.settings.timeLimit }

    private func inTurn<Result>(_ body: () throws(GitError) -> Result) throws(GitError) -> Result {
        try turn.take(.exclusive, within: limit) { tell(.waiting) }
        defer { turn.release() }
        return try body()
    }

    /// Brings what is needed to where the remote has it now.
    ///
    /// One listing, and a fetch only of what moved; another if what came shows that more is needed. References that
    /// the remote no longer has are deleted.
    ///
    /// - Parameters:
    ///   - patterns: Full names of references beside branches and tags that may be needed.
    ///   - choose: What is needed, as far as the repository shows; called until it asks for nothing new.
    /// - Throws: ``GitError``.
    package func synchronise(
        alsoListing patterns: [String] = [],
        _ choose: (AdvertisedReferences, borrowing Repository) throws(GitError) -> Wanted
    ) throws(GitError) {
        try inTurn { () throws(GitError) in
            defer { tell(.progress("")) }
            var advertised = try remote.references(in: path, alsoListing: patterns)
            for attempt in 1... {
                do throws(GitError) {
                    let hasFetched = try follow(advertised, choose)
                    try memory.restore()
                    let mayTidy = isUnread.exchange(false, ordering: .relaxed)
                    if hasFetched, mayTidy { tidy() }
                    return
                } catch {
                    // What was listed may have gone before it could be fetched.
                    guard error.code == .unreachable, attempt < 3 else { throw error }
                    let now = try remote.references(in: path, alsoListing: patterns)
                    guard now != advertised else { throw error }
                    advertised = now
                }
            }
        }
    }

    /// Makes the mirror what `advertised` says, as far as it is needed; false where nothing had to be fetched.
    private func follow(
        _ advertised: AdvertisedReferences,
        _ choose: (AdvertisedReferences, borrowing Repository) throws(GitError) -> Wanted
    ) throws(GitError) -> Bool {
        try pointHead(advertised)
        try prune(advertised)
        var hasFetched = false
        // What is needed hangs on a layout, which hangs on a branch, which hangs on a layout.
        for _ in 0..<4 {
            let missing = try missing(advertised, choose)
            guard !missing.isEmpty else { break }
            try fetch(missing)
            hasFetched = true
        }
        return hasFetched
    }

    private func pointHead(_ advertised: AdvertisedReferences) throws(GitError) {
        guard let head = advertised.head else { return }
        let repository = try Repository.open(at: path)
        switch try repository.head() {
        case .branch(head), .unborn(head): return
        default: try repository.pointHead(at: head)
        }
    }

    /// Deletes the references that the remote does not have.
    private func prune(_ advertised: AdvertisedReferences) throws(GitError) {
        let repository = try Repository.open(at: path)
        for reference in try repository.references()
        where advertised.ids[reference.name] == nil && !reference.name.hasPrefix(MirrorMemory.prefix) {
            try repository.deleteReference(reference.name, expecting: reference.id)
        }
    }

    /// What is needed, or was once, and is not here as the remote has it.
    private func missing(
        _ advertised: AdvertisedReferences,
        _ choose: (AdvertisedReferences, borrowing Repository) throws(GitError) -> Wanted
    ) throws(GitError) -> [Missing] {
        let repository = try Repository.open(at: path)
        let wanted = try choose(advertised, repository)
        let known = Dictionary(try repository.references().map { ($0.name, $0.id) }) { first, _ in first }
        var missing: [Missing] = []
        for name in wanted.names.union(known.keys).sorted() {
            guard let id = advertised.ids[name], known[name] != id, !name.hasPrefix(MirrorMemory.prefix) else {
                continue
            }
            missing.append(Missing(name: name, known: known[name]))
        }
        for commit in wanted.commits.sorted(by: { $0.hex < $1.hex }) where !repository.contains(commit) {
            missing.append(Missing(name: commit.hex, known: nil))
        }
        return missing
    }

    /// A reference, or a commit, to be fetched.
    private struct Missing {
        let name: String
        let known: ObjectID?

        var isReference: Bool { name.hasPrefix("refs/") }
    }

    private func fetch(_ missing: [Missing]) throws(GitError) {
        let references = missing.filter(\.isReference)
        try remote.fetch(references.map(\.name), into: path)
        for commit in missing where !commit.isReference {
            do throws(GitError) {
                try remote.fetch([commit.name], into: path)
            } catch {
                // Many servers hand out nothing but tips; whoever looks for the commit says that it is not there.
                continue
            }
        }
        let repository = try Repository.open(at: path)
        for reference in references where reference.name.hasPrefix("refs/heads/") {
            guard let old = reference.known, let new = try repository.reference(reference.name) else { continue }
            let isForward = try isPart(old, of: new, in: repository)
            if isForward { continue }
            tell(.rewritten(branch: reference.name, from: old, to: new))
        }
    }

    private func isPart(
        _ old: ObjectID, of new: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        do {
            return try repository.isAncestor(old, of: new)
        } catch {
            // A remote that is a shallow clone itself cannot tell.
            guard error.code == .shallow else { throw error }
            return true
        }
    }

    /// Packs what is loose, once there is much of it and nobody is looking, in this process or another.
    private func tidy() {
        guard folder.isLittered, use.take(.exclusive) else {
            _ = use.take(.shared)
            return
        }
        defer { _ = use.take(.shared) }
        let run = GitInvocation(address: remote.address, settings: remote.settings, repository: path).invocation(
            ["gc", "--quiet", "--prune=1.hour.ago"], credentials: nil, timeLimit: limit * 5)
        do throws(ProgramFailure) {
            _ = try run.run()
        } catch {
            // What it leaves is removed when the mirror is opened next, and it will be tried again.
            return
        }
    }

    /// Takes over what the remote is known to have accepted; what cannot be is found when the remote is read next.
    func adopt(_ updates: [ReferenceUpdate]) {
        do throws(GitError) {
            try inTurn { () throws(GitError) in
                let repository = try Repository.open(at: path)
                for update in updates {
                    try repository.updateReference(
                        update.name, to: update.id, expecting: update.expected, message: update.message)
                }
            }
        } catch {
            return
        }
    }
}
