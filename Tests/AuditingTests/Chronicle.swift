import Auditing
import LedgerFormat
import ModelBuilders
import Planning
import PromotionModel

/// A step of an audit that can still be tampered with.
struct Draft {
    var commit: AuditStep.Commit
    var environment: EnvironmentName
    var entry: LedgerEntry
    /// Set where the message says something else than the entry.
    var reading: AuditStep.Reading?
    var isFollowed = true
    var isMainline = true
    var isIdle = false
    var beginsAnew = false
    var after: ObservedEnvironment.RecordReading
    var endsEnvironment = false
    var otherPaths: [String] = []
    var edit: AuditStep.Edit?
    var evidence = AuditStep.EvidenceStanding.notNamed
    var derivation = AuditStep.Derivation.none
    var signature = CommitSignature.unsigned

    var step: AuditStep {
        AuditStep(
            commit: commit, environment: environment, reading: reading ?? .entry(entry), isFollowed: isFollowed,
            isMainline: isMainline, isIdle: isIdle, beginsAnew: beginsAnew, after: after,
            endsEnvironment: endsEnvironment, otherPaths: otherPaths, edit: edit, evidence: evidence,
            derivation: derivation, signature: signature)
    }

    /// Signed by the owner of `address`.
    mutating func sign(_ address: String = "towpath@example.invalid") {
        signature = .signed(CommitSignatory(principals: [address], key: "SHA256:k", from: nil, until: nil))
    }

    /// Changes what the commit is, beside its message.
    mutating func remake(
        parents: [String]? = nil, author: String? = nil, committer: String? = nil, authoredAt: Timestamp? = nil,
        committedAt: Timestamp? = nil, message: String? = nil
    ) {
        commit = AuditStep.Commit(
            id: commit.id, parents: parents ?? commit.parents, author: author ?? commit.author,
            committer: committer ?? commit.committer, authoredAt: authoredAt ?? commit.authoredAt,
            committedAt: committedAt ?? commit.committedAt, message: message ?? commit.message)
    }

    /// What is derived of the entry, with a change.
    mutating func derive(_ change: (inout LedgerEntry) -> Void) {
        guard case .derived(let derived) = derivation else { return }
        var entry = derived.entry
        change(&entry)
        derivation = .derived(
            AuditStep.Derived(
                entry: entry, judged: derived.judged, omitted: derived.omitted, takesAnswers: derived.takesAnswers))
    }
}

/// A ledger as the planner writes it, kept as drafts: two environments are recorded as found, 2 goes to `dev` and then
/// to `prod`, is rolled back there, and released.
struct Chronicle {
    static let identity = "Towpath <towpath@example.invalid>"
    private static let start: Timestamp = "2026-11-23T08:00:00Z"

    private(set) var drafts: [Draft] = []
    private var fleet: SampleFleet
    private var tip = Chronicle.id(1)
    private var count = 1
    private var at = Chronicle.start

    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 40 - digits.count) + digits
    }

    static func web(_ digit: Character) -> Artifact { .pinned("web", "1.\(digit)", digit) }

    init() {
        fleet = SampleFleet(
            [
                SampleEnvironment("dev", declared: ["web": Self.web("1")]),
                SampleEnvironment("prod", declared: ["web": Self.web("1")]),
            ],
            contracts: [
                .make("to-dev", to: ["dev"], from: []), .make("to-prod", to: ["prod"], from: ["dev"]),
            ])
        fleet.adoptable = ["dev", "prod"]
        tick()
        declare("dev", "2")
        tick()
        declare("prod", "2")
        tick()
        rollBack()
        stop { $0.released = [.component("web")] }
        stop { entry in
            entry.holds = [
                Hold(scope: .environment, reason: "look", owner: Self.identity, since: entry.at, until: nil)
            ]
        }
    }

    private func index(of name: EnvironmentName) -> Int {
        fleet.environments.firstIndex { $0.name == name } ?? 0
    }

    /// Somebody's change of a manifest.
    private mutating func declare(_ name: EnvironmentName, _ digit: Character) {
        fleet.environments[index(of: name)].declared["web"] = Self.web(digit)
        count += 1
        tip = Self.id(count)
    }

    private mutating func tick() {
        at = at + TimeSpan(seconds: 600)
        fleet.basis = tip
        let observation = fleet.observation
        let planner = Planner(identity: Self.identity)
        let judged = planner.judgedPromotions(in: observation, at: at)
        for plan in planner.plan(for: observation, at: at).environments where !plan.entry.isEmpty {
            let derived = AuditStep.Derived(
                entry: plan.entry, judged: judged.filter { $0.action.promotion.environment == plan.environment },
                omitted: [], takesAnswers: false)
            append(plan.entry, derivation: .derived(derived))
        }
    }

    private mutating func rollBack() {
        let artifacts = ["web" as ComponentName: Self.web("1")]
        let change = Promotion.Change(
            component: "web", from: Self.web("2"), to: Self.web("1"),
            supersedes: record("prod").components["web"]?.promotion)
        stop { entry in
            var item = LedgerEntry.Item(
                promotion: Fingerprint.promotion(environment: "prod", changes: [change], configuration: nil),
                result: .rolledBack)
            item.artifacts = artifacts
            item.supersedes = [change.supersedes].compactMap(\.self)
            entry.items = [item]
            entry.holds = [
                Hold(
                    scope: .component("web"), reason: "it fails", owner: Self.identity, since: entry.at, until: nil,
                    rejected: Self.web("2").digest)
            ]
        }
        fleet.environments[index(of: "prod")].declared = artifacts
        drafts[drafts.count - 1].otherPaths = ["environments/prod/web.yaml"]
        drafts[drafts.count - 1].edit = AuditStep.Edit(
            before: Self.declared(Self.web("2")), after: Self.declared(Self.web("1")),
            files: ["environments/prod/web.yaml"])
    }

    static func declared(_ artifact: Artifact, _ more: Digest? = nil) -> DeclaredEnvironment {
        SampleEnvironment("prod", declared: ["web": artifact], configuration: more).observed.declared
    }

    /// Something that a person does to `prod`.
    private mutating func stop(_ change: (inout LedgerEntry) -> Void) {
        at = at + TimeSpan(seconds: 60)
        var entry = LedgerEntry(environment: "prod", at: at, basis: tip, signedOffBy: Self.identity)
        change(&entry)
        append(entry, derivation: .none)
    }

    private func record(_ name: EnvironmentName) -> EnvironmentRecord {
        if case .present(let record) = fleet.environments[index(of: name)].record { return record }
        return EnvironmentRecord(environment: name)
    }

    private mutating func append(_ entry: LedgerEntry, derivation: AuditStep.Derivation) {
        let name = entry.environment
        let before = record(name)
        let after = before.applying(entry)
        let isFirst = fleet.environments[index(of: name)].record == .absent
        count += 1
        let commit = AuditStep.Commit(
            id: Self.id(count), parents: [tip], author: Self.identity, committer: Self.identity, authoredAt: entry.at,
            committedAt: entry.at, message: LedgerMessage.text(for: entry, before: before))
        drafts.append(
            Draft(
                commit: commit, environment: name, entry: entry, beginsAnew: isFirst, after: .present(after),
                derivation: derivation))
        fleet.environments[index(of: name)].record = .present(after)
        fleet.adoptable = []
        tip = commit.id
    }
}
