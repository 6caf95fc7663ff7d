import Foundation

/// OPA's engine, as `scripts/opa-server` fetches it.
package enum EngineLibrary {
    /// The path of the library, or why it cannot be had; asked for once.
    package static let result = Result { () throws -> String in
        let variables = ProcessInfo.processInfo.environment
        let run = try Program("/bin/sh", in: root, environment: variables).run([
            root + "/scripts/opa-server", "library",
        ])
        guard run.status == 0 else { throw Unavailable(description: run.errors) }
        return run.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Why the engine cannot be had.
    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Whether tests with the engine can run; where they cannot, says why, once.
    package static let isThere: Bool = {
        do {
            _ = try result.get()
            return true
        } catch {
            FileHandle.standardError.write(Data("tests with OPA's engine are skipped: \(error)\n".utf8))
            return false
        }
    }()

    /// The checkout that this very file was compiled from.
    package static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// A program `opa` of its own in `folder`, which knows `opa eval`.
    package static func program(in folder: TemporaryDirectory) throws -> String {
        let path = folder.file("opa")
        let script = "#!/bin/sh\nexec python3 '\(root)/Tests/AskingTests/Engine/opa.py' '\(try result.get())' \"$@\"\n"
        try ExecutableScript.install(script, at: path)
        return path
    }
}

/// A server on 127.0.0.1 that ends with this value, and with this process.
package final class LoopbackServer {
    package let address: String
    private let process = Process()
    private let leash = Foundation.Pipe()

    /// Starts `arguments`, a program that prints its address and ends with its standard input.
    package init(_ arguments: [String], variables: [String: String] = [:]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
            .merging(variables) { $1 }
        process.standardInput = leash
        let output = Foundation.Pipe()
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw EngineLibrary.Unavailable(description: "the server ended: \(line)") }
            line += String(decoding: data, as: UTF8.self)
        }
        address = line.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit {
        stop()
    }

    /// Ends the server now.
    package func stop() {
        guard process.isRunning else { return }
        // The end of its input would do, and SIGTERM may be blocked in it; this is sure.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// OPA's REST API over its engine.
    package static func opa(token: String? = nil) throws -> LoopbackServer {
        try LoopbackServer(
            [
                "python3", EngineLibrary.root + "/Tests/AskingTests/Engine/server.py", try EngineLibrary.result.get(),
                "300",
            ],
            variables: token.map { ["OPA_TOKEN": $0] } ?? [:])
    }

    /// A server that answers in a wrong way.
    package static func broken(_ way: String) throws -> LoopbackServer {
        try LoopbackServer(["python3", EngineLibrary.root + "/Tests/AskingTests/Engine/broken.py", way])
    }
}
