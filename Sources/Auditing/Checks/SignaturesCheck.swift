import PromotionModel

/// What is signed was signed by who signed it off, and whoever signed once goes on signing.
///
/// A ledger need not be signed. But from the first signature that counts on, an entry in the same name without one
/// could be anybody's.
enum SignaturesCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        let name = item.entry.signedOffBy
        let former = item.state.signers[name]
        switch item.step.signature {
        case .signed(let signatory):
            guard !signatory.principals.contains(address(of: name)) else { return [] }
            let message = "signed by \(signatory.name), signed off by \(name)"
            // A key of OpenPGP has no address of its own, and the policies may not say whose it is.
            return signatory.principals == [signatory.key] ? [.finding(message)] : [.broken(message)]
        case .unsigned:
            guard let former else { return [] }
            return [.broken("it is not signed, but entries of \(name) are since \(former.prefix(12))")]
        case .refused(let reason):
            let message = "its signature does not count: \(reason)"
            return former == nil ? [.finding(message)] : [.broken(message)]
        case .unverified(let reason):
            return [.unproved("its signature cannot be verified: \(reason)")]
        }
    }

    /// The address in `Name <address>`, in lower case, as signers are listed.
    static func address(of identity: String) -> String {
        guard let open = identity.lastIndex(of: "<"), identity.hasSuffix(">") else { return identity.lowercased() }
        return identity[identity.index(after: open)...].dropLast().lowercased()
    }
}
