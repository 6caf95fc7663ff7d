import Foundation
import Git
import TestSupport
import Testing

/// A history made by chance: merges that take one side, both or neither, criss-cross, octopuses, several roots; equal
/// dates and dates that say nothing; files that come, go, change their kind and become folders.
struct RandomFleetHistory {
    let bare: BareRepository
    private var random: SeededGenerator
    private let hasEqualDates: Bool
    /// Whether messages are those of a ledger, or nearly.
    private let isLedger: Bool
    /// How many commits there are; the tip of number n is `refs/heads/b<n>`.
    private(set) var count = 0

    static let files = [
        "environments/dev/a.yaml", "environments/dev/b.yaml", "environments/prod/a.yaml", "README.md",
        "environments/dev/deep/c.yaml", "environments/dev/environment.lock",
    ]

    init(seed: UInt64, count: Int, isLedger: Bool = false) throws {
        self.isLedger = isLedger
        random = SeededGenerator(seed: seed)
        hasEqualDates = seed % 2 == 0
        bare = try BareRepository()
        try grow(by: count)
    }

    /// Adds so many commits by chance, and lets `main` be the last one.
    mutating func grow(by more: Int) throws {
        var stream = ""
        for number in (count + 1)...(count + more) {
            let date = hasEqualDates ? 1_700_000_000 : Int.random(in: 0..<2_000_000_000, using: &random)
            stream += "commit refs/heads/b\(number)\nmark :\(number)\ncommitter G <g@x> \(date) +0000\n"
            let message = message(of: number)
            stream += "data \(message.utf8.count)\n\(message)\n"
            let width =
                number == 1 ? 0 : [1, 1, 1, 1, 2, 2, 3, 4, number % 11 == 0 ? 0 : 1].randomElement(using: &random) ?? 1
            let parents = Set((0..<width).map { _ in Int.random(in: max(1, number - 6)..<number, using: &random) })
            for (index, parent) in parents.sorted(by: >).enumerated() {
                let name = parent <= count ? "refs/heads/b\(parent)^0" : ":\(parent)"
                stream += "\(index == 0 ? "from" : "merge") \(name)\n"
            }
            for file in Self.files where Int.random(in: 0..<3, using: &random) == 0 { stream += change(of: file) }
            stream += "\n"
        }
        count += more
        stream += "reset refs/heads/main\nfrom :\(count)\n\n"
        let run = try bare.git.run(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
        try #require(run.status == 0, "\(run.text)")
        // Every state of a repository is met: all loose, all packed, or some of both.
        if count.isMultiple(of: 3) { try bare.git("repack", "-a", "-d", "-q") }
    }

    private mutating func message(of number: Int) -> String {
        guard isLedger else { return "\(number)" }
        let kind = Int.random(in: 0..<8, using: &random)
        let environment = kind == 0 ? "prod" : "dev"
        let identity = kind == 1 ? "Eve <eve@x>" : "G <g@x>"
        let acceptance = "Accepted-History: {\"replaced\":\"\(String(repeating: "a", count: 40))\"}"
        return """
            \(number)\(kind == 2 ? "Accepted-History" : "")

            Environment: \(environment)
            Release: \(kind == 3 ? "!" : "*")
            \(kind == 4 ? acceptance : "Evidence-Basis: \(String(repeating: "b", count: 40))")
            Recorded-At: 2026-11-20T12:00:00Z
            Basis: \(String(repeating: "0", count: 40))
            \(kind == 5 ? "x" : "Signed-off-by: \(identity)")
            """
    }

    private mutating func change(of file: String) -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return "D \(file)\n"
        case 1: return "M 120000 inline \(file)\ndata 4\nhere\n"
        case 2: return "D \(file)\nM 100644 inline \(file)/below.yaml\ndata 2\nx\n\n"
        case 3: return "M 100755 inline \(file)\ndata 2\ny\n\n"
        default:
            let name = file.contains("a.yaml") ? "a" : "b"
            let version = Int.random(in: 1..<4, using: &random)
            if Bool.random(using: &random) {
                let text = Self.pod(name, "\(version)")
                return "M 100644 inline \(file)\ndata \(text.utf8.count)\n\(text)\n"
            }
            guard case .text(let text) = SampleText.component(name, "\(version)", version) else { return "" }
            return "M 100644 inline \(file)\ndata \(text.utf8.count)\n\(text)\n"
        }
    }

    /// A manifest whose versions differ in one value.
    private static func pod(_ name: String, _ version: String) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name)}
        spec:
          containers:
            - name: app
              image: registry.test/\(name):\(version)
        """
    }

    /// The commit of that number.
    func commit(_ number: Int) throws -> ObjectID {
        try #require(ObjectID(hex: try bare.git.run(["rev-parse", "refs/heads/b\(number)"]).output.trimmed))
    }
}

extension String {
    var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
