import Bootstrap
import JSONText
import PromotionModel
import Reconciling

/// What a tick did, as people and scripts read it.
struct ReconcileText {
    let common: CommonOptions

    func print(_ report: TickReport) {
        common.print(json: Self.json(report)) { printText(report) }
        Console.report(report.observation.allProblems.filter { $0.severity == .error })
        if common.verbose, report.attempts > 1 {
            Console.note("note: the branch moved meanwhile; this was attempt \(report.attempts)")
        }
        for outcome in report.outcomes {
            if case .failed(let reason) = outcome.result {
                Console.fail("\(outcome.environment) is not recorded: \(reason.printable)")
            }
        }
        if report.isLedgerHeldBack {
            Console.note("nothing is recorded: a ledger begins with all environments, or not at all")
        }
    }

    /// Tells of published branches that a repair leaves as they are: what cannot be read cannot be compared.
    static func report(unrepaired: [Problem]) {
        for problem in unrepaired {
            let branch = problem.place.file
            Console.fail(
                "\(branch) is not brought back, since it cannot be read: \(problem.message)",
                hint: "mend the branch, or delete it and the next tick publishes it anew: git update-ref -d \(branch)")
        }
    }

    private func printText(_ report: TickReport) {
        let style = common.style
        for publication in report.plan.environments.compactMap(\.publication)
        where report.outcomes.contains(where: { $0.environment == publication.environment && $0.result == .done }) {
            Console.line(
                "\(style.paint("published".padding(to: 11), .green))\(publication.environment)  to \(publication.branch)"
            )
        }
        switch report.result {
        case .settled where report.outcomes.contains { $0.result == .done || $0.isFailure }: break
        case .settled where report.observation.historyBreak != nil:
            Console.line("nothing is done at \(report.plan.basis.prefix(12))")
        case .settled: Console.line("nothing to do at \(report.plan.basis.prefix(12))")
        case .recorded(let commits):
            let failed = Set(report.outcomes.filter(\.isFailure).map(\.environment))
            for environment in report.plan.environments
            where !environment.entry.isEmpty && !failed.contains(environment.environment) {
                for item in environment.entry.items {
                    let what =
                        (item.artifacts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.version)" }
                        + item.retired.map { "\($0) retired" }
                        + (item.configuration == nil ? [] : ["configuration"])).joined(separator: ", ")
                    let shut = item.gates.filter { !$0.passes }.map(\.reason).joined(separator: "; ")
                    let ink: Style.Ink = item.result.isSuccess ? .green : item.result == .refused ? .red : .yellow
                    Console.line(
                        "\(style.paint(item.result.rawValue.padding(to: 11), ink))\(environment.environment)  "
                            + "\(what.printable)\(shut.isEmpty ? "" : ": " + shut.printable)")
                }
            }
            Console.line("recorded in \(Self.named(commits))")
        case .exhausted(let attempts):
            Console.fail("the branch moved \(attempts) times meanwhile", hint: "try again")
        }
        if let next = report.nextChange {
            Console.line("next change by itself at \(next) (\(Wording.relative(next, to: report.plan.at)))")
        }
    }

    private static func json(_ report: TickReport) -> JSONValue {
        let result: String
        var made: [String] = []
        switch report.result {
        case .settled: result = "settled"
        case .recorded(let commits): (result, made) = ("recorded", commits)
        case .exhausted: result = "lostRace"
        }
        let outcomes = report.outcomes.map { outcome -> JSONValue in
            let (name, reason): (String, String?) =
                switch outcome.result {
                case .done: ("done", nil)
                case .alreadyDone: ("alreadyDone", nil)
                case .lostRace: ("lostRace", nil)
                case .failed(let reason): ("failed", reason)
                }
            return [
                "environment": .string(outcome.environment.description), "result": .string(name),
                "reason": .optional(reason),
            ]
        }
        return [
            "apiVersion": "towpath.dev/v1", "kind": "Reconciliation", "basis": .string(report.plan.basis),
            "at": .string(report.plan.at.description), "result": .string(result),
            "commits": .array(made.map(JSONValue.string)), "outcomes": .array(outcomes),
            "nextChange": .optional(report.nextChange?.description),
            "plan": Reports.plan(report.plan, problems: report.observation.allProblems),
        ]
    }

    func print(unchanged mark: SettledMark, at now: Timestamp) {
        common.print(json: Self.json(unchanged: mark)) {
            Console.line("nothing to do at \(mark.tip.prefix(12))")
            guard let next = mark.nextChange else { return }
            Console.line("next change by itself at \(next) (\(Wording.relative(next, to: now)))")
        }
    }

    private static func json(unchanged mark: SettledMark) -> JSONValue {
        [
            "apiVersion": "towpath.dev/v1", "kind": "Reconciliation", "basis": .string(mark.tip), "at": .null,
            "result": "unchanged", "commits": [], "outcomes": [], "nextChange": .optional(mark.nextChange?.description),
            "plan": .null,
        ]
    }

    /// Each of a few commits; of many, how many there are and which are the first and the last.
    private static func named(_ commits: [String]) -> String {
        let names = commits.map { String($0.prefix(12)) }
        guard names.count > 8, let first = names.first, let last = names.last else {
            return names.joined(separator: ", ")
        }
        return "\(names.count) commits, \(first) to \(last)"
    }
}

extension LedgerResult {
    /// Whether something arrived.
    var isSuccess: Bool {
        switch self {
        case .adopted, .promoted, .rolledBack: true
        case .waiting, .refused, .withdrawn, .held, .released: false
        }
    }
}
