@testable import Asking
import Foundation
import Ports
import PromotionModel
import Testing

/// Short ways to write what is asked.
enum Questions {
    static let blob = String(repeating: "a", count: 40)

    static func module(_ text: String, blob: String = blob) -> Policies.Module {
        Policies.Module(blob: blob, text: text)
    }

    static func question(
        _ input: String = "{}", query: String = "data.towpath.deny", blob: String = blob
    ) throws -> RegoQuestion {
        RegoQuestion(
            promotion: PromotionID(
                environment: try EnvironmentName("prod"), fingerprint: String(repeating: "1", count: 16)),
            file: "policies/prod.rego", blob: blob, query: query, input: RegoInput(input))
    }

    static func server(
        _ address: String, token: String? = nil, limits: EngineLimits = EngineLimits()
    ) -> OPAServer? {
        ServerAddress(address).map { address in
            OPAServer(
                address: address, token: token.flatMap(BearerToken.init), curl: "/usr/bin/curl", variables: [:],
                limits: limits)
        }
    }
}

/// A module, an input, and what is to come of them whichever way OPA is asked.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let name: String
    let module: String
    var input = "{}"
    var query = "data.towpath.deny"
    let expected: Expected

    enum Expected: Sendable {
        case answer(RegoAnswer)
        /// Unanswered, with all of these in the reason.
        case unanswered([String])
    }

    var testDescription: String { name }

    private static let head = "package towpath\n\nimport rego.v1\n\n"

    private static func row(
        _ name: String, _ rules: String, input: String = "{}", _ answer: RegoAnswer
    ) -> RuleCase {
        RuleCase(name: name, module: head + rules, input: input, expected: .answer(answer))
    }

    private static func broken(_ name: String, _ text: String, _ parts: String...) -> RuleCase {
        RuleCase(name: name, module: text, expected: .unanswered(parts))
    }

    private static let byVersion = "deny contains msg if { input.version == \"2\"; msg := \"two is not for prod\" }"

    static let all: [RuleCase] = [
        row("nothing is denied", byVersion, input: #"{"version": "1"}"#, .denied([])),
        row("a set of messages", byVersion, input: #"{"version": "2"}"#, .denied(["two is not for prod"])),
        row("messages are sorted", #"deny contains m if some m in ["b", "a", "c"]"#, .denied(["a", "b", "c"])),
        row("an array of messages", #"deny := ["b", "a", "b"]"#, .denied(["a", "b"])),
        row("objects with a msg", #"deny contains {"msg": "by object", "level": 1}"#, .denied(["by object"])),
        row(
            "objects without one", #"deny contains {"message": "?"}"#,
            .unanswered(
                "data.towpath.deny has a member that is neither a text nor an object with \"msg\"")),
        row(
            "true denies", "deny if input.version", input: #"{"version": "2"}"#, .denied(["data.towpath.deny is true"])),
        row("false denies nothing", "default deny := false", .denied([])),
        row("a rule without a value is undefined", "deny if input.version", .undefined),
        row("no such rule", "other := 1", .undefined),
        row("a text denies", #"deny := "no""#, .denied(["no"])),
        row("an empty text denies", #"deny := """#, .denied(["data.towpath.deny denies without a message"])),
        row(
            "a number decides nothing", "deny := 1",
            .unanswered(
                "data.towpath.deny is neither a set of messages, a message, nor true or false")),
        row(
            "null decides nothing", "deny := null",
            .unanswered(
                "data.towpath.deny is neither a set of messages, a message, nor true or false")),
        row(
            "an object decides nothing", #"deny := {"msg": "a"}"#,
            .unanswered(
                "data.towpath.deny is neither a set of messages, a message, nor true or false")),
        row("invisible characters are shown", #"deny contains "a\u001b[2Jb\nc""#, .denied([#"a\u{1b}[2Jb\u{a}c"#])),
        row("input is an object with nothing in it", "deny contains \"there\" if input == {}", .denied(["there"])),
        row("a comment at the end", "deny contains \"a\" # the end", .denied(["a"])),
        RuleCase(
            name: "a package with more names", module: "package towpath.prod.rules\ndeny contains \"a\"",
            query: "data.towpath.prod.rules.deny", expected: .answer(.denied(["a"]))),
        broken("a syntax error", head + "deny contains { :=", "policies/prod.rego:5", "rego_parse_error"),
        broken("an unknown function", head + "deny contains nosuch(1)", "policies/prod.rego:5", "rego_type_error"),
        broken("no package", "deny := true", "rego_parse_error"),
        broken("no text at all", "", "policies/prod.rego"),
        broken(
            "two values for one rule", head + "deny := 1 if true\ndeny := 2 if true", "policies/prod.rego",
            "eval_conflict_error"),
        broken("a text that is not closed", head + "deny := `abc", "policies/prod.rego"),
    ]

    /// Whether `answer` is as expected.
    func isMet(by answer: RegoAnswer) -> Bool {
        switch (expected, answer) {
        case (.answer(let wanted), _): wanted == answer
        case (.unanswered(let parts), .unanswered(let reason)): parts.allSatisfy(reason.contains)
        case (.unanswered, _): false
        }
    }
}
