import Bootstrap
import JSONText
import Planning
import PromotionModel

/// The JSON shapes of `docs/reference/json.md`: stable, keys in camelCase, absent values null.
enum Reports {
    static func document(_ kind: String, _ members: [JSONValue.Member]) -> JSONValue {
        .object(head(kind) + members)
    }

    private static func head(_ kind: String) -> [JSONValue.Member] {
        [JSONValue.Member("apiVersion", "towpath.dev/v1"), JSONValue.Member("kind", .string(kind))]
    }

    /// Hands the inventory to `put` in pieces, since it may be of a million declarations.
    static func inventory(_ inventory: Inventory, to put: ([UInt8]) -> Void) {
        JSONWriter.document(
            head("Inventory") + [.init("basis", .string(inventory.basis))], "environments",
            of: inventory.environments, json, [.init("problems", .array(inventory.allProblems.map(json)))], to: put)
    }

    private static func json(_ environment: DeclaredEnvironment) -> JSONValue {
        ["name": .string(environment.name.description), "artifacts": .array(environment.declarations.map(json))]
    }

    private static func json(_ declaration: Declaration) -> JSONValue {
        [
            "component": .string(declaration.component.description),
            "kind": .string(declaration.artifact.kind.rawValue), "name": .string(declaration.artifact.repository),
            "tag": .optional(declaration.artifact.tag), "digest": .optional(declaration.artifact.digest?.description),
            "format": .string(declaration.format), "file": .string(declaration.place.file),
            "line": .integer(declaration.place.line), "column": .integer(declaration.place.column),
            "sharedWith": .array(declaration.sharedWith.map { .string($0.description) }),
        ]
    }

    static func json(_ problem: Problem) -> JSONValue {
        [
            "file": .string(problem.place.file), "line": .integer(problem.place.line),
            "column": .integer(problem.place.column), "severity": .string(problem.severity.rawValue),
            "message": .string(problem.message),
        ]
    }

    private static func json(_ artifact: Artifact?) -> JSONValue {
        guard let artifact else { return .null }
        return [
            "name": .string(artifact.repository), "tag": .optional(artifact.tag),
            "digest": .optional(artifact.digest?.description),
        ]
    }

    static func json(_ instant: Timestamp?) -> JSONValue {
        .optional(instant?.description)
    }

    /// Hands the status to `put` in pieces, since it may be of a million components.
    static func status(_ status: FleetStatus, to put: ([UInt8]) -> Void) {
        JSONWriter.document(
            head("Status") + [
                .init("basis", .string(status.basis)), .init("at", .string(status.at.description)),
            ], "environments", of: status.environments, json, [.init("problems", .array(status.problems.map(json)))],
            to: put)
    }

    private static func json(_ environment: EnvironmentPlan) -> JSONValue {
        [
            "name": .string(environment.environment.description),
            "components": .array(environment.components.map(json)), "configuration": configuration(environment),
        ]
    }

    /// What becomes of a changed configuration; null where it is as recorded.
    private static func configuration(_ plan: EnvironmentPlan) -> JSONValue {
        guard let action = plan.actions.first(where: { $0.promotion.configuration != nil }),
            let change = action.promotion.configuration
        else { return .null }
        return [
            "declared": .string(change.to.description), "recorded": .optional(change.from?.description),
            "state": .string(action.state.rawValue), "reason": .string(action.reason),
            "nextChange": json(action.verdict.nextChange), "promotion": .string(action.promotion.id.description),
        ]
    }

    private static func json(_ status: ComponentStatus) -> JSONValue {
        let artifact = status.declared ?? status.recorded ?? status.observed
        return [
            "name": .string(status.component.description), "artifact": .optional(artifact?.repository),
            "declared": json(status.declared), "recorded": json(status.recorded), "observed": json(status.observed),
            "state": .string(status.state.rawValue), "reason": .string(status.reason), "since": json(status.since),
            "nextChange": json(status.nextChange), "promotion": .optional(status.promotion?.description),
        ]
    }

