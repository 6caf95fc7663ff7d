import Foundation
import Git
import TestSupport
import Testing

@Suite struct BatchTests {
    /// Writes a chain of `count` commits, each of which changes one of `width` files in one folder; the last of them.
    private func chain(
        _ count: Int, width: Int, in repository: borrowing Repository, seed: UInt64
    ) throws(GitError) -> ObjectID {
        var random = SeededGenerator(seed: seed)
        let grace = Signature(try Identity(name: "Grace", email: "grace@example.invalid"), seconds: 1_700_000_000)
        let first = try repository.writeBlob(Array("0".utf8))
        var tree = try repository.writeTree(
            base: nil, changes: (0..<width).map { TreeChange("flat/file-\($0)", .put(first, .blob)) })
        var tip = try repository.writeCommit(
            tree: tree, parents: [], author: grace, committer: grace, message: "0\n")
        for number in 1..<count {
            let blob = try repository.writeBlob(Array("\(random.next())\n".utf8))
            let path = "flat/file-\(Int.random(in: 0..<width, using: &random))"
            tree = try repository.writeTree(base: tree, changes: [TreeChange(path, .put(blob, .blob))])
            tip = try repository.writeCommit(
                tree: tree, parents: [tip], author: grace, committer: grace, message: "\(number)\n")
            #expect(throws: Never.self) { try repository.commit(tip) }
        }
        return tip
    }

    private func packs(of fixture: Fixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/objects/pack").sorted()
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `many objects come in one pack that git finds sound`(seed: UInt64) throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let tip = try repository.writingTogether { () throws(GitError) in
            try chain(200, width: 400, in: repository, seed: seed)
        }
        try repository.updateReference("refs/heads/main", to: tip, expecting: nil, message: "made")
        let files = try packs(of: fixture)
        #expect(files.count == 2, "a pack and its index, nothing left over: \(files)")
        #expect(try fixture.git("count-objects").hasPrefix("0 objects"), "no object has a file of its own")
        fixture.expectSound()
        // Git unpacks it with its own reader, differences of differences and all.
        let pack = try #require(files.first { $0.hasSuffix(".pack") })
        let depths = try fixture.git("verify-pack", "-v", "objects/pack/" + pack)
            .split(separator: "\n").filter { $0.hasPrefix("chain length") }
        #expect(depths.count > 2 && !depths.contains { $0.contains("= 51") })
        // The same objects one by one have the same ids.
        let other = try Fixture()
        let loose = try other.open()
        #expect(try chain(200, width: 400, in: loose, seed: seed) == tip)
        #expect(try packs(of: other).isEmpty)
        // A pack is small: each of the folders has some 15 kB.
        let size = try FileManager.default.attributesOfItem(atPath: fixture.path + "/objects/pack/" + pack)[.size]
        #expect(try #require(size as? Int) < 200_000)
    }

    @Test func `few objects get a file each`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let tip = try repository.writingTogether { () throws(GitError) in
            try chain(5, width: 10, in: repository, seed: 1)
        }
        try repository.updateReference("refs/heads/main", to: tip, expecting: nil, message: "made")
        #expect(try packs(of: fixture).isEmpty)
        fixture.expectSound()
    }

    @Test func `a batch that fails leaves nothing behind, and the next one is its own`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        var lost: ObjectID?
        let error = gitError { () throws(GitError) in
            try repository.writingTogether { () throws(GitError) in
                lost = try chain(100, width: 10, in: repository, seed: 1)
                _ = try Identity(name: "", email: "")
            }
        }
        #expect(error?.code == .invalid)
        #expect(!repository.contains(try #require(lost)))
        #expect(try fixture.git("count-objects") == "0 objects, 0 kilobytes")
        let blob = try repository.writeBlob([1, 2, 3])
        #expect(try fixture.git("cat-file", "-s", blob.hex) == "3")
    }

    @Test func `a folder of packs that cannot be written is an error, and nothing is visible`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        // A file where the folder has to be: root may write anywhere else.
        try FileManager.default.removeItem(atPath: fixture.path + "/objects/pack")
        try Data().write(to: URL(fileURLWithPath: fixture.path + "/objects/pack"))
        let error = gitError { () throws(GitError) in
            _ = try repository.writingTogether { () throws(GitError) in
                try chain(100, width: 10, in: repository, seed: 1)
            }
        }
        #expect(error?.message.contains("objects/pack") == true)
        try FileManager.default.removeItem(atPath: fixture.path + "/objects/pack")
        let tip = try repository.writingTogether { () throws(GitError) in
            try chain(100, width: 10, in: repository, seed: 1)
        }
        try repository.updateReference("refs/heads/main", to: tip, expecting: nil, message: "made")
        fixture.expectSound()
    }

    @Test func `objects that are there already are not written once more`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        for _ in 0..<2 {
            _ = try repository.writingTogether { () throws(GitError) in
                try chain(100, width: 10, in: repository, seed: 7)
            }
        }
        #expect(try packs(of: fixture).count == 2)
    }
}
