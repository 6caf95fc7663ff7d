import Foundation
import Git
import TestSupport
import Testing

/// What is read straight from packs against what libgit2 reads of the same repository.
@Suite struct PackReaderTests {
    private let bare: BareRepository
    /// Every commit and file.
    private let commits: [ObjectID]
    private let blobs: [ObjectID]

    /// A folder of sixty files, of which each commit changes one, packed so that most are made from others.
    init() throws {
        bare = try BareRepository()
        var stream = ""
        for number in 1...90 {
            stream += "commit refs/heads/main\nmark :\(number)\ncommitter G <g@x> \(1_700_000_000 + number) +0000\n"
            stream += "data 6\nchange\n"
            if number > 1 { stream += "from :\(number - 1)\n" }
            for file in number == 1 ? Array(0..<60) : [number % 60] {
                let text = String(repeating: "line \(file)\n", count: 40) + "version \(number)\n"
                stream += "M 100644 inline folder/file-\(file).yaml\ndata \(text.utf8.count)\n\(text)\n"
            }
            stream += "\n"
        }
        let run = try bare.git.run(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
        try #require(run.status == 0, "\(run.text)")
        try bare.git("repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=20")
        let lines = try bare.git.run(["cat-file", "--batch-all-objects", "--batch-check"]).output.split(separator: "\n")
        func ids(_ kind: String) -> [ObjectID] {
            lines.filter { $0.contains(" \(kind) ") }.compactMap { ObjectID(hex: $0.prefix(ObjectID.hexCount)) }
        }
        commits = ids("commit")
        blobs = ids("blob")
    }

    private func pack(_ ending: String) throws -> String {
        let folder = "\(bare.path)/objects/pack"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return "\(folder)/\(try #require(names.first { $0.hasSuffix(ending) }))"
    }

    @Test(arguments: [false, true]) func `what is packed is read as it is`(detectsCollisions: Bool) throws {
        let repository = try Repository.open(at: bare.path)
        let reader = repository.packReader(detectsCollisions: detectsCollisions)
        #expect(commits.count == 90 && blobs.count == 149)
        for id in commits {
            let commit = try repository.commit(id)
            #expect(reader.commit(id) == commit)
            let facts = try repository.commitFacts(id, marker: "han")
            #expect(facts.isMarked && reader.commitFacts(id, marker: "han") == facts)
        }
        for id in blobs {
            let bytes = try repository.blob(id, limit: 1 << 20)
            #expect(reader.blob(id, limit: 1 << 20) == bytes)
            #expect(reader.blob(id, limit: 10) == nil && reader.commit(id) == nil)
        }
        let chains = try bare.git.run(["verify-pack", "-v", try pack(".idx")]).output.split(separator: "\n")
            .filter { $0.hasPrefix("chain length") }
        #expect(chains.count > 5, "objects that are made from others in several steps are what is tried here")
        let compared = try compare(in: repository, by: reader)
        #expect(compared == 89)
    }

    @Test func `who expects many objects reads them as before and is refused what was refused`() throws {
        let loose = try bare.git.run(["hash-object", "-w", "--stdin"], input: Array("loose".utf8)).text
        let ids = blobs + [try #require(ObjectID(hex: loose.prefix(ObjectID.hexCount))), commits[0], .zero]
        let plain = try Repository.open(at: bare.path)
        let many = try Repository.open(at: bare.path)
        many.expectManyObjects()
        var refused: Set<GitError.Code> = []
        for id in ids {
            for limit in [1 << 20, 100] {
                let expected = Self.blob(id, limit, plain)
                #expect(Self.blob(id, limit, many) == expected)
                if case .failure(let error) = expected { refused.insert(error.code) }
            }
        }
        #expect(refused == [.tooLarge, .wrongKind, .notFound])
        for id in commits {
            let tree = try plain.commit(id).tree
            let entries = try plain.tree(tree)
            #expect(try many.tree(tree) == entries)
        }
    }

    private static func blob(
        _ id: ObjectID, _ limit: Int, _ repository: borrowing Repository
    ) -> Result<[UInt8], GitError> {
        do throws(GitError) {
            return .success(try repository.blob(id, limit: limit))
        } catch {
            return .failure(error)
        }
    }

    @Test func `no more of large packs stays in memory than was said`() throws {
        var random = SeededGenerator(seed: 3)
        var contents: [(id: ObjectID, bytes: [UInt8])] = []
        for _ in 0..<16 {
            let bytes = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            let written = try bare.git.run(["hash-object", "-w", "--stdin"], input: bytes)
            contents.append((try #require(ObjectID(hex: written.text.prefix(ObjectID.hexCount))), bytes))
        }
        let ids = contents.map { "\($0.id)\n" }.joined()
        let packed = try bare.git.run(["pack-objects", "-q", "objects/pack/pack"], input: Array(ids.utf8))
        try #require(packed.status == 0, "\(packed.text)")
        let name = "/pack-\(packed.text.prefix(ObjectID.hexCount)).pack"

        let mapped = try [64 << 20, 512 << 10].map { limit in
            let reader = PackReader(directories: ["\(bare.path)/objects"], detectsCollisions: false, mapping: limit)
            for (id, bytes) in contents { #expect(reader.blob(id, limit: 1 << 20) == bytes) }
            return try withExtendedLifetime(reader) { try Self.residentBytes(of: name) }
        }
        #expect(mapped[0] > 3_000_000 && mapped[1] < 1 << 20, "\(mapped)")
    }

    /// How much this process has in memory of files whose paths end with `name`.
    private static func residentBytes(of name: String) throws -> Int {
        // A file without a size: one read brings a part of it.
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/smaps"))
        defer { file.closeFile() }
        let maps = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        var count = 0
        var isOfFile = false
        for line in maps.split(separator: "\n") {
            if line.hasSuffix(name) {
                isOfFile = true
            } else if isOfFile, line.hasPrefix("Rss:") {
                count += (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
                isOfFile = false
            }
        }
        return count
    }

    /// How many pairs of neighbours the reader has compared; each as the repository does.
    private func compare(in repository: borrowing Repository, by reader: PackReader) throws -> Int {
        var count = 0
        for id in commits {
            let commit = try repository.commit(id)
            guard let parent = commit.parents.first else { continue }
            let old = try repository.commit(parent).tree
            var folders = ComparedFolders()
            guard reader.compare(old, commit.tree, adding: &folders) else { continue }
            count += 1
            var expected = ComparedFolders()
            expected.append(try repository.changedFiles(from: old, to: commit.tree))
            #expect(folders == expected)
        }
        return count
    }

    @Test(arguments: [".pack", ".idx"]) func `damage is never read as something`(ending: String) throws {
        var random = SeededGenerator(seed: ending == ".pack" ? 1 : 2)
        let sound = try Repository.open(at: bare.path)
        var known: [ObjectID: [UInt8]] = [:]
        for id in blobs { known[id] = try sound.blob(id, limit: 1 << 20) }
        let path = try pack(ending)
        let bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        var missing = 0
        for round in 0..<60 {
            var damaged = bytes
            for _ in 0..<(1 + round / 4) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] =
                    [0, 1, 127, 128, 255, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
            if round % 5 == 4 { damaged.removeLast(Int.random(in: 1..<damaged.count, using: &random)) }
            // Another file in its place: nobody writes to a pack, and the first one is still mapped.
            try FileManager.default.removeItem(atPath: path)
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            let reader = PackReader(directories: ["\(bare.path)/objects"], detectsCollisions: round % 2 == 0)
            for id in blobs {
                guard let read = reader.blob(id, limit: 1 << 20) else {
                    missing += 1
                    continue
                }
                #expect(read == known[id])
            }
            for id in commits { _ = reader.commitFacts(id, marker: "") }
        }
        #expect(missing > 100, "damage that matters is what is tried here")
    }
}
