import Git
import HistoryIndex
import Observing
import PromotionModel
import Synchronization
import TestSupport
import Testing

/// What histories told before, against what they tell now.
@Suite struct ToldHistoryTests {
    /// A memory that can be damaged, and counts what was of use.
    private final class Memory: HistoryMemory {
        private let files = Mutex<[String: [UInt8]]>([:])

        func recall(_ name: String) -> [UInt8]? { files.withLock { $0[name] } }

        func keep(_ bytes: [UInt8], as name: String) { files.withLock { $0[name] = bytes } }

        var all: [String: [UInt8]] { files.withLock { $0 } }
    }

    private func told(
        _ bare: BareRepository, _ tip: ObjectID, _ walk: HistoryWalk, _ memory: Memory?, limit: Int = .max
    ) throws -> [HistoryEntry] {
        var repository = try Repository.open(at: bare.path)
        if memory != nil { repository.commitIndexSource = HistoryIndex(in: nil) }
        var entries: [HistoryEntry] = []
        let reader = HistoryReader(reader: FleetReader(), memory: memory)
        do {
            try reader.walk(
                try EnvironmentName("dev"), from: tip, in: repository, manner: HistoryManner(walk: walk)
            ) { entry in
                entries.append(entry)
                return entries.count < limit
            }
        } catch is HistoryReader.UnknownEnvironment {
            return []
        }
        return entries
    }

    @Test(arguments: 20..<30) func `what is remembered is what is told`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var history = try RandomFleetHistory(seed: seed, count: 16)
        let memory = Memory()
        for round in 0..<8 {
            let number = round % 3 == 2 ? Int.random(in: 1...history.count, using: &random) : history.count
            let tip = try history.commit(number)
            for walk in HistoryWalk.allCases {
                let plain = try told(history.bare, tip, walk, nil)
                let quick = try told(history.bare, tip, walk, memory)
                #expect(quick == plain)
                let again = try told(history.bare, tip, walk, memory, limit: 2)
                #expect(again == Array(plain.prefix(2)))
            }
            if Bool.random(using: &random), let (name, bytes) = memory.all.randomElement(using: &random) {
                var bytes = bytes
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1
                #expect(ToldHistoryFile.history(in: bytes) == nil, "a bit that does not count")
                memory.keep(bytes, as: name)
            }
            try history.grow(by: Int.random(in: 1...4, using: &random))
        }
    }

    @Test func `what was told is not looked for again`() throws {
        let bare = try BareRepository()
        let web = "environments/dev/web.yaml"
        for version in 1...3 { try bare.commit([web: SampleText.component("web", "\(version)", version)]) }
        let memory = Memory()
        let tip = try #require(ObjectID(hex: try bare.tip() ?? ""))
        let entries = try told(bare, tip, .firstParent, memory)
        #expect(entries.count == 3)
        let (name, bytes) = try #require(memory.all.first)
        // What somebody put there instead is told, so it was read from there.
        let kept = try #require(ToldHistoryFile.history(in: bytes))
        #expect(kept.commit == tip && kept.entries == entries)
        memory.keep(
            ToldHistoryFile.bytes(
                of: ToldHistory(commit: kept.commit, state: kept.state, entries: Array(entries.prefix(1)))), as: name)
        #expect(try told(bare, tip, .firstParent, memory) == Array(entries.prefix(1)))
        // And from there on, where something came since.
        try bare.commit([web: SampleText.component("web", "4", 4)])
        let next = try #require(ObjectID(hex: try bare.tip() ?? ""))
        #expect(try told(bare, next, .firstParent, memory).map { $0.changes.first?.to?.version } == ["4", "3"])
    }

    @Test func `everything of an entry is kept`() throws {
        let id = String(repeating: "ab", count: 20)
        let promotion = PromotionID(environment: try EnvironmentName("dev"), fingerprint: "0123456789abcdef")
        let digest = try Digest("sha256:" + String(repeating: "1", count: 64))
        let entry = HistoryEntry(
            commit: id, at: Timestamp(seconds: -5), author: "Ada <a@x>", subject: "é", promotions: [promotion],
            result: .promoted,
            changes: [
                HistoryEntry.Change(
                    component: try ComponentName("web"), from: nil,
                    to: Artifact(kind: .git, repository: "r", tag: nil, digest: digest), result: .rolledBack,
                    promotion: promotion),
                HistoryEntry.Change(
                    component: try ComponentName("api"), from: Artifact(repository: "", tag: "1", digest: nil), to: nil),
            ],
            emergencies: [
                promotion: Emergency(reason: "fire", by: ["Ada", "Grace"], reviewWithin: try TimeSpan("1d2h"))
            ])
        let told = ToldHistory(
            commit: try #require(ObjectID(hex: id)), state: [UInt8](repeating: 7, count: 32), entries: [entry])
        let bytes = ToldHistoryFile.bytes(of: told)
        #expect(ToldHistoryFile.history(in: bytes) == told)
        for count in 0..<bytes.count { #expect(ToldHistoryFile.history(in: Array(bytes.prefix(count))) == nil) }
    }
}
