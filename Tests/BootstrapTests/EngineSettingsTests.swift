import Bootstrap
import Foundation
import Ports
import PromotionModel
import TestSupport
import Testing

/// Which Rego engine the operator's words mean.
@Suite struct EngineSettingsTests {
    /// What the engine says to any question; none of these reaches an OPA.
    private func reason(
        url: String? = nil, program: String? = nil, _ variables: [String: String] = ["PATH": "/usr/bin:/bin"]
    ) throws -> String {
        let engine = try EngineSettings(url: url, program: program, variables: variables).engine()
        let blob = String(repeating: "a", count: 40)
        let question = RegoQuestion(
            promotion: PromotionID(
                environment: try EnvironmentName("prod"), fingerprint: String(repeating: "1", count: 16)),
            file: "policies/prod.rego", blob: blob, query: "data.towpath.deny", input: RegoInput("{}"))
        guard case .unanswered(let reason) = engine.answer(question, module: Policies.Module(blob: blob, text: ""))
        else {
            return "answered"
        }
        return reason
    }

    @Test func `no engine is no engine`() throws {
        let text = "no Rego engine is configured; set TOWPATH_OPA_URL or TOWPATH_OPA"
        #expect(try reason() == text)
        #expect(try reason(["TOWPATH_OPA": "", "TOWPATH_OPA_URL": ""]) == text)
    }

    @Test func `a server is asked`() throws {
        #expect(try reason(url: "http://127.0.0.1:1") == "OPA cannot be reached")
        #expect(try reason(["PATH": "/usr/bin", "TOWPATH_OPA_URL": "http://127.0.0.1:1"]) == "OPA cannot be reached")
        // A proxy is for other machines.
        let proxy = ["PATH": "/usr/bin", "http_proxy": "http://proxy.invalid:3128"]
        #expect(try reason(url: "http://127.0.0.1:1", proxy) == "OPA cannot be reached")
    }

    @Test func `a program is asked`() throws {
        #expect(try reason(program: "false") == "OPA failed with exit code 1")
        #expect(try reason(["PATH": "/bin", "TOWPATH_OPA": "/bin/false"]) == "OPA failed with exit code 1")
        #expect(try reason(program: "no-such-opa") == "the program \"no-such-opa\" is not there, or may not be run")
    }

    @Test func `an option goes before the variables`() throws {
        let variables = ["PATH": "/usr/bin:/bin", "TOWPATH_OPA_URL": "http://127.0.0.1:1"]
        #expect(try reason(program: "false", variables) == "OPA failed with exit code 1")
    }

    @Test func `two engines are refused`() {
        let both = errorText { try reason(url: "http://127.0.0.1:1", program: "opa") }
        #expect(both == "two Rego engines are configured")
        let variables = errorText { try reason(["TOWPATH_OPA_URL": "http://127.0.0.1:1", "TOWPATH_OPA": "opa"]) }
        #expect(variables == "two Rego engines are configured")
    }

    @Test func `an address with a password is refused and not repeated`() {
        #expect(errorText { try reason(url: "http://me:hunter2@opa") } == "the address of OPA is none")
    }

    @Test func `a token comes from one place, and is never in a message`() throws {
        let server = ["PATH": "/usr/bin:/bin", "TOWPATH_OPA_URL": "http://127.0.0.1:1"]
        let folder = try TemporaryDirectory("token")
        try Data("file-token\n".utf8).write(to: URL(fileURLWithPath: folder.file("token")))
        func with(_ more: [String: String]) -> [String: String] { server.merging(more) { $1 } }

        #expect(try reason(with(["TOWPATH_OPA_TOKEN": "abc"])) == "OPA cannot be reached")
        #expect(try reason(with(["TOWPATH_OPA_TOKEN_FILE": folder.file("token")])) == "OPA cannot be reached")
        #expect(
            try reason(with(["TOWPATH_OPA_TOKEN_FILE": folder.file("none")]))
                == "the file that TOWPATH_OPA_TOKEN_FILE names holds no bearer token")
        #expect(
            errorText { try reason(with(["TOWPATH_OPA_TOKEN": "two words"])) }
                == "TOWPATH_OPA_TOKEN holds no bearer token")
        #expect(
            errorText { try reason(with(["TOWPATH_OPA_TOKEN": "a", "TOWPATH_OPA_TOKEN_FILE": "b"])) }
                == "two tokens for OPA are given")
        let settings = try EngineSettings(url: nil, program: nil, variables: with(["TOWPATH_OPA_TOKEN": "s3cret"]))
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!"\(settings) \(dumped)".contains("s3cret"))
    }

    @Test func `without curl no server is asked`() throws {
        let folder = try TemporaryDirectory("empty")
        #expect(
            try reason(url: "http://127.0.0.1:1", ["PATH": folder.path])
                == "the program curl, which speaks to OPA, is not installed")
    }
}
