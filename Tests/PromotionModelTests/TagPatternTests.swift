import PromotionModel
import Testing

@Suite struct TagPatternTests {
    @Test(arguments: [
        ("{semver}", "1.2.3", true), ("{semver}", "1.2.3-rc.1+b5", true), ("{semver}", "1.2", false),
        ("{semver}", "1.2.3-", false), ("{semver}", "v1.2.3", false), ("v{semver}", "v1.2.3", true),
        ("v{semver}-alpine", "v1.2.3-alpine", true), ("{semver}", "1.2.x", false), ("{semver}", "", false),
        ("{number}", "20251121", true), ("{number}", "2025a", false), ("{number}.{number}", "1.10", true),
        ("{number}.{number}", "1.10.2", false), ("main-{commit}", "main-f3bca28", true),
        ("main-{commit}", "main-f3bca2", false), ("main-{commit}", "main-F3BCA28", false),
        ("*-{commit}-*", "staging-f3bca28-171", true), ("{commit}{number}", "f3bca2812", true),
        ("build-*", "build-", true), ("build-*", "build", false), ("a*b*c", "a-b-b-c", true),
        ("release", "release", true),
        ("release", "Release", false), ("1.0", "1x0", false), ("{number}*", String(repeating: "1", count: 257), false),
    ])
    func `a pattern fits the whole tag or nothing`(_ pattern: String, _ tag: String, _ fits: Bool) throws {
        #expect(try TagPattern(pattern).matches(tag) == fits)
    }

    @Test(arguments: ["", "*", "**", "a b", "{year}", "v{semver", "v{}", String(repeating: "a", count: 129)])
    func `what fits everything or is no pattern is refused`(_ text: String) {
        #expect(throws: TagPattern.Malformed.self) { try TagPattern(text) }
    }

    @Test func `a pattern that could try many ways ends soon`() throws {
        let pattern = try TagPattern(String(repeating: "{number}*", count: 14))
        #expect(pattern.matches(String(repeating: "1", count: 255) + "!"))
        #expect(
            try !TagPattern(String(repeating: "{number}*", count: 13) + "x").matches(String(repeating: "1", count: 256))
        )
    }

    @Test(arguments: [
        ("web:latest", true), ("web:LATEST", true), ("web:1.2-latest", true), ("web:latest-alpine", true),
        ("web:1.0-SNAPSHOT", true), ("web:main", true), ("web:1.2.3", false), ("web:latests", false), ("web", false),
        ("chart::web:latest", true), ("git::https://x/y?ref=main", false), ("web:development", false),
    ])
    func `a tag that is meant to move is known by its words`(_ artifact: String, _ moves: Bool) throws {
        #expect(try Artifact(parsing: artifact).isFloating == moves)
    }

    @Test(arguments: [
        ("chart::web:^1.2", true), ("chart::web:1.x", true), ("chart::web:>=1.0 <2.0", true), ("chart::web:1.*", true),
        ("chart::web:1.2.3", false), ("git::https://x/y?ref=1.*", true), ("git::https://x/y?ref=v1.2", false),
        ("web:1.x", false),
    ])
    func `a range is known by its signs`(_ artifact: String, _ isRange: Bool) throws {
        #expect(try Artifact(parsing: artifact).isRange == isRange)
    }
}
