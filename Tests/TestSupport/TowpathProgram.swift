import Foundation
import Testing

/// The built program, run on one repository in a bare environment at a time that the test chooses.
package struct TowpathProgram: Sendable {
    private var program: Program
    /// Kept as long as the program may run in it.
    private var directory: TemporaryDirectory?

    /// What has to be sound after every run that wrote; `nil` where the tests have other plans with it.
    private var repository: BareRepository?

    /// The program that was built beside the tests, run in the folder of `repository`.
    package init(in repository: BareRepository) throws {
        try self.init(in: repository.path)
        directory = repository.directory
        self.repository = repository
    }

    /// The commands that write to a repository.
    private static let writers: Set = [
        "reconcile", "promote", "rollback", "hold", "release", "attest", "approve", "review",
    ]

    private func checked(_ run: Program.Run, _ arguments: [String]) throws -> Program.Run {
        if run.status == 0, let name = arguments.first, Self.writers.contains(name) { try repository?.expectSound() }
        return run
    }

    /// The program, run in `folder`, which stays as long.
    package init(in folder: TemporaryDirectory) throws {
        try self.init(in: folder.path)
        directory = folder
    }

    package init(in folder: String) throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("towpath").path
        try #require(FileManager.default.isExecutableFile(atPath: path), "\(path) is not built")
        program = Program(
            path, in: folder,
            environment: ["TOWPATH_IDENTITY": "Towpath <towpath@example.invalid>", "TZ": "UTC", "LC_ALL": "C"])
        at("2026-11-23T08:00:00Z")
    }

    /// Sets the clock.
    package mutating func at(_ instant: String) {
        program.environment["TOWPATH_NOW"] = instant
    }

    /// Sets, or with `nil` removes, a variable.
    package mutating func set(_ variable: String, _ value: String?) {
        program.environment[variable] = value
    }

    package func callAsFunction(_ arguments: String...) throws -> Program.Run {
        try checked(try program.run(arguments), arguments)
    }

    package func callAsFunction(_ arguments: [String]) throws -> Program.Run {
        try checked(try program.run(arguments), arguments)
    }

    package func start(_ arguments: String...) throws -> Program.Running {
        try program.start(arguments)
    }

    /// Runs `script` with the program as `$0`.
    package func inShell(_ script: String) throws -> Program.Run {
        try Program(
            "/bin/sh", in: program.folder, environment: program.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        )
        .run(["-c", script, program.path])
    }

    package func start(_ arguments: [String]) throws -> Program.Running {
        try program.start(arguments)
    }
}
