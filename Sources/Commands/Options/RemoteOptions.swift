import ArgumentParser
import Bootstrap
import PromotionModel

/// How a repository on a server is reached.
struct RemoteOptions: ParsableArguments {
    @Flag(help: "Leave the server alone: read what the last command saw there.")
    var offline = false

    @Option(
        help: ArgumentHelp(
            "How long the server may take for each step. (default: $TOWPATH_GIT_TIMEOUT, else 60s)", valueName: "span"))
    var gitTimeout: String?

    @Option(
        help: ArgumentHelp("The private key for ssh. (default: $TOWPATH_GIT_SSH_KEY)", valueName: "file"),
        completion: .file())
    var gitSshKey: String?

    @Option(
        help: ArgumentHelp(
            "The keys of servers reached over ssh. (default: $TOWPATH_GIT_KNOWN_HOSTS)", valueName: "file"),
        completion: .file())
    var gitKnownHosts: String?

    @Option(
        help: ArgumentHelp("The certificates that https is trusted by. (default: $TOWPATH_GIT_CA)", valueName: "file"),
        completion: .file())
    var gitCa: String?

    /// What the options and the environment's variables say; what happens on the way is told on standard error.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func access(_ variables: [String: String]) throws(Refusal) -> RemoteAccess {
        var options = RemoteAccess.Options()
        options.isOffline = offline
        options.timeLimit = gitTimeout
        options.sshKey = gitSshKey
        options.knownHosts = gitKnownHosts
        options.authorities = gitCa
        var access = try RemoteAccess(options, variables: variables)
        let isWatched = Console.Stream.error.isTerminal
        access.tell = { news in
            switch news {
            case .note(let text): Console.note(text.printable)
            case .progress(let text): if isWatched { Console.progress(text) }
            }
        }
        return access
    }
}
