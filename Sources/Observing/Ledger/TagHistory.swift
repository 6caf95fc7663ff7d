import Git
import ManifestFormat
import PromotionModel

/// The history of an environment that is the newest of some tags: release by release.
struct TagHistory {
    let reader: FleetReader
    let layout: FleetLayout
    let rule: FleetLayout.Rule
    let name: EnvironmentName

    /// Tells of each tag at which something changed since the one before, newest first, until `visit` returns false.
    ///
    /// - Throws: ``GitError``.
    func walk(
        _ pattern: TagPattern, in repository: borrowing Repository, _ visit: (HistoryEntry) -> Bool
    ) throws {
        let tags = try EnvironmentReference.tags(matching: pattern, at: nil, in: repository)
        let alone = layout.seen(by: rule, with: [:])
        var after = try tags.last.map { (tag) throws(GitError) in try artifacts(at: tag.tree, alone, in: repository) }
        for (index, tag) in tags.enumerated().reversed() {
            let before =
                index == 0 ? [:] : try artifacts(at: tags[index - 1].tree, alone, in: repository)
            let now = after ?? [:]
            after = before
            let changes = Set(before.keys).union(now.keys).sorted().compactMap { component in
                before[component] == now[component]
                    ? nil : HistoryEntry.Change(component: component, from: before[component], to: now[component])
            }
            guard !changes.isEmpty else { continue }
            let commit = try repository.commit(tag.id)
            let short = tag.name.dropFirst("refs/tags/".count)
            let entry = HistoryEntry(
                commit: commit.id.hex, at: Timestamp(seconds: commit.committer.seconds),
                author: "\(commit.author.name) <\(commit.author.email)>", subject: "\(short): \(commit.subject)",
                promotions: [], result: nil, changes: changes, emergencies: [:])
            guard visit(entry) else { return }
        }
    }

    private func artifacts(
        at tree: ObjectID, _ layout: FleetLayout, in repository: borrowing Repository
    ) throws(GitError) -> [ComponentName: Artifact] {
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        let declared = reader.declared(name, files: files.files[name] ?? [], layout: layout, in: repository)
        return Dictionary(declared.declarations.map { ($0.component, $0.artifact) }) { first, _ in first }
    }
}
