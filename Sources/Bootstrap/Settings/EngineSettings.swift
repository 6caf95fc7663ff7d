import Asking
import FoundationEssentials
package import Ports
import PromotionModel

/// How the operator wants rules in Rego answered; never read from the fleet.
package struct EngineSettings: Hashable, Sendable {
    private enum Choice: Hashable {
        case none
        case program(String)
        case server(ServerAddress, Token)
    }

    private enum Token: Hashable {
        case none
        case text(BearerToken)
        case file(String)
    }

    private var choice = Choice.none
    /// Where programs are looked for.
    private var programs = ProgramSearch([:])
    /// What curl is told of proxies and certificates.
    private var network: [String: String] = [:]

    /// Whether the operator names an engine, whatever else the environment says.
    var isConfigured: Bool { choice != .none }

    /// No engine.
    package init() {}

    /// The engine that the options, or else the environment's variables, name.
    ///
    /// - Throws: ``Refusal`` of kind `usage`; no value of a variable is in it.
    package init(url: String?, program: String?, variables: [String: String]) throws(Refusal) {
        let set = variables.filter { !$0.value.isEmpty }
        programs = ProgramSearch(set)
        network = NetworkVariables.of(set)
        let isOption = url != nil || program != nil
        let (url, program) = isOption ? (url, program) : (set["TOWPATH_OPA_URL"], set["TOWPATH_OPA"])
        switch (url, program) {
        case (nil, nil): choice = .none
        case (nil, let program?): choice = .program(program)
        case (let url?, nil):
            guard let address = ServerAddress(url) else {
                throw Refusal(
                    .usage, "the address of OPA is none",
                    hint: "write http://HOST:PORT or https://HOST, without a name, a password or a query")
            }
            choice = .server(address, try Self.token(set))
        case (_?, _?):
            throw Refusal(
                .usage, "two Rego engines are configured",
                hint: "give one: --opa-url or --opa, TOWPATH_OPA_URL or TOWPATH_OPA")
        }
    }

    private static func token(_ set: [String: String]) throws(Refusal) -> Token {
        switch (set["TOWPATH_OPA_TOKEN"], set["TOWPATH_OPA_TOKEN_FILE"]) {
        case (nil, nil): return .none
        case (nil, let file?): return .file(file)
        case (let text?, nil):
            guard let token = BearerToken(text) else {
                throw Refusal(.usage, "TOWPATH_OPA_TOKEN holds no bearer token")
            }
            return .text(token)
        case (_?, _?):
            throw Refusal(
                .usage, "two tokens for OPA are given", hint: "set TOWPATH_OPA_TOKEN or TOWPATH_OPA_TOKEN_FILE")
        }
    }

    /// The engine; one that says why it answers nothing where there is none.
    package func engine() -> any PolicyEngine {
        switch choice {
        case .none: return NoPolicyEngine()
        case .program(let name):
            guard let path = programs.find(name) else {
                return NoPolicyEngine(reason: "the program \"\(name.printable)\" is not there, or may not be run")
            }
            return OPAProgram(path: path)
        case .server(let address, let source):
            guard let curl = programs.find("curl") else {
                return NoPolicyEngine(reason: "the program curl, which speaks to OPA, is not installed")
            }
            let token: BearerToken?
            switch source {
            case .none: token = nil
            case .text(let text): token = text
            case .file(let path):
                guard let read = Self.read(path) else {
                    return NoPolicyEngine(reason: "the file that TOWPATH_OPA_TOKEN_FILE names holds no bearer token")
                }
                token = read
            }
            return OPAServer(address: address, token: token, curl: curl, variables: network)
        }
    }

    private static func read(_ path: String) -> BearerToken? {
        FileManager.default.contents(atPath: path).flatMap { BearerToken(String(decoding: $0, as: UTF8.self)) }
    }
}
