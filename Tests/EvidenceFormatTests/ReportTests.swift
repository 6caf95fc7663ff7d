import EvidenceFormat
import JSONText
import PromotionModel
import Testing

/// Reports of tools, and what is claimed by what they become.
@Suite struct ReportTests {
    private func values(_ text: String, as kind: EvidenceKind) throws -> [String: String] {
        try claims(text, as: kind).values.mapValues { value in
            switch value {
            case .text(let text): "\"\(text)\""
            case .number(let number): number.description
            case .flag(let flag): "\(flag)"
            case .incomparable: "?"
            }
        }
    }

    private func claims(_ text: String, as kind: EvidenceKind) throws -> EvidenceClaims {
        let digest = try Digest("sha256:" + String(repeating: "ab", count: 32))
        let report = try ImportedReport(Array(text.utf8), as: kind)
        let statement = Statement(about: digest, predicateType: report.predicateType, predicate: report.predicate)
        // By way of the bytes: what is written must be what is read.
        return try EvidenceClaims(try Statement(statement.bytes), about: digest)
    }

    @Test func `JUnit is counted by cases`() throws {
        let report = """
            <?xml version='1.0' encoding='utf-8'?><!-- made by pytest -->
            <testsuites><testsuite name="a &lt;b&gt; &#x41;" tests="99">
              <testcase name="1"/><testcase name="2"><failure message="x">a &amp; b</failure><error/></testcase>
              <testcase name="3"><skipped/></testcase>
              <testcase name="4"><system-out><![CDATA[<testcase><failure/>]]></system-out></testcase>
            </testsuite></testsuites>
            """
        #expect(
            try values(report, as: .tests) == [
                "result": "\"FAILED\"", "passed": "2", "failed": "1", "skipped": "1", "total": "4",
            ])
    }

    @Test func `a suite that broke without a case has failed`() throws {
        let report = #"<testsuite errors="1" failures="0"><testcase name="1"/></testsuite>"#
        #expect(try values(report, as: .tests)["failed"] == "1")
        #expect(try values(report, as: .tests)["result"] == "\"FAILED\"")
    }

    @Test(arguments: [
        (#"<testsuites/>"#, "no test case"),
        (#"<html><testcase/></html>"#, "expected testsuites"),
        (#"<testsuite><testcase></testsuite>"#, "ends and did not begin"),
        (#"<testsuite><testcase/>"#, "cut short"),
        (#"<testsuite><testcase/></testsuite><testsuite/>"#, "second root"),
        (#"<testsuite name="&bomb;"><testcase/></testsuite>"#, "an entity"),
        (#"<testsuite name="a" name="b"><testcase/></testsuite>"#, "stands twice"),
        (#"<testsuite name="a><testcase/></testsuite>"#, "does not end"),
        (#"<?xml version="1.0" encoding="UTF-16"?><testsuite/>"#, "expected UTF-8"),
        (#"<!DOCTYPE x [<!ENTITY a "b">]><testsuite><testcase/></testsuite>"#, "never read"),
        (#"<!DOCTYPE x SYSTEM "file:///etc/passwd" [<!ENTITY % b SYSTEM "x">]><testsuite/>"#, "never read"),
        (String(repeating: "<a>", count: 100), "expected testsuites"),
        ("<testsuite>" + String(repeating: "<a>", count: 100), "nested deeper"),
        (#"<testsuite failures="-1"><testcase/></testsuite>"#, "expected a number"),
        (#"<testsuite failures="9999999999999999999"><testcase/></testsuite>"#, "expected a number"),
    ])
    func `hostile and broken XML is refused`(text: String, reason: String) {
        do {
            _ = try values(text, as: .tests)
            Issue.record("taken: \(text.prefix(60))")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test func `Cobertura is read, its document type is not fetched`() throws {
        let report = """
            <?xml version="1.0"?>
            <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
            <coverage line-rate="1" lines-covered="845" lines-valid="1000" branches-covered="1" branches-valid="3"/>
            """
        #expect(try values(report, as: .coverage) == ["line": "84.50", "branch": "33.33"])
        let counted = """
            <coverage line-rate="1"><packages><package><classes><class><methods><method><lines><line hits="1"/></lines>
            </method></methods><lines><line number="1" hits="3"/><line number="2" hits="0"/></lines></class></classes>
            </package></packages></coverage>
            """
        #expect(try values(counted, as: .coverage) == ["line": "50.00"])
    }

    @Test func `what nobody has rated counts as critical too`() throws {
        let sarif = """
            {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan", "rules": [
              {"id": "A", "properties": {"security-severity": "7.5"}}]}},
              "results": [{"ruleId": "A"}, {"ruleId": "B"}]}]}
            """
        #expect(
            try values(sarif, as: .vulnerabilities) == [
                "critical": "1", "high": "1", "medium": "0", "low": "0", "unknown": "1",
            ])
        #expect(try claims(sarif, as: .vulnerabilities).name == "scan")
        #expect(try values(sarif, as: .analysis) == ["error": "0", "warning": "2", "note": "0"])
    }

    @Test func `performance, bills and provenance have their paths`() throws {
        #expect(
            try values(#"{"p99": {"value": 1.50, "unit": "ms"}}"#, as: .performance) == [
                "p99": "1.50", "p99.unit": "\"ms\"",
            ])
        let bill = #"{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"components": [{}]}]}"#
        let summary = try values(bill, as: .billOfMaterials)
        #expect(summary["format"] == "\"cyclonedx\"" && summary["components"] == "2")
        let provenance = """
            {"buildDefinition": {"buildType": "https://b/t", "externalParameters": {"ref": "main", "a": {"b": true}, "c": []},
             "resolvedDependencies": [{"uri": "git+https://x"}, {"uri": "https://y"}]},
             "runDetails": {"builder": {"id": "https://b"}}}
            """
        #expect(
            try values(provenance, as: .provenance) == [
                "builder.id": "\"https://b\"", "buildType": "\"https://b/t\"", "source.uri": "\"git+https://x\"",
                "source.uri.1": "\"https://y\"", "externalParameters.ref": "\"main\"",
                "externalParameters.a.b": "true",
            ])
    }

    @Test func `a free report is flat, and what is no finite number cannot be compared`() throws {
        let text = #"{"name": "load", "a": {"b": 1e3, "c": [1]}, "a.b": 2, "big": 1e999, "no": null}"#
        let claims = try claims(text, as: EvidenceKind("https://shop.example/load/v1"))
        #expect(claims.kind.description == "https://shop.example/load/v1")
        #expect(claims.name == "load")
        #expect(
            try values(text, as: claims.kind) == ["name": "\"load\"", "a.b": "?", "a.c": "?", "big": "?", "no": "?"])
    }

    @Test(arguments: [TestResult.type, Approval.type, "no uri", "tests2", "https://a b"])
    func `a free report takes no type that is read in another way`(_ type: String) {
        #expect(throws: (any Error).self) { try claims("{}", as: EvidenceKind(type)) }
    }

    @Test func `the name of a statement is the annotation of the subject`() throws {
        let digest = try Digest("sha256:" + String(repeating: "ab", count: 32))
        let other = Statement.Subject(
            digests: ["sha256": String(repeating: "cd", count: 32)], annotations: ["towpath.dev/name": "other"])
        let mine = Statement.Subject(
            name: "web", digests: ["sha256": String(digest.hex)], annotations: ["towpath.dev/name": "unit"])
        let predicate: JSONValue = ["result": "PASSED", "configuration": [["name": "ci.yml"]]]
        func name(_ subjects: [Statement.Subject]) throws -> String? {
            let statement = Statement(subjects: subjects, predicateType: TestResult.type, predicate: predicate)
            return try EvidenceClaims(try Statement(statement.bytes), about: digest).name
        }
        #expect(try name([other, mine]) == "unit")
        #expect(try name([other]) == "ci.yml")
    }

    @Test(arguments: Consent.Kind.allCases)
    func `a consent says of which kind it is, and is about its promotion`(_ kind: Consent.Kind) throws {
        let id = try #require(PromotionID("prod.0123456789abcdef"))
        let approval = Approval(
            promotion: id, environment: try EnvironmentName("prod"), set: [], reason: "why", kind: kind)
        let statement = try Statement(approval, at: Timestamp(seconds: 0))
        #expect(try Statement(statement.bytes).predicate(as: Approval.self) == approval)
        #expect(statement.mismatch(with: try id.subject) == nil)
        #expect(approval.json["revoked"] == .bool(kind == .revocation))
    }

    @Test func `kind and revoked must agree`() {
        for text in [
            #""kind":"approval","revoked":true"#, #""kind":"revocation","revoked":false"#, #""kind":"consent""#,
        ] {
            let json = #"{"promotion":"prod.0123456789abcdef","environment":"prod","set":[],"# + text + "}"
            #expect(throws: StatementMalformed.self) { try Approval(try JSONReader.value(json)) }
        }
    }
}
