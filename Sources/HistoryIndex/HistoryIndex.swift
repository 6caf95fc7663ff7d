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

    /// What the file held when it was last looked at or written.
    private struct Kept {
        let index: CommitIndex
        /// The bytes of the file that are sound, and how many parts they make.
        let byteCount: Int
        let parts: Int
        let isSound: Bool
        /// `nil` where there is no file.
        let stamp: HistoryFolder.Stamp?
    }

    private struct Known {
        /// What was asked for last.
        var index: CommitIndex
        var kept: Kept?
    }

    private let folder: HistoryFolder?
    private let tell: @Sendable (News) -> Void
    private let known = Mutex<Known?>(nil)

    /// - Parameter folder: Where it is kept; `nil` for an index that is made from the objects now, and kept nowhere.
    package init(in folder: HistoryFolder?, telling tell: @escaping @Sendable (News) -> Void = { _ in }) {
        self.folder = folder
        self.tell = tell
    }

    package func index(covering tip: ObjectID, in repository: borrowing Repository) -> CommitIndex? {
        let last = known.withLock { $0 }
        if let index = last?.index, index.position(of: tip) != nil { return index }
        var kept = read(after: last?.kept)
        var index = kept.index
        if index.position(of: tip) == nil {
            if let written = folder?.withLock({ extend(to: tip, after: kept, in: $0, of: repository) }) {
                guard let written else { return nil }
                (index, kept) = (written.index, written)
            } else if let made = extended(index, to: tip, in: repository) {
                index = made
            } else {
                return nil
            }
        }
        let now = Known(index: index, kept: kept)
        known.withLock { $0 = now }
        return index
    }

    /// What is kept, which need not be read where nobody wrote to the file since `last`.
    private func read(after last: Kept?) -> Kept {
        let stamp = folder?.stamp(of: Self.name)
        if let last, let stamp, last.isSound, last.stamp == stamp { return last }
        let (reading, byteCount) = folder?.readIndex(Self.name) ?? (CommitIndexFile.read([]), 0)
        return Kept(
            index: reading.index, byteCount: reading.byteCount, parts: reading.parts,
            isSound: reading.byteCount == byteCount, stamp: stamp?.byteCount == byteCount ? stamp : nil)
    }

    /// Extends what is kept; nobody else is writing meanwhile.
    ///
    /// - Returns: what the file holds then, or would if it could be written; `nil` where a commit cannot be read.
    private func extend(
        to tip: ObjectID, after last: Kept, in folder: HistoryFolder, of repository: borrowing Repository
    ) -> Kept? {
        let base = read(after: last)
        if !base.isSound { tell(.damaged) }
        guard base.index.position(of: tip) == nil else { return base }
        guard let index = extended(base.index, to: tip, in: repository) else { return nil }
        let isAnew = base.parts == 0 || base.parts >= Self.maximumParts
        let part = CommitIndexFile.part(of: index, after: isAnew ? CommitIndex() : base.index)
        let isWritten =
            isAnew
            ? folder.write(part, as: Self.name) : folder.append(part, to: Self.name, after: base.byteCount)
        if !isWritten, !isAnew { folder.remove(Self.name) }
        let byteCount = (isAnew ? 0 : base.byteCount) + part.count
        let stamp = isWritten ? folder.stamp(of: Self.name) : nil
        return Kept(
            index: index, byteCount: byteCount, parts: isAnew ? 1 : base.parts + 1, isSound: true,
            stamp: stamp?.byteCount == byteCount ? stamp : nil)
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
