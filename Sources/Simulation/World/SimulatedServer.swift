import FoundationEssentials
import Git
import Remotes

/// The server of a simulated world: its repository, reached as the program git would reach it.
///
/// What it does happens at once, in the one effect that reaches it.
struct SimulatedServer: RemoteService {
    /// Absolute path of the repository.
    let path: String
    /// Whether it moves several references as one thing; some servers do not.
    let isAtomic: Bool

    func references(in mirror: String, alsoListing others: [String]) throws(GitError) -> AdvertisedReferences {
        try undisturbed { () throws(GitError) in
            let references = try Repository.open(at: path).references()
            return AdvertisedReferences(
                Dictionary(references.map { ($0.name, $0.id) }) { first, _ in first }, head: "refs/heads/main")
        }
    }

    func fetch(_ names: [String], into mirror: String) throws(GitError) {
        try undisturbed { () throws(GitError) in
            try copyObjects(from: path, to: mirror)
            let server = try Repository.open(at: path)
            let copy = try Repository.open(at: mirror)
            for name in names where name.hasPrefix("refs/") {
                guard let id = try server.reference(name) else {
                    throw GitError(operation: "fetch \(name)", code: .unreachable, message: "it is not there any more")
                }
                let known = try copy.reference(name)
                if known != id { try copy.updateReference(name, to: id, expecting: known, message: "fetch") }
            }
        }
    }

    func push(_ updates: [ReferenceUpdate], isAtomic: Bool, from mirror: String) throws(GitError) -> PushReport {
        guard !isAtomic || self.isAtomic else {
            return PushReport([:], words: "fatal: the receiving end does not support --atomic push")
        }
        return try undisturbed { () throws(GitError) in
            try copyObjects(from: mirror, to: path)
            let server = try Repository.open(at: path)
            var stale: Set<String> = []
            for update in updates where try server.reference(update.name) != update.expected {
                stale.insert(update.name)
            }
            var answers: [String: PushReport.Answer] = [:]
            for update in updates {
                guard stale.isEmpty || (!isAtomic && !stale.contains(update.name)) else {
                    answers[update.name] = .refused("[rejected] (stale info)")
                    continue
                }
                try server.updateReference(
                    update.name, to: update.id, expecting: update.expected, message: "push")
                answers[update.name] = .accepted
            }
            return PushReport(answers, words: "")
        }
    }

    /// Runs `body` as another machine would: nobody interferes with it.
    private func undisturbed<Result>(_ body: () throws(GitError) -> Result) throws(GitError) -> Result {
        try Interferences.$current.withValue(nil) {
            Swift.Result { () throws(GitError) in try body() }
        }.get()
    }

    /// Copies what one repository has and the other has not; a world has loose objects only.
    private func copyObjects(from source: String, to target: String) throws(GitError) {
        let files = FileManager.default
        do {
            for folder in try files.contentsOfDirectory(atPath: "\(source)/objects") where folder.utf8.count == 2 {
                let there = "\(target)/objects/\(folder)"
                try files.createDirectory(atPath: there, withIntermediateDirectories: true)
                let known = Set(try files.contentsOfDirectory(atPath: there))
                for name in try files.contentsOfDirectory(atPath: "\(source)/objects/\(folder)")
                where name.utf8.count == 38 && !known.contains(name) {
                    try files.copyItem(atPath: "\(source)/objects/\(folder)/\(name)", toPath: "\(there)/\(name)")
                }
            }
        } catch {
            throw GitError(
                operation: "copy objects", code: .failure, category: .system, message: FileTrouble.reason(error))
        }
    }
}
