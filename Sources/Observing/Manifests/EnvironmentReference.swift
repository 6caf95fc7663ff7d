package import Git
package import PromotionModel

/// A branch or a tag that environments are read from, beside the watched branch.
package struct EnvironmentReference: Hashable, Sendable {
    /// Full name.
    package let name: String
    package let commit: ObjectID
    /// The root folder there.
    package let tree: ObjectID
    /// Place in the layout of the rule that it belongs to.
    let rule: Int
    /// What the branch's name gave.
    let captures: PathGlob.Captures

    /// Whether it is a tag, which nobody can commit to.
    package var isTag: Bool { name.hasPrefix("refs/tags/") }

    /// The references that the rules of `layout` speak of, sorted.
    ///
    /// A branch that is only known as one of `origin` counts as it is there, as in a clone.
    ///
    /// - Parameter instant: to look as of then: at the newest of each branch's first parents, and among the tags, that
    ///   were committed by that time, by the committer's clock; `nil` for now.
    /// - Throws: ``GitError`` where references or commits cannot be read.
    package static func all(
        of layout: FleetLayout, at instant: Timestamp?, in repository: borrowing Repository
    ) throws(GitError) -> [EnvironmentReference] {
        var found: [EnvironmentReference] = []
        for (index, rule) in layout.rules.enumerated() {
            switch rule.origin {
            case nil: continue
            case .branch(let glob)?:
                for (short, reference) in try branches(of: layout, in: repository) {
                    guard let captures = glob.match(short),
                        let commit = try commit(reference, at: instant, in: repository)
                    else { continue }
                    found.append(
                        EnvironmentReference(
                            name: reference, commit: commit.id, tree: commit.tree, rule: index, captures: captures))
                }
            case .tag(let pattern)?:
                guard let newest = try tags(matching: pattern, at: instant, in: repository).last else { continue }
                found.append(
                    EnvironmentReference(
                        name: newest.name, commit: newest.id, tree: newest.tree, rule: index, captures: [:]))
            }
        }
        return found
    }

    private static let heads = "refs/heads/"
    private static let remote = "refs/remotes/origin/"

    /// Short names of the branches that may be environments, with their references; sorted by name.
    private static func branches(
        of layout: FleetLayout, in repository: borrowing Repository
    ) throws(GitError) -> [(key: String, value: String)] {
        var names: [String: String] = [:]
        for start in [remote, heads] {
            for reference in try repository.references(start) {
                names[String(reference.name.dropFirst(start.count))] = reference.name
            }
        }
        let others = [layout.watch, layout.evidence, layout.ledger, "HEAD"]
        return names.filter { !others.contains($0.key) && !$0.key.hasPrefix("towpath/") }.sorted { $0.key < $1.key }
    }

    private static func commit(
        _ reference: String, at instant: Timestamp?, in repository: borrowing Repository
    ) throws(GitError) -> (id: ObjectID, tree: ObjectID)? {
        guard let tip = try repository.reference(reference, peelingTags: true) else { return nil }
        guard let instant else { return (tip, try repository.commit(tip).tree) }
        guard let id = try repository.firstParent(from: tip, committedBy: instant.seconds).id else { return nil }
        return (id, try repository.commit(id).tree)
    }

    /// The tags that `pattern` describes and that mark a commit, the oldest version first.
    static func tags(
        matching pattern: TagPattern, at instant: Timestamp?, in repository: borrowing Repository
    ) throws(GitError) -> [(name: String, id: ObjectID, tree: ObjectID)] {
        let start = "refs/tags/"
        var found: [(name: String, id: ObjectID, tree: ObjectID)] = []
        for reference in try repository.references(start)
        where pattern.matches(String(reference.name.dropFirst(start.count))) {
            let (id, kind) = try repository.peeled(reference.id)
            guard kind == .commit else { continue }
            let commit = try repository.commit(id)
            if let instant, commit.committer.seconds > instant.seconds { continue }
            found.append((reference.name, id, commit.tree))
        }
        return found.sorted { VersionOrder.isOlder($0.name, than: $1.name) }
    }
}
