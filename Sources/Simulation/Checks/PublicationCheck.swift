import Git
import PromotionModel

/// Checks what a process put on a published branch.
struct PublicationCheck {
    let environment: String
    /// Who made the commit, as `Name <email>`.
    let identity: String
    /// Whether somebody asked to go back, which no contract forbids.
    let isRollback: Bool

    /// What the branch holds at `tip`: `repository:version@digest` by component.
    ///
    /// Read by plain rules from manifests that the simulation wrote.
    static func artifacts(
        of environment: String, at tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> [String: String] {
        var artifacts: [String: String] = [:]
        try repository.changedEntries(from: nil, to: try repository.commit(tip).tree) {
            (path, _, entry) throws(GitError) in
            guard let entry, path.hasPrefix("environments/\(environment)/"), path.hasSuffix(".yaml") else {
                return .next
            }
            let text = String(decoding: try repository.blob(entry.id, limit: 1 << 20), as: UTF8.self)
            func value(_ key: String) -> String {
                let line = text.split(separator: "\n").first { $0.drop { $0 == " " }.hasPrefix("\(key): ") }
                let words = line?.split(separator: " ") ?? []
                return words.count > 1 ? words[1].filter { $0 != "\"" } : ""
            }
            artifacts[value("name")] = "\(value("repository")):\(value("version"))@\(value("digest"))"
            return .next
        }
        return artifacts
    }

    /// Checks the move of the branch from `old` to `tip`.
    ///
    /// - Throws: ``Violation``; ``GitError`` where the repository cannot be read.
    func follow(
        from old: ObjectID?, to tip: ObjectID, _ chronicle: Chronicle, in repository: borrowing Repository
    ) throws {
        let commit = try repository.commit(tip)
        guard commit.parents == [old].compactMap(\.self) else {
            throw Violation(
                .nothingLost, "the branch of \(environment) moved to \(tip.short), which is not on top of it")
        }
        let trailers = commit.message.split(separator: "\n\n").last?.split(separator: "\n") ?? []
        func values(_ key: String) -> [String] {
            trailers.filter { $0.hasPrefix("\(key): ") }.map { String($0.dropFirst(key.count + 2)) }
        }
        let committer = "\(commit.committer.name) <\(commit.committer.email)>"
        guard committer == identity, values("Signed-off-by") == [identity], values("Environment") == [environment]
        else {
            throw Violation(.wellFormed, "\(tip.short) on the branch of \(environment) is not signed off as it should")
        }
        let published = try Self.artifacts(of: environment, at: tip, in: repository)
        // What was withdrawn meanwhile cannot be judged; the branch will not be recorded.
        guard let base = chronicle.chain.firstIndex(where: { $0.commit.hex == values("Basis").first }) else { return }
        let snapshot = chronicle.chain[base].snapshot
        let recorded = snapshot[environment].recorded.mapValues(\.artifact)
        guard snapshot.isBegun, !isRollback else { return }
        var changes: [String: String?] = [:]
        for component in Set(published.keys).union(recorded.keys) where published[component] != recorded[component] {
            changes[component] = .some(published[component])
        }
        let isTogether = chronicle.chain[base].state.policies.contracts[environment]?.isTogether ?? false
        let groups = isTogether ? [changes] : changes.sorted { $0.key < $1.key }.map { [$0.key: $0.value] }
        let oracle = ContractOracle(
            chronicle: chronicle, index: base, consentCount: chronicle.consents.count, doubt: .forArrival)
        for group in groups where !group.isEmpty {
            let reasons = values("Promotion-Id").map { promotion in
                oracle.obstacles(
                    to: ContractOracle.Arrival(
                        environment: environment, changes: group, hasConfiguration: false,
                        isWithConfiguration: true, promotion: promotion),
                    at: Timestamp(seconds: commit.committer.seconds), after: snapshot[environment].arrivals)
            }
            guard !reasons.contains(where: \.isEmpty) else { continue }
            throw Violation(
                .published,
                "the branch of \(environment) got "
                    + group.keys.sorted().map { "\($0) \(published[$0] ?? "absent")" }.joined(separator: " and ")
                    + " for "
                    + values("Promotion-Id").joined(separator: ", ") + " though "
                    + (reasons.first?.joined(separator: ", ") ?? "no promotion brings it"))
        }
    }
}
