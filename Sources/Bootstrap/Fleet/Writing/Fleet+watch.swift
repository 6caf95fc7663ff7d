import Ports
import PromotionModel
package import Reconciling

extension Reconciliation {
    /// What the loop makes of it.
    package var event: WatchSchedule.Event {
        switch self {
        case .unchanged(let mark): return .tickFinished(stableUntil: mark.stableUntil)
        case .ticked(let report):
            if case .recorded = report.result { return .tickRecorded }
            return .tickFinished(stableUntil: report.plan.stableUntil)
        }
    }
}

extension WatchSchedule.Event {
    /// What the loop makes of a tick that threw `error`; `nil` where it is nothing that a loop can outlive.
    package init?(failure error: any Error) {
        switch error {
        case let failure as PortFailure: self = .tickFailed(failure.consequence)
        case let refusal as Refusal where refusal.kind != .usage:
            self = .tickFailed(refusal.kind == .internalError ? .halt : .retry)
        default: return nil
        }
    }
}
