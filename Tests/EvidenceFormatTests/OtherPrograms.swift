import EvidenceFormat
import Foundation
import TestSupport

/// The real `ssh-keygen` and `openssl`, run in a folder of the test's own.
struct OtherPrograms: Sendable {
    let directory: TemporaryDirectory

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init() throws {
        directory = try TemporaryDirectory("evidence")
    }

    /// Standard output of `program arguments`; throws if it ends with anything but zero.
    @discardableResult
    func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(program)")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path, "LC_ALL": "C"]
        // Files, not pipes: nothing can fill up and wait for the other end.
        let scratch = try TemporaryDirectory("run")
        try Data(input).write(to: URL(fileURLWithPath: scratch.file("in")))
        for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: scratch.file(name))) }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch.file("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("err")))
        try process.run()
        process.waitUntilExit()
        let output = try String(contentsOfFile: scratch.file("out"), encoding: .utf8)
        guard process.terminationStatus == 0 else {
            let text = try String(contentsOfFile: scratch.file("err"), encoding: .utf8)
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(output)\(text)")
        }
        return output
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: directory.file(name)))
    }

    func readBytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: directory.file(name))))
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: directory.file(name), encoding: .utf8)
    }

    /// Makes the SSH key pair `name` and returns the line of its public half.
    func makeSSHKey(_ name: String, type: String, bits: Int? = nil) throws -> String {
        let size = bits.map { ["-b", String($0)] } ?? []
        try run("ssh-keygen", ["-q", "-t", type] + size + ["-N", "", "-C", "a comment", "-f", directory.file(name)])
        return try read("\(name).pub").trimmingCharacters(in: .newlines)
    }

    /// An armored signature over `message` by the SSH key `name`.
    func sign(
        _ message: [UInt8], with name: String, namespace: String = Envelope.namespace, options: [String] = []
    ) throws -> String {
        try run("ssh-keygen", ["-Y", "sign", "-n", namespace, "-f", directory.file(name)] + options, input: message)
    }

    /// `statement` in an envelope, signed by each of the SSH keys `names`.
    func envelope(_ envelope: Envelope, signedWith names: [String]) throws -> Envelope {
        var signed = envelope
        for name in names {
            signed = signed.adding(
                try SSHSignature(armored: try sign(envelope.preAuthentication, with: name)))
        }
        return signed
    }
}
