import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct EnvironmentNameTests {
    @Test(arguments: ["a", "prod", "prod-eu", "Prod_2", "a.b", "0", String(repeating: "x", count: 63)])
    func `plain names are accepted`(_ text: String) throws {
        #expect(try EnvironmentName(text).description == text)
    }

    @Test(arguments: [
        ("", "expected 1 to 63 characters"),
        (String(repeating: "x", count: 64), "expected 1 to 63 characters"),
        ("a..b", "expected a letter or digit at both ends and no \"..\""),
        ("..", "expected a letter or digit at both ends and no \"..\""),
        (".", "expected a letter or digit at both ends and no \"..\""),
        ("-x", "expected a letter or digit at both ends and no \"..\""),
        ("x-", "expected a letter or digit at both ends and no \"..\""),
        ("x.", "expected a letter or digit at both ends and no \"..\""),
        ("prod.lock", "git reserves names that end in \".lock\""),
        ("a b", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("a/b", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("a~1", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("{env}", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("*", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("prod\n", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("prоd", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("pro\u{202E}d", "expected letters, digits, \"-\", \"_\" and \".\" only"),
        ("prod\u{200B}", "expected letters, digits, \"-\", \"_\" and \".\" only"),
    ])
    func `names that paths, references or trailers cannot hold are refused`(_ text: String, _ reason: String) {
        #expect(errorText { try EnvironmentName(text) } == "\"\(text.printable)\" is no environment name: \(reason)")
    }
}

@Suite struct ComponentNameTests {
    @Test(arguments: [
        "web", "Deployment/web/app", "a.b[0].image", "x.yaml:web#2", "漢字", String(repeating: "x", count: 253),
    ])
    func `one printable word is accepted`(_ text: String) throws {
        #expect(try ComponentName(text).description == text)
    }

    @Test(arguments: [
        ("", "expected 1 to 253 bytes"),
        (String(repeating: "x", count: 254), "expected 1 to 253 bytes"),
        (String(repeating: "é", count: 127), "expected 1 to 253 bytes"),
        ("*", "\"*\" means the whole environment"),
        ("a b", "white space, control and invisible characters are not allowed"),
        ("a\tb", "white space, control and invisible characters are not allowed"),
        ("a\nResult: promoted", "white space, control and invisible characters are not allowed"),
        ("a\u{202E}b", "white space, control and invisible characters are not allowed"),
        ("a\u{2028}b", "white space, control and invisible characters are not allowed"),
        ("a\u{3000}b", "white space, control and invisible characters are not allowed"),
        ("a\u{FEFF}", "white space, control and invisible characters are not allowed"),
        ("a\u{E000}", "white space, control and invisible characters are not allowed"),
    ])
    func `anything that does not fit a trailer is refused`(_ text: String, _ reason: String) {
        #expect(errorText { try ComponentName(text) } == "\"\(text.printable)\" is no component name: \(reason)")
    }

    @Test func `a refusal is safe to print`() {
        let text = "a\u{202E}\nb"
        #expect(errorText { try ComponentName(text) }?.hasPrefix(#""a\u{202e}\u{a}b" is no component name"#) == true)
    }
}

@Suite struct PromotionIDTests {
    @Test(arguments: ["prod.0123456789abcdef", "a.b.0123456789abcdef", "x.0000000000000000"])
    func `an id reads back`(_ text: String) {
        #expect(PromotionID(text)?.description == text)
    }

    @Test(arguments: [
        "", ".", "prod", "prod.", ".0123456789abcdef", "prod.0123456789abcde", "prod.0123456789abcdef0",
        "prod.0123456789ABCDEF", "prod.0123456789abcdeg", "prod.０123456789abcde", "pr od.0123456789abcdef",
        "-.0123456789abcdef", "prod.0123456789abcdef\n",
    ])
    func `anything else is no id`(_ text: String) {
        #expect(PromotionID(text) == nil)
    }
}

@Suite struct HoldScopeTests {
    @Test(arguments: [Hold.Scope.environment, .component("web"), .component("Deployment/web/app")])
    func `a scope reads back what it writes`(_ scope: Hold.Scope) throws {
        #expect(try Hold.Scope(scope.description) == scope)
    }

    @Test(arguments: [(-1, true), (0, false), (1, false)])
    func `a hold ends at its instant`(_ offset: Int64, _ isActive: Bool) {
        let end: Timestamp = "2026-11-01T00:00:00Z"
        let hold = Hold.make(.environment, until: end)
        #expect(hold.isActive(at: Timestamp(seconds: end.seconds + offset)) == isActive)
        #expect(Hold.make(.environment).isActive(at: Timestamp(seconds: .max)))
    }
}
