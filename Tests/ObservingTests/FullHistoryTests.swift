import Git
import Observing
import PromotionModel
import TestSupport
import Testing

/// Histories that follow more than first parents, against what git says of every commit.
@Suite struct FullHistoryTests {
    private static let files = ["environments/dev/a.yaml", "environments/dev/b.yaml", "environments/prod/a.yaml"]

    private static func text(_ component: String, _ version: Int) -> String {
        guard case .text(let text) = SampleText.component(component, "\(version)", version) else { return "" }
        return text
    }

    /// A history made by chance: merges that take one side, both or neither; equal dates; files that come and go.
    private func random(seed: UInt64, count: Int = 30) throws -> BareRepository {
        var random = SeededGenerator(seed: seed)
        let bare = try BareRepository()
        var stream = ""
        for number in 1...count {
            let message = "\(number)"
            let ref = number == count ? "main" : "b\(number)"
            stream += "commit refs/heads/\(ref)\nmark :\(number)\ncommitter G <g@x> 1700000000 +0000\n"
            stream += "data \(message.utf8.count)\n\(message)\n"
            let width = number == 1 ? 0 : [1, 1, 1, 2, 2, 3].randomElement(using: &random) ?? 1
            // The last parents are always near, so that the tip reaches most of what there is.
            let parents = Set((0..<width).map { _ in Int.random(in: max(1, number - 5)..<number, using: &random) })
            for (index, parent) in parents.sorted(by: >).enumerated() {
                stream += "\(index == 0 ? "from" : "merge") :\(parent)\n"
            }
            for file in Self.files where Int.random(in: 0..<3, using: &random) == 0 {
                let version = Int.random(in: 0..<4, using: &random)
                let text = Self.text(file.contains("a.yaml") ? "a" : "b", version)
                stream += version == 0 ? "D \(file)\n" : "M 100644 inline \(file)\ndata \(text.utf8.count)\n\(text)\n"
            }
            stream += "\n"
        }
        stream += "reset refs/heads/keep\nfrom :1\n\n"
        let keep = Self.text("keep", 1)
        stream += "commit refs/heads/main\ncommitter G <g@x> 1700000000 +0000\ndata 3\ntip\nfrom :\(count)\n"
        stream += "M 100644 inline environments/dev/keep.yaml\ndata \(keep.utf8.count)\n\(keep)\n\n"
        let run = try bare.git.run(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
        try #require(run.status == 0, "\(run.text)")
        return bare
    }

    /// The version that `file` declares at `commit`, found with git alone; `–` where there is none.
    private func version(_ file: String, _ commit: String, _ bare: BareRepository) throws -> String {
        let run = try bare.git.run(["cat-file", "blob", "\(commit):\(file)"])
        guard run.status == 0 else { return "–" }
        return String(try #require(run.output.firstMatch(of: /version: "([0-9])"/)).1)
    }

    private func told(_ bare: BareRepository, _ manner: HistoryManner) throws -> [String] {
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: try bare.tip() ?? ""))
        var lines: [String] = []
        try HistoryReader(reader: FleetReader()).walk(
            try EnvironmentName("dev"), from: tip, in: repository, manner: manner
        ) { entry in
            for change in entry.changes where change.component.description != "keep" {
                lines.append(
                    "\(entry.commit) \(change.component) \(change.from?.version ?? "–") → \(change.to?.version ?? "–")")
            }
            return true
        }
        return lines
    }

    @Test(arguments: 0..<6) func `each walk tells of every commit that brings a value none of its parents has`(
        seed: UInt64
    ) throws {
        let bare = try random(seed: seed)
        for walk in HistoryWalk.allCases {
            let list = walk == .full ? ["rev-list", "--parents"] : ["rev-list", "--parents", "--first-parent"]
            let commits = try bare.git.run(list + ["main"]).output.split(separator: "\n").map {
                $0.split(separator: " ").map(String.init)
            }
            var expected: Set<String> = []
            for line in commits {
                let parents = walk == .full ? Array(line.dropFirst()) : Array(line.dropFirst().prefix(1))
                for file in Self.files where file.contains("/dev/") {
                    let now = try version(file, line[0], bare)
                    let before = try parents.map { try version(file, $0, bare) }
                    let isNew = before.isEmpty ? now != "–" : !before.contains(now)
                    let name = file.contains("a.yaml") ? "a" : "b"
                    if isNew { expected.insert("\(line[0]) \(name) \(before.first ?? "–") → \(now)") }
                }
            }
            let lines = try told(bare, HistoryManner(walk: walk))
            #expect(Set(lines) == expected && lines.count == expected.count)
            // Each commit before its parents.
            let order = lines.map { $0.split(separator: " ")[0] }
            let parents = Dictionary(uniqueKeysWithValues: commits.map { ($0[0], $0.dropFirst()) })
            for (index, commit) in order.enumerated() {
                let earlier = order[..<index].filter { $0 != commit }
                #expect(parents[String(commit)]?.contains { earlier.contains($0[...]) } == false)
            }
        }
    }

    @Test func `a file that was moved into the environment is followed on request`() throws {
        let bare = try BareRepository()
        try bare.commit(["old/dev/web.yaml": SampleText.component("web", "1", 1)], "begin")
        try bare.commit(["old/dev/web.yaml": SampleText.component("web", "2", 2)], "grow")
        // Moved without a change, and moved with one.
        try bare.commit(
            ["old/dev/web.yaml": .gone, "older/web.yaml": SampleText.component("web", "2", 2)], "move")
        try bare.commit(
            [
                "older/web.yaml": .gone, "README.md": "x",
                "environments/dev/web.yaml": SampleText.component("web", "3", 3),
            ], "move and change")
        #expect(try told(bare, HistoryManner()).map { $0.dropFirst(41) } == ["web – → 3"])
        #expect(
            try told(bare, HistoryManner(followsRenames: true)).map { $0.dropFirst(41) } == [
                "web 2 → 3", "web 1 → 2", "web – → 1",
            ])
    }

    @Test func `a file of another name and other components is no former place`() throws {
        let bare = try BareRepository()
        try bare.commit(["old/web.yaml": SampleText.component("other", "1", 1)], "begin")
        try bare.commit(["old/x.yaml": SampleText.component("web", "1", 1)], "more")
        try bare.commit(
            [
                "old/web.yaml": .gone, "old/x.yaml": .gone,
                "environments/dev/web.yaml": SampleText.component("web", "3", 3),
            ], "replace")
        #expect(try told(bare, HistoryManner(followsRenames: true)).map { $0.dropFirst(41) } == ["web – → 3"])
    }
}
