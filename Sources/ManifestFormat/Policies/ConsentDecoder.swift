import PromotionModel
import YAMLSource

/// What people are asked for: the gates `approvals` and `signedCommits`, and `emergency`.
enum ConsentDecoder {
    static let approvalFields = [
        "count", "role", "notAuthor", "expireAfter", "escalateAfter", "escalateTo",
    ]
    static let signedCommitsFields = ["role", "commits"]
    static let emergencyFields = ["skip", "role", "approvals", "reviewWithin"]
    /// More people than anybody waits for.
    private static let people = 1...20

    /// One rule, or a list of them.
    static func approvals(_ node: YAMLNode, file: String) throws(Problem) -> [ApprovalRule] {
        guard node.kind == .sequence else { return [try approval(node, file: file)] }
        var rules: [ApprovalRule] = []
        for item in node.items { rules.append(try approval(item, file: file)) }
        guard !rules.isEmpty else {
            throw FieldReader.problem(node, file, "\"approvals\" is an empty list; leave it out to ask for none")
        }
        return rules
    }

    private static func approval(_ node: YAMLNode, file: String) throws(Problem) -> ApprovalRule {
        let fields = try FieldReader(filled: node, file: file, known: approvalFields)
        guard let count = try fields.count("count", in: people) else {
            throw fields.problem("\"count\" is missing: how many people have to approve?")
        }
        let role = try fields.requiredWord("role")
        let escalation = try fields.positiveSpan("escalateAfter")
        let escalationRole = try fields.word("escalateTo")
        guard (escalation == nil) == (escalationRole == nil) else {
            throw fields.problem(
                escalation == nil
                    ? "\"escalateTo\" needs \"escalateAfter\": after how long?"
                    : "\"escalateAfter\" needs \"escalateTo\": which role may approve then?")
        }
        guard escalationRole != role else {
            throw fields.problem("\"escalateTo\" names the role that approves anyway", at: node["escalateTo"])
        }
        return ApprovalRule(
            count: count, role: role, notAuthor: try fields.flag("notAuthor") ?? true,
            expiry: try fields.positiveSpan("expireAfter"), escalation: escalation, escalationRole: escalationRole)
    }

    static func signedCommits(_ node: YAMLNode, file: String) throws(Problem) -> SignedCommitsRule {
        let fields = try FieldReader(filled: node, file: file, known: signedCommitsFields)
        var scope = SignedCommitsRule.Scope.all
        if let value = fields.optional("commits") {
            guard let known = SignedCommitsRule.Scope(rawValue: try fields.text(value)) else {
                throw fields.problem("expected commits all or merge", at: value)
            }
            scope = known
        }
        return SignedCommitsRule(role: try fields.word("role"), scope: scope)
    }

    static func emergency(_ node: YAMLNode, file: String) throws(Problem) -> EmergencyRule {
        let fields = try FieldReader(filled: node, file: file, known: emergencyFields)
        guard let names = try fields.words("skip") else {
            throw fields.problem("\"skip\" is missing: which gates may be skipped?")
        }
        var skips: [GateName] = []
        for (name, value) in zip(names, try fields.values("skip") ?? []) {
            guard let gate = GateName(rawValue: name) else {
                let known = GateName.allCases.filter(\.isSkippable).map(\.rawValue)
                throw fields.unknown(name, "gate", among: known, at: value)
            }
            guard gate.isSkippable else {
                throw fields.problem("\(name) cannot be skipped: \(reason(for: gate))", at: value)
            }
            skips.append(gate)
        }
        guard let review = try fields.positiveSpan("reviewWithin") else {
            throw fields.problem("\"reviewWithin\" is missing: an emergency is looked at afterwards, such as 72h")
        }
        return EmergencyRule(
            skips: skips, role: try fields.requiredWord("role"), count: try fields.count("approvals", in: people) ?? 1,
            reviewWithin: review)
    }

    private static func reason(for gate: GateName) -> String {
        switch gate {
        case .contract: "without a contract nobody may do anything"
        case .source: "\"from\" says where artifacts come from; write a second contract for another way"
        case .pinned: "what has no digest can be anything"
        case .hold: "a hold is released by its owner"
        case .signature: "a signature says who vouches for the artifact"
        case .signedCommits: "a signature says who brought the change"
        case .secrets: "what has been let out stays out"
        default: "the contract needs it"
        }
    }
}
