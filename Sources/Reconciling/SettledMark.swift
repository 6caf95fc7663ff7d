package import PromotionModel

/// What is known after a tick that found nothing to do: until one of these changes, the next finds nothing either.
package struct SettledMark: Hashable, Sendable {
    /// Tip of the watched branch, 40 hexadecimal digits.
    package let tip: String
    /// Ids of everything that a plan reads, in one line; equal scopes mean equal manifests, policies and locks.
    package let scope: String
    package let settledAt: Timestamp
    /// The first instant at which the plan can change by itself.
    package let nextChange: Timestamp?
    package let hasRefusals: Bool

    package init(tip: String, scope: String, settledAt: Timestamp, nextChange: Timestamp?, hasRefusals: Bool) {
        self.tip = tip
        self.scope = scope
        self.settledAt = settledAt
        self.nextChange = nextChange
        self.hasRefusals = hasRefusals
    }

    /// Whether time alone leaves the mark standing at `instant`; a clock that went back does not.
    package func holds(at instant: Timestamp) -> Bool {
        settledAt <= instant && (nextChange.map { instant < $0 } ?? true)
    }
}
