import Bootstrap
import Git
import Glibc
import JSONText
import Ports
import PromotionModel
import Reconciling
import Synchronization

/// The loop of a daemon, with a change before each tick and a clock that jumps to it.
enum Soak {
    final class JumpingClock: WallClock {
        private let seconds: Atomic<Int64>

        init(at seconds: Int64) {
            self.seconds = Atomic(seconds)
        }

        func now() -> Timestamp { Timestamp(seconds: seconds.load(ordering: .relaxed)) }

        func jump(by span: Int64) {
            seconds.add(span, ordering: .relaxed)
        }
    }

    private static let branch = "refs/heads/main"
    static let identity = "Bench <bench@example.org>"
    /// So many samples are taken.
    private static let samples = 20

    /// Runs `ticks` ticks over the fleet in `repository`, each after one manifest of it got another digest.
    ///
    /// - Returns: what a sample of them took at the median, in seconds, and what the process had then.
    static func run(in repository: String, cache: String, ticks: Int) throws -> JSONValue {
        let clock = JumpingClock(at: 1_800_000_000)
        var settings = OperatorSettings(repository: repository, identity: identity, cacheDirectory: cache)
        settings.memory = FleetMemory()
        func tick() throws -> Reconciliation { try Fleet(settings, clock: clock).reconcile(ReconcileOptions()) }
        _ = try tick()
        let manifests = try manifests(in: repository)
        var rows: [JSONValue] = []
        var walls: [Double] = []
        for number in 1...ticks {
            clock.jump(by: 60)
            try promote(manifests[number % manifests.count], number, in: repository, at: clock.now())
            var result: Reconciliation?
            let seconds = try Benchmark.wallSeconds { result = try tick() }
            guard case .ticked(let report) = result, case .recorded(let commits) = report.result, commits.count == 1
            else {
                throw Benchmark.Unexpected(
                    description: "tick \(number) did not record its promotion: \(String(describing: result))")
            }
            // A tick with nothing to do comes as often as one with something.
            guard case .unchanged = try secondTick(tick) else {
                throw Benchmark.Unexpected(description: "tick \(number) left something to do")
            }
            walls.append(seconds)
            if number % max(1, ticks / samples) == 0 {
                rows.append([
                    "ticks": .integer(number), "medianSeconds": .number(String(walls.sorted()[walls.count / 2])),
                    "residentBytes": .integer(try residentBytes()), "openFiles": .integer(try openFiles()),
                ])
                walls = []
            }
        }
        return .array(rows)
    }

    /// The first tick after a record looks at what it wrote; the second knows that there is nothing to do.
    private static func secondTick(_ tick: () throws -> Reconciliation) throws -> Reconciliation {
        _ = try tick()
        return try tick()
    }

    static func manifests(in path: String) throws -> [String] {
        let repository = try Repository.open(at: path)
        guard let tip = try repository.reference(branch) else { return [] }
        let root = try repository.commit(tip).tree
        guard let folder = try repository.entry(at: "environments", in: root) else { return [] }
        return try repository.tree(folder.id).map { "environments/\($0.name)/app-1.yaml" }
    }

    /// Commits the manifest at `path` with the digest `number`.
    static func promote(_ path: String, _ number: Int, in folder: String, at now: Timestamp) throws {
        let repository = try Repository.open(at: folder)
        guard let tip = try repository.reference(branch) else { return }
        let tree = try repository.commit(tip).tree
        guard let entry = try repository.entry(at: path, in: tree) else { return }
        let text = String(decoding: try repository.blob(entry.id, limit: 1 << 20), as: UTF8.self)
        guard let start = text.firstRange(of: "@sha256:")?.upperBound else { return }
        let digest = String(repeating: "0", count: 64 - String(number, radix: 16).count) + String(number, radix: 16)
        let changed = text[..<start] + digest + text[text.index(start, offsetBy: 64)...]
        let blob = try repository.writeBlob(Array(changed.utf8))
        let author = Signature(try Identity(name: "Ada", email: "ada@example.org"), seconds: now.seconds)
        let commit = try repository.writeCommit(
            tree: try repository.writeTree(base: tree, changes: [TreeChange(path, .put(blob, .blob))]),
            parents: [tip], author: author, committer: author, message: "Promote \(path)\n")
        try repository.updateReference(branch, to: commit, expecting: tip, message: "merge")
    }

    private static func residentBytes() throws -> Int {
        let words = try text(of: "/proc/self/statm").split(separator: " ")
        return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(getpagesize())
    }

    private static func openFiles() throws -> Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Without ".", ".." and the folder itself.
        return count - 3
    }

    private static func text(of path: String) throws -> String {
        guard let file = unsafe fopen(path, "re") else { throw Benchmark.Unexpected(description: "no \(path)") }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
