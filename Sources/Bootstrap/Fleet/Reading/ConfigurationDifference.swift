import Git
import LedgerFormat
import ManifestFormat
import Observing
import PromotionModel

/// What a change of configuration changes, setting by setting.
///
/// Values are left out: they may be secrets that nobody has recognised.
package struct ConfigurationDifference: Hashable, Sendable {
    /// One setting that differs.
    package struct Change: Hashable, Sendable {
        package enum Kind: String, Sendable, CaseIterable {
            case added
            case changed
            case removed
        }

        /// As in ``ManifestSurvey/settings``.
        package let path: String
        package let kind: Kind
    }

    /// The commit whose manifests are recorded, 40 hexadecimal digits; `nil` where the ledger does not tell.
    package let before: String?
    /// The commit whose manifests would be, or were, recorded.
    package let after: String
    /// Sorted by path, at most ``maximumChanges``.
    package let changes: [Change]
    /// How many settings differ.
    package let count: Int
    /// The environment's files that differ, sorted.
    package let files: [String]
    /// Why the settings could not be compared; `nil` where they were.
    package let problem: String?

    /// The most changes that are kept.
    package static let maximumChanges = 1_000

    /// What differs between two surveys.
    init(before: String, after: String, files: [String], _ old: ManifestSurvey, _ new: ManifestSurvey) {
        let paths = old.settings.differences(from: new.settings)
        changes = paths.prefix(Self.maximumChanges).map { path in
            Change(
                path: path,
                kind: old.settings[path] == nil ? .added : new.settings[path] == nil ? .removed : .changed)
        }
        (self.before, self.after, self.files, count, problem) = (before, after, files, paths.count, nil)
    }

    /// A difference that is not known.
    init(before: String?, after: String, files: [String] = [], problem: String) {
        (self.before, self.after, self.files, self.problem) = (before, after, files, problem)
        (changes, count) = ([], 0)
    }
}

extension Fleet {
    /// What becomes of the settings of `promotion` with the manifests at the commit `after`.
    ///
    /// - Returns: `nil` where its configuration stays, or is the first.
    borrowing func configurationDifference(
        of promotion: Promotion, after: String, history: LedgerHistory
    ) -> ConfigurationDifference? {
        guard let change = promotion.configuration, change.from != nil, let superseded = change.supersedes else {
            return nil
        }
        let entries = (history.entries[promotion.environment] ?? []).map(\.entry)
        let recorded = entries.last { entry in
            entry.items.contains { $0.promotion == superseded && $0.configuration != nil && $0.result.isArrival }
        }
        guard let before = recorded?.basis else {
            return ConfigurationDifference(
                before: nil, after: after, problem: "the ledger here does not reach back to \(superseded)")
        }
        var changed: [String] = []
        do {
            let old = try ground(of: promotion.environment, at: before)
            let new = try ground(of: promotion.environment, at: after)
            changed = Set(old.files).symmetricDifference(new.files).map(\.path)
            changed = Set(changed).sorted()
            return ConfigurationDifference(
                before: before, after: after, files: changed, try survey(old), try survey(new))
        } catch let problem as Problem {
            return ConfigurationDifference(before: before, after: after, files: changed, problem: "\(problem)")
        } catch {
            return ConfigurationDifference(
                before: before, after: after, files: changed, problem: Refusal(any: error).message)
        }
    }

    /// The files of `name` at a commit, as the layout there finds them.
    private borrowing func ground(
        of name: EnvironmentName, at commit: String
    ) throws -> (files: [ClaimedFile], layout: FleetLayout) {
        guard let id = ObjectID(hex: commit) else { throw Refusal(.internalError, "\(commit) is no commit id") }
        let tree = try repository.commit(id).tree
        let layout = try reader.layout(at: tree, in: repository)
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        return (files.files[name] ?? [], layout)
    }

    private borrowing func survey(
        _ ground: (files: [ClaimedFile], layout: FleetLayout)
    ) throws(Problem) -> ManifestSurvey {
        try reader.surveyed(ground.files, layout: ground.layout, in: repository)
    }
}
