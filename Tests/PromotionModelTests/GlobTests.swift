import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct NameGlobTests {
    @Test(arguments: [
        ("prod", "prod", true), ("prod", "prod-eu", false), ("*", "", true), ("*", "anything", true),
        ("prod-*", "prod-", true), ("prod-*", "prod", false), ("*-eu", "prod-eu", true), ("*-eu", "-eu", true),
        ("p*d", "pd", true), ("p*d", "p", false), ("a*a", "a", false), ("a*a", "aa", true), ("*b*", "abc", true),
        ("*b*", "ac", false), ("a*b*c", "a-c-b-c", true), ("a*b*c", "acb", false), ("**", "x", true),
        ("*ab*ab*", "abab", true), ("*ab*ab*", "aab", false), ("é*", "éa", true), ("", "", true), ("", "x", false),
    ])
    func `a pattern matches whole names`(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(NameGlob(pattern).matches(name) == matches)
    }

    @Test func `the more a pattern fixes the more specific it is`() {
        let patterns = ["*", "p*", "p*d", "prod*", "prod"].map { NameGlob($0).specificity }
        #expect(patterns == patterns.sorted())
        #expect(Set(patterns).count == patterns.count)
    }

    @Test(.timeLimit(.minutes(10)))
    func `a hostile pattern does not explode`() {
        let pattern = String(repeating: "a*", count: 200) + "b"
        #expect(!NameGlob(pattern).matches(String(repeating: "a", count: 2_000)))
    }
}

@Suite struct PathGlobTests {
    @Test(
        arguments: [
            ("a/b", "a/b", [:]), ("*/b", "a/b", [:]), ("**", "a/b/c", [:]), ("a/**", "a/b/c", [:]), ("**/c", "c", [:]),
            ("**/c", "a/b/c", [:]), ("a/**/c", "a/c", [:]), ("a/**/c", "a/b/b/c", [:]), ("*.yaml", "x.yaml", [:]),
            ("a*c", "abc", [:]), ("a*c", "ac", [:]), ("clusters/{env}/**", "clusters/prod/a/b", ["env": "prod"]),
            ("{app}/{env}.yaml", "web/prod.yaml", ["app": "web", "env": "prod"]),
            ("{a}-{b}", "x-y-z", ["a": "x", "b": "y-z"]), ("{env}/{env}.yaml", "prod/prod.yaml", ["env": "prod"]),
            ("**/{env}/*.yaml", "a/b/prod/x.yaml", ["env": "prod"]), ("{x}*", "éa", ["x": "é"]),
            ("{a}{b}", "xyz", ["a": "x", "b": "yz"]), ("**/**/x", "x", [:]), ("a**b", "axb", [:]),
        ] as [(String, String, [String: String])])
    func `a pattern matches and captures`(_ pattern: String, _ path: String, _ captures: [String: String]) throws {
        #expect(try PathGlob(pattern).match(path) == captures)
    }

    @Test(arguments: [
        ("a/b", "a"), ("a/b", "a/b/c"), ("a/**", "a"), ("*", "a/b"), ("{env}/x", "/x"), ("*.yaml", "x.yml"),
        ("{env}/{env}.yaml", "prod/dev.yaml"), ("{a}x", "x"), ("a/*/c", "a/c"), ("A", "a"),
    ])
    func `a pattern leaves other paths alone`(_ pattern: String, _ path: String) throws {
        #expect(try PathGlob(pattern).match(path) == nil)
    }

    @Test(arguments: [
        ("", "it is empty"), ("/a", "expected a path relative to the root, without \".\" and \"..\""),
        ("a/", "expected a path relative to the root, without \".\" and \"..\""),
        ("a//b", "expected a path relative to the root, without \".\" and \"..\""),
        ("a/../b", "expected a path relative to the root, without \".\" and \"..\""),
        ("./a", "expected a path relative to the root, without \".\" and \"..\""),
        ("{a", "expected a name and \"}\" after \"{\""), ("{}", "expected a name and \"}\" after \"{\""),
        ("a}", "\"}\" without \"{\""),
        ("{a}{b}{c}/{a}{b}{c}", "at most two captures may stand more than once"),
    ])
    func `a broken pattern is refused with its reason`(_ pattern: String, _ reason: String) {
        #expect(errorText { try PathGlob(pattern) } == "\"\(pattern)\" is no path pattern: \(reason)")
    }

