package import Git
import Programs
import PromotionModel

/// A repository on a server: what it has, and the way there and back.
///
/// Every question is a run of `git`, bounded in time, and an effect that can be interfered with: ``RemoteService``.
/// Nothing here decides by words.
package struct Remote: Sendable {
    package let address: RemoteAddress
    package let settings: RemoteSettings
    /// Told how far a fetch has come.
    let progress: (@Sendable (String) -> Void)?

    /// - Throws: ``GitError`` where the operator does not allow the way that `address` names.
    package init(
        _ address: RemoteAddress, settings: RemoteSettings, progress: (@Sendable (String) -> Void)? = nil
    ) throws(GitError) {
        guard address.isProtected || address.isLoopback || settings.allowsPlaintext else {
            throw GitError(
                operation: "use \(address)", code: .declined,
                message: "\(address.scheme) is not encrypted, and everybody on the way could change what it says",
                hint: "use https or ssh; or allow it by TOWPATH_GIT_PLAINTEXT=allow")
        }
        self.address = address
        self.settings = settings
        self.progress = progress
    }

    /// How often a listing or a fetch is tried while its time lasts.
    private static let attempts = 3

    /// The branches and tags, and `others`, full names of references.
    ///
    /// - Throws: ``GitError``.
    func listed(in mirror: String, alsoListing others: [String]) throws(GitError) -> AdvertisedReferences {
        let output = try persistently("list the branches of \(address)", for: settings.timeLimit) {
            (credentials, left) in
            invocation(mirror).invocation(
                ["ls-remote", "--symref", "--end-of-options", "\(address)", "HEAD", "refs/heads/*", "refs/tags/*"]
                    + others,
                credentials: credentials, timeLimit: left)
        }
        let advertised = AdvertisedReferences(output)
        guard !advertised.namesBySHA256 else {
            throw GitError(
                operation: "use \(address)", code: .unsupported,
                message: "its objects are named by SHA-256, which is not supported",
                hint: "use a repository with SHA-1 ids")
        }
        return advertised
    }

    /// Brings `names`, full names of references or ids of commits, into the repository at `mirror`; references are
    /// there under their own names afterwards, wherever they were before.
    ///
    /// - Throws: ``GitError``; `notFound` never: a reference that has gone meanwhile fails the fetch.
    func fetched(_ names: [String], into mirror: String) throws(GitError) {
        let lines = names.map { $0.hasPrefix("refs/") ? "+\($0):\($0)\n" : "\($0)\n" }
        // Much may come, as long as it keeps coming.
        let limit = settings.timeLimit * 10
        _ = try persistently("fetch from \(address)", for: limit) { (credentials, left) in
            invocation(mirror).invocation(
                [
                    "fetch", "--progress", "--stdin", "--no-tags", "--no-prune", "--no-write-fetch-head",
                    "--no-auto-maintenance", "--no-recurse-submodules", "--no-show-forced-updates",
                    "--end-of-options", "\(address)",
                ], input: Array(lines.joined().utf8), credentials: credentials, timeLimit: left,
                silenceLimit: settings.timeLimit, fetches: true)
        }
    }

    /// Asks the server to move references, each only if it still is where it was seen; all or none, if `isAtomic`.
    ///
    /// Tried once: who does not know what became of it has to look.
    ///
    /// - Throws: ``GitError`` where nothing was asked.
    func pushed(_ updates: [ReferenceUpdate], isAtomic: Bool, from mirror: String) throws(GitError) -> PushReport {
        let operation = "push to \(address)"
        let credentials = try credentials(operation)
        let leases = updates.map { "--force-with-lease=\($0.name):\($0.expected?.hex ?? "")" }
        let run = invocation(mirror).invocation(
            ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed"]
                + (isAtomic ? ["--atomic"] : []) + leases + ["--end-of-options", "\(address)"]
                + updates.map { "\($0.id.hex):\($0.name)" },
            credentials: credentials, timeLimit: settings.timeLimit)
        do throws(ProgramFailure) {
            let completion = try run.run()
            let words = words(completion, credentials)
            return PushReport(completion.output, words: words.text)
        } catch {
            if case .notStarted = error { throw Self.unstarted(operation, error) }
            return PushReport([], words: "the push \(error)", isTimedOut: error == .timedOut)
        }
    }

    private func invocation(_ mirror: String) -> GitInvocation {
        GitInvocation(address: address, settings: settings, repository: mirror)
    }

    private func credentials(_ operation: String) throws(GitError) -> Credentials? {
        guard address.scheme == .https || address.scheme == .http else { return nil }
        do throws(CredentialTrouble) {
            return try settings.credentials()
        } catch {
            throw GitError(operation: operation, code: .unreachable, message: error.description)
        }
    }

    /// What the run printed that `make` makes for the time that is left, tried again where that can help.
    private func persistently(
        _ operation: String, for limit: Duration, _ make: (Credentials?, Duration) -> Invocation
    ) throws(GitError) -> [UInt8] {
        let deadline = ContinuousClock.now + limit
        var pause = Backoff(first: .milliseconds(400))
        for attempt in 1... {
            let credentials = try credentials(operation)
            let run = make(credentials, max(deadline - ContinuousClock.now, .milliseconds(1)))
            let completion: Completion
            do throws(ProgramFailure) {
                completion = try run.run(hearing: hearing(credentials))
            } catch {
                throw failed(operation, error)
            }
            if completion.ending == .exited(0) { return completion.output }
            let words = words(completion, credentials)
            guard words.canPass, attempt < Self.attempts, ContinuousClock.now + pause.longestNext < deadline else {
                throw GitError(operation: operation, code: .unreachable, message: words.text, hint: words.hint)
            }
            pause.wait()
        }
        preconditionFailure("the loop has no end of its own")
    }

    private func failed(_ operation: String, _ error: ProgramFailure) -> GitError {
        switch error {
        case .notStarted: return Self.unstarted(operation, error)
        case .timedOut:
            let seconds = settings.timeLimit.components.seconds
            return GitError(
                operation: operation, code: .unreachable, message: "no answer for \(seconds) s",
                hint: "see whether the server is well, or wait longer: --git-timeout")
        case .tooMuchOutput:
            return GitError(
                operation: operation, code: .unreachable, message: "the server tells of more references than is sane")
        case .lost: return GitError(operation: operation, code: .unreachable, message: "git \(error)")
        }
    }

    private static func unstarted(_ operation: String, _ error: ProgramFailure) -> GitError {
        GitError(operation: operation, code: .unreachable, message: "the program git \(error)", hint: "install git")
    }

    private func secrets(_ credentials: Credentials?) -> [String] {
        (credentials?.secrets ?? []) + settings.proxySecrets
    }

    private func words(_ completion: Completion, _ credentials: Credentials?) -> ServerWords {
        ServerWords(
            completion.errors, hiding: secrets(credentials), hasLogin: credentials != nil, address: address)
    }

    /// What tells of progress on standard error, if somebody wants to know.
    private func hearing(_ credentials: Credentials?) -> ((ArraySlice<UInt8>) -> Void)? {
        guard let progress else { return nil }
        let secrets = secrets(credentials)
        return { bytes in
            let line = bytes.split { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }.last ?? []
            let text = String(decoding: line.suffix(200), as: UTF8.self)
            // What git itself counts; the rest is the server's talk.
            guard text.hasPrefix("Receiving objects: ") || text.hasPrefix("Resolving deltas: ") else { return }
            progress(String(ServerWords.hidden(text, secrets).printable.prefix(78)))
        }
    }
}
