import Git
import PromotionModel
import Synchronization

/// What environments were found to declare, kept in memory and, from one run to the next, in the cache folder.
///
/// Each is kept under the id of the folder that it was read from, or under those of its files, so that what was kept is
/// what would be read again, or is not asked for. Nothing depends on it but time: it may be deleted, damaged or shared by
/// several processes.
package final class DeclarationMemory: Sendable {
    /// What is asked for: an environment at one state of its files.
    struct Question {
        let name: EnvironmentName
        /// Under which keys the answer may be; what is found anew is kept under the first.
        fileprivate let keys: [DeclarationKey]
        fileprivate let depth: FleetReader.Depth

        init(name: EnvironmentName, files: EnvironmentFiles, layout: String, depth: FleetReader.Depth) {
            self.name = name
            self.depth = depth
            let content = DeclarationKey.Content(of: name, files, layout: layout)
            // Who looked closer has seen all of the rest.
            keys = depth == .configuration ? [content.key(depth)] : [content.key(depth), content.key(.configuration)]
        }

        /// What of `kept`, found under any of the keys, was asked for.
        fileprivate func answer(_ kept: DeclaredEnvironment) -> DeclaredEnvironment? {
            guard kept.name == name else { return nil }
            guard depth == .declarations, kept.configuration != nil else { return kept }
            return DeclaredEnvironment(
                name: kept.name, declarations: kept.declarations, configuration: nil, problems: kept.problems)
        }
    }

    /// Where the repository has its objects, and the cache folder; `nil` for none.
    private let place: (repository: String, cache: String)?
    private let tell: @Sendable (String) -> Void
    /// Environments of late questions, so that a process that goes on does not even read its file again.
    private let recent = Mutex<[DeclarationKey: DeclaredEnvironment]>([:])
    /// The most environments that are kept in memory; then it begins anew.
    private static let capacity = 1_024
    /// The environments at rest; `nil` until they were asked for.
    private let rest = Mutex<RestSheet?>(nil)
    /// The files in the folder.
    private let environments = RecordFile.LastSeen()
    let files = RecordFile.LastSeen()
    private let isDamaged = Atomic(false)
    private let isRefused = Atomic(false)
    private let hasComplained = Atomic(false)
    /// What was read of environments that have changed.
    let filesAtHand = FilesAtHand()

    /// Remembers what is read of the repository whose objects are in `commonDirectory`.
    ///
    /// - Parameters:
    ///   - cacheDirectory: Where it is kept for the next run; `nil` for nowhere.
    ///   - tell: Hears what is wrong with what was kept.
    package init(
        of commonDirectory: String, in cacheDirectory: String?, tell: @escaping @Sendable (String) -> Void
    ) {
        place = cacheDirectory.map { (commonDirectory, $0) }
        self.tell = tell
    }

    /// The folder, where there is one that can be believed.
    var folder: MemoryFolder? {
        guard let place else { return nil }
        do throws(MemoryFolder.Unusable) {
            return try MemoryFolder(of: place.repository, in: place.cache)
        } catch {
            if case .foreign(let path) = error, !isRefused.exchange(true, ordering: .relaxed) {
                tell("somebody else may write to \(path): nothing is read from it, and nothing kept there")
            }
            return nil
        }
    }

    /// What is known of each of `questions`, in their order.
    ///
    /// - Parameter pool: Keeps what they have in common.
    func recall(_ questions: [Question], sharing pool: DeclarationPool? = nil) -> [DeclaredEnvironment?] {
        var answers = recent.withLock { recent in
            questions.map { question in
                for key in question.keys {
                    if let kept = recent[key] { return question.answer(kept) }
                }
                return nil
            }
        }
        let open = answers.indices.filter { answers[$0] == nil }
        guard !open.isEmpty, let folder, let file = environments.file(at: folder.environments) else { return answers }
        if file.isDamaged { forget("") }
        let found = ParallelWork.map(open) { index in
            for key in questions[index].keys {
                guard let kept = self.read(key, in: file) else { continue }
                return questions[index].answer(pool?.shared(kept) ?? kept)
            }
            return nil
        }
        for (index, answer) in zip(open, found) { answers[index] = answer }
        note(open.lazy.compactMap { index in answers[index].map { (questions[index], $0) } })
        return answers
    }

    /// Keeps what was found in memory, as far as there is room.
    private func note(_ found: some Sequence<(question: Question, declared: DeclaredEnvironment)>) {
        recent.withLock { recent in
            for (question, declared) in found {
                if recent.count >= Self.capacity { recent.removeAll(keepingCapacity: true) }
                recent[question.keys[0]] = declared
            }
        }
    }

    private func read(_ key: DeclarationKey, in file: RecordFile) -> DeclaredEnvironment? {
        switch file.record(key) {
        case .absent: return nil
        case .damaged:
            forget(" of an environment")
            return nil
        case .found(let bytes):
            var reader = ByteReader(bytes)
            do throws(ByteReader.Damaged) {
                return try reader.environment()
            } catch {
                forget(" of an environment")
                return nil
            }
        }
    }

    /// Notes that the file has to be written anew, and says so once.
    private func forget(_ what: String) {
        guard !isDamaged.exchange(true, ordering: .relaxed), let folder else { return }
        tell("what was kept\(what) in \(folder.path) is damaged; it is read again")
    }

    /// Says once that what was kept of files is damaged; what is read instead takes its place.
    func complainOfFiles() {
        guard !hasComplained.exchange(true, ordering: .relaxed), let folder else { return }
        tell("what was kept of files in \(folder.path) is damaged; they are read again")
    }

    /// Keeps `fresh`, and of what was kept at least what `asked` names, when it comes to that.
    ///
    /// - Parameters:
    ///   - count: How many environments the fleet has.
    ///   - asked: All that it declares where anything is fresh; working that out costs more than all the rest.
    func keep(
        _ fresh: [(question: Question, declared: DeclaredEnvironment)], besides count: Int,
        _ asked: () -> [Question]
    ) {
        note(fresh)
        let mustMend = isDamaged.exchange(false, ordering: .relaxed)
        guard let folder, !fresh.isEmpty || mustMend else { return }
        let records = fresh.lazy.map { question, declared in
            var writer = ByteWriter()
            writer.add(declared)
            return (key: question.keys[0], payload: writer.bytes)
        }
        folder.withLock {
            RecordFile.add(
                records, under: Set(fresh.map(\.question.keys[0])),
                keeping: { fresh.isEmpty ? nil : Set(asked().flatMap(\.keys)) }, count: count, anew: mustMend,
                at: folder.environments, since: environments)
        }
    }
}

// MARK: - Rest

extension DeclarationMemory {
    /// The environments that were found at rest, where the layout was written in `layout`.
    func resting(by layout: String) -> RestSheet {
        let known = rest.withLock { known in
            if let known { return known }
            let found = folder.flatMap { RestFile(in: $0).read() } ?? RestSheet(layout: layout)
            known = found
            return found
        }
        return known.layout == layout ? known : RestSheet(layout: layout)
    }

    /// Keeps `sheet` as that of all environments that are at rest.
    ///
    /// - Parameter hasNew: Whether any is in it that was not known to be. Where one is only missing, the file may keep its
    ///   row: it has another state by now, or is looked at for the sake of others, as it will be again.
    func keep(resting sheet: RestSheet, hasNew: Bool) {
        rest.withLock { $0 = sheet }
        guard hasNew, let folder else { return }
        RestFile(in: folder).write(sheet)
    }
}
