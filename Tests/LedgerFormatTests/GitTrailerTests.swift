import Foundation
import LedgerFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

/// The `git` program reads our messages as we do; people and forges use it to look at them.
@Suite struct GitTrailerTests {
    private static func git(_ arguments: [String], input: String) throws -> String {
        let folder = try TemporaryDirectory("trailers")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CEILING_DIRECTORIES": folder.path, "LC_ALL": "C",
        ]
        // Files, not pipes: nothing can fill up and wait for the other end.
        try Data(input.utf8).write(to: URL(fileURLWithPath: folder.file("in")))
        try Data().write(to: URL(fileURLWithPath: folder.file("out")))
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.file("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("out")))
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file("out"))), as: UTF8.self)
    }

    @Test(arguments: 0..<UInt64(48))
    func `git finds the same trailers`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        let message = LedgerMessage.text(for: random.entry(), before: random.record())
        let ours = try #require(message.components(separatedBy: "\n\n").last)
        let theirs = try Self.git(["interpret-trailers", "--parse"], input: message)
        #expect(theirs == ours)
    }
}
