package import Git

/// What a server does for whoever reaches it: the program git in every world but a simulated one.
package protocol RemoteService: Sendable {
    /// The references of the server.
    ///
    /// - Throws: ``GitError``.
    func references(in mirror: String, alsoListing others: [String]) throws(GitError) -> AdvertisedReferences

    /// Brings references by their full names, or commits, into the repository at `mirror`.
    ///
    /// - Throws: ``GitError``.
    func fetch(_ names: [String], into mirror: String) throws(GitError)

    /// Asks the server to move references, each only if it still is where it was seen; all or none, if `isAtomic`.
    ///
    /// - Throws: ``GitError`` where nothing was asked.
    func push(_ updates: [ReferenceUpdate], isAtomic: Bool, from mirror: String) throws(GitError) -> PushReport
}

extension Remote: RemoteService {
    package func references(in mirror: String, alsoListing others: [String]) throws(GitError) -> AdvertisedReferences {
        try RepositoryEffect.listRemote.performed { () throws(GitError) in
            guard let service = settings.service else { return try listed(in: mirror, alsoListing: others) }
            return try service.references(in: mirror, alsoListing: others)
        }
    }

    package func fetch(_ names: [String], into mirror: String) throws(GitError) {
        guard !names.isEmpty else { return }
        try RepositoryEffect.fetch(names).performed { () throws(GitError) in
            guard let service = settings.service else { return try fetched(names, into: mirror) }
            try service.fetch(names, into: mirror)
        }
    }

    package func push(
        _ updates: [ReferenceUpdate], isAtomic: Bool, from mirror: String
    ) throws(GitError) -> PushReport {
        guard let interference = Interferences.current else {
            return try answer(to: updates, isAtomic: isAtomic, from: mirror)
        }
        let effect = RepositoryEffect.push(updates)
        do throws(GitError) {
            try interference.willPerform(effect)
            let report = try answer(to: updates, isAtomic: isAtomic, from: mirror)
            try interference.didPerform(effect)
            return report
        } catch {
            // Whoever interferes speaks as a server does: it says no, or nothing at all.
            let refused =
                error.code == .declined ? updates.map { ($0.name, PushReport.Answer.refused(error.message)) } : []
            return PushReport(
                Dictionary(refused) { first, _ in first }, words: error.message, isTimedOut: error.code != .declined)
        }
    }

    private func answer(
        to updates: [ReferenceUpdate], isAtomic: Bool, from mirror: String
    ) throws(GitError) -> PushReport {
        guard let service = settings.service else { return try pushed(updates, isAtomic: isAtomic, from: mirror) }
        return try service.push(updates, isAtomic: isAtomic, from: mirror)
    }
}
