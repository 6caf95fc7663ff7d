import Git
import PromotionModel
import Synchronization

/// What steps of the history changed, by environment: many environments look at the same steps.
///
/// A class, so that what one environment's reading found serves the next; who asks while another compares, waits for it.
final class ChangesByEnvironment: Sendable {
    private struct Step: Hashable {
        let before: ObjectID?
        let after: ObjectID
    }

    private struct Known {
        var steps: [Step: [String: [ChangedFile]]] = [:]
        var count = 0
    }

    private let known = Mutex(Known())

    /// More changed files are not remembered at a time.
    private static let maximumCount = 500_000

    /// The files of the environment `name` that differ between two root folders, its lock among them.
    ///
    /// - Throws: ``GitError``.
    func changes(
        from before: ObjectID?, to after: ObjectID, of name: EnvironmentName, matcher: EnvironmentMatcher,
        in repository: borrowing Repository
    ) throws(GitError) -> [ChangedFile] {
        let step = Step(before: before, after: after)
        return try known.withLock { (known) throws(GitError) in
            if let changes = known.steps[step] { return changes[name.description] ?? [] }
            let changes = try repository.changedFiles(from: before, to: after)
            var byName: [String: [ChangedFile]] = [:]
            for change in changes {
                var names = matcher.names(of: change.path)
                if let locked = Self.environment(locked: change.path) { names.insert(locked) }
                for name in names { byName[name, default: []].append(change) }
            }
            if known.count > Self.maximumCount { known = Known() }
            known.steps[step] = byName
            known.count += changes.count + 1
            return byName[name.description] ?? []
        }
    }

    /// The name of the environment whose lock is at `path`; `nil` where no lock is.
    private static func environment(locked path: String) -> String? {
        let steps = path.split(separator: "/", omittingEmptySubsequences: false)
        guard steps.count == 3, steps[0] == FleetLayout.environmentsFolder, steps[2] == FleetLayout.lockName else {
            return nil
        }
        return String(steps[1])
    }
}
