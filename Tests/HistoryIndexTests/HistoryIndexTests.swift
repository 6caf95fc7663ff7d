import Foundation
import Git
import HistoryIndex
import Observing
import PromotionModel
import Synchronization
import TestSupport
import Testing

/// The index against what git says, and histories with it against those without.
@Suite struct HistoryIndexTests {
    private let cache: TemporaryDirectory

    init() throws {
        cache = try TemporaryDirectory("cache")
    }

    private func folder(_ bare: BareRepository) throws -> HistoryFolder {
        try #require(HistoryFolder(of: bare.path, in: cache.path))
    }

    private func opened(_ bare: BareRepository, indexed: Bool = true) throws -> Repository {
        var repository = try Repository.open(at: bare.path)
        if indexed { repository.commitIndexSource = HistoryIndex(in: try folder(bare)) }
        return repository
    }

    /// The index as somebody gets it who comes for the first time.
    private func index(_ bare: BareRepository, covering tip: ObjectID) throws -> CommitIndex? {
        let repository = try opened(bare)
        return repository.commitIndex(covering: tip)
    }

    /// The file of the index, of which there is one.
    private func file() throws -> String {
        let found = FileManager.default.enumerator(atPath: cache.path)?.compactMap { $0 as? String } ?? []
        return cache.file(try #require(found.first { $0.hasSuffix("/commits") }))
    }

    /// What git says that `commit` changed since its parent number `parent`.
    private func changes(_ bare: BareRepository, _ commit: String, _ parents: [String], _ parent: Int) throws -> Set<
        String
    > {
        let arguments = parents.isEmpty ? ["--root", commit] : [parents[parent], commit]
        let run = try bare.git.run(
            ["diff-tree", "-r", "--raw", "--no-renames", "--no-abbrev", "--no-commit-id"] + arguments)
        return Set(
            run.output.split(separator: "\n").map { line in
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
                return "\(words[0].dropFirst()) \(words[1]) \(words[2]) \(words[3]) \(words[5])"
            })
    }

    private func text(_ change: ChangedFile) -> String {
        func mode(_ version: ChangedFile.Version?) -> String {
            let text = String(version?.kind.mode ?? 0, radix: 8)
            return String(repeating: "0", count: 6 - text.count) + text
        }
        return [
            mode(change.old), mode(change.new), (change.old?.id ?? .zero).hex, (change.new?.id ?? .zero).hex,
            change.path,
        ].joined(separator: " ")
    }

    private func expectTruth(_ bare: BareRepository, _ index: CommitIndex, from tip: ObjectID) throws {
        let lines = try bare.git.run(["log", "--format=%H %T %ct %P", tip.hex]).output.split(separator: "\n")
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let id = try #require(ObjectID(hex: words[0]))
            let position = try #require(index.position(of: id))
            let entry = index.entry(at: position)
            #expect(entry.id.hex == words[0] && entry.tree.hex == words[1] && "\(entry.seconds)" == words[2])
            let parents = Array(words.dropFirst(3))
            #expect(index.parents(of: position).map { index.entry(at: $0).id.hex } == parents)
            for number in 0..<max(1, parents.count) {
                let told = try #require(index.changedFiles(of: position, since: number)).map(text)
                let expected = try changes(bare, words[0], parents, number)
                #expect(Set(told) == expected && Set(told).count == told.count)
            }
        }
        let start = try #require(index.position(of: tip))
        var order: [ObjectID] = []
        let repository = try Repository.open(at: bare.path)
        try repository.topologicalWalk(from: tip) { commit in
            order.append(commit.id)
            return .next
        }
        #expect(index.topologicalOrder(from: start).map { index.entry(at: $0).id } == order)
    }

