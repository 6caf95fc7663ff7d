import ManifestFormat
import PromotionModel

/// What the files of an environment come to, kept up to date while one after the other is replaced.
///
/// As long as no two declarations have one name, each stands for itself, and a file that is replaced concerns no other.
/// Where names collide, all files are put together by ``EnvironmentAssembly``.
struct AssembledComponents {
    private let name: EnvironmentName
    private let repositories: RepositoryMap
    /// How many declarations have each name.
    private var uses: [String: Int] = [:]
    /// How many names have more than one.
    private var collisions = 0
    /// Holds where no names collide, and is otherwise out of date; `nil` where it is to be made anew.
    private var plain: [ComponentName: Artifact]? = [:]
    /// What was assembled where names collide, if it still holds.
    private var assembled: [ComponentName: Artifact]?
    private var changes = Changes.none

    private enum Changes {
        case none
        /// The components that were replaced, as they were at the beginning.
        case noted([ComponentName: Artifact?])
        /// All as they were at the beginning.
        case all([ComponentName: Artifact])
    }

    init(_ name: EnvironmentName, repositories: RepositoryMap) {
        self.name = name
        self.repositories = repositories
    }

    private func names(of file: EnvironmentAssembly.File) -> [(name: String, artifact: Artifact)] {
        file.contents.found.map { (repositories.component($0.name, naming: $0.artifact, in: name), $0.artifact) }
    }

    /// Takes in that `old` is replaced by `new`; `files` are those before that.
    mutating func replace(
        _ old: EnvironmentAssembly.File?, by new: EnvironmentAssembly.File?,
        among files: [String: EnvironmentAssembly.File]
    ) {
        let (gone, come) = (old.map { names(of: $0) } ?? [], new.map { names(of: $0) } ?? [])
        assembled = nil
        if collisions == 0, plain != nil, gone.count == come.count, zip(gone, come).allSatisfy({ $0.name == $1.name }) {
            // The usual case: other versions of the same.
            for (was, now) in zip(gone, come) where was.artifact != now.artifact { set(now.name, now.artifact) }
            return
        }
        for (name, _) in gone {
            let count = (uses[name] ?? 1) - 1
            uses[name] = count == 0 ? nil : count
            if count == 1 { collisions -= 1 }
        }
        for (name, _) in come {
            let count = (uses[name] ?? 0) + 1
            uses[name] = count
            if count == 2 { collisions += 1 }
        }
        guard collisions == 0, plain != nil else {
            if plain != nil, case .noted = changes { noteAll(of: files) }
            plain = nil
            return
        }
        for (name, _) in gone { set(name, nil) }
        for (name, artifact) in come { set(name, artifact) }
    }

    private mutating func set(_ text: String, _ artifact: Artifact?) {
        guard let component = Self.component(text) else { return }
        if case .noted(var noted) = changes, noted[component] == nil {
            changes = .none
            noted[component] = .some(plain?[component])
            changes = .noted(noted)
        }
        plain?[component] = artifact
    }

    private static func component(_ text: String) -> ComponentName? {
        do throws(InvalidName) {
            return try ComponentName(text)
        } catch {
            // What cannot be a component's name is a problem, of which the present state tells.
            return nil
        }
    }

    /// The artifacts by component, where the files are `files`.
    mutating func artifacts(of files: [String: EnvironmentAssembly.File]) -> [ComponentName: Artifact] {
        if let plain { return plain }
        if collisions == 0 {
            var all: [ComponentName: Artifact] = [:]
            for file in files.values {
                for (name, artifact) in names(of: file) {
                    if let component = Self.component(name) { all[component] = artifact }
                }
            }
            plain = all
            return all
        }
        if let assembled { return assembled }
        let assembly = EnvironmentAssembly(files: files.values.sorted { $0.path < $1.path }) { found in
            repositories.component(found.name, naming: found.artifact, in: name)
        }
        let artifacts = Dictionary(assembly.declarations.map { ($0.component, $0.artifact) }) { first, _ in first }
        assembled = artifacts
        return artifacts
    }

    mutating func beginChanges(of files: [String: EnvironmentAssembly.File]) {
        changes = plain == nil ? .all(artifacts(of: files)) : .noted([:])
    }

    private mutating func noteAll(of files: [String: EnvironmentAssembly.File]) {
        guard case .noted(let noted) = changes else { return }
        var all = plain ?? [:]
        for (component, artifact) in noted { all[component] = artifact }
        changes = .all(all)
    }

    mutating func changesSinceBegin(
        of files: [String: EnvironmentAssembly.File]
    ) -> [(component: ComponentName, then: Artifact?, now: Artifact?)] {
        defer { changes = .none }
        let now = artifacts(of: files)
        let then: [ComponentName: Artifact?]
        switch changes {
        case .none: return []
        case .noted(let noted): then = noted
        case .all(let all):
            then = Dictionary(uniqueKeysWithValues: Set(all.keys).union(now.keys).map { ($0, all[$0]) })
        }
        return then.filter { $0.value != now[$0.key] }.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value, now[$0.key])
        }
    }
}
