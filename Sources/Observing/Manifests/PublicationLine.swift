import Git
import PromotionModel

/// What a commit of a published branch says of the ledger, as the publisher wrote it.
///
/// Whoever may push to the branch can write the same; then the branch is brought back to the record, which takes
/// nothing from anybody who had a right to it.
struct PublicationMark {
    /// The promotions that the commit brought to the branch.
    let brings: Set<PromotionID>
    /// The promotions that it took off the branch again.
    let withdraws: Set<PromotionID>

    /// Reads the closing paragraph of `message`; `nil` where it is no publication of `environment` by the loop.
    init?(_ message: String, of environment: EnvironmentName) {
        guard message.hasPrefix("publish(\(environment)): ") else { return nil }
        let body = message.hasSuffix("\n") ? message.dropLast() : message[...]
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        guard let gap = lines.lastIndex(of: "") else { return nil }
        func promotions(_ key: String) -> Set<PromotionID> {
            Set(
                lines[(gap + 1)...].compactMap { line in
                    line.hasPrefix("\(key): ") ? PromotionID(String(line.dropFirst(key.count + 2))) : nil
                })
        }
        guard lines[(gap + 1)...].contains("Environment: \(environment)") else { return nil }
        brings = promotions("Promotion-Id")
        withdraws = promotions("Withdraws")
    }
}

/// How far the line of publications of an environment is what the ledger says.
///
/// A publication comes before its record, so a process that was stopped between them leaves one that nothing records.
/// What it withdrew is likewise back in force where another process had it recorded meanwhile.
struct PublicationLine {
    let environment: EnvironmentName

    /// How many commits are looked at before one is taken as it is.
    private static let depth = 256

    /// Whether only the ledger can tell what the commit `tip` is.
    func isDoubtful(
        _ state: PublishedState, record: EnvironmentRecord, in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        guard let tip = ObjectID(hex: state.tip) else { return false }
        guard let mark = PublicationMark(try repository.commit(tip).message, of: environment) else { return false }
        let inForce = record.components.values.map(\.promotion) + [record.configuration?.promotion].compactMap(\.self)
        return !mark.withdraws.isEmpty || !mark.brings.isSubset(of: inForce)
    }

    /// `state` with the newest commit that the ledger bears out, where it has recorded the promotions `recorded`.
    ///
    /// - Parameter isBegun: Whether any environment has a ledger.
    func grounded(
        _ state: PublishedState, recorded: Set<PromotionID>, isBegun: Bool, in repository: borrowing Repository
    ) throws(GitError) -> PublishedState {
        var state = state
        var unrecorded: Set<PromotionID> = []
        var next = ObjectID(hex: state.tip)
        for _ in 0..<Self.depth {
            guard let id = next else { break }
            let commit = try repository.commit(id)
            guard let mark = PublicationMark(commit.message, of: environment), !commit.isShallowBoundary,
                !mark.brings.isSubset(of: recorded) || !mark.withdraws.isDisjoint(with: recorded)
            else { break }
            unrecorded.formUnion(mark.brings.subtracting(recorded))
            next = commit.parents.first
        }
        state.unrecorded = unrecorded.sorted()
        // Before the ledger begins there is nothing to go back to, and what is published is taken over or replaced.
        if isBegun { state.ground = next?.hex }
        return state
    }
}

extension PublicationLine {
    /// The environments of `environments` about whose published branch only the ledger can tell.
    static func doubtful(
        among environments: [ObservedEnvironment], in repository: borrowing Repository
    ) throws(GitError) -> Set<EnvironmentName> {
        // A ledger that is cut off says too little.
        guard !repository.isShallow else { return [] }
        var doubtful: Set<EnvironmentName> = []
        for environment in environments {
            guard case .present(let state) = environment.published, let record = environment.knownRecord else {
                continue
            }
            let line = PublicationLine(environment: environment.name)
            if try line.isDoubtful(state, record: record, in: repository) { doubtful.insert(environment.name) }
        }
        return doubtful
    }

    /// `environments` with what their ledgers say of the published branches of `doubtful`.
    static func grounded(
        _ environments: [ObservedEnvironment], doubtful: Set<EnvironmentName>,
        recordings: [EnvironmentName: [PromotionID: String]], in repository: borrowing Repository
    ) throws(GitError) -> [ObservedEnvironment] {
        var grounded = environments
        let isBegun = environments.contains { $0.record != .absent }
        for (index, environment) in environments.enumerated() where doubtful.contains(environment.name) {
            guard case .present(let state) = environment.published else { continue }
            let recorded = Set((recordings[environment.name] ?? [:]).keys)
            let found = try PublicationLine(environment: environment.name)
                .grounded(state, recorded: recorded, isBegun: isBegun, in: repository)
            grounded[index] = ObservedEnvironment(
                declared: environment.declared, record: environment.record, published: .present(found))
            grounded[index].reference = environment.reference
        }
        return grounded
    }
}
