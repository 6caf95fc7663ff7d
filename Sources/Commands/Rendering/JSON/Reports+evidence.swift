import Bootstrap
import JSONText
import PromotionModel

extension Reports {
    static func evidence(_ listing: EvidenceListing) -> JSONValue {
        document(
            "EvidenceList",
            [
                .init("basis", .string(listing.basis)), .init("branch", .string(listing.branch)),
                .init("tip", .optional(listing.tip)), .init("evidence", .array(listing.items.map(json))),
                .init("problems", .array(listing.problems.map(json))),
            ])
    }

    private static func json(_ item: EvidenceListing.Item) -> JSONValue {
        var (state, reason): (String, String?) = ("verified", nil)
        if case .refused(let text) = item.state { (state, reason) = ("refused", text) }
        return [
            "id": .string(item.id.description), "subject": .string(item.subject), "kind": .optional(item.kind),
            "name": .optional(item.name), "values": values(item.values),
            "signers": .array(item.signers.map(json)), "firstSeen": .optional(item.firstSeen?.description),
            "promotion": .optional(item.promotion?.description),
            "comment": item.promotion.map { _ in .string(item.summary) } ?? .null,
            "path": .optional(item.path), "state": .string(state), "reason": .optional(reason),
        ]
    }

    private static func json(_ signer: EvidenceSigner) -> JSONValue {
        [
            "principals": .array(signer.principals.map(JSONValue.string)),
            "roles": .array(signer.roles.map(JSONValue.string)), "key": .string(signer.key),
        ]
    }

    private static func values(_ values: [String: Evidence.Value]) -> JSONValue {
        .object(
            values.sorted { $0.key < $1.key }.map { path, value in
                switch value {
                case .text(let text): JSONValue.Member(path, .string(text))
                case .number(let number): JSONValue.Member(path, .number(number.description))
                case .flag(let flag): JSONValue.Member(path, .bool(flag))
                case .incomparable: JSONValue.Member(path, .null)
                }
            })
    }

    private static func members(_ stored: StoredEvidence) -> [JSONValue.Member] {
        [
            .init("id", .string(stored.id.description)), .init("branch", .string(stored.branch)),
            .init("commit", .string(stored.commit)), .init("paths", .array(stored.paths.map(JSONValue.string))),
            .init("signers", .array(stored.signers.map(JSONValue.string))),
            .init("accepted", .bool(stored.doubts.isEmpty)),
            .init("doubts", .array(stored.doubts.map(JSONValue.string))),
        ]
    }

    static func attestation(_ attestation: Attestation) -> JSONValue {
        document(
            "Attestation",
            [
                .init("digest", .string(attestation.digest.description)),
                .init("type", .string(attestation.kind.description)),
                .init("predicateType", .string(attestation.predicateType)),
                .init("name", .optional(attestation.name)), .init("values", values(attestation.values)),
            ] + members(attestation.stored))
    }

    /// - Parameter standings: one for each item, or none where they are not known.
    static func consent(
        _ proposal: ConsentProposal, _ stored: [StoredEvidence], _ standings: [ConsentStanding]
    ) -> JSONValue {
        let known = standings.isEmpty ? proposal.items.map { _ in nil } : standings.map(Optional.some)
        let rows = zip(zip(proposal.items, stored), known)
        return document(
            "Consent",
            [
                .init("environment", .string(proposal.request.environment.description)),
                .init("consent", .string(proposal.request.kind.rawValue)),
                .init("reason", .string(proposal.request.reason)),
                .init("promotions", .array(rows.map { promotion($0.0.0, $0.0.1, $0.1) })),
            ])
    }

    private static func json(_ settings: ConfigurationDifference) -> JSONValue {
        [
            "before": .optional(settings.before), "after": .string(settings.after), "count": .integer(settings.count),
            "changes": .array(
                settings.changes.map { ["path": .string($0.path), "change": .string($0.kind.rawValue)] }),
            "files": .array(settings.files.map(JSONValue.string)), "problem": .optional(settings.problem),
        ]
    }

    private static func promotion(
        _ item: ConsentProposal.Item, _ stored: StoredEvidence, _ standing: ConsentStanding?
    ) -> JSONValue {
        let promotion = item.promotion
        let changes = promotion.changes.map { change -> JSONValue in
            [
                "component": .string(change.component.description),
                "from": .optional(change.from?.digest?.description), "to": .optional(change.to?.digest?.description),
            ]
        }
        return .object(
            [
                .init("promotion", .string(promotion.id.description)), .init("changes", .array(changes)),
                .init("configuration", .optional(promotion.configuration?.to.description)),
                .init("settings", item.settings.map(json) ?? .null),
                .init("shut", .array((item.verdict?.shut ?? []).map { .string($0.gate.rawValue) })),
                .init("evidence", .array(item.evidence.map { .string($0.id.description) })),
            ] + members(stored) + [
                .init("counts", standing.map { .bool($0.objection == nil) } ?? .null),
                .init("objection", .optional(standing?.objection)),
                .init("result", .optional(standing?.verdict?.result.rawValue)),
                .init("stillShut", .array((standing?.verdict?.shut ?? []).map(json))),
            ])
    }
}
