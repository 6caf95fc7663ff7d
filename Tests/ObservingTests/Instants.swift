import PromotionModel

extension Timestamp {
    /// The instant that `text` writes; a text that writes none stops the test there.
    static func at(_ text: String) -> Timestamp {
        guard let instant = Timestamp(text) else { preconditionFailure("\(text) is no instant") }
        return instant
    }
}
