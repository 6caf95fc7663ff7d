import Foundation
import TestSupport
import Testing

/// A fleet on a server of a test's own, and a program that knows it only by its address.
struct RemoteFleet {
    let repository: BareRepository
    let server: GitServer
    /// Address of the repository.
    var address: String
    /// Where the program keeps its copy; nobody else's.
    let cache: TemporaryDirectory
    var towpath: TowpathProgram

    static let password = "canary-password"

    init(
        _ kind: GitServer.Kind, _ files: [String: BareRepository.Entry] = SampleText.fleet, hasLogin: Bool = true
    ) throws {
        repository = try BareRepository()
        if !files.isEmpty { try repository.commit(files) }
        server = try GitServer(kind, in: repository.directory, password: hasLogin ? Self.password : nil)
        address = server.address + "/fleet.git"
        cache = try TemporaryDirectory("cache")
        towpath = try Self.program(for: self.address, server: server, cache: cache)
    }

    /// A program of another machine: the same server, a folder of its own.
    func another() throws -> (towpath: TowpathProgram, cache: TemporaryDirectory) {
        let cache = try TemporaryDirectory("cache")
        return (try Self.program(for: address, server: server, cache: cache), cache)
    }

    private static func program(
        for address: String, server: GitServer, cache: TemporaryDirectory
    ) throws -> TowpathProgram {
        var towpath = try TowpathProgram(in: cache)
        towpath.set("TOWPATH_REPO", address)
        towpath.set("TOWPATH_CACHE_DIR", cache.file("cache"))
        towpath.set("TOWPATH_GIT_USERNAME", "bot")
        towpath.set("TOWPATH_GIT_TOKEN", password)
        towpath.set("TOWPATH_GIT_TIMEOUT", "20s")
        for (variable, file) in [
            ("TOWPATH_GIT_CA", "ca.crt"), ("TOWPATH_GIT_SSH_KEY", "client"), ("TOWPATH_GIT_KNOWN_HOSTS", "known_hosts"),
        ] where FileManager.default.fileExists(atPath: server.file(file)) {
            towpath.set(variable, server.file(file))
        }
        return towpath
    }

    /// Lets the program reach the server over a wire with a fault.
    mutating func cut(_ fault: FaultyWire.Fault) throws -> FaultyWire {
        let wire = try FaultyWire(to: server.address, fault)
        address = wire.address + "/fleet.git"
        towpath.set("TOWPATH_REPO", address)
        return wire
    }

    /// Writes a hook of the server's repository.
    func install(hook: String, _ script: String) throws {
        try ExecutableScript.install("#!/bin/sh\n\(script)\n", at: "\(repository.path)/hooks/\(hook)")
    }

    /// The ids of promotions in the ledger, oldest first.
    func promotions() throws -> [String] {
        try repository.git("log", "--reverse", "--format=%(trailers:key=Promotion-Id,valueonly)", "main")
            .split(separator: "\n").map(String.init)
    }
}

/// Looks again and again until `condition` holds; a condition that never does is found out by what follows.
func waitUntil(_ condition: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try condition() { return }
        Thread.sleep(forTimeInterval: 0.02)
    }
}