    static func plan(_ plan: Plan, problems: [Problem]) -> JSONValue {
        document(
            "Plan",
            [
                .init("basis", .string(plan.basis)), .init("at", .string(plan.at.description)),
                .init("actions", .array(plan.environments.flatMap { $0.actions.map(json) })),
                .init("nextChange", json(plan.nextChange)),
                .init("problems", .array(problems.map(json))),
            ])
    }

    static func json(_ action: Action) -> JSONValue {
        let promotion = action.promotion
        return [
            "action": .string(action.kind.rawValue), "environment": .string(promotion.environment.description),
            "components": .array(promotion.changes.map { .string($0.component.description) }),
            "promotion": .string(promotion.id.description),
            "digests": .object(
                promotion.changes.map { change in
                    .init(change.component.description, .optional(change.to?.digest?.description))
                }),
            "configuration": .optional(promotion.configuration?.to.description),
            "verdict": verdict(action.verdict),
        ]
    }

    static func verdict(_ verdict: Verdict) -> JSONValue {
        [
            "result": .string(verdict.result.rawValue), "contract": .optional(verdict.contract?.reference),
            "source": .optional(verdict.source?.description), "gates": .array(verdict.gates.map(json)),
        ]
    }

    static func json(_ gate: GateResult) -> JSONValue {
        [
            "gate": .string(gate.gate.rawValue), "result": .string(gate.state.rawValue),
            "reason": .string(gate.reason), "nextChange": json(gate.nextChange),
            "evidence": .array(gate.evidence.map { .string($0.description) }),
        ]
    }

    static func explanation(_ explanation: Explanation) -> JSONValue {
        document(
            "Explanation",
            [
                .init("environment", .string(explanation.environment.description)),
                .init("component", json(explanation.status)),
                .init("file", .optional(explanation.declaration?.place.file)),
                .init("line", explanation.declaration.map { .integer($0.place.line) } ?? .null),
                .init("origin", explanation.origin.map(json) ?? .null),
                .init("action", explanation.action.map(json) ?? .null),
                .init("advice", .array(explanation.advice.map(JSONValue.string))),
            ])
    }

    static func drift(_ review: Review) -> JSONValue {
        document(
            "DriftReport",
            [
                .init("basis", .string(review.plan.basis)), .init("checkedAt", .string(review.plan.at.description)),
                .init("findings", .array(review.findings.map(json))),
            ])
    }

    private static func json(_ finding: DriftFinding) -> JSONValue {
        [
            "id": .string(finding.id), "kind": .string(finding.kind.rawValue),
            "environment": .optional(finding.environment?.description),
            "component": .optional(finding.component?.description), "expected": .optional(finding.expected),
            "actual": .optional(finding.actual), "file": .optional(finding.place?.file),
            "line": finding.place.map { .integer($0.line) } ?? .null, "message": .string(finding.message),
        ]
    }

    /// An artifact beside the name of its component.
    static func version(_ artifact: Artifact?) -> JSONValue {
        guard let artifact else { return .null }
        return ["tag": .optional(artifact.tag), "digest": .optional(artifact.digest?.description)]
    }

    /// Who signed a commit; nothing where nobody did.
    static func json(_ signature: CommitSignature) -> JSONValue {
        func object(
            _ state: String, signer: String? = nil, key: String? = nil, reason: String? = nil
        ) -> JSONValue {
            [
                "state": .string(state), "signer": .optional(signer), "key": .optional(key),
                "reason": .optional(reason),
            ]
        }
        return switch signature {
        case .unsigned: .null
        case .signed(let signatory): object("verified", signer: signatory.name, key: signatory.key)
        case .refused(let reason): object("refused", reason: reason)
        case .unverified(let reason): object("unverified", reason: reason)
        }
    }
}
