import Git
import PromotionModel

/// One pass over the folders of a tree.
struct FolderWalk {
    struct Claim: Hashable {
        let name: EnvironmentName
        let isShared: Bool
        let section: DocumentPath?
        /// The rule and pattern that made the claim.
        let rule: Int
        let pattern: PathGlob
    }

    /// One `paths` pattern of the layout; the folder form of `a/{env}/**` claims a whole folder at once.
    private struct Pattern {
        let rule: FleetLayout.Rule
        /// Place of the rule in the layout.
        let index: Int
        let whole: PathGlob
        let folder: PathGlob?
        /// Folders that the rule excludes with all that is in them: none of them makes an environment.
        let excludedFolders: [PathGlob]
    }

    let rules: [FleetLayout.Rule]
    private let patterns: [Pattern]
    var claims: [(file: ClaimedFile, owners: [Claim])] = []
    var environments: [EnvironmentName: (publish: String?, captures: PathGlob.Captures)] = [:]
    var environmentProblems: [EnvironmentName: [Problem]] = [:]
    var problems: [Problem] = []
    /// Whether folders that are one environment's alone are put into ``sealed`` instead of being entered.
    var isSealing = false
    /// Such folders, as they were met; an environment may have several.
    var sealed: [(name: EnvironmentName, folder: SealedFolder)] = []
    /// Whether a folder could not be read.
    private(set) var hasLost = false
    /// The folder that the last file was in, whose it is, and what stands before a file's name in its relative path.
    private var lastPrefix: (folder: Substring, rule: Int, pattern: PathGlob, prefix: String)?

    /// What the branch's name gave, where the walk is over one of its own.
    private let outer: PathGlob.Captures
    /// The folders that are an environment each, named as they are, where the layout knows nothing else: as by default.
    private let only: PathGlob?

    /// - Parameter reference: the branch or tag to walk; `nil` for the watched branch.
    init(layout: FleetLayout, of reference: EnvironmentReference? = nil) {
        rules = layout.rules
        outer = reference?.captures ?? [:]
        patterns = layout.rules.enumerated().flatMap { index, rule -> [Pattern] in
            guard reference.map({ $0.rule == index }) ?? (rule.origin == nil) else { return [] }
            return rule.paths.map { glob in
                Pattern(
                    rule: rule, index: index, whole: glob, folder: Self.folder(of: glob),
                    excludedFolders: rule.exclude.compactMap(Self.folder))
            }
        }
        only = outer.isEmpty ? Self.only(of: patterns) : nil
    }

    private static func only(of patterns: [Pattern]) -> PathGlob? {
        guard patterns.count == 1, let pattern = patterns.first, let folder = pattern.folder,
            folder.captureNames.count == 1, pattern.rule.name == "{\(folder.captureNames[0])}",
            pattern.rule.exclude.isEmpty, pattern.rule.section == nil, pattern.rule.publish == nil
        else { return nil }
        return folder
    }

    /// Puts `folder` aside where it is all of an environment and the layout tells so at a glance; false where it does not.
    private mutating func sealAtOnce(_ folder: SealedFolder) -> Bool {
        do throws(InvalidName) {
            sealed.append((try EnvironmentName(folder.name), folder))
            return true
        } catch {
            // Whoever looks closer says so.
            return false
        }
    }

    /// `a/{env}` for `a/{env}/**`; `nil` for other patterns.
    private static func folder(of glob: PathGlob) -> PathGlob? {
        guard glob.description.hasSuffix("/**") else { return nil }
        do {
            return try PathGlob(String(glob.description.dropLast(3)))
        } catch {
            return nil
        }
    }

    mutating func enter(
        _ tree: ObjectID, path: String, claims inherited: [Claim], depth: Int, repository: borrowing Repository
    ) throws(GitError) {
        let parent = path.isEmpty ? "" : "\(path)/"
        let isHome = isSealing && inherited.isEmpty && only?.capturesNames(in: path) == true
        for entry in try repository.tree(tree) {
            if isHome, entry.kind == .directory, entry.problem == nil,
                sealAtOnce(SealedFolder(parent: parent, name: entry.name, tree: entry.id, depth: depth))
            {
                continue
            }
            let below = parent + entry.name
            if let problem = entry.problem {
                report("\(problem.rawValue): not followed", below, inherited)
                continue
            }
            switch entry.kind {
            case .directory:
                let folder = SealedFolder(parent: parent, name: entry.name, tree: entry.id, depth: depth)
                try enterFolder(folder, inherited: inherited, repository: repository)
            case .blob, .executable:
                add(entry, path: below, inherited: inherited)
            case .symlink, .submodule, .unknown:
                let noun = entry.kind == .symlink ? "a symbolic link" : "a submodule"
                let owners = claims(of: inherited, on: below)
                if !owners.isEmpty || couldBeEnvironment(below) {
                    report("\(noun), never followed", below, owners)
                }
            }
        }
    }

