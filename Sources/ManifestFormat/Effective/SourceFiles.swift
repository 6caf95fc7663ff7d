/// The files of one commit, read as far as they are asked for.
package struct SourceFiles {
    /// Every path, folders left out.
    package let paths: Set<String>
    /// The folders that hold a chart, from the root.
    package let charts: Set<String>
    /// The content of the file at a path; `nil` where there is none that can be read.
    package let content: (String) -> [UInt8]?

    package init(paths: Set<String>, content: @escaping (String) -> [UInt8]?) {
        self.paths = paths
        self.content = content
        charts = Set(
            paths.lazy.filter { $0.hasSuffix("/Chart.yaml") }.map { String($0.dropLast("/Chart.yaml".count)) }
                + (paths.contains("Chart.yaml") ? [""] : []))
    }

    /// The charts that the chart in `folder` brings along, by name.
    func subcharts(of folder: String) -> [(name: String, folder: String)] {
        let start = RepositoryPath.join(folder, "charts") + "/"
        return charts.filter { $0.hasPrefix(start) && !$0.dropFirst(start.count).contains("/") }.sorted()
            .map { (String($0.dropFirst(start.count)), $0) }
    }
}

/// Paths from the root of a repository.
package enum RepositoryPath {
    /// The folder that holds `path`; empty for the root.
    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// `name` in `folder`, which is empty for the root.
    package static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : name.isEmpty ? folder : "\(folder)/\(name)"
    }

    /// `path` as seen from `folder`, or from the root where it begins with a slash; `nil` where it leads out.
    ///
    /// The root itself is the empty path.
    package static func resolve(_ path: String, from folder: String) -> String? {
        guard !path.contains("://") else { return nil }
        var segments = path.hasPrefix("/") ? [] : folder.split(separator: "/").map(String.init)
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..":
                guard segments.popLast() != nil else { return nil }
            default: segments.append(String(segment))
            }
        }
        return segments.joined(separator: "/")
    }
}
