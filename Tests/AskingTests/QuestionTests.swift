@testable import Asking
import JSONText
import Ports
import PromotionModel
import Testing

/// What is not even asked, and what is told of settings.
@Suite struct QuestionTests {
    private let module = Questions.module("package towpath")

    @Test(arguments: [
        "data", "data.deny", "data..deny", "data.towpath.", "data.towpath[\"deny\"]", "data.towpath.deny; true",
        "input.x.y", "--data.x.y", "data.towpath.1x", "data.towpath.dény", "", "true",
        "data.towpath." + String(repeating: "x", count: 300),
    ])
    func `a query that is no path is refused`(_ query: String) throws {
        let question = try Questions.question(query: query)
        #expect(throws: RegoRequest.Refusal.self) { try RegoRequest(question, module: module) }
    }

    /// Without an input a deny rule denies nothing, so a question without one would open the gate.
    @Test(arguments: ["", " ", "null", "[]", "1", "{}, \"x\": {}", "{\"a\": 1, \"a\": 2}", "{"])
    func `an input that is no object is refused`(_ input: String) throws {
        let question = try Questions.question(input)
        #expect(throws: RegoRequest.Refusal.self) { try RegoRequest(question, module: module) }
    }

    @Test func `another version of the module is refused`() throws {
        let question = try Questions.question(blob: String(repeating: "b", count: 40))
        let answer = OPAProgram(path: "/nonexistent").answer(question, module: module)
        #expect(answer == .unanswered("policies/prod.rego: another version of the file was read"))
    }

    @Test func `messages have an end`() {
        let answer = DenyResult.answer(
            .array((0..<60).map { .string("\($0 + 100)" + String(repeating: "x", count: 1000)) }), query: "data.a.b")
        guard case .denied(let messages) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(messages.count == 51)
        #expect(messages.last == "… and 10 more")
        #expect(messages[0].count == 401)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8181", "http://127.0.0.1:8181"),
        ("https://opa.example.org/base/", "https://opa.example.org/base"),
        ("http://[::1]:8181", "http://[::1]:8181"),
    ])
    func `an address is taken`(_ text: String, _ address: String) {
        #expect(ServerAddress(text)?.description == address)
    }

    @Test(arguments: [
        "", "opa:8181", "ftp://opa", "http://", "http:///x", "http://:80", "http://user:secret@opa", "http://opa?x=1",
        "http://opa#x", "http://o pa", "http://opa\"", "http://opa\\", "http://opa\nurl=x", "file:///etc/passwd",
    ])
    func `what is no address is refused`(_ text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test func `a token does not describe itself`() throws {
        let token = try #require(BearerToken("  abc.def-123=\n"))
        #expect(token.secret == "abc.def-123=")
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \([token]) \(dumped)".contains("abc"))
        for text in ["", " \n", "two words", "line\nbreak", "quo\"te", "ümlaut"] { #expect(BearerToken(text) == nil) }
    }

    @Test func `no engine answers nothing`() throws {
        let question = try Questions.question()
        #expect(
            NoPolicyEngine().answer(question, module: module)
                == .unanswered("no Rego engine is configured; set TOWPATH_OPA_URL or TOWPATH_OPA"))
    }

    @Test func `questions find their module by its blob`() throws {
        let (known, unknown) = (
            try Questions.question(), try Questions.question(blob: String(repeating: "b", count: 40))
        )
        let answers = NoPolicyEngine(reason: "none").answers(to: [known, unknown, known], modules: [module])
        #expect(
            answers == [known: .unanswered("none"), unknown: .unanswered("policies/prod.rego: the file was not read")])
    }
}
