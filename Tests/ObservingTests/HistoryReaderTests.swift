import Git
import Observing
import PromotionModel
import TestSupport
import Testing

/// The history of repositories that towpath never wrote to.
@Suite struct HistoryReaderTests {
    private func history(_ bare: BareRepository, _ name: String = "dev", limit: Int = .max) throws -> [String] {
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: try bare.tip() ?? ""))
        var lines: [String] = []
        try HistoryReader(reader: FleetReader()).walk(try EnvironmentName(name), from: tip, in: repository) { entry in
            let changes = entry.changes.map { change in
                "\(change.component) \(change.from?.version ?? "–") → \(change.to?.version ?? "–")"
            }
            lines.append("\(entry.subject): \(changes.joined(separator: ", "))")
            return lines.count < limit
        }
        return lines
    }

    private let web = "environments/dev/web.yaml"

    private func grown() throws -> BareRepository {
        let bare = try BareRepository()
        try bare.commit(["README.md": "1"], "begin")
        try bare.commit([web: SampleText.component("web", "1", 1)], "arrive")
        try bare.commit(["README.md": "2", "environments/prod/x.yaml": SampleText.component("x", "1", 1)], "elsewhere")
        try bare.commit(
            [web: SampleText.component("web", "2", 2), "environments/dev/b.yaml": SampleText.component("b", "1", 1)],
            "grow")
        try bare.commit([web: SampleText.component("web", "2", 2, config: "a: 1")], "configure")
        try bare.commit([web: "kind: [\n"], "break")
        try bare.commit([web: SampleText.component("web", "3", 3)], "mend")
        try bare.commit([web: .gone, "environments/dev/moved.yaml": SampleText.component("web", "3", 3)], "move")
        try bare.commit(["environments/dev/b.yaml": .gone], "drop")
        return bare
    }

    @Test func `only what changes a declaration is told, newest first`() throws {
        #expect(
            try history(try grown()) == [
                "drop: b 1 → –", "mend: web – → 3", "break: web 2 → –", "grow: b – → 1, web 1 → 2", "arrive: web – → 1",
            ])
    }

    @Test func `a reader that has enough stops the walk`() throws {
        #expect(try history(try grown(), limit: 2) == ["drop: b 1 → –", "mend: web – → 3"])
    }

    @Test func `a merged branch is told once, by its merge`() throws {
        let bare = try grown()
        try bare.commit(
            ["environments/dev/c.yaml": SampleText.component("c", "1", 1)], "topic", branch: "topic",
            from: try bare.tip())
        try bare.commit(["environments/dev/c.yaml": SampleText.component("c", "2", 2)], "topic again", branch: "topic")
        try bare.merge("topic", "Merge the topic")
        #expect(try history(bare, limit: 2) == ["Merge the topic: c – → 2", "drop: b 1 → –"])
    }

    @Test func `a file that one rule leaves out and another claims is told for the other`() throws {
        let bare = try BareRepository()
        let layout: BareRepository.Entry = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments:
                - {name: dev, paths: ["apps/**"], exclude: ["**/prod/**"]}
                - {name: prod, paths: ["apps/*/prod/**"]}

            """
        func web(_ stage: String, _ version: String, _ digit: Int) -> [String: BareRepository.Entry] {
            ["apps/web/\(stage)/web.yaml": SampleText.component("web", version, digit)]
        }
        try bare.commit(["towpath.yaml": layout].merging(web("dev", "1", 1)) { $1 }, "begin")
        try bare.commit(web("prod", "1", 1), "go live")
        try bare.commit(web("dev", "2", 2), "build")
        try bare.commit(web("prod", "2", 2), "promote")
        #expect(try history(bare, "dev") == ["build: web 1 → 2", "begin: web – → 1"])
        #expect(try history(bare, "prod") == ["promote: web 1 → 2", "go live: web – → 1"])
    }

    @Test func `an environment that is not there is named beside those that are`() throws {
        let unknown = try #require(throws: HistoryReader.UnknownEnvironment.self) {
            _ = try history(try grown(), "prd")
        }
        #expect(unknown.name.description == "prd" && unknown.known.map(\.description) == ["dev", "prod"])
    }
}
