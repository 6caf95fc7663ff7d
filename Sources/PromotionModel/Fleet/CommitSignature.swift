/// Whether a commit is signed, and by whom.
package enum CommitSignature: Hashable, Sendable {
    case unsigned
    /// A good signature by somebody who was allowed to sign when the commit says that it was made.
    case signed(CommitSignatory)
    /// It never counts, and why.
    case refused(String)
    /// It could not be told, and why: it may count once it can.
    case unverified(String)

    /// The same, with the time of the key judged by when the commit was first seen.
    ///
    /// The committer's date is the signer's to choose; the first sight is not.
    package func counted(at firstSeen: Timestamp) -> CommitSignature {
        guard case .signed(let signatory) = self, let reason = signatory.refusal(at: firstSeen) else { return self }
        return .refused(reason)
    }
}

/// Who signed a commit, and when the key counts.
package struct CommitSignatory: Hashable, Sendable {
    /// As `allowed_signers` has them, in lower case; of an OpenPGP key `openpgp4fpr:` and its fingerprint.
    package let principals: [String]
    /// `SHA256:…` as `ssh-keygen -l` prints it, or `openpgp4fpr:` and the fingerprint.
    package let key: String
    /// The first instant at which the key counts; `nil` where there is none.
    package let from: Timestamp?
    /// The last instant at which the key counts; `nil` where there is none.
    package let until: Timestamp?

    package init(principals: [String], key: String, from: Timestamp?, until: Timestamp?) {
        self.principals = principals
        self.key = key
        self.from = from
        self.until = until
    }

    /// For people: the first principal.
    package var name: String {
        principals.first ?? key
    }

    /// Why the key does not count for a commit that was first seen at `instant`; `nil` where it does.
    package func refusal(at instant: Timestamp) -> String? {
        if let from, instant < from {
            return "the key of \(name.printable) counts from \(from), and the commit was seen at \(instant)"
        }
        if let until, instant > until {
            return "the key of \(name.printable) counted until \(until), and the commit was first seen at \(instant)"
        }
        return nil
    }
}

/// A commit that brought what waits.
package struct ChangeCommit: Hashable, Sendable {
    /// Where a commit stands.
    package enum Place: String, Sendable, CaseIterable {
        /// On the watched branch itself, as one of its first parents.
        case branch
        /// Behind a merge of the watched branch.
        case merged
        /// In a change that is not merged yet.
        case proposed
    }

    /// 40 hexadecimal digits.
    package let id: String
    package let place: Place
    /// Whether it is a merge that adds nothing of its own: every file of the environment is as one of its sides has
    /// it, and as merging them gives it.
    package let isPlainMerge: Bool
    package let signature: CommitSignature
    /// When Towpath recorded something on top of it; `nil` where it never did before now.
    package let firstSeen: Timestamp?

    package init(
        id: String, place: Place, isPlainMerge: Bool, signature: CommitSignature, firstSeen: Timestamp?
    ) {
        self.id = id
        self.place = place
        self.isPlainMerge = isPlainMerge
        self.signature = signature
        self.firstSeen = firstSeen
    }
}