    @Test(arguments: 0..<6) func `the index says what git says, also where it was extended`(seed: UInt64) throws {
        var history = try RandomFleetHistory(seed: seed, count: 20)
        for more in [1, 7, 12] {
            try history.grow(by: more)
            let tip = try history.commit(history.count)
            let index = try index(history.bare, covering: tip)
            try expectTruth(history.bare, try #require(index), from: tip)
        }
        // Read from the disk, as it was left.
        let bytes = try #require(FileManager.default.contents(atPath: try file()))
        let reading = CommitIndexFile.read(Array(bytes))
        #expect(reading.byteCount == bytes.count && reading.parts > 1)
        try expectTruth(history.bare, reading.index, from: try history.commit(history.count))
    }

    @Test(arguments: [1, 30]) func `paths that only look the same are two`(count: Int) throws {
        let bare = try BareRepository()
        // An é in one piece, and one of a letter and an accent.
        let names = ["caf\u{E9}.yaml", "cafe\u{301}.yaml"].map { Array("environments/dev/\($0)".utf8) }
        var stream = ""
        for number in 1...(2 * count) {
            stream += "commit refs/heads/main\nmark :\(number)\ncommitter G <g@x> \(1_700_000_000 + number) +0000\n"
            stream += "data 6\nchange\n" + (number > 1 ? "from :\(number - 1)\n" : "")
            let name = String(decoding: names[number % 2], as: UTF8.self)
            stream += "M 100644 inline \(name)\ndata \(number < 10 ? 1 : 2)\n\(number)\n\n"
        }
        let run = try bare.git.run(["fast-import", "--quiet"], input: Array(stream.utf8))
        try #require(run.status == 0, "\(run.text)")
        let tip = try #require(ObjectID(hex: try bare.git.run(["rev-parse", "main"]).text.prefix(ObjectID.hexCount)))
        // Made as a whole, and then read from the disk.
        for _ in 0..<2 {
            let found = try index(bare, covering: tip)
            let index = try #require(found)
            var position = index.position(of: tip)
            for number in (1...(2 * count)).reversed() {
                let place = try #require(position)
                let changes = try #require(index.changedFiles(of: place, since: 0))
                #expect(changes.map { Array($0.path.utf8) } == [names[number % 2]])
                position = index.parents(of: place).first
            }
        }
    }

    private func told(_ repository: borrowing Repository, _ tip: ObjectID, _ manner: HistoryManner) throws -> [String] {
        var lines: [String] = []
        let tree = try repository.commit(tip).tree
        let layout = try FleetReader().layout(at: tree, in: repository)
        let names = try EnvironmentFiles(in: tree, layout: layout, repository: repository).names
        let reader = HistoryReader(reader: FleetReader())
        for name in names {
            try reader.walk(name, from: tip, in: repository, manner: manner) {
                lines.append("\(name) \($0)")
                return true
            }
        }
        var together: [EnvironmentName: [String]] = [:]
        try reader.walk(names, from: tip, in: repository, manner: manner) { name, entry in
            together[name, default: []].append("\(name) \(entry)")
            return true
        }
        #expect(names.flatMap { together[$0] ?? [] } == lines, "one walk of all is that of each")
        return lines
    }

    private static let manners = HistoryWalk.allCases.flatMap { walk in
        [false, true].map { HistoryManner(walk: walk, followsRenames: $0) }
    }

    @Test(arguments: 10..<18) func `histories are the same with and without, whatever became of the file`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        var history = try RandomFleetHistory(seed: seed, count: 24)
        for round in 0..<8 {
            // The tip may as well be one that was left behind, as after a forced push.
            let tip = try history.commit(
                round % 3 == 2 ? Int.random(in: 1...history.count, using: &random) : history.count)
            let plain = try opened(history.bare, indexed: false)
            let indexed = try opened(history.bare)
            for manner in Self.manners {
                let lines = try told(plain, tip, manner)
                let quick = try told(indexed, tip, manner)
                #expect(quick == lines)
            }
            try damage(Int.random(in: 0..<5, using: &random), using: &random)
            if round.isMultiple(of: 2) { try history.grow(by: 3) }
        }
    }

