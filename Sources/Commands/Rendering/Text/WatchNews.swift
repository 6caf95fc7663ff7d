import Bootstrap
import PromotionModel
import Reconciling

/// Tells which ticks of a watch are worth a word: those that did something, and those that left another state behind.
struct WatchNews {
    /// What is the same from tick to tick while nothing happens.
    private struct State: Hashable {
        /// The gates that are shut, by the promotion that waits or is refused.
        var shut: [PromotionID: Set<GateName>]
        var problems: [Problem]
        var failures: [Outcome]
        var nextChange: Timestamp?
    }

    private var last: State?

    /// Whether `reconciliation` is to be told of, after those that were asked about before.
    mutating func isNews(_ reconciliation: Reconciliation) -> Bool {
        switch reconciliation {
        case .unchanged(let mark): isNews(mark)
        case .ticked(let report): isNews(report)
        }
    }

    /// A mark says that all is as it was after some tick; of which one, only the first word has to tell.
    private mutating func isNews(_ mark: SettledMark) -> Bool {
        let warnings = last?.problems.filter { $0.severity != .error } ?? []
        let state = State(shut: last?.shut ?? [:], problems: warnings, failures: [], nextChange: mark.nextChange)
        defer { last = state }
        return state != last
    }

    private mutating func isNews(_ report: TickReport) -> Bool {
        let plan = report.plan
        let waiting = plan.environments.flatMap(\.actions).filter { $0.kind == .wait || $0.kind == .refuse }
        let state = State(
            shut: Dictionary(waiting.map { ($0.promotion.id, Set($0.verdict.shut.map(\.gate))) }) { $0.union($1) },
            problems: report.observation.allProblems, failures: report.outcomes.filter(\.isFailure),
            nextChange: report.nextChange)
        defer { last = state }
        guard report.result == .settled, !report.outcomes.contains(where: { $0.result == .done }) else { return true }
        return state != last
    }
}
