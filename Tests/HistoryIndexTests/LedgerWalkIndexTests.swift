import Git
import HistoryIndex
import LedgerFormat
import Observing
import PromotionModel
import TestSupport
import Testing

/// The ledger as it is read with an index against the one that is read from the objects.
@Suite struct LedgerWalkIndexTests {
    private let cache: TemporaryDirectory
    private let names: [EnvironmentName]

    init() throws {
        cache = try TemporaryDirectory("cache")
        names = try ["dev", "none", "prod"].map { try EnvironmentName($0) }
    }

    private func opened(_ bare: BareRepository, indexed: Bool) throws -> Repository {
        var repository = try Repository.open(at: bare.path)
        if indexed {
            repository.commitIndexSource = HistoryIndex(in: HistoryFolder(of: bare.path, in: cache.path))
        }
        return repository
    }

    /// What is read, with an index or without, of all environments and of each.
    private func histories(
        _ bare: BareRepository, _ tip: ObjectID, indexed: Bool
    ) throws -> (all: LedgerHistory, each: [LedgerHistory]) {
        let repository = try opened(bare, indexed: indexed)
        return (
            try LedgerWalk.history(of: names, from: tip, in: repository),
            try names.map { try LedgerWalk.history(of: [$0], from: tip, in: repository) }
        )
    }

    @Test(arguments: 40..<56) func `a ledger is the same with an index and without`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var history = try RandomFleetHistory(seed: seed, count: 24, isLedger: true)
        for round in 0..<4 {
            let number = round % 2 == 1 ? Int.random(in: 1...history.count, using: &random) : history.count
            let tip = try history.commit(number)
            let plain = try histories(history.bare, tip, indexed: false)
            let quick = try histories(history.bare, tip, indexed: true)
            #expect(quick.all == plain.all)
            #expect(quick.each == plain.each)
            for (name, one) in zip(names, plain.each) { #expect(one.entries == plain.all.only([name]).entries) }
            try history.grow(by: 4)
        }
    }

    /// A message that closes as an entry does.
    private func message(_ environment: String, _ more: String = "Release: *") -> String {
        """
        hold(\(environment)): everything: to look

        Environment: \(environment)
        \(more)
        Recorded-At: 2026-11-20T12:00:00Z
        Basis: \(String(repeating: "0", count: 40))
        Signed-off-by: G <g@x>
        """
    }

    @Test func `a long ledger is judged piece by piece, back to where it begins`() throws {
        let acceptance = "Accepted-History: {\"replaced\":\"\(String(repeating: "a", count: 40))\"}"
        let bare = try BareRepository()
        var stream = ""
        for number in 1...2_400 {
            let name = number.isMultiple(of: 3) ? "prod" : "dev"
            let message = message(name, number == 100 ? "Release: *\n\(acceptance)" : "Release: *")
            stream += "commit refs/heads/main\nmark :\(number)\ncommitter G <g@x> 1700000000 +0000\n"
            stream += "data \(message.utf8.count)\n\(message)\n"
            if number > 1 { stream += "from :\(number - 1)\n" }
            let text = number == 1 ? "" : "\(number)"
            stream += "M 100644 inline environments/\(name)/\(number == 1 ? "a.yaml" : "environment.lock")\n"
            stream += "data \(text.utf8.count)\n\(text)\n\n"
        }
        let run = try bare.git.run(["fast-import", "--quiet"], input: Array(stream.utf8))
        try #require(run.status == 0, "\(run.text)")
        let tip = try #require(ObjectID(hex: try bare.tip() ?? ""))
        let plain = try histories(bare, tip, indexed: false)
        let quick = try histories(bare, tip, indexed: true)
        #expect(quick.all == plain.all)
        #expect(quick.each == plain.each)
        let dev = try #require(quick.all.entries[names[0]])
        let prod = try #require(quick.all.entries[names[2]])
        #expect(dev.count == 1_600 - 66 && prod.count == 800)
        #expect(dev.filter(\.beginsAnew).count == 1 && dev.first?.entry.acceptance != nil)
        #expect(prod.filter(\.beginsAnew).count == 1 && prod.first?.beginsAnew == true)
        #expect(quick.all.intrusions.isEmpty)
    }
}
