import Foundation

/// Where the operator's programs are looked for.
struct SearchPath: Hashable {
    private let folders: [String]

    /// What `PATH` says, or where programs usually are.
    init(variables: [String: String] = [:]) {
        folders = (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
    }

    /// Absolute path of the program: a path as it is, a name along the search path; `nil` where there is none.
    func program(_ name: String) -> String? {
        let places = name.contains("/") ? [name] : folders.map { $0 + "/" + name }
        return places.first(where: FileManager.default.isExecutableFile).map {
            URL(fileURLWithPath: $0).standardizedFileURL.path
        }
    }
}
