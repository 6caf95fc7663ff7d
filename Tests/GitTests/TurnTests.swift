import Foundation
import Git
import Glibc
import TestSupport
import Testing

/// A turn is one's alone, and over when it is left.
@Suite struct TurnTests {
    private static func turn(_ isFolder: Bool, in directory: TemporaryDirectory) -> Turn? {
        isFolder ? Turn(in: directory.path) : Turn(with: directory.file("lock"))
    }

    @Test(arguments: [true, false])
    func `one at a time has a turn`(isFolder: Bool) throws {
        let directory = try TemporaryDirectory()
        let first = try #require(Self.turn(isFolder, in: directory))
        #expect(Self.turn(isFolder, in: directory) == nil)
        first.leave()
        try #require(Self.turn(isFolder, in: directory)).leave()
    }

    /// Who shares the open file here stands for a child between `fork` and `exec`, which does so until its program begins.
    @Test(arguments: [true, false])
    func `a turn is over when it is left, whoever else has the file open through it`(isFolder: Bool) throws {
        let directory = try TemporaryDirectory()
        let first = try #require(Self.turn(isFolder, in: directory))
        let path = isFolder ? directory.path : directory.file("lock")
        let shared = try Self.descriptors(of: path).map { dup($0) }
        #expect(!shared.isEmpty)
        #expect(Self.turn(isFolder, in: directory) == nil)
        first.leave()
        try #require(Self.turn(isFolder, in: directory)).leave()
        for descriptor in shared { close(descriptor) }
    }

    @Test func `there is no turn with a link, or where nothing can be made`() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("lock"), withDestinationPath: directory.file("elsewhere"))
        #expect(Turn(with: directory.file("lock")) == nil)
        #expect(Turn(with: directory.file("none/lock")) == nil)
        #expect(Turn(in: directory.file("none")) == nil)
        #expect(!FileManager.default.fileExists(atPath: directory.file("elsewhere")))
    }

    /// The descriptors of this process that lead to `path`.
    private static func descriptors(of path: String) throws -> [Int32] {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target == real ? Int32(name) : nil
        }
    }
}
