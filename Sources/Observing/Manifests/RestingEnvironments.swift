import Git
import ManifestFormat
import PromotionModel

/// The environments of a fleet that were found at rest before and are as they were, so that nobody has to look again.
///
/// At rest is an environment whose lock says what its manifests say, in which nothing waits and nothing is held, whose
/// branch holds what is recorded, and of which nothing has to be told. That depends on its files, its lock, the tip of its
/// branch and the layout alone: policies judge what waits, so a change of them wakes nobody who rests.
struct RestingEnvironments {
    /// Those that rest; sorted by name.
    let resting: [RestingEnvironment]
    /// Those that do not, or of which nothing is known; sorted.
    let others: [EnvironmentName]

    private let memory: DeclarationMemory
    /// A row for each environment that may rest, as it is now.
    private let sheet: RestSheet
    /// The environments of ``sheet``, sorted, and where their rows stand.
    private let rows: [(name: EnvironmentName, row: Range<Int>, isResting: Bool)]

    /// Asks what `memory` knows of the environments of `files`.
    ///
    /// - Parameters:
    ///   - layout: what the layout is written in.
    ///   - records: the commit tree that has the locks.
    /// - Throws: ``GitError`` where a folder or branch could not be read.
    init(
        _ files: EnvironmentFiles, layout: String, records: ObjectID, memory: DeclarationMemory,
        in repository: borrowing Repository
    ) throws(GitError) {
        self.memory = memory
        let locks = try Self.lockFolders(files, at: records, in: repository)
        let before = memory.resting(by: layout)
        var known = RestSheet.Comparison(with: before)
        var sheet = RestSheet(layout: layout)
        sheet.reserve(asIn: before)
        var rows: [(name: EnvironmentName, row: Range<Int>, isResting: Bool)] = []
        rows.reserveCapacity(files.names.count)
        var resting: [RestingEnvironment] = []
        resting.reserveCapacity(files.names.count)
        var others: [EnvironmentName] = []
        let folders = files.folders
        var place = 0
        for name in files.names {
            // Both are sorted.
            let hasFolder = place < folders.count && folders.names[place] == name
            let folder = hasFolder ? folders.folders[place] : nil
            if hasFolder { place += 1 }
            // What is elsewhere has no lock.
            guard files.references.isEmpty || files.references[name] == nil else {
                others.append(name)
                continue
            }
            let branch = files.branches.isEmpty ? nil : files.branches[name]
            let tip = try branch.flatMap { (branch) throws(GitError) in try repository.reference(branch) }
            let content =
                folder.map { RestSheet.Content.folder($0) }
                ?? .files(DeclarationKey.Content(of: name, files, layout: layout).key(.configuration))
            let row = sheet.add(
                name, content: content, record: locks.isEmpty ? nil : locks[name.description], published: tip)
            let isResting = row.map { known.hasRow($0, of: sheet) } ?? false
            if let row { rows.append((name, row, isResting)) }
            if isResting {
                resting.append(RestingEnvironment(name: name, branch: branch, tip: tip?.hex))
            } else {
                others.append(name)
            }
        }
        (self.sheet, self.rows, self.resting, self.others) = (sheet, rows, resting, others)
    }

    /// The folders with the locks; none where all environments are the folders that have them.
    private static func lockFolders(
        _ files: EnvironmentFiles, at records: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> [String: ObjectID] {
        let isInside =
            files.folders.count == files.names.count
            && files.folders.areHomes
        guard !isInside || records != files.tree else { return [:] }
        return try RecordReader.folders(of: records, in: repository)
    }

    /// Keeps who of `observed` is at rest, beside those that were not looked at.
    ///
    /// - Parameter doubtful: about whose branch more had to be asked than the ids tell.
    func keep(_ observed: [ObservedEnvironment], doubtful: Set<EnvironmentName>) {
        var looked = observed.sorted { $0.name < $1.name }[...]
        var kept = RestSheet(layout: sheet.layout)
        // Rows that follow each other are taken over at once.
        var run = 0..<0
        var hasNew = false
        for (name, row, wasResting) in rows {
            while let first = looked.first, first.name < name { looked.removeFirst() }
            var isResting = wasResting
            if let found = looked.first, found.name == name {
                isResting = Self.isAtRest(found) && !doubtful.contains(name)
            }
            guard isResting else { continue }
            hasNew = hasNew || !wasResting
            if row.lowerBound == run.upperBound {
                run = run.lowerBound..<row.upperBound
            } else {
                kept.add(run, of: sheet)
                run = row
            }
        }
        kept.add(run, of: sheet)
        memory.keep(resting: kept, hasNew: hasNew)
    }

    /// Whether nothing in `environment` can move before its files, its lock or its branch change.
    static func isAtRest(_ environment: ObservedEnvironment) -> Bool {
        guard environment.declared.problems.isEmpty, case .present(let record) = environment.record,
            environment.knownRecord != nil, record.holds.isEmpty, !LedgerProof.isWaiting(environment)
        else { return false }
        switch environment.published {
        case .none: return true
        case .absent: return record.components.isEmpty
        case .present(let state):
            return state.isGrounded && state.unrecorded.isEmpty
                && state.artifacts.mapValues(\.artifact) == record.components.mapValues(\.artifact)
        case .unreadable: return false
        }
    }
}
