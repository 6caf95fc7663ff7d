import Foundation
import Glibc

/// A program run as a subprocess in a world of its own: no inherited variables, no configuration, no terminal.
package struct Program: Sendable {
    /// What a run came to.
    package struct Run: Sendable {
        package let status: Int32
        package let outputBytes: [UInt8]
        package let errors: String

        package var output: String {
            String(decoding: outputBytes, as: UTF8.self)
        }

        /// Output and errors one after the other, for messages.
        package var text: String {
            output + errors + "[exit \(status)]\n"
        }
    }

    /// A run that ended with anything but zero.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Absolute path of the executable.
    package let path: String
    /// Folder that it runs in.
    package var folder: String
    /// All the variables that it sees.
    package var environment: [String: String]

    package init(_ path: String, in folder: String, environment: [String: String]) {
        self.path = path
        self.folder = folder
        self.environment = environment
    }

    /// Runs the program to its end, whatever that is.
    package func run(_ arguments: [String], input: [UInt8] = []) throws -> Run {
        let started = try start(arguments, input: input)
        return try started.finish()
    }

    /// Starts the program and returns while it runs.
    package func start(_ arguments: [String], input: [UInt8] = []) throws -> Running {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = environment
        // Files, not pipes: nothing can fill up and wait for the other end.
        let scratch = try TemporaryDirectory("run")
        try Data(input).write(to: URL(fileURLWithPath: scratch.file("in")))
        for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: scratch.file(name))) }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch.file("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("err")))
        try process.run()
        return Running(process: process, scratch: scratch)
    }

    /// A program that runs.
    package struct Running {
        fileprivate let process: Process
        fileprivate let scratch: TemporaryDirectory

        /// Kills the program, and waits for its end.
        package func stop() throws -> Run {
            // Whatever started the process may have left it with other signals blocked.
            kill(process.processIdentifier, SIGKILL)
            return try finish()
        }

        /// Waits for the end.
        package func finish() throws -> Run {
            process.waitUntilExit()
            return Run(
                // A signal is no exit code, and must never be taken for one.
                status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
                outputBytes: Array(try Data(contentsOf: URL(fileURLWithPath: scratch.file("out")))),
                errors: String(
                    decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.file("err"))), as: UTF8.self))
        }
    }
}