    /// Enters `folder`, unless no environment can have anything in it, or it is to be sealed.
    mutating func enterFolder(
        _ folder: SealedFolder, inherited: [Claim] = [], repository: borrowing Repository
    ) throws(GitError) {
        let path = folder.path
        var claims = inherited
        for pattern in patterns {
            guard let glob = pattern.folder, let captures = glob.match(path),
                !pattern.excludedFolders.contains(where: { $0.match(path) != nil })
            else { continue }
            if let claim = claim(pattern, captures, root: path) { claims.append(claim) }
        }
        guard !claims.isEmpty || mayEnter(path) else { return }
        if isSealing, inherited.isEmpty, claims.count == 1, isOnly(claims[0], below: path) {
            sealed.append((claims[0].name, folder))
            return
        }
        guard folder.depth < 64 else {
            report("folders are nested deeper than 64: not entered", path, claims)
            return
        }
        do {
            try enter(folder.tree, path: path, claims: claims, depth: folder.depth + 1, repository: repository)
        } catch  where error.code == .corrupt || error.code == .notFound {
            hasLost = true
            report("\(error.summary)", path, claims)
        }
    }

    /// Whether something below the folder `path` can be an environment's.
    func mayEnter(_ path: String) -> Bool {
        patterns.contains { $0.whole.couldMatch(below: path) }
    }

    /// Whether everything below the folder `path`, which `claim` claims as a whole, is its environment's and no other's.
    private func isOnly(_ claim: Claim, below path: String) -> Bool {
        guard claim.section == nil else { return false }
        return !patterns.contains { pattern in
            let isOwn = pattern.index == claim.rule && pattern.whole == claim.pattern
            return (isOwn ? pattern.folder : pattern.whole)?.couldMatch(below: path) ?? true
        }
    }

    private mutating func claim(_ pattern: Pattern, _ inner: PathGlob.Captures, root: String) -> Claim? {
        let rule = pattern.rule
        let captures = outer.isEmpty ? inner : outer.merging(inner) { $1 }
        do {
            let name = try EnvironmentName(FleetLayout.fill(rule.name, with: captures))
            if environments[name]?.publish == nil { environments[name] = (rule.publish, captures) }
            return Claim(
                name: name, isShared: rule.isShared, section: rule.section?.filled(with: captures), rule: pattern.index,
                pattern: pattern.whole)
        } catch {
            problems.append(Problem(Place(file: root), error.description))
            return nil
        }
    }

    private mutating func add(_ entry: TreeEntry, path: String, inherited: [Claim]) {
        guard entry.name != FleetLayout.lockName else { return }
        var owners = claims(of: inherited, on: path)
        for pattern in patterns where pattern.folder == nil {
            guard let captures = pattern.whole.match(path), !pattern.rule.excludes(path) else { continue }
            if let claim = claim(pattern, captures, root: path) { owners.append(claim) }
        }
        guard let first = owners.first else { return }
        let relative = relativePath(of: path, name: entry.name, first)
        let file = ClaimedFile(
            path: path, relativePath: relative, blob: entry.id, isExecutable: entry.kind == .executable, section: nil)
        claims.append((file, owners))
    }

    /// The path below the folder that made the environment; of the files of one folder it is worked out once.
    private mutating func relativePath(of path: String, name: String, _ claim: Claim) -> String {
        let folder = path.utf8.dropLast(name.utf8.count)
        if let last = lastPrefix, last.rule == claim.rule, last.folder.utf8.elementsEqual(folder),
            last.pattern == claim.pattern
        {
            return last.prefix + name
        }
        let relative = rules[claim.rule].relativePath(of: path, in: claim.pattern)
        // What follows the folders is the whole name only where the pattern leaves the rest of the path open.
        let isOpen = claim.pattern.description.hasSuffix("/**")
        if isOpen, relative.utf8.suffix(name.utf8.count).elementsEqual(name.utf8) {
            let prefix = String(decoding: relative.utf8.dropLast(name.utf8.count), as: UTF8.self)
            lastPrefix = (Substring(folder), claim.rule, claim.pattern, prefix)
        }
        return relative
    }

    /// Those of `inherited` whose rule does not exclude `path`.
    private func claims(of inherited: [Claim], on path: String) -> [Claim] {
        inherited.filter { !rules[$0.rule].excludes(path) }
    }

    /// Whether something at `path` stands where the layout looks for an environment.
    private func couldBeEnvironment(_ path: String) -> Bool {
        patterns.contains { pattern in
            guard !pattern.rule.excludes(path) else { return false }
            return pattern.folder?.match(path) != nil || pattern.whole.match(path) != nil
                || pattern.whole.couldMatch(below: path)
        }
    }

    private mutating func report(_ message: String, _ path: String, _ claims: [Claim]) {
        let problem = Problem(Place(file: path), message)
        if claims.isEmpty {
            problems.append(problem)
        } else {
            for name in Set(claims.map(\.name)) { environmentProblems[name, default: []].append(problem) }
        }
    }
}
