import EvidenceFormat
import JSONText
import PromotionModel
import Testing

struct PredicateTests {
    /// The reason why `text` is no `Content`; empty where it is one.
    private func reason<Content: Predicate>(_ text: String, as content: Content.Type) throws -> String {
        do {
            _ = try Content(try JSONReader.value(text))
            return ""
        } catch let error as StatementMalformed {
            return error.description
        }
    }

    private func expectRoundTrip<Content: Predicate>(_ content: Content) throws {
        let digest = try Digest("sha256:" + String(repeating: "0", count: 64))
        let statement = Statement(about: digest, name: "web", content)
        let again = try Statement(statement.bytes)
        #expect(again == statement)
        #expect(again.bytes == statement.bytes)
        #expect(try again.predicate(as: Content.self) == content)
    }

    @Test func `what is written is read again`() throws {
        try expectRoundTrip(
            TestResult(
                result: .failed, configuration: [], url: "https://ci.example.invalid/1", failedTests: ["x"],
                counts: TestCounts(passed: 5, warned: 1, failed: 2, skipped: 3)))
        let share = try #require(CoverageCounts.Share(covered: 3, of: 4))
        try expectRoundTrip(Coverage(CoverageCounts(lines: share, functions: share)))
        try expectRoundTrip(
            StaticAnalysis(tool: "lint", counts: FindingCounts(errors: 1, warnings: 2, notes: 3, suppressed: 4)))
        try expectRoundTrip(
            Vulnerabilities(
                scanner: "scan", finished: Timestamp(seconds: 0), counts: SeverityCounts([.high: 2, .unknown: 1])))
        try expectRoundTrip(
            Performance([Performance.Value(name: "p99", value: try Measure("12.50"), unit: "ms")]))
        let environment = try EnvironmentName("prod")
        try expectRoundTrip(
            Approval(
                promotion: PromotionID(environment: environment, fingerprint: "0123456789abcdef"),
                environment: environment,
                set: [
                    .init(component: try ComponentName("web"), digest: nil),
                    .init(
                        component: try ComponentName("api"),
                        digest: try Digest("sha256:" + String(repeating: "a", count: 64))),
                ], reason: "looks good", kind: .revocation))
        try expectRoundTrip(
            Provenance(
                builderID: "b", buildType: "t", externalParameters: [.init("ref", "main")],
                resolvedDependencies: [.init(uri: "git+https://example.invalid", digests: ["gitCommit": "0a"])]))
        try expectRoundTrip(
            try BillOfMaterials(["bomFormat": "CycloneDX", "specVersion": "1.5", "components": [[:]]]))
    }

