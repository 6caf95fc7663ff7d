import Crypto
import Git
import ManifestFormat
import PromotionModel

/// Tells which environment a path belongs to, by the layout alone.
struct EnvironmentMatcher {
    let layout: FleetLayout

    /// The names of the environments that a part of the file at `path` belongs to.
    func names(of path: String) -> Set<String> {
        var names: Set<String> = []
        for rule in layout.rules where rule.origin == nil && !rule.excludes(path) {
            for glob in rule.paths {
                if let captures = glob.match(path) { names.insert(FleetLayout.fill(rule.name, with: captures)) }
            }
        }
        return names
    }

    /// What of a file is an environment's.
    struct Part {
        /// Its path below the environment's folder.
        let relativePath: String
        /// The part of each document; `nil` for all of it.
        let section: DocumentPath?
    }

    /// What of the file at `path` is `name`'s; `nil` for nothing.
    func part(of path: String, in name: EnvironmentName) -> Part? {
        for rule in layout.rules where rule.origin == nil && !rule.excludes(path) {
            for glob in rule.paths {
                guard let captures = glob.match(path), FleetLayout.fill(rule.name, with: captures) == name.description
                else { continue }
                return Part(
                    relativePath: rule.relativePath(of: path, in: glob), section: rule.section?.filled(with: captures))
            }
        }
        return nil
    }
}

/// The declarations of an environment's files, stepping back through history one commit at a time.
struct DeclaredFiles {
    /// What a step touched.
    struct Touched {
        var manifests = false
        var lock = false
        /// The environment's files that it touched.
        var paths: [String] = []
    }

    private let name: EnvironmentName
    private let repositories: RepositoryMap
    private let reader: ManifestReader
    private let followsRenames: Bool
    /// What of the files was read already.
    private let known: ReadFiles?
    private var files: [String: EnvironmentAssembly.File] = [:]
    /// Of each of the files, what of which blob was read.
    private var sources: [String: (part: EnvironmentMatcher.Part, blob: ObjectID)] = [:]
    /// Of each of the files, what the next version of it is read from, as long as there is room for it.
    private var versions: [String: ManifestVersion] = [:]
    /// How many more bytes of files are kept in them.
    private var room: Int
    private var components: AssembledComponents
    /// What the layout says of paths that were met.
    private var parts: [String: EnvironmentMatcher.Part?] = [:]
    /// Where files were that later were moved to a path of the environment.
    private var formerPaths: [String: EnvironmentMatcher.Part] = [:]

    /// - Parameters:
    ///   - repositories: which repositories of different environments hold the same.
    ///   - room: how many bytes of files may be kept, so that their next versions are read faster.
    init(
        _ name: EnvironmentName, reader: ManifestReader, repositories: RepositoryMap, followsRenames: Bool = false,
        known: ReadFiles? = nil, room: Int = 0
    ) {
        self.room = room
        self.name = name
        self.known = known
        self.repositories = repositories
        self.reader = reader
        self.followsRenames = followsRenames
        components = AssembledComponents(name, repositories: repositories)
    }

    mutating func add(_ file: ClaimedFile, in repository: borrowing Repository) {
        let part = EnvironmentMatcher.Part(relativePath: file.relativePath, section: file.section)
        set(file.path, part, blob: file.blob, in: repository, nil)
    }

    private mutating func set(
        _ path: String, _ part: EnvironmentMatcher.Part, blob: ObjectID?, in repository: borrowing Repository,
        _ packs: PackReader?
    ) {
        guard reader.reads(path) else { return }
        sources[path] = nil
        var file: EnvironmentAssembly.File?
        do {
            if let blob {
                let contents = try contents(of: blob, path, part, in: repository, packs)
                if !contents.found.isEmpty {
                    sources[path] = (part, blob)
                    file = EnvironmentAssembly.File(path: path, relativePath: part.relativePath, contents: contents)
                }
            }
        } catch {
            // A blob that cannot be read declares nothing that can be known; the present state reports it.
            file = nil
        }
        components.replace(files[path], by: file, among: files)
        files[path] = file
    }

    /// What `blob` declares at `path`.
    private mutating func contents(
        of blob: ObjectID, _ path: String, _ part: EnvironmentMatcher.Part, in repository: borrowing Repository,
        _ packs: PackReader?
    ) throws(GitError) -> ManifestReader.Contents {
        if let known, let source = ReadFile.Source(blob: blob, path: path, section: part.section),
            let read = known[source]
        {
            return read.contents
        }
        let bytes =
            if let read = packs?.blob(blob, limit: ManifestReader.maximumBytes) { read } else {
                try repository.blob(blob, limit: ManifestReader.maximumBytes)
            }
        let former = versions.removeValue(forKey: path)
        room += former?.byteCount ?? 0
        let version = reader.read(bytes, path: path, section: part.section, like: former)
        if version.byteCount > 0, version.byteCount <= room {
            room -= version.byteCount
            versions[path] = version
        }
        return version.contents
    }

    /// A digest of which files declare something, and of all that they hold.
    var digest: [UInt8] {
        var hash = SHA256()
        for (path, source) in sources.sorted(by: { $0.key < $1.key }) {
            for text in [path, source.part.relativePath, source.part.section?.description ?? "", source.blob.hex] {
                hash.update(data: Array(text.utf8) + [0])
            }
        }
        return Array(hash.finalize())
    }

