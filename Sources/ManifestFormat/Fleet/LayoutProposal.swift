package import PromotionModel

/// The environments of a repository that nobody described yet, told from the paths of its manifests.
///
/// A proposal for people to read: every rule names its environment and its folders in full, so that what is meant can
/// be seen and put right. Nothing is taken from outside the given paths.
package struct LayoutProposal: Hashable, Sendable {
    /// One environment and its files.
    package struct Rule: Hashable, Sendable {
        package let name: EnvironmentName
        /// Patterns as in `towpath.yaml`, sorted.
        package var paths: [String]
        /// Whether another environment claims some of the same files.
        package var isShared = false
    }

    /// Sorted by stage, then by name; empty where nothing was found that declares anything.
    package private(set) var rules: [Rule] = []
    /// Whether the layout is the one that needs no `towpath.yaml`.
    package private(set) var isStandard = false
    /// Files that declare something and are no environment's, sorted.
    package private(set) var unclaimed: [String] = []

    /// Proposes environments for `files`.
    ///
    /// - Parameters:
    ///   - files: the paths of manifests that declare artifacts.
    ///   - links: for each folder with a kustomization, the folders that it takes resources from.
    package init(files: [String], links: [String: Set<String>] = [:]) {
        let files = files.sorted()
        guard !files.isEmpty else { return }
        let groups = StagePosition.groups(of: files)
        var paths: [EnvironmentName: Set<String>] = [:]
        for group in groups {
            for name in group.names {
                do {
                    paths[try EnvironmentName(name), default: []].insert(group.pattern(for: name))
                } catch {
                    // What cannot be a name stays unclaimed, and is told.
                    continue
                }
            }
        }
        if paths.isEmpty { paths = Self.single(files) }
        rules = paths.map { Rule(name: $0.key, paths: $0.value.sorted()) }.sorted { left, right in
            (StageWord.rank(inName: left.name.description) ?? 1, left.name)
                < (StageWord.rank(inName: right.name.description) ?? 1, right.name)
        }
        isStandard = groups.count == 1 && groups[0].isStandard
        if !isStandard { addBases(files, links) }
        unclaimed = files.filter { file in !rules.contains { Self.claims($0.paths, file) } }
    }

    /// One environment for a repository whose paths name none.
    private static func single(_ files: [String]) -> [EnvironmentName: Set<String>] {
        let tops = Set(files.map { $0.split(separator: "/").count > 1 ? String($0.split(separator: "/")[0]) : "" })
        let patterns = Set(tops.map { $0.isEmpty ? "*" : "\($0)/**" })
        let name = tops.count == 1 ? tops.first ?? "" : ""
        do {
            return [try EnvironmentName(name.isEmpty ? "main" : name): patterns]
        } catch {
            return Self.main(patterns)
        }
    }

    private static func main(_ patterns: Set<String>) -> [EnvironmentName: Set<String>] {
        do {
            return [try EnvironmentName("main"): patterns]
        } catch {
            preconditionFailure("main is a name")
        }
    }

    private static func claims(_ patterns: [String], _ file: String) -> Bool {
        patterns.contains { pattern in
            do {
                return try PathGlob(pattern).match(file) != nil
            } catch {
                return false
            }
        }
    }

    /// Adds the folders that environments take resources from, and that no environment has for itself.
    private mutating func addBases(_ files: [String], _ links: [String: Set<String>]) {
        let open = files.filter { file in !rules.contains { Self.claims($0.paths, file) } }
        guard !open.isEmpty, !links.isEmpty else { return }
        var bases: [EnvironmentName: Set<String>] = [:]
        for (folder, _) in links.sorted(by: { $0.key < $1.key }) {
            let owners = rules.filter { Self.claims($0.paths, folder + "/kustomization.yaml") }
            guard !owners.isEmpty else { continue }
            let reached = Self.reachable(from: folder, links).filter { base in
                open.contains { $0.hasPrefix(base + "/") }
            }
            for owner in owners { bases[owner.name, default: []].formUnion(reached) }
        }
        let all = bases.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let patterns = StagePosition.generalized(all)
        for index in rules.indices {
            let used = Self.collapsed(Set((bases[rules[index].name] ?? []).compactMap { patterns[$0] }), covering: open)
            rules[index].paths = (rules[index].paths + used.map { "\($0)/**" }).sorted()
            rules[index].isShared =
                !used.isEmpty
                && bases.contains { name, folders in
                    name != rules[index].name
                        && !used.isDisjoint(
                            with: Self.collapsed(Set(folders.compactMap { patterns[$0] }), covering: open))
                }
        }
    }

    /// `folders`, with many beside each other put together where their parent has nothing else that declares anything.
    private static func collapsed(_ folders: Set<String>, covering files: [String]) -> Set<String> {
        var result = folders
        let parents = Dictionary(grouping: folders) { $0.split(separator: "/").dropLast().joined(separator: "/") }
        for (parent, children) in parents where children.count >= 3 && !parent.isEmpty {
            let inside = files.filter { claims(["\(parent)/**"], $0) }
            guard inside.allSatisfy({ claims(children.map { "\($0)/**" }, $0) }) else { continue }
            result.subtract(children)
            result.insert(parent)
        }
        return result
    }

    /// The folders that `folder` takes resources from, and they from others; itself left out.
    private static func reachable(from folder: String, _ links: [String: Set<String>]) -> Set<String> {
        var found: Set<String> = []
        var next = links[folder] ?? []
        while let base = next.popFirst() {
            guard base != folder, found.insert(base).inserted else { continue }
            next.formUnion((links[base] ?? []).subtracting(found))
        }
        return found
    }

    /// The `towpath.yaml` that says so.
    package var text: String {
        var text = """
            # Which files belong to which environment; a proposal from the paths that were found. Put right what is wrong.
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments:

            """
        for rule in rules {
            let paths = rule.paths.map { "\"\($0)\"" }
            let shared = rule.isShared ? ", shared: true" : ""
            let line = "    - {name: \(rule.name), paths: [\(paths.joined(separator: ", "))]\(shared)}\n"
            guard line.count > 121 else {
                text += line
                continue
            }
            text += "    - name: \(rule.name)\n      paths:\n"
            text += paths.map { "        - \($0)\n" }.joined()
            if rule.isShared { text += "      shared: true\n" }
        }
        return text
    }
}

