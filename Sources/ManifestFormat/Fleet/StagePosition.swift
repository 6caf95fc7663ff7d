import PromotionModel

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

    /// The patterns of files that all environments here have in common: `values.yaml` beside `values-prod.yaml`.
    var bases: [String] {
        guard case .file(let before, let after) = part else { return [] }
        let folder = prefix.map { $0 + "/" }.joined()
        let words = ["common", "base", "default", "global", "shared"].map { before + $0 + after }
        let stem = before.isEmpty ? after.drop { "-._".contains($0) } : (before.dropLast() + after)[...]
        // Without its name a file called after the environment alone has none.
        let isNamed = stem.contains(".") && stem.first != "."
        return (isNamed ? [folder + stem] : []) + words.map { folder + $0 }
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
        if StageWord.isStageOfRegion(stem) { return candidate("", stem, "") }
        for separator in ["-", ".", "_"] as [Character] {
            // `values-prod-eu`: the first cut behind which a stage is all there is.
            for cut in stem.indices where stem[cut] == separator {
                let rest = String(stem[stem.index(after: cut)...])
                if StageWord.isStageOfRegion(rest) { return candidate(String(stem[...cut]), rest, "") }
            }
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
