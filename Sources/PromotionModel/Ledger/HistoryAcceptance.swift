/// Somebody's word that a watched branch may go on from another history than the one that was seen.
package struct HistoryAcceptance: Hashable, Sendable {
    /// The last tip that was seen of the history that is left behind, 40 hexadecimal digits.
    package let replaced: String
    /// Why; recorded for ever.
    package let reason: String?

    package init(replaced: String, reason: String?) {
        self.replaced = replaced
        self.reason = reason
    }
}
