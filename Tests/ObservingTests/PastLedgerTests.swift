import Git
import LedgerFormat
import Observing
import PromotionModel
import TestSupport
import Testing

/// The ledger of the past read once, against that of each commit read by itself.
@Suite struct PastLedgerTests {
    private static let names = ["dev", "prod"]

    private func entry(_ environment: String, _ number: Int) -> String {
        """
        hold(\(environment)): everything: number \(number)

        Environment: \(environment)
        Release: *
        Recorded-At: 2026-11-20T12:00:00Z
        Basis: \(String(repeating: "0", count: 40))
        Signed-off-by: Ada <ada@example.invalid>
        """
    }

    /// Adds one change by chance: mostly entries and other commits, and now and then what nobody should do to a lock.
    private func change(
        _ bare: BareRepository, _ number: Int, wildly isWild: Bool, using random: inout SeededGenerator
    ) throws {
        let name = Self.names.randomElement(using: &random) ?? "dev"
        let lock = "environments/\(name)/environment.lock"
        let main = try bare.tip()
        switch Int.random(in: 0..<(isWild ? 10 : 7), using: &random) {
        case 0...2: try bare.commit([lock: "\(number)"], entry(name, number))
        case 3: try bare.commit(["environments/\(name)/a.yaml": "\(number)"])
        case 4: try bare.commit([lock: "\(number)"], "Tidy up")
        case 5: try bare.commit([lock: .gone])
        case 6:
            try bare.commit(["topic-\(number)": "1"], branch: "topic-\(number)", from: main)
            try bare.commit([lock: "main \(number)"], entry(name, number))
            try bare.merge("topic-\(number)", "Merge a topic")
        case 7:
            // A lock that comes by a merge.
            try bare.commit([lock: "side \(number)"], entry(name, number), branch: "side-\(number)", from: main)
            try bare.commit(["README.md": "\(number)"])
            try bare.merge("side-\(number)", "Merge a lock")
        default:
            // A merge that takes everything as a branch from before the last entry has it.
            try bare.commit(["stale-\(number)": "1"], branch: "stale-\(number)", from: main)
            try bare.commit([lock: "lost \(number)"], entry(name, number))
            let tree = try bare.git("rev-parse", "stale-\(number)^{tree}")
            let merged = try bare.git("commit-tree", "-p", "main", "-p", "stale-\(number)", "-m", "Merge", tree)
            try bare.git("update-ref", "refs/heads/main", merged)
        }
    }

    @Test(arguments: 0..<10) func `it says what each commit says, or nothing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bare = try BareRepository()
        let isWild = seed % 2 == 1
        try bare.commit(["README.md": "1"])
        for number in 1...10 { try change(bare, number, wildly: isWild, using: &random) }
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: try bare.tip() ?? ""))
        let names = try Self.names.map { try EnvironmentName($0) }
        let past = try PastLedger(from: tip, in: repository)
        #expect(isWild || past != nil, "where all is as it should be, the ledger is read once")
        for id in try repository.firstParentIDs(from: tip) {
            guard let told = past?.history(at: id.hex) else { continue }
            let expected = try LedgerWalk.history(of: names, from: id, in: repository)
            #expect(told == expected)
        }
        #expect(past?.history(at: String(repeating: "0", count: 40)) == nil)
    }

    @Test func `a lock that comes by a merge is read where it is asked for`() throws {
        let bare = try BareRepository()
        try bare.commit(["README.md": "1"])
        let lock = "environments/dev/environment.lock"
        try bare.commit([lock: "1"], entry("dev", 1), branch: "side", from: try bare.tip())
        try bare.commit(["README.md": "2"])
        try bare.merge("side", "Merge a lock")
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: try bare.tip() ?? ""))
        let past = try PastLedger(from: tip, in: repository)
        #expect(past == nil)
    }
}
