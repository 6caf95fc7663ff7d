/// An alarm: the watched branch does not follow from the tip that was seen last.
///
/// As long as it stands nothing moves: nothing is promoted, recorded or adopted.
package struct HistoryBreak: Hashable, Sendable {
    /// How the branch came to stand where it does, as far as its commits tell.
    package enum Kind: Hashable, Sendable {
        /// It was set back to an ancestor of the tip that was seen; so many commits are gone from it.
        case rewound(count: Int)
        /// It left that tip at the commit, 40 hexadecimal digits; so many commits are gone from it.
        case rewritten(from: String, count: Int)
        /// It has no commit in common with that tip.
        case unrelated
        /// Whether it follows cannot be told, and why.
        case untold(reason: String)
    }

    /// Full name of the watched branch.
    package let branch: String
    /// The tip that was seen last, 40 hexadecimal digits.
    package let seen: String
    /// Where the branch is now, 40 hexadecimal digits.
    package let tip: String
    package let kind: Kind
    /// What puts the branch back, as it is typed; `nil` where the repository is the one that counts.
    package let restoration: String?

    package init(branch: String, seen: String, tip: String, kind: Kind, restoration: String? = nil) {
        self.branch = branch
        self.seen = seen
        self.tip = tip
        self.kind = kind
        self.restoration = restoration
    }

    /// What happened, to follow the branch's name.
    package var account: String {
        let (old, new) = (seen.prefix(12), tip.prefix(12))
        func gone(_ count: Int) -> String { "\(count) commit\(count == 1 ? " is" : "s are") gone" }
        return switch kind {
        case .rewound(let count): "was set back from \(old) to \(new), \(gone(count))"
        case .rewritten(let base, let count):
            "was rewritten: \(new) does not follow from \(old), seen last; \(gone(count)) since \(base.prefix(12))"
        case .unrelated: "was replaced: \(new) has no commit in common with \(old), seen last"
        case .untold(let reason): "cannot be told to follow from \(old), seen last: \(reason)"
        }
    }

    /// The ways out.
    package var advice: String {
        let command = restoration ?? "git update-ref \(branch) \(seen)"
        return "put it back (\(command)), or accept it as it is (towpath accept-history)"
    }

    /// The alarm as a problem that names the branch.
    package var problem: Problem {
        Problem(Place(file: branch), "\(account). Nothing moves until somebody decides: \(advice)")
    }
}
