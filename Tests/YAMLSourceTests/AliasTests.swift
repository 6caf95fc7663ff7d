import Testing
import YAMLSource

@Suite struct AliasTests {
    @Test func `an alias shows the anchored node at its own place`() throws {
        let node = try root("base: &b\n  image: x\nuse: *b\n")
        let use = try #require(node["use"])
        #expect(use.isAlias)
        #expect(use.line == 3 && use.column == 6)
        #expect(use.anchorLine == 1)
        #expect(use.anchor == "b")
        let image = try #require(use["image"])
        #expect(image.isAlias && !image.isMerged)
        #expect(image.line == 2 && image.anchorLine == 1)
        #expect(image.text == "x")
        let base = try #require(node["base"])
        #expect(!base.isAlias && base.anchorLine == nil && base.anchor == "b")
        #expect(node["base"]?["image"]?.isAlias == false)
    }

    @Test func `an anchor given twice stands for the latest`() throws {
        let node = try root("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
        #expect(node["b"]?.text == "1")
        #expect(node["d"]?.text == "2")
        #expect(node["d"]?.anchorLine == 3)
    }

    @Test func `an inner anchor of the same name is complete before the outer one`() throws {
        #expect(outline(try root("a: &x [&x y, *x]\n")) == "{<a>: [<y>, <y>]}")
    }

    @Test(arguments: ["*k : 1", "? *k\n: 1", "{*k : 1}"])
    func `an alias may be a key`(written: String) throws {
        let node = try root("- &k name\n- \(written.replacing("\n", with: "\n  "))\n")
        let mapping = try #require(Array(node.items).last)
        #expect(mapping["name"]?.text == "1")
    }
}

@Suite struct MergeTests {
    private static let bases = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\n"

    @Test(arguments: [
        ("{<<: *a}", "{<x>: <1>, <y>: <2>}"),
        ("{<<: *a, x: 9}", "{<x>: <9>, <y>: <2>}"),
        ("{x: 9, <<: *a}", "{<x>: <9>, <y>: <2>}"),
        ("{<<: [*a, *b]}", "{<x>: <1>, <y>: <2>, <z>: <4>}"),
        ("{<<: [*b, *a]}", "{<y>: <3>, <z>: <4>, <x>: <1>}"),
        ("{<<: *a, <<: *b}", "{<x>: <1>, <y>: <2>, <z>: <4>}"),
        ("{<<: {w: 5}}", "{<w>: <5>}"),
        ("{<<: [{w: 5}, *a], x: 0}", "{<x>: <0>, <w>: <5>, <y>: <2>}"),
        ("{!!merge <<: *a}", "{<x>: <1>, <y>: <2>}"),
        ("{\"<<\": *a}", "{<<<>: {<x>: <1>, <y>: <2>}}"),
        ("{'<<': 1, <<: *a}", "{<<<>: <1>, <x>: <1>, <y>: <2>}"),
        ("{x: 1, x: 2}", "{<x>: <2>}"),
        ("{<<: [], x: 1}", "{<x>: <1>}"),
    ])
    func `merge keys add what the mapping lacks`(written: String, expected: String) throws {
        let stream = try YAMLStream(bytes: Array("\(Self.bases)c: \(written)\n".utf8))
        let mapping = try #require(stream.documents[0]["c"])
        #expect(outline(mapping, merged: true) == expected)
        for pair in mapping.mergedPairs {
            let text = try #require(pair.key.text)
            let found = try #require(mapping[text])
            #expect(found.text == pair.value.text)
            #expect(found.isMerged == pair.value.isMerged)
        }
        #expect(mapping["missing"] == nil)
    }

    @Test(arguments: [
        ("{<<: text}", "1:6"), ("{<<: [{}, text]}", "1:6"), ("{<<: }", "1:6"), ("x: &x 1\ny:\n  <<: *x\n", "3:7"),
        ("x: &x [[]]\ny:\n  <<: *x\n", "3:7"), ("{<<: {}, !!merge b: 1}", "1:21"),
    ])
    func `a merge key that merges nothing is refused`(text: String, place: String) {
        #expect(
            problem(Array(text.utf8))?.description
                == "\(place): a merge key takes a mapping or a sequence of mappings")
    }

    @Test func `what was merged says so`() throws {
        let node = try root("a: &a\n  x: {deep: 1}\nb:\n  <<: *a\n  own: 2\n")
        let merged = try #require(node["b"]?["x"])
        #expect(merged.isMerged && merged.isAlias)
        #expect(merged.line == 2 && merged.anchorLine == 1)
        #expect(merged["deep"]?.isMerged == true)
        #expect(node["b"]?["own"]?.isMerged == false)
        #expect(node["b"]?["own"]?.isAlias == false)
        #expect(node["a"]?["x"]?.isMerged == false)
        #expect(try #require(node["b"]).pairs.map { $0.key.text } == ["<<", "own"])
        #expect(try #require(node["b"]).pairs.map { $0.key.isMergeKey } == [true, false])
    }

    @Test func `a merged mapping brings what was merged into it`() throws {
        let node = try root("a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n")
        #expect(outline(try #require(node["c"]), merged: true) == "{<z>: <3>, <y>: <2>, <x>: <1>}")
        #expect(node["c"]?["x"]?.text == "1")
        #expect(node["c"]?["y"]?.text == "2")
    }
}

@Suite struct DuplicateKeyTests {
    private func duplicates(_ text: String) throws -> [String] {
        try YAMLStream(bytes: Array(text.utf8)).duplicateKeys.map(\.description)
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", ["3:1: the key \"a\" stands on line 1 already"]),
        ("a:\n  x: 1\n  'x': 2\n", ["3:3: the key \"x\" stands on line 2 already"]),
        ("{a: 1, \"\\x61\": 2}", ["1:8: the key \"a\" stands on line 1 already"]),
        (
            "a: 1\na: 2\na: 3",
            [
                "2:1: the key \"a\" stands on line 1 already",
                "3:1: the key \"a\" stands on line 1 already",
            ]
        ),
        ("k: &k a\nm: {a: 1, *k : 2}", ["2:11: the key \"a\" stands on line 2 already"]),
        ("a: &a {}\nb: {<<: *a, <<: *a}", []),
        ("a: {x: 1}\nb: {x: 1}\nc: [{x: 1}, {x: 1}]\n", []),
        ("? [a]\n: 1\n? [a]\n: 2\n", []),
        ("? \n: 1\n'': 2\n", ["3:1: the key \"\" stands on line 1 already"]),
        ("aXc: 1\naYc: 2\naXd: 3\nabXbc: 1\nabXdc: 2\n", []),
    ])
    func `a key written twice is reported with both lines`(text: String, expected: [String]) throws {
        #expect(try duplicates(text) == expected)
    }

    @Test func `the last of two values counts`() throws {
        #expect(try root("a: 1\nb: 0\na: 2\n")["a"]?.text == "2")
    }

    @Test(arguments: [24, 25, 1_000])
    func `large mappings are searched too`(count: Int) throws {
        let keys = (0..<count).map { "key\($0): x\n" }.joined()
        #expect(try duplicates(keys).isEmpty)
        #expect(
            try duplicates(keys + "key7: y\n")
                == ["\(count + 1):1: the key \"key7\" stands on line 8 already"])
    }

    @Test func `a hostile number of duplicates is cut short`() throws {
        let text = String(repeating: "a: x\n", count: 50_000)
        #expect(try duplicates(text).count == 100)
    }
}
