import PromotionModel

/// One line of an `allowed_signers` file: whose key, for what and when.
struct SignerLine: Hashable, Sendable {
    let place: Place
    let principals: WordPatternList
    let key: PublicKey
    /// `nil` where the key signs for every namespace.
    let namespaces: WordPatternList?
    /// First instant at which the key counts.
    let validAfter: Timestamp?
    /// Last instant at which the key counts.
    let validBefore: Timestamp?

    /// Whether the line stops counting earlier than `other` does.
    func ends(before other: SignerLine) -> Bool {
        guard let validBefore else { return false }
        return other.validBefore.map { validBefore < $0 } ?? true
    }

    /// Why the line does not cover a signature for `namespace` at every one of `instants`; `nil` where it does.
    func refusal(namespace: String, at instants: [Timestamp]) -> SignerRefusal? {
        if let namespaces, !namespaces.matches(namespace) {
            return .namespace(principal: principals.text, allowed: namespaces.text, asked: namespace)
        }
        for instant in instants {
            if let validAfter, instant < validAfter {
                return .notYetValid(principal: principals.text, from: validAfter, at: instant)
            }
            if let validBefore, instant > validBefore {
                return .expired(principal: principals.text, since: validBefore, at: instant)
            }
        }
        return nil
    }
}
