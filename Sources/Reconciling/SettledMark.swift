package import PromotionModel

/// What is known after a tick that found nothing to do: until one of these changes, the next finds nothing either.
///
/// A tick that met an error leaves none, since the next has to meet it again. Warnings do not stand in its way: they are
/// found in what the scope names, and so the same scope has the same ones.
package struct SettledMark: Hashable, Sendable {
    /// Tip of the watched branch, 40 hexadecimal digits.
    package let tip: String
    /// Ids of everything that a plan reads, in one line; equal scopes mean equal manifests, policies, locks, evidence
    /// and published branches.
    package let scope: String
    package let settledAt: Timestamp
    /// The first instant at which another plan can come of the same scope.
    package let stableUntil: Timestamp?
    /// What people were told of as the next change.
    package let nextChange: Timestamp?
    package let hasRefusals: Bool

    package init(
        tip: String, scope: String, settledAt: Timestamp, stableUntil: Timestamp?, nextChange: Timestamp?,
        hasRefusals: Bool
    ) {
        self.tip = tip
        self.scope = scope
        self.settledAt = settledAt
        self.stableUntil = stableUntil
        self.nextChange = nextChange
        self.hasRefusals = hasRefusals
    }

    /// The same at another tip with the same scope.
    package func moved(to tip: String) -> SettledMark {
        SettledMark(
            tip: tip, scope: scope, settledAt: settledAt, stableUntil: stableUntil, nextChange: nextChange,
            hasRefusals: hasRefusals)
    }

    /// Whether time alone leaves the mark standing at `instant`; a clock that went back does not.
    package func holds(at instant: Timestamp) -> Bool {
        settledAt <= instant && (stableUntil.map { instant < $0 } ?? true)
    }
}
