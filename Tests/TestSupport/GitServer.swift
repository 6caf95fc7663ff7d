import Foundation

/// A git server on 127.0.0.1 for the repositories in a folder, as `scripts/git-server` starts it.
package struct GitServer {
    package enum Kind: String, Sendable, CaseIterable {
        case https, http, ssh, git
    }

    /// Whether there is what such a server needs; `scripts/setup --test` brings it.
    package static func isThere(_ kind: Kind) -> Bool {
        kind != .ssh || FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd")
    }

    private let server: LoopbackServer
    private let folder: String

    /// Serves the repositories that are in the folder of `directory`.
    ///
    /// - Parameter password: Asked of `bot` over http and https, if there is one.
    package init(_ kind: Kind, in directory: TemporaryDirectory, password: String? = nil) throws {
        folder = directory.path
        server = try LoopbackServer(
            [EngineLibrary.root + "/scripts/git-server", kind.rawValue, folder, "300"],
            variables: password.map { ["GIT_SERVER_USER": "bot", "GIT_SERVER_PASSWORD": $0] } ?? [:])
    }

    /// What the addresses of the repositories begin with.
    package var address: String { server.address }

    /// Path of what a client needs: `ca.crt`, `known_hosts`, `client`, `stranger`.
    package func file(_ name: String) -> String {
        "\(folder)/.server/\(name)"
    }

    /// Ends the server now.
    package func stop() {
        server.stop()
    }
}

/// A wire to a server, with a fault in it.
package struct FaultyWire {
    /// What goes wrong, told by what the client says.
    package enum Fault: Sendable {
        /// Nothing is ever answered.
        case silence
        /// From a request with these words on, nothing is answered, though it arrives.
        case silenceAfter(String)
        /// A request with these words never arrives, so many times; then all goes well.
        case lostRequest(String, times: Int)
        /// It arrives and is carried out, and the answer is lost, so many times.
        case lostAnswer(String, times: Int)
        /// It arrives and is carried out, the answer is lost, and after that nothing goes through any more.
        case deathAfter(String)

        fileprivate var words: [String] {
            switch self {
            case .silence: ["silence", "", "0"]
            case .silenceAfter(let words): ["silence", words, "1000000"]
            case .lostRequest(let words, let times): ["request", words, "\(times)"]
            case .lostAnswer(let words, let times): ["answer", words, "\(times)"]
            case .deathAfter(let words): ["death", words, "1"]
            }
        }
    }

    private let proxy: LoopbackServer
    private let scheme: String

    /// - Parameter address: Of a server over http or git, without encryption.
    package init(to address: String, _ fault: Fault) throws {
        let port = address.split(separator: ":").last.map(String.init) ?? ""
        let script = EngineLibrary.root + "/Tests/RemotesTests/Servers/wire.py"
        proxy = try LoopbackServer(["python3", script, port] + fault.words + ["300"])
        scheme = String(address.prefix { $0 != ":" })
    }

    package var address: String { "\(scheme)://127.0.0.1:\(proxy.address)" }
}
