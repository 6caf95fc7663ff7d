/// Which commits a history is made of.
package enum HistoryWalk: String, Sendable, CaseIterable {
    /// The tip and its first parents: what the branch itself went through.
    case firstParent = "first-parent"
    /// Every commit that can be reached, each before its parents.
    case full
}

/// How a history is read.
package struct HistoryManner: Hashable, Sendable {
    package let walk: HistoryWalk
    /// Whether a file that was moved is followed to where it was before, also out of the environment's folders.
    package let followsRenames: Bool

    package init(walk: HistoryWalk = .firstParent, followsRenames: Bool = false) {
        self.walk = walk
        self.followsRenames = followsRenames
    }
}
