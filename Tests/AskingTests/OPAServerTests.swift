@testable import Asking
import Foundation
import Ports
import PromotionModel
import TestSupport
import Testing

/// OPA's REST API, over OPA's engine.
@Suite(.enabled(if: EngineLibrary.isThere, "OPA's engine cannot be fetched"))
struct OPAServerTests {
    private static let byVersion = """
        package towpath

        import rego.v1

        deny contains msg if { input.version > 5; msg := sprintf("%d is too new", [input.version]) }
        """

    /// The ids of the modules that the server has.
    private func modules(at address: String) throws -> String {
        let variables = ["PATH": "/usr/bin:/bin"]
        return try Program("/usr/bin/curl", in: "/", environment: variables).run(["-s", address + "/v1/policies"])
            .output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func `every rule is answered as the program answers it, and no module stays`() throws {
        let server = try LoopbackServer.opa()
        let engine = try #require(Questions.server(server.address))
        for rule in RuleCase.all {
            let answer = engine.answer(
                try Questions.question(rule.input, query: rule.query), module: Questions.module(rule.module))
            #expect(rule.isMet(by: answer), "\(rule.name): \(answer)")
        }
        #expect(try modules(at: server.address) == #"{"result": []}"#)
    }

    @Test func `a hundred questions are answered in their order, by one connection`() throws {
        let server = try LoopbackServer.opa()
        let engine = try #require(Questions.server(server.address))
        let questions = try (0..<100).map { try Questions.question("{\"version\": \($0)}") }
        let start = ContinuousClock.now
        let answers = engine.answers(to: questions, module: Questions.module(Self.byVersion))
        print("100 questions to OPA's REST API: \(ContinuousClock.now - start)")
        #expect(answers.count == 100)
        for (version, answer) in answers.enumerated() {
            #expect(answer == .denied(version > 5 ? ["\(version) is too new"] : []))
        }
    }

    @Test func `questions to several rules of one module keep their order`() throws {
        let server = try LoopbackServer.opa()
        let engine = try #require(Questions.server(server.address))
        let module = Questions.module("package towpath\na contains \"from a\"\nb contains \"from b\"")
        let queries = ["data.towpath.a", "data.towpath.b", "rubbish", "data.towpath.c", "data.towpath.a"]
        let answers = engine.answers(to: try queries.map { try Questions.question(query: $0) }, module: module)
        #expect(
            answers == [
                .denied(["from a"]), .denied(["from b"]),
                .unanswered("\"rubbish\" is no query; write data.PACKAGE.RULE"), .undefined, .denied(["from a"]),
            ])
    }

