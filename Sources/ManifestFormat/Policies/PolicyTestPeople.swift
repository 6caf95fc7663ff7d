import PromotionModel
import YAMLSource

/// The facts of a case that people and machines signed.
enum PolicyTestPeople {
    static func evidence(_ fields: FieldReader) throws(Problem) -> [PolicyTest.Statement] {
        var statements: [PolicyTest.Statement] = []
        for item in try PolicyTestFacts.items(fields, "evidence") {
            let statement = try FieldReader(
                item, file: fields.file,
                known: ["type", "name", "component", "values", "signer", "roles", "seen"])
            guard let seen = try statement.instant("seen") else {
                throw statement.problem("\"seen\" is missing: when did it come to the evidence branch?")
            }
            var values: [String: Evidence.Value] = [:]
            for (path, value) in try PolicyTestFacts.pairs(statement, "values") {
                values[path] = self.value(value)
            }
            statements.append(
                PolicyTest.Statement(
                    kind: EvidenceKind(try statement.requiredText("type")),
                    name: try statement.optionalText("name"),
                    component: statement.optional("component") == nil ? nil : try PolicyTestFacts.component(statement),
                    values: values, signer: try person(statement, "signer"), seen: seen))
        }
        return statements
    }

    static func approvals(_ fields: FieldReader) throws(Problem) -> [PolicyTest.Approval] {
        var approvals: [PolicyTest.Approval] = []
        for item in try PolicyTestFacts.items(fields, "approvals") {
            let approval = try FieldReader(
                item, file: fields.file, known: ["by", "roles", "at", "kind", "reason"])
            guard let at = try approval.instant("at") else {
                throw approval.problem("\"at\" is missing: when did it come to the evidence branch?")
            }
            var kind = Consent.Kind.approval
            if let value = approval.optional("kind") {
                kind = try PolicyTestExpectation.word(value, of: Consent.Kind.allCases, "kind of approval", approval)
            }
            approvals.append(
                PolicyTest.Approval(
                    kind: kind, by: try person(approval, "by"), reason: try approval.optionalText("reason") ?? "",
                    at: at))
        }
        return approvals
    }

    /// `nil` where they are not stated.
    static func commits(_ fields: FieldReader) throws(Problem) -> [PolicyTest.Commit]? {
        guard fields.node["commits"] != nil else { return nil }
        var commits: [PolicyTest.Commit] = []
        for item in try PolicyTestFacts.items(fields, "commits") {
            let commit = try FieldReader(
                item, file: fields.file, known: ["by", "roles", "place", "plainMerge", "refused", "validUntil", "seen"])
            var place = ChangeCommit.Place.branch
            if let value = commit.optional("place") {
                place = try PolicyTestExpectation.word(value, of: ChangeCommit.Place.allCases, "place", commit)
            }
            let isSigned = commit.optional("by") != nil
            let refusal = try commit.optionalText("refused")
            guard !isSigned || refusal == nil else {
                throw commit.problem("a signature that is refused is nobody's: leave \"by\" out")
            }
            commits.append(
                PolicyTest.Commit(
                    signer: isSigned ? try person(commit, "by") : nil, refusal: refusal, place: place,
                    isPlainMerge: try commit.flag("plainMerge") ?? false, until: try commit.instant("validUntil"),
                    seen: try commit.instant("seen")))
        }
        return commits
    }

    /// Addresses in lower case; `nil` where `key` is not stated.
    static func addresses(_ fields: FieldReader, _ key: String) throws(Problem) -> Set<String>? {
        guard let values = try fields.values(key) else { return nil }
        var addresses: Set<String> = []
        for value in values { addresses.insert(try fields.text(value).lowercased()) }
        return addresses
    }

    private static func person(_ fields: FieldReader, _ key: String) throws(Problem) -> PolicyTest.Person {
        var roles: [String] = []
        for role in try fields.values("roles") ?? [] { roles.append(try fields.text(role)) }
        return PolicyTest.Person(address: try fields.requiredText(key).lowercased(), roles: roles)
    }

    /// A plain number is a number, plain true and false are flags, other scalars are text.
    private static func value(_ node: YAMLNode) -> Evidence.Value {
        guard let text = node.text, !node.isNull else { return .incomparable("a list or a mapping") }
        guard node.style == .plain else { return .text(text) }
        if text == "true" || text == "false" { return .flag(text == "true") }
        do {
            return .number(try Measure(text))
        } catch {
            return .text(text)
        }
    }
}