    /// Whether no file declares anything.
    var isEmpty: Bool {
        files.isEmpty
    }

    /// Goes back from the root folder `after` to `before`; `nil` is how things were before there was anything.
    mutating func stepBack(
        from after: ObjectID, to before: ObjectID?, name: EnvironmentName, matcher: EnvironmentMatcher,
        in repository: borrowing Repository
    ) throws(GitError) -> Touched {
        let changes = try repository.changedFiles(from: before, to: after)
        return stepBack(through: changes, name: name, matcher: matcher, in: repository)
    }

    /// Takes `changes` back, which lead from how things were to how they are.
    mutating func stepBack(
        through changes: [ChangedFile], name: EnvironmentName, matcher: EnvironmentMatcher,
        in repository: borrowing Repository, _ packs: PackReader? = nil
    ) -> Touched {
        var touched = Touched()
        var steps: [(path: String, part: EnvironmentMatcher.Part, blob: ObjectID?)] = []
        var moves = Moves()
        let lock = FleetLayout.lockPath(of: name)
        for change in changes {
            let (path, old) = (change.path, change.old)
            if path == lock {
                touched.lock = true
            } else if let part = part(of: path, matcher) ?? formerPaths[path] {
                steps.append((path, part, old?.isFile == true ? old?.id : nil))
                if followsRenames, old == nil, let new = change.new { moves.arrived.append((path, part, new.id)) }
            } else if followsRenames, change.new == nil, let old, old.isFile, reader.reads(path) {
                moves.gone.append((path, old.id))
            }
        }
        for move in moves.gone.isEmpty
            ? [] : moves.matched({ names(at: $0) }, { names(of: $1, at: $0, in: repository) })
        {
            formerPaths[move.from] = move.part
            steps.append((move.from, move.part, move.blob))
        }
        for step in steps {
            set(step.path, step.part, blob: step.blob, in: repository, packs)
            touched.manifests = true
            touched.paths.append(step.path)
        }
        return touched
    }

    /// The names that the file at `path` declares.
    private func names(at path: String) -> Set<String> {
        Set(files[path]?.contents.found.map(\.name) ?? [])
    }

    /// The names that `blob` declares where it stood at `path`.
    private func names(of blob: ObjectID, at path: String, in repository: borrowing Repository) -> Set<String> {
        do {
            let bytes = try repository.blob(blob, limit: ManifestReader.maximumBytes)
            return Set(reader.read(bytes, path: path).found.map(\.name))
        } catch {
            // What cannot be read declares nothing, so nothing was moved from there.
            return []
        }
    }

    private mutating func part(of path: String, _ matcher: EnvironmentMatcher) -> EnvironmentMatcher.Part? {
        if let known = parts[path] { return known }
        let found = matcher.part(of: path, in: name)
        parts[path] = .some(found)
        return found
    }

    /// The declared artifacts by component.
    mutating func artifacts() -> [ComponentName: Artifact] {
        components.artifacts(of: files)
    }

    /// Begins to note which components change, from here on.
    mutating func beginChanges() {
        components.beginChanges(of: files)
    }

    /// The components that are otherwise than where the noting began, with what they were there; sorted.
    mutating func changesSinceBegin() -> [(component: ComponentName, then: Artifact?, now: Artifact?)] {
        components.changesSinceBegin(of: files)
    }
}

/// Files that came and went in one commit, of which some may have been moved.
private struct Moves {
    /// A file that is taken for another one's former place.
    struct Move {
        let from: String
        /// What of it is the environment's, as of what it became.
        let part: EnvironmentMatcher.Part
        let blob: ObjectID
    }

    var arrived: [(path: String, part: EnvironmentMatcher.Part, blob: ObjectID)] = []
    var gone: [(path: String, blob: ObjectID)] = []

    /// For each file that came, the one that went and is most like it; each is taken once.
    ///
    /// First those with the same bytes, then those of the same name that declare the most components in common.
    func matched(_ now: (String) -> Set<String>, _ then: (String, ObjectID) -> Set<String>) -> [Move] {
        var left = gone
        var moves: [Move] = []
        var rest: [(path: String, part: EnvironmentMatcher.Part, blob: ObjectID)] = []
        for file in arrived {
            let alike = left.indices.filter { left[$0].blob == file.blob }
            let sameName = alike.first { Self.name(left[$0].path) == Self.name(file.path) }
            guard let index = sameName ?? alike.first else {
                rest.append(file)
                continue
            }
            moves.append(Move(from: left[index].path, part: file.part, blob: left[index].blob))
            left.remove(at: index)
        }
        for file in rest {
            let names = now(file.path)
            guard !names.isEmpty else { continue }
            let rated = left.indices.compactMap { index -> (index: Int, common: Int)? in
                guard Self.name(left[index].path) == Self.name(file.path) else { return nil }
                let common = names.intersection(then(left[index].path, left[index].blob)).count
                return common > 0 ? (index, common) : nil
            }
            guard let best = rated.max(by: { $0.common < $1.common }) else { continue }
            moves.append(Move(from: left[best.index].path, part: file.part, blob: left[best.index].blob))
            left.remove(at: best.index)
        }
        return moves
    }

    private static func name(_ path: String) -> Substring {
        path.split(separator: "/").last ?? ""
    }
}
