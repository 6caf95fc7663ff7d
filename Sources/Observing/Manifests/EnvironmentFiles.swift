package import Git
package import PromotionModel

/// A file that an environment claims.
package struct ClaimedFile: Hashable, Sendable {
    /// Path from the root of the repository.
    package let path: String
    /// Path below the folder that made the environment, for names that collide.
    package let relativePath: String
    package let blob: ObjectID
    package let isExecutable: Bool
    /// The part of each document that is the environment's; `nil` for all of it.
    package var section: DocumentPath?
}

/// The files of every environment at one tree, found by the fleet's layout without opening any of them.
package struct EnvironmentFiles: Sendable {
    /// How far the folders of the environments are walked.
    package enum Extent: Sendable {
        /// All the way.
        case files
        /// Not into ``EnvironmentFiles/folders``, whose files are found by ``EnvironmentFiles/claimed(by:in:)``.
        case folders
    }

    /// The root folder.
    package internal(set) var tree: ObjectID
    /// The environments, sorted.
    package private(set) var names: [EnvironmentName] = []
    /// Of each environment that is one folder, the folder, where it was not entered.
    package internal(set) var folders = SealedFolders()
    /// A walk that has not begun.
    private let unbegun: FolderWalk
    /// Whether no folder was missing or damaged.
    private var isWhole = true

    /// Of each environment whose folders were entered; sorted by path.
    package private(set) var files: [EnvironmentName: [ClaimedFile]] = [:]
    /// Of each file that belongs to several environments, all of them, sorted.
    package private(set) var owners: [String: [EnvironmentName]] = [:]
    /// What concerns one environment, such as a file that another one claims too.
    package private(set) var problems: [EnvironmentName: [Problem]] = [:]
    /// What concerns none in particular.
    package private(set) var otherProblems: [Problem] = []
    /// The branch that each environment is published to, full name.
    package private(set) var branches: [EnvironmentName: String] = [:]

    /// The branch or tag that each environment is read from, of those that are not on the watched branch.
    package private(set) var references: [EnvironmentName: EnvironmentReference] = [:]

    /// Deeper folders are reported and not entered: no layout needs more, and each level costs a read.
    private static let maximumDepth = 64

    /// Walks the folders of `tree` that the layout can mean.
    ///
    /// Symbolic links and submodules are reported, never followed.
    ///
    /// - Parameter instant: to look as of then where environments are branches or tags of their own; `nil` for now.
    /// - Throws: ``GitError`` where a tree could not be read; a file's own trouble is a problem.
    package init(
        in tree: ObjectID, layout: FleetLayout, extent: Extent = .files, repository: borrowing Repository,
        at instant: Timestamp? = nil
    ) throws(GitError) {
        self.tree = tree
        unbegun = FolderWalk(layout: layout)
        var walk = unbegun
        walk.isSealing = extent == .folders
        try walk.enter(tree, path: "", claims: [], depth: 0, repository: repository)
        walk.isSealing = false
        folders = SealedFolders(walk.sealed)
        let others = Set(walk.claims.flatMap { $0.owners.map(\.name) })
        folders.removeAll(of: others)
        // Those of environments that have more than this one.
        if folders.count < walk.sealed.count {
            for (name, folder) in walk.sealed where folders[name] == nil {
                try walk.enterFolder(folder, repository: repository)
            }
        }
        settle(walk)
        try addReferences(of: layout, at: instant, in: repository)
        names = folders.names
        let entered = files.keys.filter { folders[$0] == nil }
        if !entered.isEmpty { names = (names + entered).sorted() }
    }

    /// What one walk has found.
    private init(_ walk: FolderWalk, of tree: ObjectID) {
        self.tree = tree
        unbegun = walk
        settle(walk)
    }

    /// Adds the environments that are branches or tags of their own.
    private mutating func addReferences(
        of layout: FleetLayout, at instant: Timestamp?, in repository: borrowing Repository
    ) throws(GitError) {
        guard layout.rules.contains(where: { $0.origin != nil }) else { return }
        for reference in try EnvironmentReference.all(of: layout, at: instant, in: repository) {
            var walk = FolderWalk(layout: layout, of: reference)
            try walk.enter(reference.tree, path: "", claims: [], depth: 0, repository: repository)
            for name in walk.environments.keys {
                let isHere = files[name] != nil || folders[name] != nil
                let other = references[name]?.name ?? (isHere ? "the watched branch" : nil)
                references[name] = reference
                guard let other else { continue }
                // What lies in a folder that was not entered is left out: the environment is not read at all.
                folders.remove(name)
                let message = "\(name) is on \(other) and on \(reference.name): an environment has one place"
                problems[name, default: []].append(Problem(Place(file: FleetLayout.fileName), message))
            }
            settle(walk)
        }
    }

    /// Whether every environment is a folder that was not entered, and nothing has to be told.
    var isFolders: Bool {
        files.isEmpty && references.isEmpty && problems.isEmpty && otherProblems.isEmpty && isWhole
    }

    /// Whether a walk enters the folder `path`, as something may be below it.
    func mayEnter(_ path: String) -> Bool {
        unbegun.mayEnter(path)
    }

    /// What the environment `name` has: its files, sorted by path, and what is wrong with them.
    package struct Claimed: Sendable {
        package let files: [ClaimedFile]
        package let problems: [Problem]
        /// Whether the same trees give the same: no folder was missing or damaged.
        let isWhole: Bool
    }

    /// What the environment `name` has, whether its folder was entered or not.
    ///
    /// - Throws: ``GitError`` where a tree could not be read for another reason than that it is damaged or missing.
    package func claimed(
        by name: EnvironmentName, in repository: borrowing Repository
    ) throws(GitError) -> Claimed {
        guard let folder = folders[name] else {
            return Claimed(files: files[name] ?? [], problems: problems[name] ?? [], isWhole: isWhole)
        }
        var walk = unbegun
        try walk.enterFolder(folder, repository: repository)
        let found = EnvironmentFiles(walk, of: tree)
        return Claimed(
            files: found.files[name] ?? [], problems: (found.problems[name] ?? []) + found.otherProblems,
            isWhole: found.isWhole)
    }

    private mutating func settle(_ walk: FolderWalk) {
        isWhole = isWhole && !walk.hasLost
        otherProblems = (otherProblems + walk.problems).sorted()
        for (name, claims) in walk.environments {
            if folders[name] == nil { files[name, default: []] += [] }
            if let publish = claims.publish {
                let short = FleetLayout.fill(publish, with: claims.captures.merging(["env": name.description]) { $1 })
                branches[name] = "refs/heads/\(short)"
            }
        }
        for claim in walk.claims.sorted(by: { $0.file.path < $1.file.path }) {
            let owners = Set(claim.owners.map(\.name)).sorted()
            if owners.count > 1, !claim.owners.allSatisfy({ $0.isShared || $0.section != nil }) {
                let problem = Problem(Place(file: claim.file.path), Self.conflict(of: claim.owners, in: walk.rules))
                for owner in owners { problems[owner, default: []].append(problem) }
            } else {
                let parts = Set(claim.owners.map { Owner(name: $0.name, section: $0.section) })
                // Who has a section of its own shares nothing.
                if owners.count > 1, parts.allSatisfy({ $0.section == nil }) { self.owners[claim.file.path] = owners }
                for owner in parts.sorted(by: { $0.section?.description ?? "" < $1.section?.description ?? "" }) {
                    var file = claim.file
                    file.section = owner.section
                    files[owner.name, default: []].append(file)
                }
            }
        }
        for (name, found) in walk.environmentProblems {
            problems[name, default: []] += found
        }
    }

    /// Whose a file is, or a part of it.
    private struct Owner: Hashable {
        let name: EnvironmentName
        let section: DocumentPath?
    }

    /// Which environments claim one file, and what to write so that they no longer do or may.
    private static func conflict(of owners: [FolderWalk.Claim], in rules: [FleetLayout.Rule]) -> String {
        func list(_ names: Set<EnvironmentName>) -> String {
            names.sorted().map(\.description).joined(separator: " and ")
        }
        let all = Set(owners.map(\.name))
        let file = owners.lazy.compactMap { rules[$0.rule].place?.file }.first ?? FleetLayout.fileName
        let silent = Set(owners.filter { !$0.isShared }.map(\.name))
        return "claimed by \(list(all)); in \(file.printable), exclude it in the rules of all but one, or, if it "
            + "is a base of \(all.count == 2 ? "both" : "them all"), write \"shared: true\" in the "
            + "rule\(silent.count == 1 ? "" : "s") of \(list(silent))"
    }
}
