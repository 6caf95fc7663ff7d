package import Git
import ManifestFormat
package import PromotionModel

/// Reads the declared state of a fleet from the object database: no work tree, no checkout.
package struct FleetReader: Sendable {
    /// How much of each file is looked at.
    package enum Depth: Sendable {
        /// What is declared.
        case declarations
        /// And a digest over everything else.
        case configuration
    }

    /// A layout from outside the repository; `nil` to look for `towpath.yaml` in it.
    private let outsideLayout: FleetLayout?
    /// What earlier readings found; `nil` to read everything.
    package var memory: DeclarationMemory?
    /// Where a process that goes on found the environments last; `nil` to walk the folders.
    package var places: FilesMemory?

    package init(layout: FleetLayout? = nil, memory: DeclarationMemory? = nil) {
        outsideLayout = layout
        self.memory = memory
    }

    /// The same reader without memory, for what has to be seen with one's own eyes.
    package var forgetful: FleetReader {
        FleetReader(layout: outsideLayout)
    }

    /// Whether the layout comes from outside the repository.
    var hasOutsideLayout: Bool { outsideLayout != nil }

    /// The layout at the commit tree `tree`.
    ///
    /// - Throws: ``Problem`` where `towpath.yaml` cannot be understood: then nothing in the repository has a meaning.
    package func layout(at tree: ObjectID, in repository: borrowing Repository) throws(Problem) -> FleetLayout {
        if let outsideLayout { return outsideLayout }
        let place = Place(file: FleetLayout.fileName)
        let bytes: [UInt8]
        do {
            guard let entry = try repository.entry(at: FleetLayout.fileName, in: tree) else {
                return try FleetDecoder.standard()
            }
            guard entry.kind == .blob || entry.kind == .executable else { throw Problem(place, "expected a file") }
            bytes = try repository.blob(entry.id, limit: 1_048_576)
        } catch let error as GitError {
            throw Problem(place, "\(error.summary)")
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(place, "\(error)")
        }
        return try FleetDecoder.layout(bytes, file: FleetLayout.fileName)
    }

    /// Where evidence lay as of the commit tree `tree`; `nil` where that cannot be told.
    package func evidenceBranch(at tree: ObjectID, in repository: borrowing Repository) -> String? {
        readableLayout(at: tree, in: repository)?.evidence
    }

    /// The layout at the commit tree `tree`; `nil` where it cannot be understood.
    package func readableLayout(at tree: ObjectID, in repository: borrowing Repository) -> FleetLayout? {
        do throws(Problem) {
            return try layout(at: tree, in: repository)
        } catch {
            return nil
        }
    }

    /// Whether the ledger had a branch of its own as of the commit tree `tree`.
    func hasOwnLedger(at tree: ObjectID, in repository: borrowing Repository) -> Bool {
        do throws(Problem) {
            return try layout(at: tree, in: repository).ledger != nil
        } catch {
            return false
        }
    }

    /// The files of every environment at the root folder `tree`, folders of one environment alone not entered.
    ///
    /// - Parameter instant: as of ``EnvironmentFiles/init(in:layout:extent:repository:at:)``.
    /// - Throws: ``GitError`` where a tree could not be read.
    func files(
        in tree: ObjectID, layout: FleetLayout, at instant: Timestamp?, repository: borrowing Repository
    ) throws(GitError) -> EnvironmentFiles {
        if instant == nil, let places { return try places.files(in: tree, layout: layout, repository: repository) }
        return try EnvironmentFiles(
            in: tree, layout: layout, extent: .folders, repository: repository, at: instant)
    }

    /// What the environments of `files` declare, or those `wanted` of them, in order of their names.
    ///
    /// - Throws: ``GitError`` where the tree itself could not be read.
    package func environments(
        _ files: EnvironmentFiles, of wanted: [EnvironmentName]? = nil, layout: FleetLayout, depth: Depth,
        in repository: borrowing Repository
    ) throws(GitError) -> [DeclaredEnvironment] {
        let names = wanted ?? files.names
        let pool = names.count >= Self.poolThreshold ? DeclarationPool() : nil
        guard let memory, let writing = try writing(of: files.tree, in: repository) else {
            let readings = try readings(
                of: names, files, layout: layout, depth: depth, pool: pool, known: nil, in: repository)
            return readings.map { reading in
                reading.declared.sharing(files.owners)
            }
        }
        let question = { (name: EnvironmentName) in
            DeclarationMemory.Question(name: name, files: files, layout: writing, depth: depth)
        }
        let questions = names.map(question)
        let known = memory.recall(questions, sharing: pool)
        let missing = zip(names, known).compactMap { $1 == nil ? $0 : nil }
        let remembered = missing.isEmpty ? nil : memory.knownFiles(layout: writing, depth: depth)
        if !missing.isEmpty { memory.filesAtHand.begin(layout: writing) }
        var read = try readings(
            of: missing, files, layout: layout, depth: depth, pool: pool, known: remembered, in: repository)[...]
        let records = read.compactMap(\.files)
        var fresh: [(question: DeclarationMemory.Question, declared: DeclaredEnvironment)] = []
        let all = zip(questions, known).map { question, known in
            guard known == nil, let reading = read.popFirst() else { return known }
            if reading.isRepeatable { fresh.append((question, reading.declared)) }
            return reading.declared
        }
        memory.keep(fresh, besides: files.names.count) { wanted == nil ? questions : files.names.map(question) }
        memory.keep(records, besides: files.names, layout: writing, depth: depth)
        return all.compactMap { $0?.sharing(files.owners) }
    }

    /// The environments that were found at rest before; `nil` where nothing is remembered.
    ///
    /// - Parameter records: The commit tree that has the locks.
    /// - Throws: ``GitError``.
    func resting(
        _ files: EnvironmentFiles, records: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> RestingEnvironments? {
        guard let memory, let writing = try writing(of: files.tree, in: repository) else { return nil }
        return try RestingEnvironments(files, layout: writing, records: records, memory: memory, in: repository)
    }

    /// What was read already of the files of `name`, by the layout at the commit tree `tree`.
    ///
    /// - Throws: ``GitError``.
    func filesAtHand(
        of name: EnvironmentName, at tree: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> ReadFiles? {
        guard let memory, let writing = try writing(of: tree, in: repository) else { return nil }
        return memory.filesAtHand.files(of: name, layout: writing)
            // Where nothing changed since, nothing was read.
            ?? memory.knownFiles(layout: writing, depth: .configuration).files(of: name)
    }

    /// What the layout at the commit tree `tree` is written in; `nil` where that is no part of it.
    private func writing(of tree: ObjectID, in repository: borrowing Repository) throws(GitError) -> String? {
        guard outsideLayout == nil else { return nil }
        return try repository.entry(at: FleetLayout.fileName, in: tree)?.id.hex ?? "none"
    }

    /// What one environment was found to declare.
    private struct Reading {
        let declared: DeclaredEnvironment
        /// Whether the same trees will give the same: nothing was missing or damaged.
        let isRepeatable: Bool
        /// What its files were read as, to be kept; `nil` where nothing of that is new.
        var files: DeclarationMemory.FilesRecord?

        func shared(by pool: DeclarationPool?) -> Reading {
            pool.map { Reading(declared: $0.shared(declared), isRepeatable: isRepeatable, files: files) } ?? self
        }
    }

    private func readings(
        of names: [EnvironmentName], _ files: EnvironmentFiles, layout: FleetLayout, depth: Depth,
        pool: DeclarationPool?, known: KnownFiles?, in repository: borrowing Repository
    ) throws(GitError) -> [Reading] {
        let work = Work(
            reader: Self.manifestReader(layout), renames: layout.repositories, depth: depth, known: known,
            room: FilesRoom())
        let count = names.reduce(0) { $0 + (files.files[$1]?.count ?? Self.usualFiles) }
        guard count >= Self.parallelThreshold, names.count > 1 else {
            return names.map { reading($0, files, work, in: repository).shared(by: pool) }
        }
        return try ParallelReading(directory: repository.gitDirectory).map(names) { name, repository in
            reading(name, files, work, in: repository).shared(by: pool)
        }
    }

    /// In fewer environments there is little to share.
    private static let poolThreshold = 64

    /// From so many files on, reading on all cores saves more than opening the repository again costs.
    private static let parallelThreshold = 500
    /// So many files an environment is taken to have whose folder was not entered yet.
    private static let usualFiles = 16

    /// How environments are read.
    private struct Work: Sendable {
        let reader: ManifestReader
        let renames: RepositoryMap
        let depth: Depth
        /// What files were read as before; `nil` where nothing is remembered.
        let known: KnownFiles?
        let room: FilesRoom
    }

    private func reading(
        _ name: EnvironmentName, _ files: EnvironmentFiles, _ work: Work, in repository: borrowing Repository
    ) -> Reading {
        do throws(GitError) {
            let claimed = try files.claimed(by: name, in: repository)
            let before = work.known?.files(of: name)
            var reading = FileReading(reader: work.reader, depth: work.depth, before: before)
            reading.isWhole = claimed.isWhole
            let declared = reading.environment(
                name, files: claimed.files, problems: claimed.problems, renames: work.renames, in: repository)
            var result = Reading(declared: declared, isRepeatable: reading.isWhole)
            guard let known = work.known, let memory, reading.isWhole else { return result }
            if let before { memory.filesAtHand.keep(before.adding(reading.fresh), of: name) }
            // What is kept of files that are gone does no harm.
            if before == nil || !reading.fresh.isEmpty { result.files = work.room.record(reading.all, of: name, known) }
            return result
        } catch {
            let problem = Problem(Place(file: files.folders[name]?.path ?? ""), "\(error.summary)")
            let declared = DeclaredEnvironment(name: name, declarations: [], configuration: nil, problems: [problem])
            return Reading(declared: declared, isRepeatable: false)
        }
    }

    static func manifestReader(_ layout: FleetLayout) -> ManifestReader {
        ManifestReader(formats: FormatSet(layout))
    }

    /// What `files` of one environment declare.
    package func declared(
        _ name: EnvironmentName, files: [ClaimedFile], layout: FleetLayout, in repository: borrowing Repository
    ) -> DeclaredEnvironment {
        environment(
            name, files: files, problems: [], reader: Self.manifestReader(layout), renames: layout.repositories,
            depth: .declarations, in: repository)
    }

    /// What one environment declares.
    func environment(
        _ name: EnvironmentName, files: [ClaimedFile], problems: [Problem], reader: ManifestReader,
        renames: RepositoryMap, depth: Depth, in repository: borrowing Repository
    ) -> DeclaredEnvironment {
        var reading = FileReading(reader: reader, depth: depth)
        return reading.environment(name, files: files, problems: problems, renames: renames, in: repository)
    }

    static func explain(_ error: GitError) -> String {
        switch error.code {
        case .tooLarge: "larger than the \(ManifestReader.maximumBytes / 1_048_576) MiB that a manifest may have"
        default: "\(error.summary)"
        }
    }
}