    @Test func `a query that names another package than the module's is no permission`() throws {
        let server = try LoopbackServer.opa()
        let engine = try #require(Questions.server(server.address))
        let answer = engine.answer(
            try Questions.question(query: "data.other.deny"), module: Questions.module(Self.byVersion))
        #expect(
            answer
                == .unanswered(
                    "policies/prod.rego does not define the package other that its query names, or others keep replacing it"
                ))
    }

    /// Two versions of the rules, put to one server by many at once: the answers never mix.
    @Test func `reconcilers with different versions do not mix`() throws {
        let server = try LoopbackServer.opa()
        let engine = try #require(Questions.server(server.address))
        DispatchQueue.concurrentPerform(iterations: 24) { index in
            let mine = "version \(index % 3)"
            let module = Questions.module("package towpath\ndeny contains \"\(mine)\"\nexempt := \(index % 3 == 0)")
            do {
                for answer in engine.answers(to: try (0..<3).map { _ in try Questions.question() }, module: module) {
                    if case .unanswered(let reason) = answer {
                        #expect(reason.contains("others keep replacing it"))
                    } else {
                        #expect(answer == .denied([mine]))
                    }
                }
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test func `a token is needed and given`() throws {
        let server = try LoopbackServer.opa(token: "open-sesame")
        let question = try Questions.question("{\"version\": 6}")
        let module = Questions.module(Self.byVersion)
        #expect(
            Questions.server(server.address)?.answer(question, module: module)
                == .unanswered(
                    "OPA refuses the request (401); it wants a token: TOWPATH_OPA_TOKEN or TOWPATH_OPA_TOKEN_FILE"))
        #expect(
            Questions.server(server.address, token: "wrong")?.answer(question, module: module)
                == .unanswered("OPA refuses the request (401); the token is wrong, or may not do this"))
        #expect(
            Questions.server(server.address, token: "open-sesame")?.answer(question, module: module)
                == .denied(["6 is too new"]))
    }

    @Test func `a server that is gone answers nothing`() throws {
        let server = try LoopbackServer.opa()
        let engine = try #require(Questions.server(server.address))
        server.stop()
        let answers = engine.answers(
            to: [try Questions.question(), try Questions.question()], module: Questions.module(Self.byVersion))
        #expect(answers == [.unanswered("OPA cannot be reached"), .unanswered("OPA cannot be reached")])
    }

    @Test func `a slow rule is given up, and the others of its batch with it`() throws {
        let server = try LoopbackServer.opa()
        let limits = EngineLimits(timeLimit: .milliseconds(700))
        let engine = try #require(Questions.server(server.address, limits: limits))
        let slow =
            "package towpath\ndeny contains \"a\" if { input.slow; "
            + "count([1 | some i in numbers.range(1, 20000); some j in numbers.range(1, 20000); i + j == 0]) > 0 }"
        let inputs = ["{}", #"{"slow": true}"#, "{}"]
        let answers = engine.answers(to: try inputs.map { try Questions.question($0) }, module: Questions.module(slow))
        let late = RegoAnswer.unanswered("OPA did not answer within 700 ms")
        #expect(answers == [.denied([]), late, late])
    }
}

/// Servers that are no OPA, or do not do as it does.
@Suite struct BrokenServerTests {
    @Test(arguments: [
        ("silent", "OPA did not answer within 500 ms"),
        ("cut", "OPA broke off its answer"),
        ("huge", "OPA's answer is larger than 64 KiB"),
        ("endless", "OPA's answer is larger than 64 KiB"),
        ("garbage", "OPA answered with something that is no JSON object"),
        ("redirect", "OPA's address redirects elsewhere, which is not followed"),
        ("empty", "OPA broke off its answer"),
    ])
    func `an answer that is none is no answer`(_ way: String, _ reason: String) throws {
        let server = try LoopbackServer.broken(way)
        let limits = EngineLimits(timeLimit: .milliseconds(500), answerLimit: 64 << 10)
        let engine = try #require(Questions.server(server.address, limits: limits))
        let answer = engine.answer(try Questions.question(), module: Questions.module("package towpath"))
        #expect(answer == .unanswered(reason))
    }

    @Test func `a token that comes back is not shown`() throws {
        let server = try LoopbackServer.broken("echo")
        let engine = try #require(Questions.server(server.address, token: "s3cret-t0ken"))
        let answer = engine.answer(try Questions.question(), module: Questions.module("package towpath"))
        #expect(answer == .unanswered("seen: Bearer (a token)"))
    }

    @Test func `a host that does not exist`() throws {
        let engine = try #require(Questions.server("http://opa.invalid:8181"))
        let answer = engine.answer(try Questions.question(), module: Questions.module("package towpath"))
        // Without a network the question for the name may take longer than OPA may.
        let reasons = ["OPA's host is not known", "OPA did not answer within 5 s"]
        #expect(reasons.map(RegoAnswer.unanswered).contains(answer))
    }

    @Test func `curl that is not there`() throws {
        let address = try #require(ServerAddress("http://127.0.0.1:1"))
        let engine = OPAServer(address: address, token: nil, curl: "/nonexistent/curl", variables: [:])
        let answer = engine.answer(try Questions.question(), module: Questions.module("package towpath"))
        #expect(
            answer == .unanswered("curl, which speaks to OPA, could not be started: No such file or directory"))
    }
}