/// Where in a path the name of an environment stands, with all the paths in which it stands there.
struct StagePosition {
    /// What of the segment is the name: all of a folder's, or a part of a file's.
    private enum Part: Hashable {
        case folder
        case file(prefix: String, suffix: String)
    }

    private struct Key: Hashable {
        let depth: Int
        let first: String
        let part: Part
    }

    private struct Candidate {
        let key: Key
        let prefix: [String]
        let name: String
        /// Whether the path says that this is an environment: by a whole word, or by the folder that it is in.
        let isPlain: Bool
    }

    /// Folders whose folders are environments.
    private static let containers: Set<String> = ["environments", "envs", "clusters", "overlays", "stages"]
    /// Names in a container that are no environment.
    private static let bases: Set<String> = ["base", "bases", "common", "shared", "default", "components"]

    private let prefix: [String]
    private let part: Part
    /// Names of environments, sorted.
    let names: [String]

    /// `environments/{env}/**`.
    var isStandard: Bool {
        prefix == [FleetLayout.environmentsFolder] && part == .folder
    }

    /// The pattern of the files of the environment `name`.
    func pattern(for name: String) -> String {
        let folder = prefix.map { $0 + "/" }.joined()
        switch part {
        case .folder: return "\(folder)\(name)/**"
        case .file(let before, let after): return "\(folder)\(before)\(name)\(after)"
        }
    }

