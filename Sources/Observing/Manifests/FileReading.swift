import Git
import ManifestFormat
import PromotionModel
import Synchronization

/// Reads the files of one environment, but for those that were read before.
struct FileReading {
    let reader: ManifestReader
    let depth: FleetReader.Depth
    /// What was read before at that depth; `nil` where nothing is remembered.
    let before: ReadFiles?
    /// Whether the same trees will give the same: nothing was missing or damaged.
    var isWhole = true
    /// All files that can be read again by what they are.
    private(set) var all: [ReadFile] = []
    /// Those of them that were not read before.
    private(set) var fresh: [ReadFile] = []

    init(reader: ManifestReader, depth: FleetReader.Depth, before: ReadFiles? = nil) {
        self.reader = reader
        self.depth = depth
        self.before = before
    }

    /// What `files` of the environment `name` declare.
    mutating func environment(
        _ name: EnvironmentName, files: [ClaimedFile], problems: [Problem], renames: RepositoryMap,
        in repository: borrowing Repository
    ) -> DeclaredEnvironment {
        var read: [EnvironmentAssembly.File] = []
        var problems = problems
        var configuration = ConfigurationDigest()
        for file in files {
            guard reader.reads(file.path) else {
                configuration.add(file)
                continue
            }
            do throws(GitError) {
                let (contents, blanked) = try contents(of: file, in: repository)
                configuration.add(file, blanked: blanked)
                if contents.isNotable {
                    read.append(
                        EnvironmentAssembly.File(
                            path: file.path, relativePath: file.relativePath, contents: contents))
                }
            } catch {
                if error.code != .tooLarge { isWhole = false }
                problems.append(Problem(Place(file: file.path), FleetReader.explain(error)))
            }
        }
        let assembly = EnvironmentAssembly(files: read, problems: problems) { found in
            renames.component(found.name, naming: found.artifact, in: name)
        }
        let declared = DeclaredEnvironment(
            name: name, declarations: assembly.declarations, configuration: nil, problems: assembly.problems)
        guard depth == .configuration, declared.isComplete else { return declared }
        return DeclaredEnvironment(
            name: name, declarations: assembly.declarations, configuration: configuration.digest,
            problems: assembly.problems)
    }

    /// What `file` holds, and the digest of its blanked copy.
    private mutating func contents(
        of file: ClaimedFile, in repository: borrowing Repository
    ) throws(GitError) -> (ManifestReader.Contents, PromotionModel.Digest?) {
        let source = ReadFile.Source(blob: file.blob, path: file.path, section: file.section)
        if let source, let known = before?[source] {
            all.append(known)
            return (known.contents, known.blanked)
        }
        let bytes = try repository.blob(file.blob, limit: ManifestReader.maximumBytes)
        var contents = reader.read(bytes, path: file.path, section: file.section, blanking: depth == .configuration)
        let blanked = contents.blanked.flatMap(ConfigurationDigest.digest)
        // The blanked copy has been digested: what is kept is what is declared.
        contents.blanked = nil
        if let source {
            let new = ReadFile(source: source, contents: contents, blanked: blanked)
            all.append(new)
            fresh.append(new)
        }
        return (contents, blanked)
    }
}

/// How many bytes of what files were read as may still be kept in one go.
final class FilesRoom: Sendable {
    /// Of a fleet of a million declarations a part, so that the others need no memory while all is read.
    private static let byteCount = 32 << 20
    private let used = Atomic(0)

    /// `files` of the environment `name`, written to be kept; `nil` where there is no room.
    func record(_ files: [ReadFile], of name: EnvironmentName, _ known: KnownFiles) -> DeclarationMemory.FilesRecord? {
        guard known.canKeep, used.load(ordering: .relaxed) < Self.byteCount else { return nil }
        let record = DeclarationMemory.FilesRecord(files, of: name, layout: known.layout, known.depth)
        used.add(record.payload.count, ordering: .relaxed)
        return record
    }
}
