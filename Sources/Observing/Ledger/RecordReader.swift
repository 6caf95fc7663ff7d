package import Git
import ManifestFormat
package import PromotionModel

/// Reads the lock of an environment.
package enum RecordReader {
    /// The largest lock that is read: a thousand components with all their reasons have a tenth of it.
    private static let maximumBytes = 4 * 1_048_576

    /// The record of `name` at the commit tree `tree`.
    ///
    /// - Throws: ``GitError`` where git itself fails; a bad lock, or a folder that is damaged, is an answer.
    package static func record(
        of name: EnvironmentName, at tree: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> ObservedEnvironment.RecordReading {
        try record(of: name, at: FleetLayout.lockPath(of: name), in: tree, repository)
    }

    /// The records of `environments` at the commit tree `tree`, in their order; the folder of all environments is read
    /// once.
    ///
    /// Each is made of what its environment declares, as far as both say the same, before the next is read.
    ///
    /// - Throws: ``GitError`` as ``record(of:at:in:)``.
    static func records(
        of environments: [DeclaredEnvironment], at tree: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> [ObservedEnvironment.RecordReading] {
        let folders = environments.count > fewEnvironments ? try folders(of: tree, in: repository) : [:]
        guard environments.count >= parallelThreshold, ProcessorCount.available > 1 else {
            return try environments.map { (environment) throws(GitError) in
                try record(of: environment, at: tree, folders, in: repository)
            }
        }
        let readings = try ParallelReading(directory: repository.gitDirectory).map(environments) {
            environment, repository -> Result<ObservedEnvironment.RecordReading, GitError> in
            do throws(GitError) {
                return .success(try record(of: environment, at: tree, folders, in: repository))
            } catch {
                return .failure(error)
            }
        }
        return try readings.map { (reading) throws(GitError) in try reading.get() }
    }

    /// From so many locks on, reading on all cores saves more than opening the repository again costs.
    private static let parallelThreshold = 32

    /// The record of `environment` at the commit tree `tree`, where `folders` hold locks.
    private static func record(
        of environment: DeclaredEnvironment, at tree: ObjectID, _ folders: [String: ObjectID],
        in repository: borrowing Repository
    ) throws(GitError) -> ObservedEnvironment.RecordReading {
        let name = environment.name
        let reading =
            if let folder = folders[name.description] {
                try record(of: name, at: FleetLayout.lockName, in: folder, repository)
            } else {
                try record(of: name, at: tree, in: repository)
            }
        guard case .present(let record) = reading else { return reading }
        return .present(record.shared(with: environment))
    }

    /// So many are looked up sooner than all folders are gone through.
    private static let fewEnvironments = 8

    /// The folders that hold locks; without those that are named twice or cannot be told, which are looked at singly.
    static func folders(
        of tree: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> [String: ObjectID] {
        do throws(GitError) {
            let all = try repository.entry(at: FleetLayout.environmentsFolder, in: tree)
            guard let all, all.kind == .directory else { return [:] }
            var folders: [String: ObjectID] = [:]
            var names: Set<String> = []
            try repository.forEachEntry(of: all.id) { (bytes, kind, id) throws(GitError) in
                let name = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
                folders[name] = names.insert(name).inserted && kind == .directory ? id : nil
                return .next
            }
            return folders
        } catch  where error.code == .corrupt || error.code == .notFound {
            return [:]
        }
    }

    /// The record of `name`, whose lock is at `place` below `folder`.
    private static func record(
        of name: EnvironmentName, at place: String, in folder: ObjectID, _ repository: borrowing Repository
    ) throws(GitError) -> ObservedEnvironment.RecordReading {
        let path = FleetLayout.lockPath(of: name)
        let found: TreeEntry?
        do {
            found = try repository.entry(at: place, in: folder)
        } catch  where error.code == .corrupt || error.code == .notFound {
            return .unreadable(Problem(Place(file: path), error.summary))
        }
        guard let entry = found else { return .absent }
        guard entry.kind == .blob || entry.kind == .executable else {
            return .unreadable(Problem(Place(file: path), "expected a file; it is never followed"))
        }
        let bytes: [UInt8]
        do {
            bytes = try repository.blob(entry.id, limit: maximumBytes)
        } catch {
            return .unreadable(Problem(Place(file: path), "\(error.summary)"))
        }
        do {
            return .present(try LockReader.record(bytes, file: path, environment: name))
        } catch {
            return .unreadable(error)
        }
    }
}
