import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Observing

/// What a file of records says of a key is what was kept under it last, with a list beside it and without.
@Suite struct RecordFileTests {
    private typealias Record = (key: DeclarationKey, payload: [UInt8])

    private static func key(_ number: Int) -> DeclarationKey {
        let word = { (salt: UInt64) in
            Checksum.mix(Checksum.mix(Checksum.start, UInt64(bitPattern: Int64(number))), salt)
        }
        return DeclarationKey(words: (word(1), word(2), word(3), word(4)))
    }

    /// A file, what was kept in it, and a process that goes on.
    private struct Scene {
        let directory: TemporaryDirectory
        var process = RecordFile.LastSeen()
        /// All that was ever kept under a key, the last at the end.
        var kept: [Int: [[UInt8]]] = [:]

        init() throws {
            directory = try TemporaryDirectory()
        }

        var path: String { directory.file("records") }

        /// Keeps something under each of `numbers`.
        mutating func add(
            _ numbers: Set<Int>, anew: Bool = false, lengths: ClosedRange<Int> = 0...300,
            _ random: inout SeededGenerator
        ) {
            var records: [Record] = []
            for number in numbers.sorted() {
                let length = Int.random(in: lengths, using: &random)
                let payload = (0..<length).map { _ in UInt8.random(in: 0...UInt8.max, using: &random) }
                records.append((RecordFileTests.key(number), payload))
                kept[number, default: []].append(payload)
            }
            let live = Set(kept.keys.map(RecordFileTests.key))
            RecordFile.add(
                records, under: Set(records.map(\.key)), keeping: { live }, count: live.count, anew: anew, at: path,
                since: process)
        }

        /// What another process finds that has seen nothing yet.
        func expectAll(_ comment: Comment) {
            for file in [RecordFile.LastSeen().file(at: path), process.file(at: path)] {
                #expect(file?.isDamaged == false, comment)
                let wrong = kept.filter { Self.found($0.key, in: file) != $0.value.last }.keys.sorted()
                #expect(wrong == [], comment)
                #expect(Self.found(-1, in: file) == nil, comment)
            }
        }

        static func found(_ number: Int, in file: RecordFile?) -> [UInt8]? {
            guard case .found(let payload) = file?.record(RecordFileTests.key(number)) else { return nil }
            return payload
        }

        /// Whether each finding is something that was kept under that key.
        func expectNothingElse(_ comment: Comment) {
            for file in [RecordFile.LastSeen().file(at: path), process.file(at: path)] {
                let wrong = kept.filter { number, payloads in
                    Self.found(number, in: file).map { !payloads.contains($0) } ?? false
                }
                #expect(wrong.keys.sorted() == [], comment)
            }
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func `whatever is added, by whomever, the last under a key is found`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var scene = try Scene()
        for round in 1...40 {
            let count = Bool.random(using: &random) ? 1 : Int.random(in: 2...90, using: &random)
            scene.add(Set((0..<count).map { _ in Int.random(in: 0..<600, using: &random) }), &random)
            if round % 7 == 0 { scene.process = RecordFile.LastSeen() }
            scene.expectAll("round \(round)")
        }
        #expect(FileManager.default.fileExists(atPath: scene.path + ".list"))
    }

    /// The bytes between the first and the last record are none of a process that looks one of them up.
    @Test func `with a list, what is looked up is read, and no other record`() throws {
        var random = SeededGenerator(seed: 1)
        var scene = try Scene()
        scene.add(Set(0..<500), lengths: 32...300, &random)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scene.path)))
        let payload = try #require(scene.kept[7]?.last)
        let place = try #require(bytes.firstRange(of: payload))
        for index in bytes.indices.dropFirst(24) where !place.contains(index) { bytes[index] = 0 }
        try Data(bytes).write(to: URL(fileURLWithPath: scene.path))
        let file = try #require(RecordFile.LastSeen().file(at: scene.path))
        #expect(!file.isDamaged && Scene.found(7, in: file) == payload)
        guard case .damaged = file.record(Self.key(8)) else {
            Issue.record("the record is zeros")
            return
        }
    }

    @Test func `a list of more than the file has is written anew before the file has grown again`() throws {
        var random = SeededGenerator(seed: 2)
        var scene = try Scene()
        scene.add(Set(0..<100), lengths: 100...100, &random)
        // Behind the tenth record, so that nothing but the list tells.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: scene.path))
        try handle.truncate(atOffset: UInt64(24 + 10 * (48 + 100)))
        try handle.close()
        // They are few, and longer than the ninety that are gone.
        scene.process = RecordFile.LastSeen()
        var left: [Int: [[UInt8]]] = [:]
        for number in 0..<100 {
            if let found = Scene.found(number, in: scene.process.file(at: scene.path)) { left[number] = [found] }
        }
        #expect(left.count == 10)
        scene.kept = left
        scene.add(Set(300..<310), lengths: 2_000...2_000, &random)
        scene.expectAll("after it has grown again")
    }

    @Test(arguments: UInt64(0)..<24)
    func `whatever happens to the file or the list, nothing is found that was not kept`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var scene = try Scene()
        scene.add(Set(0..<400), &random)
        for round in 1...12 {
            let former = try? Data(contentsOf: URL(fileURLWithPath: scene.path + ".list"))
            scene.add(
                Set((0..<Int.random(in: 1...120, using: &random)).map { _ in Int.random(in: 0..<500, using: &random) }),
                &random)
            let target = URL(fileURLWithPath: scene.path + (Bool.random(using: &random) ? "" : ".list"))
            if round % 4 == 0, let former {
                // A list of before.
                try former.write(to: URL(fileURLWithPath: scene.path + ".list"))
            } else {
                try Self.damage(target, &random)
            }
            scene.expectNothingElse("round \(round)")
        }
        scene.add(Set(0..<500), anew: true, &random)
        scene.expectAll("after all was written anew")
    }

    private static func damage(_ file: URL, _ random: inout SeededGenerator) throws {
        guard var bytes = (try? Data(contentsOf: file)).map([UInt8].init) else { return }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return try FileManager.default.removeItem(at: file)
        case 1: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        case 2: bytes += (0..<Int.random(in: 1...99, using: &random)).map { UInt8(truncatingIfNeeded: $0) }
        default:
            for _ in 0...Int.random(in: 0...20, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
        }
        // In place, as a disk does it.
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }
}