    private func damage(_ kind: Int, using random: inout SeededGenerator) throws {
        let path = try file()
        var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        switch kind {
        case 0: return try FileManager.default.removeItem(atPath: path)
        case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        case 2:
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        case 3: bytes += (0..<100).map { _ in UInt8.random(in: 0...255, using: &random) }
        default: return
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test func `no bytes lead outside, even with a sum that holds`() throws {
        var random = SeededGenerator(seed: 1)
        let history = try RandomFleetHistory(seed: 3, count: 12)
        let tip = try history.commit(12)
        let found = try index(history.bare, covering: tip)
        let index = try #require(found)
        let sound = CommitIndexFile.part(of: index, after: CommitIndex())
        #expect(CommitIndexFile.read(sound).byteCount == sound.count)
        var accepted = 0
        for _ in 0..<3_000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 16..<bytes.count, using: &random)
                bytes[place] = [0, 1, 2, 127, 255].randomElement(using: &random) ?? 0
            }
            CommitIndexFile.seal(&bytes)
            let read = CommitIndexFile.read(bytes).index
            guard read.count > 0 else { continue }
            accepted += 1
            for position in 0..<read.count {
                #expect(read.parents(of: position).allSatisfy { $0 < position })
                for parent in 0..<max(1, read.parents(of: position).count) {
                    _ = read.changedFiles(of: position, since: parent)
                }
            }
            _ = read.topologicalOrder(from: read.count - 1)
        }
        #expect(accepted > 100, "the sum alone is not what is tried here")
    }

    @Test(arguments: UInt64(60)..<68)
    func `one that goes on says what one that begins anew says, whoever writes beside it`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var history = try RandomFleetHistory(seed: seed, count: 10)
        let source = HistoryIndex(in: try folder(history.bare))
        for round in 0..<8 {
            let tip = try history.commit(history.count)
            var repository = try Repository.open(at: history.bare.path)
            repository.commitIndexSource = source
            let found = repository.commitIndex(covering: tip)
            try expectTruth(history.bare, try #require(found), from: tip)
            let kept = try #require(try self.index(history.bare, covering: tip))
            try expectTruth(history.bare, kept, from: tip)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: try FileManager.default.removeItem(atPath: try file())
            case 1:
                let path = try file()
                var bytes = try #require(FileManager.default.contents(atPath: path))
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1
                try bytes.write(to: URL(fileURLWithPath: path))
            case 2:
                try history.grow(by: 2)
                _ = try self.index(history.bare, covering: try history.commit(history.count))
            default: break
            }
            // More than are looked at one by one, now and then.
            try history.grow(by: round == 5 ? 30 : 3)
        }
    }

    @Test func `damage is told of and mended`() throws {
        let history = try RandomFleetHistory(seed: 5, count: 12)
        let tip = try history.commit(12)
        let first = try index(history.bare, covering: tip)
        #expect(first != nil)
        let path = try file()
        let sound = try #require(FileManager.default.contents(atPath: path))
        var bytes = sound
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let news = Mutex<[HistoryIndex.News]>([])
        let source = HistoryIndex(in: try folder(history.bare)) { one in news.withLock { $0.append(one) } }
        var repository = try Repository.open(at: history.bare.path)
        repository.commitIndexSource = source
        let second = repository.commitIndex(covering: tip)
        #expect(second != nil)
        #expect(news.withLock { $0.contains(.damaged) })
        #expect(FileManager.default.contents(atPath: path) == sound)
    }

    @Test func `a folder that others can write to is left alone`() throws {
        let bare = try BareRepository()
        try FileManager.default.createDirectory(atPath: cache.file("history"), withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: cache.file("history"))
        #expect(HistoryFolder(of: bare.path, in: cache.path) == nil)
    }

    @Test func `several may use one folder at a time`() async throws {
        var history = try RandomFleetHistory(seed: 8, count: 30)
        try history.grow(by: 30)
        let bare = history.bare
        let tips = try (1...6).map { try history.commit($0 * 10) }
        let folder = try folder(bare)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for round in 0..<12 {
                group.addTask {
                    var repository = try Repository.open(at: bare.path)
                    repository.commitIndexSource = HistoryIndex(in: folder)
                    return tips.indices.allSatisfy { offset in
                        let tip = tips[(offset + round) % tips.count]
                        return repository.commitIndex(covering: tip)?.position(of: tip) != nil
                    }
                }
            }
            for try await isCovered in group { #expect(isCovered) }
        }
        let last = try history.commit(60)
        let index = try index(bare, covering: last)
        try expectTruth(bare, try #require(index), from: last)
    }

    @Test func `a shallow clone has no index`() throws {
        let history = try RandomFleetHistory(seed: 9, count: 12)
        let clone = try BareRepository()
        try clone.git("fetch", "--quiet", "--depth", "2", "file://\(history.bare.path)", "main:main")
        let repository = try opened(clone)
        let isShallow = repository.isShallow
        let tip = try history.commit(12)
        let index = repository.commitIndex(covering: tip)
        #expect(isShallow && index == nil)
    }
}
