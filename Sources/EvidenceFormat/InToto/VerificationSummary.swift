package import JSONText
package import PromotionModel

/// What a verifier found of artifacts and its policy: SLSA Verification Summary Attestation, version 1
/// (`slsa-framework/slsa`, `verification_summary.md`).
///
/// What the ledger knows beside stands under a key that is a URI, as the specification asks of extensions.
package struct VerificationSummary: Hashable, Sendable {
    package static let type = "https://slsa.dev/verification_summary/v1"
    /// Who verified.
    static let verifier = "https://towpath.dev/towpath"
    /// The key of what the ledger knows beside.
    package static let ledgerKey = "https://towpath.dev/ledger/v1"

    private let entry: LedgerEntry
    private let item: LedgerEntry.Item
    /// The commit that records it, 40 hexadecimal digits.
    private let commit: String

    /// The summary of a promotion that was permitted, refused, recorded as found or rolled back.
    package init(of item: LedgerEntry.Item, in entry: LedgerEntry, commit: String) {
        self.item = item
        self.entry = entry
        self.commit = commit
    }

    /// Whether a promotion with `result` has come to something that a summary can say.
    package static func covers(_ result: LedgerResult) -> Bool {
        switch result {
        case .promoted, .refused, .adopted, .rolledBack: true
        case .waiting, .withdrawn, .held, .released: false
        }
    }

    /// The statement: about every digest that arrives, and the configuration; about the promotion itself where it
    /// brings neither.
    ///
    /// - Throws: ``PromotionModel/Digest/Malformed``, never for an id that was parsed.
    package func statement() throws(Digest.Malformed) -> Statement {
        var subjects = item.artifacts.sorted { $0.key < $1.key }.compactMap { component, artifact in
            artifact.digest.map { digest in
                Statement.Subject(
                    name: artifact.tag.map { "\(artifact.repository):\($0)" } ?? artifact.repository,
                    digests: [digest.algorithm.rawValue: String(digest.hex)],
                    annotations: ["towpath.dev/component": component.description])
            }
        }
        if let digest = item.configuration {
            subjects.append(
                Statement.Subject(
                    name: "configuration of \(entry.environment)",
                    digests: [digest.algorithm.rawValue: String(digest.hex)]))
        }
        if subjects.isEmpty {
            let digest = try item.promotion.subject
            subjects = [
                Statement.Subject(
                    name: item.promotion.description, digests: [digest.algorithm.rawValue: String(digest.hex)])
            ]
        }
        return Statement(subjects: subjects, predicateType: Self.type, predicate: json)
    }

    /// The predicate, members in a fixed order.
    package var json: JSONValue {
        let isRefused = item.result == .refused
        let level = "TOWPATH_" + item.result.rawValue.uppercased().replacing("-", with: "_")
        var members: [JSONValue.Member] = [
            .init("verifier", ["id": .string(Self.verifier)]), .init("timeVerified", .string(entry.at.description)),
            .init("resourceUri", .string("towpath:promotion/\(item.promotion)")), .init("policy", policy),
        ]
        if let inputs { members.append(.init("inputAttestations", inputs)) }
        members += [
            .init("verificationResult", .string(isRefused ? "FAILED" : "PASSED")),
            .init("verifiedLevels", [.string(isRefused ? "FAILED" : level)]), .init(Self.ledgerKey, ledger),
        ]
        return .object(members)
    }

    /// The statements that gates rest on; `nil` where others may have counted too, since the list has to be whole: in an
    /// emergency the leave to skip, and for rules in Rego anything that they saw.
    private var inputs: JSONValue? {
        guard item.emergency == nil, !item.gates.contains(where: { $0.gate == .rego }) else { return nil }
        return .array(
            Set(item.gates.flatMap(\.evidence)).sorted().map { id in
                ["digest": .object([JSONValue.Member(id.algorithm.rawValue, .string(String(id.hex)))])]
            })
    }

    /// The contract by path and blob; for what no gate judged, the rule that lets it be.
    private var policy: JSONValue {
        guard let contract = item.contract, let at = contract.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            return ["uri": .string("https://towpath.dev/policy/\(item.result.rawValue)")]
        }
        let blob = contract[contract.utf8.index(after: at)...]
        return [
            "uri": .string("towpath:\(contract[..<at])"), "digest": ["gitBlob": .string(String(blob))],
        ]
    }

    private var ledger: JSONValue {
        [
            "commit": .string(commit), "basis": .string(entry.basis),
            "evidenceBasis": .optional(entry.evidenceBasis), "environment": .string(entry.environment.description),
            "promotion": .string(item.promotion.description), "result": .string(item.result.rawValue),
            "source": .optional(item.source?.description),
            "artifacts": .object(
                item.artifacts.sorted { $0.key < $1.key }
                    .map { JSONValue.Member($0.key.description, .string($0.value.description)) }),
            "retired": .array(item.retired.map { .string($0.description) }),
            "configuration": .optional(item.configuration?.description),
            "supersedes": .array(item.supersedes.map { .string($0.description) }),
            "facts": .optional(item.facts?.description), "gates": .array(item.gates.map(Self.json)),
            "approvedBy": .array(item.approvedBy.map(JSONValue.string)), "emergency": emergency,
            "signedOffBy": .string(entry.signedOffBy),
        ]
    }

    private static func json(_ gate: GateResult) -> JSONValue {
        [
            "gate": .string(gate.gate.rawValue), "result": .string(gate.state.rawValue),
            "reason": .string(gate.reason), "evidence": .array(gate.evidence.map { .string($0.description) }),
        ]
    }

    private var emergency: JSONValue {
        guard let emergency = item.emergency else { return .null }
        return [
            "reason": .string(emergency.reason), "by": .array(emergency.by.map(JSONValue.string)),
            "reviewWithin": .string(emergency.reviewWithin.description),
        ]
    }
}
