import Bootstrap
import Git
import Planning
import Ports
import PromotionModel
import Reconciling

/// What a process is started for: what a daemon does in one tick, or one command of a person.
enum Job: Sendable {
    case reconcile(repairs: Bool)
    case hold(environment: String, component: String?, until: Timestamp?)
    case release(environment: String, component: String?)
    case rollback(environment: String, component: String?)
    case consent(environment: String, kind: Consent.Kind)
    case acceptHistory

    var isAcceptance: Bool {
        if case .acceptHistory = self { true } else { false }
    }

    /// The job as it would be typed.
    var description: String {
        switch self {
        case .reconcile(let repairs): "reconcile\(repairs ? " --repair" : "")"
        case .hold(let environment, let component, let until):
            "hold \(environment)\(component.map { " " + $0 } ?? "")\(until.map { " --until \($0)" } ?? "")"
        case .release(let environment, let component): "release \(environment)\(component.map { " " + $0 } ?? "")"
        case .rollback(let environment, let component): "rollback \(environment)\(component.map { " " + $0 } ?? "")"
        case .consent(let environment, let kind):
            "approve \(environment)\(kind == .revocation ? " --revoke" : "")"
        case .acceptHistory: "accept-history"
        }
    }
}

/// What became of a job.
struct JobOutcome: Sendable {
    /// What the program said, on one line.
    var text: String
    /// The commits of the watched branch that it says it made.
    var commits: [String] = []
    /// The commits of the evidence branch that it says it made.
    var evidence: [String] = []
    /// What the loop makes of a tick; `nil` for a person's command, and where a loop could not go on.
    var event: WatchSchedule.Event?
    /// Whether there was nothing to do.
    var isSettled = false
    /// Whether it ended with an error.
    var isFailure = false
}

extension Job {
    /// Runs the production code for the job, opened anew as a process would.
    func run(_ settings: OperatorSettings, clock: any WallClock, key: String?) -> JobOutcome {
        do {
            let fleet = try Fleet(settings, clock: clock)
            switch self {
            case .reconcile(let repairs):
                return Self.outcome(of: try fleet.reconcile(ReconcileOptions(repairs: repairs)))
            case .hold(let environment, let component, let until):
                let commit = try fleet.hold(
                    [try Self.scope(component)], of: EnvironmentName(environment),
                    on: HoldTerms(reason: "simulated", until: until))
                return JobOutcome(text: "held in \(commit.commit.prefix(8))", commits: [commit.commit])
            case .release(let environment, let component):
                let commit = try fleet.release([try Self.scope(component)], of: EnvironmentName(environment))
                return JobOutcome(text: "released in \(commit.commit.prefix(8))", commits: [commit.commit])
            case .rollback(let environment, let component):
                let report = try fleet.rollback(
                    EnvironmentName(environment), components: try component.map { [try ComponentName($0)] } ?? [],
                    on: HoldTerms(reason: "simulated", until: nil))
                let changes = report.rollback.changes.map { "\($0.component) to \($0.to?.version ?? "nothing")" }
                return JobOutcome(
                    text: "rolled back \(changes.joined(separator: ", ")) in \(report.recorded.commit.prefix(8))",
                    commits: [report.recorded.commit])
            case .consent(let environment, let kind):
                let request = ConsentRequest(environment: try EnvironmentName(environment), kind: kind, reason: "")
                let proposal = try fleet.proposal(for: request)
                let stored = try fleet.consent(to: proposal, with: EvidenceKey(at: key ?? "", isSSH: false))
                let promotions = proposal.items.map(\.promotion.id.description).joined(separator: ", ")
                return JobOutcome(
                    text: "\(kind.rawValue) of \(promotions)", evidence: stored.map(\.commit))
            case .acceptHistory:
                guard let report = try fleet.acceptHistory(reason: "simulated") else {
                    return JobOutcome(text: "nothing to accept")
                }
                return JobOutcome(
                    text: "\(report.isKnown ? "known" : "accepted") in \(report.commits.map { $0.prefix(8) })",
                    commits: report.commits)
            }
        } catch {
            return Self.outcome(of: error)
        }
    }

    private static func scope(_ component: String?) throws(InvalidName) -> Hold.Scope {
        try Hold.Scope(component ?? "*")
    }

    private static func outcome(of reconciliation: Reconciliation) -> JobOutcome {
        switch reconciliation {
        case .unchanged:
            return JobOutcome(text: "unchanged", event: reconciliation.event, isSettled: true)
        case .ticked(let report):
            let failures = report.outcomes.compactMap { outcome -> String? in
                if case .failed(let reason) = outcome.result { "\(outcome.environment): \(reason)" } else { nil }
            }
            var outcome = JobOutcome(text: "", event: reconciliation.event, isFailure: !failures.isEmpty)
            switch report.result {
            case .settled:
                outcome.text = "settled"
                outcome.isSettled = failures.isEmpty
            case .recorded(let commits):
                outcome.commits = commits
                let entries = report.plan.environments.filter { !$0.entry.isEmpty }.map { environment in
                    let items = environment.entry.items.map { "\($0.result.rawValue) \(text($0))" }
                    return "\(environment.environment): \(items.joined(separator: ", "))"
                }
                outcome.text = "recorded \(entries.joined(separator: "; "))"
            case .exhausted(let attempts):
                outcome.text = "lost the race \(attempts) times"
                outcome.isFailure = true
            }
            if !failures.isEmpty { outcome.text += "; failed \(failures.joined(separator: "; "))" }
            return outcome
        }
    }

    private static func text(_ item: LedgerEntry.Item) -> String {
        var words = item.artifacts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.version)" }
        words += item.retired.map { "\($0) retired" }
        if item.configuration != nil { words.append("configuration") }
        let shut = item.gates.filter { !$0.passes && [.waiting, .refused].contains(item.result) }
        if !shut.isEmpty {
            words.append("(\(shut.map { "\($0.gate.rawValue): \($0.reason)" }.joined(separator: "; ")))")
        }
        return words.joined(separator: " ")
    }

    private static func outcome(of error: any Error) -> JobOutcome {
        JobOutcome(
            text: "failed: \(error)".split(whereSeparator: \.isNewline).joined(separator: " "),
            event: WatchSchedule.Event(failure: error), isFailure: true)
    }
}
