extension FleetLayout.Rule {
    /// The names in braces that make the environment's name.
    private var nameCaptures: Set<Substring> {
        Set(
            name.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap {
                $0.split(separator: "}").first
            })
    }

    /// What of `path`, which `pattern` matches, is a file's own: neither literal in the pattern nor the environment's
    /// name.
    ///
    /// The same in every environment, and different for different files of one, so that components that need a prefix
    /// pair up: `components/web/staging/values.yaml` is `web/values.yaml` under `components/*/{env}/**`.
    package func relativePath(of path: String, in pattern: PathGlob) -> String {
        let segments = pattern.description.split(separator: "/")
        let folders = path.split(separator: "/")
        var kept: [Substring] = []
        for (index, segment) in segments.enumerated() {
            if segment == "**" {
                // Elsewhere than at the end it is not said which folders it stands for.
                guard index == segments.count - 1 else { return path }
                kept += folders[min(index, folders.count)...]
                break
            }
            let captures = segment.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
                .compactMap { $0.split(separator: "}").first }
            let isOwn = segment.contains("*") || captures.contains { !nameCaptures.contains($0) }
            if isOwn, index < folders.count { kept.append(folders[index]) }
        }
        return kept.isEmpty ? folders.last.map(String.init) ?? path : kept.joined(separator: "/")
    }
}
