import LedgerFormat
import Planning
package import PromotionModel

/// Replays a ledger, one step at a time, oldest first, and judges every claim about it.
///
/// Pure: the same steps give the same results.
package struct Audit: Sendable {
    private var state = AuditState()
    private var tallies: [AuditClaim: ClaimResult]
    private let instant: Timestamp
    /// Whether what a person should look at counts as broken.
    private let isStrict: Bool
    private var commits: Set<String> = []

    package init(at instant: Timestamp, isStrict: Bool) {
        self.instant = instant
        self.isStrict = isStrict
        tallies = Dictionary(uniqueKeysWithValues: AuditClaim.allCases.map { ($0, ClaimResult(claim: $0)) })
    }

    /// How many commits were judged.
    package var checkedCommits: Int {
        commits.count
    }

    /// What became of each claim, in order.
    package var results: [ClaimResult] {
        AuditClaim.allCases.compactMap { tallies[$0] }
    }

    /// The promotions for which gates were skipped, oldest first.
    package var emergencies: [PromotionID] {
        state.emergencies.map(\.promotion.promotion)
    }

    /// Takes in `step`; judges it too unless it is older than what is audited.
    package mutating func take(_ step: AuditStep, judging: Bool) {
        if step.isIdle {
            if judging {
                add([.broken("it says that it is an entry, and changes no lock")], .entries, step, checked: 1)
            }
            return
        }
        guard step.isFollowed else {
            if judging, step.entry != nil {
                add([.broken("it was left behind on a side branch: the ledger forks")], .order, step, checked: 1)
            }
            return
        }
        state.prepare(for: step)
        if judging { judge(step) }
        state.advance(by: step)
    }

    private mutating func judge(_ step: AuditStep) {
        commits.insert(step.commit.id)
        add(EntriesCheck.remarks(on: step, in: state), .entries, step, checked: 1)
        guard let entry = step.entry else { return }
        let item = EntryUnderAudit(step: step, entry: entry, state: state)
        add(SignOffsCheck.remarks(on: item), .signOffs, step, checked: 1)
        add(OrderCheck.remarks(on: item), .order, step, checked: 1)
        add(TimesCheck.remarks(on: item, now: instant), .times, step, checked: 1)
        add(LocksCheck.remarks(on: item), .locks, step, checked: 1)
        add(PromotionsCheck.remarks(on: item), .promotions, step, checked: entry.items.count)
        let arrivals = entry.items.filter(\.result.isArrival).reduce(0) { $0 + $1.artifacts.count }
        add(OriginsCheck.remarks(on: item), .origins, step, checked: arrivals)
        add(
            ContractsCheck.remarks(on: item), .contracts, step, checked: entry.items.count { $0.contract != nil })
        add(FactsCheck.remarks(on: item), .facts, step, checked: entry.items.count { $0.facts != nil })
        add(VerdictsCheck.remarks(on: item), .verdicts, step, checked: entry.items.count)
        add(EvidenceCheck.remarks(on: item), .evidence, step, checked: entry.evidenceBasis == nil ? 0 : 1)
        let consented = entry.items.count { item in item.gates.contains { $0.gate == .approvals } }
        add(ApprovalsCheck.remarks(on: item), .approvals, step, checked: consented)
        add(HoldsCheck.remarks(on: item), .holds, step, checked: entry.holds.count + entry.released.count)
        add(
            EmergenciesCheck.remarks(on: item), .emergencies, step,
            checked: entry.items.count { $0.emergency != nil })
        add(WordingCheck.remarks(on: item), .wording, step, checked: 1)
    }

    /// Judges what only the present can tell: whether emergencies were reviewed.
    ///
    /// - Parameter consents: `nil` where there is no evidence branch to look at.
    package mutating func close(consents: [PromotionID: [Consent]]?, people: People) {
        for (commit, emergency) in state.emergencies where commits.contains(commit) {
            guard let consents else {
                note(
                    AuditRemark(
                        .unproved, .emergencies, commit: commit, environment: emergency.environment,
                        "there is no evidence branch here that could hold a review of \(emergency.promotion)"))
                continue
            }
            let known = consents[emergency.promotion] ?? []
            guard !emergency.isReviewed(in: known, people: people), emergency.reviewDue <= instant else { continue }
            note(
                AuditRemark(
                    .finding, .emergencies, commit: commit, environment: emergency.environment,
                    "\(emergency.promotion) passed over gates and was not reviewed by \(emergency.reviewDue)"))
        }
    }

    /// Adds what was found beside the steps.
    package mutating func note(_ remark: AuditRemark) {
        let kind = isStrict && remark.kind == .finding ? AuditRemark.Kind.broken : remark.kind
        tallies[remark.claim]?.add(
            AuditRemark(
                kind, remark.claim, commit: remark.commit, environment: remark.environment, remark.message))
    }

    private mutating func add(_ found: [Observed], _ claim: AuditClaim, _ step: AuditStep, checked: Int) {
        tallies[claim]?.checked += checked
        for one in found {
            note(
                AuditRemark(
                    one.kind, claim, commit: step.commit.id, environment: step.environment, one.message))
        }
    }
}

