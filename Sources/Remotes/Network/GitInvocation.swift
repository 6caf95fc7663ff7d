import Programs

/// A run of the program `git` for one remote, in a world of its own.
struct GitInvocation {
    let address: RemoteAddress
    let settings: RemoteSettings
    /// Absolute path of the mirror.
    let repository: String

    /// The run of `git` with `arguments`.
    ///
    /// - Parameter fetches: Whether objects come in, which are bounded then.
    func invocation(
        _ arguments: [String], input: [UInt8] = [], credentials: Credentials?, timeLimit: Duration,
        silenceLimit: Duration? = nil, fetches: Bool = false
    ) -> Invocation {
        Invocation(
            path: settings.git, arguments: configuration.flatMap { ["-c", $0] } + arguments,
            variables: variables(credentials), input: input, timeLimit: timeLimit,
            outputLimit: Self.outputLimit, silenceLimit: silenceLimit,
            resources: fetches
                ? Invocation.Resources(
                    fileBytes: settings.sizeLimit, memoryBytes: settings.sizeLimit * 2 + Self.memoryFloor) : nil)
    }

    /// The most bytes of an answer: half a million references.
    private static let outputLimit = 64 << 20
    /// What git maps of packs and stacks whatever it does.
    private static let memoryFloor = 4 << 30

    /// Settings that go before those of any file.
    private var configuration: [String] {
        var lines = [
            // Nothing is run that is not meant.
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.askPass=", "gc.auto=0", "maintenance.auto=false",
            "submodule.recurse=false", "fetch.recurseSubmodules=false", "push.recurseSubmodules=no",
            "push.gpgSign=false", "push.followTags=false", "push.negotiate=false", "fetch.writeCommitGraph=false",
            // One way to the server, and none that it can lead elsewhere.
            "protocol.allow=never", "protocol.\(address.scheme).allow=always", "protocol.version=2",
            "http.followRedirects=false", "http.sslVerify=true", "transfer.bundleURI=false",
            // What comes is looked at before it is kept.
            "transfer.fsckObjects=true", "fetch.fsckObjects=true",
            "http.lowSpeedLimit=1", "http.lowSpeedTime=\(settings.timeLimit.components.seconds)",
        ]
        if !settings.usesConfiguration || settings.helper != nil { lines.append("credential.helper=") }
        if let helper = settings.helper { lines.append("credential.helper=\(helper)") }
        return lines
    }

    private func variables(_ credentials: Credentials?) -> [String: String] {
        var variables = settings.variables.filter { Self.passed.contains($0.key) && !$0.value.isEmpty }
        variables["GIT_DIR"] = repository
        variables["GIT_TERMINAL_PROMPT"] = "0"
        variables["GIT_ASKPASS"] = ""
        variables["GIT_ALLOW_PROTOCOL"] = address.scheme.rawValue
        variables["GIT_NO_REPLACE_OBJECTS"] = "1"
        variables["GIT_ATTR_NOSYSTEM"] = "1"
        variables["GIT_ADVICE"] = "0"
        variables["LC_ALL"] = "C"
        if !settings.usesConfiguration {
            variables["GIT_CONFIG_NOSYSTEM"] = "1"
            variables["GIT_CONFIG_GLOBAL"] = "/dev/null"
            // A helper keeps what it knows in the home; nothing else has business there.
            if settings.helper == nil { variables["HOME"] = repository }
        }
        variables["GIT_SSL_CAINFO"] = settings.authorities
        if address.scheme == .ssh {
            variables["GIT_SSH_COMMAND"] = SecureShell(settings).command
            variables["GIT_SSH_VARIANT"] = "ssh"
        }
        var secret: [(String, String)] = []
        if let credentials {
            // For this server alone, and in no list of processes.
            secret.append(("http.\(address.origin)/.extraHeader", "Authorization: \(credentials.header)"))
        } else if let user = address.user, address.scheme != .ssh {
            secret.append(("credential.username", user))
        }
        variables["GIT_CONFIG_COUNT"] = String(secret.count)
        for (index, (key, value)) in secret.enumerated() {
            variables["GIT_CONFIG_KEY_\(index)"] = key
            variables["GIT_CONFIG_VALUE_\(index)"] = value
        }
        return variables
    }

    private static let passed: Set = [
        "PATH", "HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "SSH_AUTH_SOCK",
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
    ]
}

/// The command that git reaches servers over ssh with.
struct SecureShell {
    private let settings: RemoteSettings

    init(_ settings: RemoteSettings) {
        self.settings = settings
    }

    /// Words for the shell that git hands them to; each is quoted.
    var command: String {
        let seconds = max(1, settings.timeLimit.components.seconds)
        var words = ["ssh"]
        // ssh looks up the home of the account by itself; only this keeps it from the configuration there.
        if !settings.usesConfiguration { words += ["-F", "none"] }
        words += [
            "-oBatchMode=yes", "-oStrictHostKeyChecking=yes", "-oConnectTimeout=\(seconds)",
            "-oServerAliveInterval=\(max(1, seconds / 2))", "-oServerAliveCountMax=2", "-oForwardAgent=no",
            "-oForwardX11=no", "-oClearAllForwardings=yes", "-oUpdateHostKeys=no",
        ]
        if !settings.usesConfiguration { words += ["-oPermitLocalCommand=no"] }
        if let key = settings.sshKey { words += ["-i", key, "-oIdentitiesOnly=yes"] }
        if let file = settings.knownHosts {
            words += ["-oUserKnownHostsFile=\(Self.configured(file))", "-oGlobalKnownHostsFile=none"]
        }
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// A path as the configuration of ssh takes it: a blank in it does not begin a second one.
    private static func configured(_ path: String) -> String {
        "\"\(path.replacing("%", with: "%%"))\""
    }

    private static func quoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