    @Test(arguments: [
        (#"{"configuration":[]}"#, "\"result\""),
        (#"{"result":"passed","configuration":[]}"#, "PASSED, WARNED or FAILED"),
        (#"{"result":"PASSED"}"#, "\"configuration\""),
        (#"{"result":"PASSED","configuration":[],"failedTests":["x"]}"#, "1 tests failed"),
        (#"{"result":"PASSED","configuration":[],"counts":{"passed":1,"failed":2}}"#, "2 tests failed"),
        (#"{"result":"PASSED","configuration":[],"counts":{"passed":1}}"#, "\"counts.failed\""),
        (#"{"result":"FAILED","configuration":[],"failedTests":["x"],"counts":{"passed":0,"failed":0}}"#, "fewer"),
        (#"{"result":"PASSED","configuration":[],"counts":{"passed":-1,"failed":0}}"#, "not negative"),
        (#"{"result":"PASSED","configuration":[],"counts":{"passed":1e3,"failed":0}}"#, "whole number"),
        (#"{"result":"PASSED","configuration":[],"counts":{"passed":9223372036854775807,"failed":0}}"#, "whole"),
        (#"{"result":"PASSED","configuration":[],"passedTests":[1]}"#, "expected texts"),
        ("[]", "expected an object"),
        (#"{"result":"PASSED","configuration":[],"passedTests":null,"x":1}"#, ""),
    ])
    func `test results say what they mean`(text: String, expected: String) throws {
        let reason = try reason(text, as: TestResult.self)
        #expect(expected.isEmpty ? reason.isEmpty : reason.contains(expected), "\(reason)")
    }

    @Test func `tests that nobody counted or named are unknown, not none`() throws {
        let bare = try JSONReader.value(#"{"result":"PASSED","configuration":[]}"#)
        #expect(try TestResult(bare).counts == nil)
        let named = try JSONReader.value(
            #"{"result":"PASSED","configuration":[],"passedTests":["a"],"failedTests":[]}"#)
        #expect(try TestResult(named).counts == TestCounts(passed: 1, failed: 0))
    }

    @Test func `in-toto's list of vulnerabilities is counted by the worst rating`() throws {
        let text = """
            {"scanner":{"uri":"pkg:trivy","result":[
              {"id":"1","severity":[{"method":"nvd","score":"medium"},{"method":"cvss_score","score":"9.8"}]},
              {"id":"2","severity":[{"method":"nvd","score":"HIGH"}]},
              {"id":"3","severity":[]},
              {"id":"4","severity":[{"method":"nvd","score":"11"}]},
              {"id":"5","severity":[{"method":"nvd","score":"3.9"}]},
              {"id":"6","severity":[{"method":"nvd","score":"NaN"},{"method":"x","score":"low"}]}]},
             "metadata":{"scanFinishedOn":"2026-01-01T00:00:00Z"}}
            """
        let found = try Vulnerabilities(try JSONReader.value(text))
        #expect(found.counts == SeverityCounts([.critical: 1, .high: 1, .low: 1, .unknown: 3]))
        #expect(found.finished == Timestamp("2026-01-01T00:00:00Z"))
    }

    @Test(arguments: [
        #"{"scanner":{"uri":"x"}}"#, #"{"scanner":"x"}"#, #"{"scanner":"x","counts":{"critical":0}}"#, "{}",
    ])
    func `vulnerabilities that are not all counted are refused`(text: String) throws {
        #expect(try !reason(text, as: Vulnerabilities.self).isEmpty)
    }

    @Test(arguments: [
        (#"{"promotion":"prod.0123456789abcdef","environment":"staging","set":[],"revoked":false}"#, "another"),
        (#"{"promotion":"prod","environment":"prod","set":[],"revoked":false}"#, "promotion id"),
        (#"{"promotion":"prod.0123456789abcdef","environment":"prod","set":[]}"#, "\"revoked\""),
        (#"{"promotion":"prod.0123456789abcdef","environment":"prod","revoked":false}"#, "\"set\""),
        (
            #"{"promotion":"prod.0123456789abcdef","environment":"prod","revoked":false,"#
                + #""set":[{"component":"a"},{"component":"a"}]}"#, "stands twice"
        ),
        (#"{"promotion":"prod.0123456789abcdef","environment":"prod","set":[],"revoked":false}"#, ""),
    ])
    func `an approval is of one promotion`(text: String, expected: String) throws {
        let reason = try reason(text, as: Approval.self)
        #expect(expected.isEmpty ? reason.isEmpty : reason.contains(expected), "\(reason)")
    }

    @Test(arguments: [#""NaN""#, #""12""#, "1e400", "null"])
    func `a benchmark's number is a finite number`(value: String) throws {
        let text = #"{"measures":[{"name":"p99","unit":"ms","value":\#(value)}]}"#
        #expect(try reason(text, as: Performance.self).contains("measures[0].value"))
    }

    @Test(arguments: [
        #"{"lines":{"covered":5,"total":4}}"#, #"{}"#, #"{"lines":{"covered":1}}"#, #"{"lines":7}"#,
    ])
    func `coverage is a share`(text: String) throws {
        #expect(try !reason(text, as: Coverage.self).isEmpty)
    }
}
