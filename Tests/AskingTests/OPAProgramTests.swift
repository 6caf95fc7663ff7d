@testable import Asking
import Foundation
import Ports
import PromotionModel
import TestSupport
import Testing

/// `opa eval`, over OPA's engine.
@Suite(.enabled(if: EngineLibrary.isThere, "OPA's engine cannot be fetched"))
struct OPAProgramTests {
    @Test(arguments: RuleCase.all)
    func `a rule is answered`(_ rule: RuleCase) throws {
        let folder = try TemporaryDirectory("opa")
        let engine = OPAProgram(path: try EngineLibrary.program(in: folder))
        let answer = engine.answer(
            try Questions.question(rule.input, query: rule.query), module: Questions.module(rule.module))
        #expect(rule.isMet(by: answer), "\(answer)")
    }

    @Test func `a slow rule is given up`() throws {
        let folder = try TemporaryDirectory("opa")
        let engine = OPAProgram(
            path: try EngineLibrary.program(in: folder), limits: EngineLimits(timeLimit: .milliseconds(700)))
        let slow =
            "package towpath\ndeny contains \"a\" if "
            + "count([1 | some i in numbers.range(1, 20000); some j in numbers.range(1, 20000); i + j == 0]) > 0"
        let start = ContinuousClock.now
        let answer = engine.answer(try Questions.question(), module: Questions.module(slow))
        #expect(answer == .unanswered("OPA did not answer within 700 ms"))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `a huge answer is given up`() throws {
        let folder = try TemporaryDirectory("opa")
        let engine = OPAProgram(path: try EngineLibrary.program(in: folder))
        let huge = "package towpath\ndeny contains sprintf(\"%0100000d\", [i]) if some i in numbers.range(1, 20)"
        let answer = engine.answer(try Questions.question(), module: Questions.module(huge))
        #expect(answer == .unanswered("OPA's answer is larger than 1024 KiB"))
    }
}

/// Programs that are no OPA, or do not do as it does.
@Suite struct StrangeProgramTests {
    private func answer(of script: String) throws -> RegoAnswer {
        let folder = try TemporaryDirectory("opa")
        let path = folder.file("opa")
        try ExecutableScript.write(script, at: path)
        return OPAProgram(path: path, limits: EngineLimits(timeLimit: .seconds(20)))
            .answer(try Questions.question(#"{"a": 1}"#), module: Questions.module("package towpath"))
    }

    @Test(arguments: [
        ("echo hello", "OPA answered with something that is no JSON object"),
        ("exit 1", "OPA failed with exit code 1"),
        ("kill -KILL $$", "OPA was killed before it answered"),
        ("echo '{\"other\": 1}'", "OPA's answer has no result"),
        ("echo '{\"result\": []}'", "OPA's result is not that of one query"),
        ("echo '{\"result\": [{\"expressions\": [{\"text\": \"x\"}]}]}'", "OPA's result is not that of one query"),
        ("echo '{}'; exit 2", "OPA failed with exit code 2"),
        (
            "echo '{\"errors\": [{\"message\": \"out of luck\", \"code\": \"x\"}]}'; exit 2",
            "policies/prod.rego: x: out of luck"
        ),
    ])
    func `an answer that is none is no answer`(_ script: String, _ reason: String) throws {
        #expect(try answer(of: script) == .unanswered(reason))
    }

    @Test func `the arguments are those that OPA documents`() throws {
        let listed = try answer(
            of:
                #"printf '{"result":[{"expressions":[{"value":["%s"]}]}]}' "$(echo "$@" | tr -d '\n' | sed 's:/[^ ]*/::')""#
        )
        #expect(
            listed
                == .denied([
                    "eval --format=json --strict-builtin-errors --timeout=21000ms --stdin-input --data module.rego data.towpath.deny"
                ]))
    }

    @Test func `the program sees the input, the module and no variable`() throws {
        let input = try answer(
            of: #"read -r line; printf '{"result":[{"expressions":[{"value":"%s"}]}]}' "$(echo "$line" | tr -d '"')""#)
        #expect(input == .denied(["{a: 1}"]))
        let names = try answer(
            of: #"printf '{"result":[{"expressions":[{"value":"%s"}]}]}' "$(env | cut -d= -f1 | sort | tr '\n' ' ')""#)
        #expect(names == .denied(["LANG PATH PWD "]) || names == .denied(["LANG OLDPWD PATH PWD "]))
    }

    @Test func `a program that is not there`() throws {
        let answer = OPAProgram(path: "/nonexistent/opa").answer(
            try Questions.question(), module: Questions.module("package towpath"))
        #expect(answer == .unanswered("/nonexistent/opa could not be started: No such file or directory"))
    }
}
