import ArgumentParser
import Bootstrap
import FoundationEssentials
import JSONText
import PromotionModel

/// The options that every command takes.
///
/// They stand in one row: the parser looks at a group in a group once more for each group around it.
struct CommonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The repository: a folder of it, bare or not, or its address on a server. (default: $TOWPATH_REPO, else the "
                + "current folder)", valueName: "path|url"),
        completion: .directory)
    var repo: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The branch to read and record on; commands that only read take any revision. (default: the watched branch)",
            valueName: "rev"))
    var ref: String?

    @Option(
        name: .long, help: ArgumentHelp("A towpath.yaml from outside the repository.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var fleet: String?

    @Option(
        name: .long, help: ArgumentHelp("How to print results: text or json; markdown for check.", valueName: "format"))
    var output: OutputFormat = .text

    @Option(name: .long, help: ArgumentHelp("When to use colour: auto, always or never.", valueName: "when"))
    var color: ColorChoice = .auto

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who signs off what is written. (default: $TOWPATH_IDENTITY, then git's committer variables)",
            valueName: "Name <email>"))
    var identity: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where to keep what may be forgotten. (default: $TOWPATH_CACHE_DIR, else $XDG_CACHE_HOME/towpath, else "
                + "$HOME/.cache/towpath; nowhere if none is set)", valueName: "path"),
        completion: .directory)
    var cacheDir: String?

    @Flag(help: "Read everything anew, and keep nothing of it for the next run.")
    var noCache = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The OPA server that answers rules in Rego. (default: $TOWPATH_OPA_URL)", valueName: "url"))
    var opaUrl: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The opa program that answers rules in Rego, instead of a server. (default: $TOWPATH_OPA)",
            valueName: "path"),
        completion: .file())
    var opa: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sign every commit that is written: ssh, gpg or none. (default: $TOWPATH_SIGN, then ssh if there is a key)",
            valueName: "kind"))
    var sign: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key for commits: the file of an SSH key, or what names one to gpg. (default: $TOWPATH_SIGN_KEY)",
            valueName: "key"),
        completion: .file())
    var signKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The gpg program. (default: $TOWPATH_GPG, then gpg)", valueName: "path"),
        completion: .file())
    var gpg: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "OpenPGP keys whose signatures of commits count, as gpg --export writes them. "
                + "(default: $TOWPATH_PGP_KEYRING)", valueName: "file"),
        completion: .file())
    var pgpKeyring: String?

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

    @Option(
        name: .long,
        help: ArgumentHelp("Take this for the present time, such as 2026-11-23T09:00:00Z.", valueName: "instant"))
    var now: String?

    @Flag(name: .shortAndLong, help: "Say more on standard error.")
    var verbose = false

    /// The operator's settings that the options and the environment's variables make.
    ///
    /// - Parameters:
    ///   - at: An instant to judge as of, which goes before the present time.
    ///   - revisions: What the command reads beside `--ref`.
    ///   - printsMarkdown: Whether the command has a Markdown form.
    /// - Throws: ``Refusal`` of kind `usage`.
    func settings(
        at: String? = nil, printsMarkdown: Bool = false, revisions: [String] = []
    ) throws(Refusal) -> OperatorSettings {
        guard output != .markdown || printsMarkdown else {
            throw Refusal(.usage, "this command does not print Markdown", hint: "--output text or --output json")
        }
        let variables = ProcessInfo.processInfo.environment
        var settings = OperatorSettings(
            repository: repo ?? Self.set(variables["TOWPATH_REPO"]) ?? FileManager.default.currentDirectoryPath,
            reference: ref, fleetFile: fleet)
        settings.revisions = revisions
        settings.identity = identity ?? variables["TOWPATH_IDENTITY"] ?? Self.committer(variables)
        settings.cacheDirectory = cacheDirectory(variables)
        settings.remembers = !noCache
        settings.remote = try remoteAccess(variables)
        settings.engine = try EngineSettings(url: opaUrl, program: opa, variables: variables)
        settings.signing = try commitSigning(variables)
        if let text = at ?? now ?? variables["TOWPATH_NOW"] {
            guard let instant = Timestamp(text) else {
                throw Refusal(.usage, "\"\(text.printable)\" is no instant", hint: "write it as 2026-11-23T09:00:00Z")
            }
            settings.now = instant
        }
        return settings
    }

    /// The fleet for a command that only reads: a `towpath.yaml` that is not committed yet counts, and is told of.
    ///
    /// - Throws: ``Refusal``.
    func fleetToRead(at instant: String? = nil) throws(Refusal) -> Fleet {
        let fleet = try Fleet(try settings(at: instant), takesUncommittedLayout: true)
        if fleet.isLayoutUncommitted {
            Console.note("note: read by the towpath.yaml in the work tree; commit it before anything can be recorded")
        }
        return fleet
    }

    /// Where to keep what may be forgotten; `nil` for nowhere.
    ///
    /// A variable that is empty is not set.
    private func cacheDirectory(_ variables: [String: String]) -> String? {
        if let cacheDir { return cacheDir.isEmpty ? nil : cacheDir }
        let set = variables.filter { !$0.value.isEmpty }
        return set["TOWPATH_CACHE_DIR"] ?? set["XDG_CACHE_HOME"].map { $0 + "/towpath" }
            ?? set["HOME"].map { $0 + "/.cache/towpath" }
    }

    /// A variable that is empty is not set.
    private static func set(_ variable: String?) -> String? {
        variable.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func committer(_ variables: [String: String]) -> String? {
        guard let name = variables["GIT_COMMITTER_NAME"], let email = variables["GIT_COMMITTER_EMAIL"] else {
            return nil
        }
        return "\(name) <\(email)>"
    }

    /// How text is styled on standard output.
    var style: Style {
        Style(color, stream: .output)
    }

    /// Prints a result in the form that was asked for.
    func print(json: @autoclosure () -> JSONValue, text: () -> Void) {
        switch output {
        case .json: Console.write(JSONWriter.document(json()))
        case .text, .markdown: text()
        }
    }
}

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
}

/// When colour is used.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case always
    case never
}

/// An environment's name as an argument.
struct EnvironmentArgument: ExpressibleByArgument {
    let name: EnvironmentName

    init?(argument: String) {
        do {
            name = try EnvironmentName(argument)
        } catch {
            return nil
        }
    }
}

/// A component's name as an argument.
struct ComponentArgument: ExpressibleByArgument {
    let name: ComponentName

    init?(argument: String) {
        do {
            name = try ComponentName(argument)
        } catch {
            return nil
        }
    }
}
