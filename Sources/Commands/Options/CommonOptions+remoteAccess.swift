import Bootstrap
import PromotionModel

extension CommonOptions {
    /// How a repository on a server is reached, as the options and `variables` say; what happens on the way is told on
    /// standard error.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func remoteAccess(_ variables: [String: String]) throws(Refusal) -> RemoteAccess {
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