/// What a check has to say of one step.
struct Observed: Hashable {
    let kind: AuditRemark.Kind
    let message: String

    static func broken(_ message: String) -> Observed { Observed(kind: .broken, message: message) }
    static func finding(_ message: String) -> Observed { Observed(kind: .finding, message: message) }
    static func unproved(_ message: String) -> Observed { Observed(kind: .unproved, message: message) }
}

/// An entry, the commit that carries it, and what came before.
struct EntryUnderAudit {
    let step: AuditStep
    let entry: LedgerEntry
    let state: AuditState

    /// The record that the entry applies to.
    var before: EnvironmentRecord {
        state.record(of: entry.environment)
    }

    /// Which command writes such an entry.
    enum Origin: Hashable {
        case tick
        case rollback
        /// A hold, or a release.
        case stop
        /// An accepted history whose lock is taken over.
        case acceptance
        case unknown
    }

    var origin: Origin {
        let results = Set(entry.items.map(\.result))
        if entry.acceptance != nil {
            return results == [.adopted] && entry.items.count == 1 && entry.released.isEmpty ? .acceptance : .unknown
        }
        if results.isEmpty { return entry.holds.isEmpty == entry.released.isEmpty ? .unknown : .stop }
        if results == [.rolledBack] { return entry.items.count == 1 && entry.released.isEmpty ? .rollback : .unknown }
        return results.isDisjoint(with: [.rolledBack, .held, .released]) && entry.holds.isEmpty
            && entry.released.isEmpty ? .tick : .unknown
    }

    /// What the basis gives anew; `nil` where nothing was judged, or it cannot be told.
    var derived: AuditStep.Derived? {
        if case .derived(let derived) = step.derivation { derived } else { nil }
    }

    /// Why a claim that needs the past to be judged anew cannot be told.
    var obstacle: [Observed] {
        if case .impossible(let reason) = step.derivation { [.unproved(reason)] } else { [] }
    }

    /// Every promotion of a tick beside what is derived of it.
    var pairs: [(item: LedgerEntry.Item, derived: LedgerEntry.Item?, judged: JudgedPromotion?)] {
        guard let derived, origin == .tick else { return [] }
        let items = Dictionary(derived.entry.items.map { ($0.promotion, $0) }) { first, _ in first }
        let judged = Dictionary(derived.judged.map { ($0.action.promotion.id, $0) }) { first, _ in first }
        return entry.items.map { ($0, items[$0.promotion], judged[$0.promotion]) }
    }

    /// `message` about a promotion whose rules in Rego nobody answers here is no break: it cannot be told.
    func broken(_ message: String, _ item: LedgerEntry.Item, _ judged: JudgedPromotion?) -> Observed {
        let isUnanswered = judged.map { $0.lacksAnswers || (derived?.takesAnswers ?? false && item.asksRules) } ?? false
        return isUnanswered ? .unproved("\(message); its rules in Rego are not answered here") : .broken(message)
    }
}

extension EntryUnderAudit {
    /// ``obstacle``, where a promotion of the entry needs the claim to be judged.
    func obstacle(_ concerns: (LedgerEntry.Item) -> Bool) -> [Observed] {
        entry.items.contains(where: concerns) ? obstacle : []
    }

    /// ``obstacle``, where the entry has a promotion with `result`.
    func obstacle(for result: LedgerResult) -> [Observed] {
        obstacle { $0.result == result }
    }
}

extension LedgerEntry.Item {
    /// Whether rules in Rego had a say.
    var asksRules: Bool {
        gates.contains { $0.gate == .rego }
    }

    /// A word for each statement that a gate rests on; only of the gate for approvals, or of all others.
    func evidence(ofApprovals: Bool) -> [String] {
        gates.filter { ($0.gate == .approvals) == ofApprovals }.flatMap { gate in
            gate.evidence.map { "\(gate.gate.rawValue) \($0)" }
        }
    }
}