    /// What a pattern without wildcards means, said once more: texts stand for themselves, a capture for what is there.
    private static func captures(_ pattern: [String], _ path: [String]) -> [String: String]? {
        let isOpen = pattern.last == "**"
        let parts = isOpen ? pattern.dropLast() : pattern[...]
        guard isOpen ? path.count > parts.count : path.count == parts.count else { return nil }
        var captures: [String: String] = [:]
        for (part, folder) in zip(parts, path) {
            if part.hasPrefix("{") {
                let name = String(part.dropFirst().dropLast())
                guard captures[name] == nil || captures[name] == folder else { return nil }
                captures[name] = folder
            } else if part != folder {
                return nil
            }
        }
        return captures
    }

    @Test(arguments: 0..<UInt64(256))
    func `a pattern without wildcards matches folder by folder`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        for _ in 0..<40 {
            var pattern = (0..<random.number(1...3)).map { _ in random.pick(["a", "b", "{x}", "{y}", "{x}"]) }
            if random.chance(40) { pattern.append("**") }
            let path = (0..<random.number(1...4)).map { _ in random.pick(["a", "b", "ab", "é"]) }
            let found = try PathGlob(pattern.joined(separator: "/")).match(path.joined(separator: "/"))
            #expect(found == Self.captures(pattern, path), "\(pattern) and \(path)")
            let isNamed = try PathGlob(pattern.joined(separator: "/"))
                .capturesNames(in: path.dropLast().joined(separator: "/"))
            let isFixed = pattern.last?.hasPrefix("{") == true && !pattern.dropLast().contains { $0.hasPrefix("{") }
            #expect(isNamed == (isFixed && found != nil), "\(pattern) and \(path)")
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `every folder on the way to a match could match`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        let pieces = ["a", "b", "*", "**", "{x}", "a*", "{x}b", "*b*"]
        for _ in 0..<40 {
            let glob = try PathGlob(
                (0..<random.number(1...4)).map { _ in random.pick(pieces) }.joined(separator: "/"))
            let path = (0..<random.number(1...5)).map { _ in random.pick(["a", "b", "ab", "aab"]) }
            guard glob.match(path.joined(separator: "/")) != nil else { continue }
            for length in 0..<path.count {
                let folder = path.prefix(length).joined(separator: "/")
                #expect(glob.couldMatch(below: folder), "\(glob) matches \(path) and would not enter \(folder)")
            }
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (String(repeating: "a*", count: 30) + "b", String(repeating: "a", count: 250)),
            ("{a}{b}" + String(repeating: "*a", count: 30), String(repeating: "a", count: 250) + "b"),
            (String(repeating: "**/", count: 20) + "b", String(repeating: "a/", count: 200) + "a"),
            (String(repeating: "**/*a*/", count: 10) + "b", String(repeating: "aaaa/", count: 100) + "a"),
            ("{a}{b}{c}{d}{e}{f}{g}{h}x", String(repeating: "a", count: 250)),
        ])
    func `a hostile pattern does not explode`(_ pattern: String, _ path: String) throws {
        #expect(try PathGlob(pattern).match(path) == nil)
    }

    @Test(.timeLimit(.minutes(10)))
    func `captures that repeat do not explode`() throws {
        let glob = try PathGlob("{a}{b}/{a}*{b}*x")
        let long = String(repeating: "a", count: 120)
        #expect(glob.match("\(long)/\(long)") == nil)
        #expect(glob.match("ab/a-b-x") == ["a": "a", "b": "b"])
    }
}
