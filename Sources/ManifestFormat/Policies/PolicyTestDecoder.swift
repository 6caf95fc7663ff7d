package import PromotionModel
import YAMLSource

/// `kind: PolicyTest`, in files named `*.test.yaml` beside the policies that they test.
package enum PolicyTestDecoder {
    /// What one file holds.
    package struct Contents: Hashable, Sendable {
        package var tests: [PolicyTest]
        package var problems: [Problem]

        package init(tests: [PolicyTest] = [], problems: [Problem] = []) {
            self.tests = tests
            self.problems = problems
        }
    }

    private static let caseFields = [
        "name", "at", "environment", "changes", "configurationChanged", "recorded", "sources", "evidence", "approvals",
        "authors", "commits", "holds", "settings", "sourceSettings", "plainSecrets", "secretNames", "resources",
        "dependencies",
        "waitingSince", "arrivals", "companions", "denials", "expect",
    ]

    /// The tests in `bytes`; a document that is not understood completely is a problem and no test.
    package static func contents(_ bytes: [UInt8], file: String) -> Contents {
        var contents = Contents()
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes: bytes)
        } catch {
            contents.problems.append(
                Problem(Place(file: file, line: error.line, column: error.column), error.message))
            return contents
        }
        if let duplicate = stream.duplicateKeys.first {
            contents.problems.append(
                Problem(Place(file: file, line: duplicate.line, column: duplicate.column), duplicate.message))
            return contents
        }
        for document in stream.documents where !(document.kind == .scalar && document.isNull) {
            do {
                contents.tests.append(try test(document, file: file))
            } catch {
                contents.problems.append(error)
            }
        }
        return contents
    }

    private static func test(_ document: YAMLNode, file: String) throws(Problem) -> PolicyTest {
        let root = try FieldReader(document, file: file, known: ["apiVersion", "kind", "metadata", "spec"])
        let version = try root.required("apiVersion")
        guard version.equals("towpath.dev/v1") else {
            throw root.problem("expected apiVersion towpath.dev/v1, found \"\(version.text ?? "")\"", at: version)
        }
        let kind = try root.required("kind")
        guard kind.equals("PolicyTest") else {
            throw root.problem(
                "expected kind PolicyTest, found \"\(kind.text ?? "")\"; a file named *.test.yaml holds tests only, "
                    + "and a policy in it is not in force", at: kind)
        }
        let spec = try FieldReader(try root.required("spec"), file: file, known: ["contract", "cases"])
        let subject = try spec.optionalText("contract").map { text -> PolicyTest.Subject in
            text.hasSuffix(".yaml") || text.hasSuffix(".yml") ? .file(text) : .name(text)
        }
        let list = try spec.required("cases")
        guard list.kind == .sequence else { throw spec.problem("expected a list of cases", at: list) }
        var cases: [PolicyTest.Case] = []
        for item in list.items {
            let read = try self.case(try FieldReader(item, file: file, known: caseFields))
            guard !cases.contains(where: { $0.name == read.name }) else {
                throw spec.problem("\"\(read.name)\" stands twice", at: item)
            }
            cases.append(read)
        }
        guard !cases.isEmpty else { throw spec.problem("no case at all would test nothing", at: list) }
        return PolicyTest(
            name: try PolicyDecoder.name(root), place: Place(file: file, line: document.line, column: document.column),
            contract: subject, cases: cases)
    }

    private static func `case`(_ fields: FieldReader) throws(Problem) -> PolicyTest.Case {
        guard let at = try fields.instant("at") else {
            throw fields.problem("\"at\" is missing: as of which instant is the case judged?")
        }
        var test = PolicyTest.Case(
            name: try fields.requiredText("name"),
            place: Place(file: fields.file, line: fields.node.line, column: fields.node.column), at: at,
            environment: try fields.environmentName(try fields.required("environment")))
        test.changes = try PolicyTestFacts.changes(fields, "changes")
        test.movesConfiguration = try fields.flag("configurationChanged") ?? false
        guard !test.changes.isEmpty || test.movesConfiguration else {
            throw fields.problem("nothing moves: expected \"changes\", or configurationChanged: true")
        }
        test.recorded = try PolicyTestFacts.recorded(fields)
        test.sources = try PolicyTestFacts.sources(fields)
        test.holds = try PolicyTestFacts.holds(fields)
        test.evidence = try PolicyTestPeople.evidence(fields)
        test.approvals = try PolicyTestPeople.approvals(fields)
        test.authors = try PolicyTestPeople.addresses(fields, "authors")
        test.commits = try PolicyTestPeople.commits(fields)
        test.survey = try PolicyTestFacts.survey(fields)
        test.sourceSettings = try PolicyTestFacts.settings(fields, "sourceSettings")
        test.waitingSince = try fields.instant("waitingSince")
        test.arrivals = try PolicyTestFacts.instants(fields, "arrivals").sorted()
        test.companions = try PolicyTestFacts.changes(fields, "companions")
        if let denials = try fields.values("denials") {
            test.denials = []
            for denial in denials { test.denials?.append(try fields.text(denial)) }
        }
        test.expectation = try PolicyTestExpectation.expectation(fields)
        return test
    }
}

/// `expect:` of a case.
enum PolicyTestExpectation {
    static func expectation(_ fields: FieldReader) throws(Problem) -> PolicyTest.Expectation {
        let node = try fields.required("expect")
        let expect = try FieldReader(node, file: fields.file, known: ["result", "gates", "reason", "nextChange"])
        var expectation = PolicyTest.Expectation()
        if let value = expect.optional("result") {
            expectation.result = try word(value, of: Verdict.Result.allCases, "result", expect)
        }
        let names = GateName.allCases.map(\.rawValue)
        if let value = expect.optional("gates") {
            let gates = try FieldReader(value, file: fields.file, known: names, noun: "gate")
            for gate in GateName.allCases {
                guard let state = gates.optional(gate.rawValue) else { continue }
                expectation.gates[gate] = try word(state, of: GateResult.State.allCases, "state", gates)
            }
        }
        if let value = expect.optional("reason") {
            let reasons = try FieldReader(value, file: fields.file, known: names, noun: "gate")
            for gate in GateName.allCases where reasons.optional(gate.rawValue) != nil {
                expectation.reasons[gate] = try reasons.requiredText(gate.rawValue)
            }
        }
        if let value = expect.optional("nextChange") {
            expectation.nextChange = value.equals("none") ? PolicyTest.Expectation.NextChange.none : nil
            if expectation.nextChange == nil, let instant = try expect.instant("nextChange") {
                expectation.nextChange = .at(instant)
            }
        }
        guard !expectation.isEmpty else {
            throw expect.problem("nothing is expected: state result, gates, reason or nextChange")
        }
        return expectation
    }

    /// The case of an enumeration that `value` names.
    static func word<Word: RawRepresentable>(
        _ value: YAMLNode, of words: [Word], _ noun: String, _ fields: FieldReader
    ) throws(Problem) -> Word where Word.RawValue == String {
        let text = try fields.text(value)
        guard let word = Word(rawValue: text) else {
            let names = words.map(\.rawValue)
            let hint = Spelling.nearest(to: text, among: names).map { "did you mean \"\($0)\"?" }
            throw fields.problem(
                "unknown \(noun) \"\(text)\"; \(hint ?? "expected one of \(names.joined(separator: ", "))")", at: value)
        }
        return word
    }
}
