import FoundationEssentials
import PromotionModel
package import Remotes

/// How the operator wants a repository on a server reached; never read from the fleet.
package struct RemoteAccess: Sendable {
    /// What is happening on the way, for people.
    package enum News: Hashable, Sendable {
        case note(String)
        /// How far long work has come; empty when it is over.
        case progress(String)
    }

    /// What options say; `nil` for what the environment's variables say.
    package struct Options: Hashable, Sendable {
        package var isOffline = false
        package var timeLimit: String?
        package var sshKey: String?
        package var knownHosts: String?
        package var authorities: String?

        package init() {}
    }

    /// Whether the mirror is used as it is.
    package private(set) var isOffline = false
    /// Told what happens.
    package var tell: @Sendable (News) -> Void = { _ in }
    /// The settings for git; `nil` where there is no such program.
    private(set) var settings: RemoteSettings?

    /// Reaches nothing.
    package init() {}

    /// Reaches a server that is made up.
    package init(simulating service: any RemoteService) {
        var settings = RemoteSettings(git: "", variables: [:])
        settings.service = service
        self.settings = settings
    }

    /// Reaches servers as `options`, or else `variables` say.
    ///
    /// - Throws: ``Refusal`` of kind `usage`; no secret is in it.
    package init(_ options: Options, variables: [String: String]) throws(Refusal) {
        let set = variables.filter { !$0.value.isEmpty }
        isOffline = options.isOffline
        guard let git = ProgramSearch(set).find("git") else { return }
        var settings = RemoteSettings(git: git, variables: set.merging(NetworkVariables.of(set)) { $1 })
        settings.credentials = try Self.credentials(set)
        settings.helper = set["TOWPATH_GIT_CREDENTIAL_HELPER"]
        settings.sshKey = try Self.file(options.sshKey ?? set["TOWPATH_GIT_SSH_KEY"], "the ssh key")
        settings.knownHosts = try Self.file(
            options.knownHosts ?? set["TOWPATH_GIT_KNOWN_HOSTS"], "the file of known hosts")
        settings.authorities = try Self.file(
            options.authorities ?? set["TOWPATH_GIT_CA"], "the file of certificates")
        // git's own variable, which speaks to git alone: it says what is wrong with it, where it matters.
        settings.authorities = settings.authorities ?? set["GIT_SSL_CAINFO"]
        settings.usesConfiguration = try Self.word("TOWPATH_GIT_CONFIG", means: "user", in: set)
        settings.allowsPlaintext = try Self.word("TOWPATH_GIT_PLAINTEXT", means: "allow", in: set)
        if let text = options.timeLimit ?? set["TOWPATH_GIT_TIMEOUT"] { settings.timeLimit = try Self.span(text) }
        if let text = set["TOWPATH_GIT_MAX_SIZE"] { settings.sizeLimit = try Self.byteCount(text) }
        self.settings = settings
    }

    /// Reads the token now where it stands in a variable, and each time where it is in a file.
    private static func credentials(
        _ set: [String: String]
    ) throws(Refusal) -> @Sendable () throws(CredentialTrouble) -> Credentials? {
        let user = set["TOWPATH_GIT_USERNAME"]
        switch (set["TOWPATH_GIT_TOKEN"], set["TOWPATH_GIT_TOKEN_FILE"]) {
        case (nil, nil): return { () throws(CredentialTrouble) in nil }
        case (_?, _?):
            throw Refusal(
                .usage, "two tokens for git are given", hint: "set TOWPATH_GIT_TOKEN or TOWPATH_GIT_TOKEN_FILE")
        case (let token?, nil):
            guard let credentials = Credentials(user: user ?? Self.anybody, token: token) else {
                throw Refusal(.usage, "TOWPATH_GIT_TOKEN or TOWPATH_GIT_USERNAME holds what cannot be sent")
            }
            return { () throws(CredentialTrouble) in credentials }
        case (nil, let file?):
            return { () throws(CredentialTrouble) in
                guard let data = FileManager.default.contents(atPath: file) else {
                    throw CredentialTrouble("the file that TOWPATH_GIT_TOKEN_FILE names cannot be read")
                }
                let text = trimmed(String(decoding: data, as: UTF8.self))
                guard let credentials = Credentials(user: user ?? Self.anybody, token: text) else {
                    throw CredentialTrouble("the file that TOWPATH_GIT_TOKEN_FILE names holds no token")
                }
                return credentials
            }
        }
    }

    /// The name that goes with a token where nobody gives one: forges look at the token alone.
    private static let anybody = "x-access-token"

    private static func file(_ path: String?, _ what: String) throws(Refusal) -> String? {
        guard let path else { return nil }
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        // Some of these paths end in a configuration line, where no quoting helps.
        guard !path.contains(where: { $0 == "\"" || $0.isNewline }),
            FileManager.default.isReadableFile(atPath: absolute)
        else {
            throw Refusal(.usage, "\(what) \(path.printable) cannot be read")
        }
        return absolute
    }

    private static func word(_ name: String, means word: String, in set: [String: String]) throws(Refusal) -> Bool {
        guard let text = set[name] else { return false }
        guard text == word else {
            throw Refusal(.usage, "\(name) is \"\(text.printable)\"", hint: "set it to \"\(word)\", or not at all")
        }
        return true
    }

    private static func span(_ text: String) throws(Refusal) -> Duration {
        do throws(TimeSpan.Malformed) {
            let span = try TimeSpan(text)
            if (1...3_600).contains(span.seconds) { return .seconds(span.seconds) }
        } catch {
            throw Refusal(.usage, "--git-timeout \(error)")
        }
        throw Refusal(.usage, "--git-timeout is from 1s to 1h")
    }

    private static func byteCount(_ text: String) throws(Refusal) -> Int {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let unit = text.last.flatMap { units[$0] }
        guard let count = Int(unit == nil ? text : String(text.dropLast())), count > 0, count < 1 << 20 || unit == nil,
            count * (unit ?? 1) <= 1 << 40
        else {
            throw Refusal(
                .usage, "TOWPATH_GIT_MAX_SIZE is no number of bytes", hint: "write it as 500M or 4G, 1024G at most")
        }
        return count * (unit ?? 1)
    }
}

/// `text` without the blanks and line ends around it.
private func trimmed(_ text: String) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
        let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
}
