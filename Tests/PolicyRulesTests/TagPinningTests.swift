import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

extension Artifact {
    /// A repository of git at `revision`.
    static func git(_ revision: String) -> Artifact {
        Artifact(kind: .git, repository: "https://git.example/x", tag: revision, digest: nil)
    }
}

@Suite struct TagPinningTests {
    private static let gates: [GateSpecification] = {
        do {
            return [.pinning(.tag([try TagPattern("v{semver}"), try TagPattern("{semver}"), try TagPattern("1.*")]))]
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private static func row(
        _ name: String, _ expected: String, _ artifact: Artifact, isMoving: Bool = false, records: [TagRecord] = [],
        unread: [EnvironmentName] = [], isKnown: Bool = true
    ) -> GateCase {
        GateCase(name, expected) { world in
            world.gates = gates
            world.changes = [
                Promotion.Change(component: "web", from: nil, to: artifact, supersedes: nil, isMoving: isMoving)
            ]
            if isKnown { world.tagRecords = TagRecords(records: records, unread: unread) }
        }
    }

    private static func record(
        _ artifact: Artifact, _ environment: EnvironmentName = "dev", at: Timestamp = "2026-11-01T00:00:00Z",
        component: ComponentName = "web"
    ) -> TagRecord {
        TagRecord(component: component, artifact: artifact, environment: environment, at: at)
    }

    private static let passed = "open: every artifact carries a digest or an immutable tag"
    private static let known = "web 1.5.0 was recorded first as \(Digest.of("4").short) in dev at 2026-11-01T00:00:00Z"
    private static let changed =
        "closed: \(known), and a tag never changes its meaning; "
        + "\(Digest.of("5").short) needs a tag of its own"

    @Test(arguments: [
        row("a digest", passed, .pinned("web", "anything", "5")),
        row("an immutable tag", passed, "web:1.5.0"),
        row("a chart", passed, "chart::web:1.5.0"),
        row("a git tag", passed, .git("v1.5.0")),
        row("a commit", passed, .git(String(repeating: "a", count: 40))),
        row(
            "another tag",
            "closed: web declares web:2.5 by a tag that is not immutable, which here means v{semver} or {semver} or 1.*; "
                + "add @sha256:…", "web:2.5"),
        row("no tag", "closed: web declares web without a tag or a digest; add @sha256:…", "web"),
        row(
            "latest",
            "closed: web declares web:latest by a tag that is meant to move; name a version, or add @sha256:…",
            "web:latest"),
        row("latest with its digest", passed, .pinned("web", "latest", "5")),
        row(
            "a branch that looks like a tag",
            "closed: web declares git::https://git.example/x?ref=1.5.0 by a branch or a range, which moves; "
                + "name a version", .git("1.5.0"), isMoving: true),
        row(
            "a range", "closed: web declares chart::web:1.x by a range, of which the newest is taken; name one version",
            "chart::web:1.x"),
        row(
            "filled in elsewhere",
            "closed: web declares web:1.${PATCH} by a tag that is filled in elsewhere; write the tag itself",
            Artifact(repository: "web", tag: "1.${PATCH}", digest: nil)),
        row("recorded alike", passed, .pinned("web", "1.5.0", "5"), records: [record(.pinned("web", "1.5.0", "5"))]),
        row(
            "recorded as something else", changed, .pinned("web", "1.5.0", "5"),
            records: [
                record(.pinned("web", "1.5.0", "4"))
            ]),
        row(
            "the first record counts", changed, .pinned("web", "1.5.0", "5"),
            records: [
                record(.pinned("web", "1.5.0", "5"), "prod", at: "2026-11-02T00:00:00Z"),
                record(.pinned("web", "1.5.0", "4")),
            ]),
        row(
            "in another registry", changed, .pinned("prod.example/web", "1.5.0", "5"),
            records: [
                record(.pinned("dev.example/a/web", "1.5.0", "4"))
            ]),
        row(
            "of something else", passed, .pinned("web", "1.5.0", "5"),
            records: [
                record(.pinned("httpd", "1.5.0", "4")), record(.pinned("web", "1.5.0", "4"), component: "api"),
                record(.pinned("web", "1.5.1", "4")),
            ]),
        row(
            "nobody could read it", "pending: the ledger of qa could not be read, and a tag may be recorded there",
            .pinned("web", "1.5.0", "5"), unread: ["qa"]),
        row(
            "nobody looked", "pending: what the tags meant before could not be read", .pinned("web", "1.5.0", "5"),
            isKnown: false),
    ])
    func `by tag, what is immutable and means what it meant passes`(_ row: GateCase) {
        #expect(row.world.result(of: .pinned) == row.expected)
    }

    @Test(arguments: [
        ("web:1.5.0", "web:1.5.0", true), ("web:1.5.0", "other.example/web:1.5.0", false),
        ("web:2.5", "web:2.5", true),
    ])
    func `a source that recorded the tag counts`(_ recorded: Artifact, _ arriving: Artifact, _ counts: Bool) {
        let world = World { world in
            world.gates = Self.gates
            world.tagRecords = TagRecords()
            world.changes = [World.change("web", arriving)]
            world.sources = [World.source("staging", ["web": recorded])]
        }
        #expect(world.result(of: .source).hasPrefix("open") == counts)
    }

    @Test(arguments: [("1.5.0", true), ("2.5", false)])
    func `a digest written later beside an immutable tag keeps its source`(_ tag: String, _ counts: Bool) {
        let world = World { world in
            world.gates = Self.gates
            world.tagRecords = TagRecords()
            world.changes = [World.change("web", .pinned("web", tag, "5"))]
            let bare = Artifact(repository: "registry.test/web", tag: tag, digest: nil)
            world.sources = [World.source("staging", ["web": bare])]
        }
        #expect(world.result(of: .source).hasPrefix("open") == counts)
    }
}
