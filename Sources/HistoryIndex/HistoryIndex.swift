package import Git
import Synchronization

/// The commit index of one repository, kept from run to run and extended by what came since.
///
/// Safe to delete, to damage and to share: what is missing or wrong is read from the objects again. Where another
/// process is just writing, this one works with what it has in memory.
package final class HistoryIndex: CommitIndexSource {
    /// What people may want to know.
    package enum News: Hashable, Sendable {
        /// So many commits were read, of a history that is indexed for the first time; `nil` when that is done.
        case progress(Int?)
        /// What was kept was damaged, and is made anew.
        case damaged
    }

    /// So many parts in the file make it worth while to write it anew as one.
    private static let maximumParts = 64
    private static let name = "commits"

    /// What the messages of ledger entries have, and hardly any other.
    static let marker: StaticString = "Recorded-At: "

    private let folder: HistoryFolder?
    private let tell: @Sendable (News) -> Void
    private let known = Mutex<CommitIndex?>(nil)

    /// - Parameter folder: Where it is kept; `nil` for an index that is made from the objects now, and kept nowhere.
    package init(in folder: HistoryFolder?, telling tell: @escaping @Sendable (News) -> Void = { _ in }) {
        self.folder = folder
        self.tell = tell
    }

    package func index(covering tip: ObjectID, in repository: borrowing Repository) -> CommitIndex? {
        if let index = known.withLock({ $0 }), index.position(of: tip) != nil { return index }
        let found = read().index
        let index: CommitIndex?
        if found.position(of: tip) != nil {
            index = found
        } else if let written = folder?.withLock({ extend(to: tip, in: $0, of: repository) }) {
            index = written
        } else {
            index = extended(found, to: tip, in: repository)
        }
        guard let index else { return nil }
        known.withLock { $0 = index }
        return index
    }

    /// What is kept, and whether all of it was sound.
    private func read() -> (index: CommitIndex, reading: CommitIndexFile.Reading, isSound: Bool) {
        let (reading, byteCount) = folder?.readIndex(Self.name) ?? (CommitIndexFile.read([]), 0)
        return (reading.index, reading, reading.byteCount == byteCount)
    }

    /// Extends what is kept; nobody else is writing meanwhile.
    private func extend(
        to tip: ObjectID, in folder: HistoryFolder, of repository: borrowing Repository
    ) -> CommitIndex? {
        let (base, reading, isSound) = read()
        if !isSound { tell(.damaged) }
        guard base.position(of: tip) == nil else { return base }
        guard let index = extended(base, to: tip, in: repository) else { return nil }
        if reading.parts == 0 || reading.parts >= Self.maximumParts {
            folder.write(CommitIndexFile.part(of: index, after: CommitIndex()), as: Self.name)
        } else if !folder.append(
            CommitIndexFile.part(of: index, after: base), to: Self.name, after: reading.byteCount)
        {
            folder.remove(Self.name)
        }
        return index
    }

    private func extended(
        _ base: CommitIndex, to tip: ObjectID, in repository: borrowing Repository
    ) -> CommitIndex? {
        do throws(GitError) {
            let telling: ((Int?) -> Void)? = base.count == 0 ? { self.tell(.progress($0)) } : nil
            defer { telling?(nil) }
            let missing = MissingCommits(
                base: base, directory: repository.gitDirectory, isProof: folder == nil, telling: telling ?? { _ in })
            return try missing.added(upTo: tip, in: repository)
        } catch {
            // Whoever reads the objects says what is wrong with them.
            return nil
        }
    }
}
