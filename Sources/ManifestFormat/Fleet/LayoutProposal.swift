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
        /// The part of the files that is the environment's, as a path in the document; `nil` for all of them.
        package var section: String?
    }

    /// Sorted by stage, then by name; empty where nothing was found that declares anything.
    package private(set) var rules: [Rule] = []
    /// Whether the layout is the one that needs no `towpath.yaml`.
    package private(set) var isStandard = false
    /// Files that declare something and are no environment's, sorted.
    package private(set) var unclaimed: [String] = []
    /// Rules for files of the repository's own formats.
    package private(set) var artifacts: [HouseProposal] = []

    /// Proposes environments for `files`.
    ///
    /// - Parameters:
    ///   - files: the paths of manifests that declare artifacts.
    ///   - links: for each folder with a kustomization, the folders that it takes resources from.
    ///   - artifacts: rules for files of the repository's own formats, which declare artifacts too.
    package init(files: [String], links: [String: Set<String>] = [:], artifacts: [HouseProposal] = []) {
        let files = Set(files + artifacts.flatMap(\.files)).sorted()
        guard !files.isEmpty else { return }
        self.artifacts = artifacts
        var groups = StagePosition.groups(of: files)
        // Where what is declared lies in bases alone, whoever takes them in may be an environment.
        if Set(groups.flatMap(\.names)).count < 2 {
            groups = StagePosition.groups(of: files + Self.users(of: files, links))
        }
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
            (StageWord.order(inName: left.name.description), left.name)
                < (StageWord.order(inName: right.name.description), right.name)
        }
        isStandard = groups.count == 1 && groups[0].isStandard && artifacts.isEmpty
        if !isStandard { addBases(files, links) }
        for group in groups { addBases(of: group, files) }
        unclaimed = files.filter { file in !rules.contains { Self.claims($0.paths, file) } }
    }

    /// A proposal of environments that are `sections`, parts of the file `path`, beside one of its own for the rest.
    package init(sections: [(name: String, section: String)], of path: String, files: [String]) {
        for (name, section) in sections {
            do {
                rules.append(Rule(name: try EnvironmentName(name), paths: [path], section: section))
            } catch {
                // What cannot be a name stays unclaimed, and is told.
                continue
            }
        }
        unclaimed = files.filter { $0 != path }.sorted()
    }

    /// Kustomizations in folders that declare nothing, and take in what does: they may be an environment's.
    private static func users(of files: [String], _ links: [String: Set<String>]) -> [String] {
        var declaring: Set<String> = []
        for file in files {
            var folder = file[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                guard declaring.insert(String(folder)).inserted else { break }
            }
        }
        return links.keys.filter { folder in
            !declaring.contains(folder) && !reachable(from: folder, links).isDisjoint(with: declaring)
        }.map { $0 + "/kustomization.yaml" }.sorted()
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

    /// Adds the files that lie beside those of each environment, for all of them: `values.yaml` by `values-prod.yaml`.
    private mutating func addBases(of group: StagePosition, _ files: [String]) {
        let open = files.filter { file in !rules.contains { Self.claims($0.paths, file) } }
        let names = Set(group.names)
        for base in group.bases where open.contains(where: { Self.claims([base], $0) }) {
            let users = rules.indices.filter { names.contains(rules[$0].name.description) }
            for index in users {
                rules[index].paths = (rules[index].paths + [base]).sorted()
                rules[index].isShared = rules[index].isShared || users.count > 1
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
            let shared = (rule.isShared ? ", shared: true" : "") + (rule.section.map { ", section: \($0)" } ?? "")
            let line = "    - {name: \(rule.name), paths: [\(paths.joined(separator: ", "))]\(shared)}\n"
            guard line.count > 121 else {
                text += line
                continue
            }
            text += "    - name: \(rule.name)\n      paths:\n"
            text += paths.map { "        - \($0)\n" }.joined()
            if rule.isShared { text += "      shared: true\n" }
            if let section = rule.section { text += "      section: \(section)\n" }
        }
        if !artifacts.isEmpty { text += "  artifacts:\n" + artifacts.map(\.text).joined() }
        return text
    }
}
