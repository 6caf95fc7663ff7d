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
    private let keys: [EnvironmentName: DeclarationKey]

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
        let names = files.names
        let locks = try Self.lockFolders(of: names, files, at: records, in: repository)
        var keys: [EnvironmentName: DeclarationKey] = [:]
        keys.reserveCapacity(names.count)
        var resting: [RestingEnvironment] = []
        var others: [EnvironmentName] = []
        let known = memory.resting()
        for name in names {
            // What is elsewhere has no lock.
            guard files.references[name] == nil else {
                others.append(name)
                continue
            }
            let branch = files.branches[name]
            let tip = try branch.flatMap { (branch) throws(GitError) in try repository.reference(branch) }
            let question = DeclarationMemory.Question(
                name: name, files: files, layout: layout, depth: .configuration)
            let key = question.rest(record: locks[name.description], published: tip)
            keys[name] = key
            if known.contains(key) {
                resting.append(RestingEnvironment(name: name, branch: branch, tip: tip?.hex))
            } else {
                others.append(name)
            }
        }
        (self.keys, self.resting, self.others) = (keys, resting, others)
    }

    /// The folders with the locks; none where all environments are the folders that have them.
    private static func lockFolders(
        of names: [EnvironmentName], _ files: EnvironmentFiles, at records: ObjectID,
        in repository: borrowing Repository
    ) throws(GitError) -> [String: ObjectID] {
        let isInside = names.allSatisfy { name in
            files.folders[name].map { "\($0.path)/\(FleetLayout.lockName)" } == FleetLayout.lockPath(of: name)
        }
        guard !isInside || records != files.tree else { return [:] }
        return try RecordReader.folders(of: records, in: repository)
    }

    /// Keeps who of `observed` is at rest, beside those that were not looked at.
    ///
    /// - Parameter doubtful: about whose branch more had to be asked than the ids tell.
    func keep(_ observed: [ObservedEnvironment], doubtful: Set<EnvironmentName>) {
        var now = Set(resting.compactMap { keys[$0.name] })
        for environment in observed {
            guard let key = keys[environment.name] else { continue }
            if Self.isAtRest(environment), !doubtful.contains(environment.name) {
                now.insert(key)
            } else {
                now.remove(key)
            }
        }
        memory.keep(resting: now)
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
