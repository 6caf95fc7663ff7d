import FoundationEssentials

/// Where the operator's programs are.
struct ProgramSearch: Hashable, Sendable {
    /// Folders, in the order in which they are looked into.
    let folders: [String]

    /// - Parameter variables: The operator's, of which `PATH` is read.
    init(_ variables: [String: String]) {
        folders = (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
    }

    /// Absolute path of the program: a path as it is, a name along the folders.
    func find(_ name: String) -> String? {
        let places = name.contains("/") ? [name] : folders.map { $0 + "/" + name }
        return places.first(where: FileManager.default.isExecutableFile).map {
            URL(fileURLWithPath: $0).standardizedFileURL.path
        }
    }
}

/// What programs that reach servers are told of proxies and certificates.
enum NetworkVariables {
    private static let names = [
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ]

    /// Those of `set` that matter; this machine is never reached by a proxy.
    static func of(_ set: [String: String]) -> [String: String] {
        let direct = set["no_proxy"] ?? set["NO_PROXY"]
        return set.filter { names.contains($0.key) }
            .merging([
                "no_proxy": direct == "*"
                    ? "*" : (["localhost,127.0.0.1,::1"] + (direct.map { [$0] } ?? [])).joined(separator: ",")
            ]) { $1 }
    }
}