    /// The positions at which `files` name environments.
    static func groups(of files: [String]) -> [StagePosition] {
        var candidates: [Key: [Candidate]] = [:]
        for file in files {
            let segments = file.split(separator: "/").map(String.init)
            guard segments.allSatisfy({ $0.isPlainWord && !$0.contains(where: "*{}\"\\".contains) }) else { continue }
            guard let candidate = folder(segments) ?? self.file(segments) else { continue }
            candidates[candidate.key, default: []].append(candidate)
        }
        return candidates.sorted { ($0.key.depth, $0.key.first) < ($1.key.depth, $1.key.first) }.compactMap {
            key, found in
            let names = Set(found.map(\.name))
            let isSure = key.part == .folder ? found.contains(where: \.isPlain) : names.count > 1
            guard isSure || names.count > 1 else { return nil }
            let prefix = (0..<key.depth).map { index in
                let values = Set(found.map { $0.prefix[index] })
                return values.count == 1 ? values.first ?? "*" : "*"
            }
            return StagePosition(prefix: prefix, part: key.part, names: names.sorted())
        }
    }

    private init(prefix: [String], part: Part, names: [String]) {
        self.prefix = prefix
        self.part = part
        self.names = names
    }

    /// The outermost folder that plainly is an environment, else the outermost that may be one.
    private static func folder(_ segments: [String]) -> Candidate? {
        var possible: Candidate?
        for index in 0..<max(0, segments.count - 1) {
            let name = segments[index]
            guard !bases.contains(name.lowercased()) else { continue }
            let isContained = index > 0 && containers.contains(segments[index - 1].lowercased())
            guard isContained || StageWord.isName(name) else { continue }
            let candidate = Candidate(
                key: Key(depth: index, first: index > 0 ? segments[0] : "", part: .folder),
                prefix: Array(segments[..<index]), name: name,
                isPlain: isContained || StageWord.isPlain(name))
            if candidate.isPlain { return candidate }
            possible = possible ?? candidate
        }
        return possible
    }

    /// The part of the file's name that is an environment's.
    private static func file(_ segments: [String]) -> Candidate? {
        guard let last = segments.last, let dot = last.lastIndex(of: "."), dot > last.startIndex else { return nil }
        let (stem, type) = (String(last[..<dot]), String(last[dot...]))
        let prefix = Array(segments.dropLast())
        func candidate(_ before: String, _ name: String, _ after: String) -> Candidate {
            Candidate(
                key: Key(
                    depth: prefix.count, first: prefix.first ?? "", part: .file(prefix: before, suffix: after + type)),
                prefix: prefix, name: name, isPlain: false)
        }
        if StageWord.rank(of: stem) != nil { return candidate("", stem, "") }
        for separator in ["-", ".", "_"] as [Character] {
            if let cut = stem.lastIndex(of: separator), StageWord.rank(of: stem[stem.index(after: cut)...]) != nil {
                return candidate(String(stem[...cut]), String(stem[stem.index(after: cut)...]), "")
            }
            if let cut = stem.firstIndex(of: separator), StageWord.rank(of: stem[..<cut]) != nil {
                return candidate("", String(stem[..<cut]), String(stem[cut...]))
            }
        }
        return nil
    }

    /// For each of `folders` the pattern that stands for it and for those like it: of one depth, in one place.
    static func generalized(_ folders: Set<String>) -> [String: String] {
        var like: [[String]: [String]] = [:]
        for folder in folders.sorted() {
            let segments = folder.split(separator: "/").map(String.init)
            like[[String(segments.count), segments.first ?? "", segments.last ?? ""], default: []].append(folder)
        }
        var patterns: [String: String] = [:]
        for found in like.values {
            let split = found.map { $0.split(separator: "/").map(String.init) }
            let pattern = (split.first ?? []).indices.map { index in
                let values = Set(split.map { $0[index] })
                return values.count == 1 ? values.first ?? "*" : "*"
            }.joined(separator: "/")
            for folder in found { patterns[folder] = pattern }
        }
        return patterns
    }
}
