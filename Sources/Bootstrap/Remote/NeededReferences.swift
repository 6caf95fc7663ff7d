import Git
import Observing
import PromotionModel
import Remotes

/// What of a remote a command reads.
struct NeededReferences: Sendable {
    private let revisions: [String]
    private let reader: FleetReader

    init(settings: OperatorSettings, reader: FleetReader) {
        revisions = ([settings.reference].compactMap(\.self) + settings.revisions).map { text in
            // The part of a revision that is a name; what follows leads on from there.
            String(text.prefix { !"~^@:".contains($0) })
        }
        self.reader = reader
    }

    /// Full names, other than of branches and tags, that somebody asks for.
    var others: [String] {
        revisions.filter { name in
            name.hasPrefix("refs/") && !name.hasPrefix("refs/heads/") && !name.hasPrefix("refs/tags/")
                && Repository.isValidReferenceName(name)
        }
    }

    /// The watched branch, what the operator names, and what the layouts there speak of: evidence, published branches.
    func wanted(
        of advertised: AdvertisedReferences, in repository: borrowing Repository, besides names: Set<String>
    ) throws(GitError) -> Wanted {
        var wanted = Wanted()
        wanted.names = names
        for name in revisions {
            if let id = ObjectID(hex: name) { wanted.commits.insert(id) }
            wanted.names.formUnion([name, "refs/heads/\(name)", "refs/tags/\(name)"].filter { $0.hasPrefix("refs/") })
        }
        guard let head = advertised.head else { return wanted }
        wanted.names.insert(head)
        wanted.names.insert(try Fleet.watchedBranch(reader: reader, in: repository))
        for name in wanted.names.sorted() where advertised.ids[name] != nil {
            guard let tip = try repository.reference(name, peelingTags: true) else { continue }
            wanted.names.formUnion(
                try branches(
                    at: tip, among: advertised.branches,
                    tags: advertised.ids.keys.filter { $0.hasPrefix("refs/tags/") },
                    in: repository))
        }
        return wanted
    }

    /// The branches and tags that environments of `layout` are read from, full names.
    private static func homes(of layout: FleetLayout, among branches: [String], tags: [String]) -> [String] {
        layout.rules.flatMap { rule -> [String] in
            switch rule.origin {
            case nil: []
            case .branch(let glob)?:
                branches.filter { glob.match(String($0.dropFirst("refs/heads/".count))) != nil }
            case .tag(let pattern)?: tags.filter { pattern.matches(String($0.dropFirst("refs/tags/".count))) }
            }
        }
    }

    /// The branches that the layout at the commit `tip` speaks of.
    private func branches(
        at tip: ObjectID, among branches: [String], tags: [String], in repository: borrowing Repository
    ) throws(GitError) -> [String] {
        let layout: FleetLayout
        do {
            layout = try reader.layout(at: try repository.commit(tip).tree, in: repository)
        } catch {
            // Whoever reads the fleet says what is wrong with it.
            return []
        }
        let patterns = Set(layout.rules.compactMap(\.publish)).map(BranchPattern.init)
        return ["refs/heads/\(layout.evidence)"] + (layout.ledger.map { ["refs/heads/\($0)"] } ?? [])
            + Self.homes(of: layout, among: branches, tags: tags)
            + (patterns.isEmpty ? [] : branches.filter { name in patterns.contains { $0.matches(name) } })
    }
}

/// The name of a branch with captures in braces, such as `env/{env}`.
struct BranchPattern {
    /// What stands between the captures.
    private let parts: [Substring]

    init(_ text: String) {
        var parts: [Substring] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(rest[..<open])
            rest = rest[rest.index(after: close)...]
        }
        self.parts = parts + [rest]
    }

    /// Whether the branch of the full name `name` can be meant; a capture is never empty.
    func matches(_ name: String) -> Bool {
        guard name.hasPrefix("refs/heads/") else { return false }
        var rest = name.dropFirst("refs/heads/".count)
        guard let first = parts.first, rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        guard parts.count > 1 else { return rest.isEmpty }
        for part in parts.dropFirst().dropLast() {
            guard let found = rest.dropFirst().firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.count > (parts.last?.count ?? 0) && rest.hasSuffix(parts.last ?? "")
    }
}
