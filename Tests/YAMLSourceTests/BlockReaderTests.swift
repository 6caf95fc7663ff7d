import Testing
import TestSupport

@testable import YAMLSource

/// What ``BlockReader`` reads is what libyaml reads, node for node, or it leaves the text to libyaml.
@Suite struct BlockReaderTests {
    /// The nodes that each of the two makes of `text`; of the first `nil` where it leaves the text alone.
    private func readings(_ text: [UInt8]) -> (own: [StoredNode]?, roots: [Int], library: NodeStorage?) {
        let limits = YAMLLimits()
        var own: [StoredNode]?
        var roots: [Int] = []
        unsafe text.withUnsafeBufferPointer { buffer in
            do {
                var reader = BlockReader(try unsafe SourceText(buffer, limits: limits), limits: limits)
                if reader.read() { (own, roots) = (reader.nodes, reader.roots) }
            } catch {
                own = nil
            }
        }
        do {
            return (own, roots, try NodeStorage(readingAnyYAML: text, limits: limits))
        } catch {
            return (own, roots, nil)
        }
    }

    /// Compares the two; answers whether the text was of the part that is read here.
    private func agree(_ bytes: [UInt8]) -> Bool {
        let (own, roots, library) = readings(bytes)
        guard let own else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let library else {
            Issue.record("libyaml refuses what was read:\n\(text)")
            return true
        }
        let same = roots == library.roots && own.map(Self.line) == library.nodes.map(Self.line)
        if !same {
            let pairs = zip(own.map(Self.line), library.nodes.map(Self.line))
            let first = pairs.first { $0 != $1 }.map { "\($0.0)\n\($0.1)" } ?? "\(own.count) \(library.nodes.count)"
            Issue.record("\(first)\n---\n\(text)")
        }
        return true
    }

    private static func line(_ node: StoredNode) -> String {
        "\(node.form) \(node.style) \(node.start)..\(node.end) \(node.line):\(node.column) next \(node.next) text "
            + "\(node.textStart)+\(node.textCount) \(node.properties) \(node.isDecoded) \(node.merges)"
    }

    private static let manifest = """
        # A comment: first.
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: app-1   # two blanks
          labels: {app: app-1, "tier": 'front', nested: {a: [x, y], b: {}}, none: []}
          empty:
        spec:
          replicas: 9
          template:
            spec:
              containers:
              - name: app
                image: registry.example/app:1.2@sha256:9f2c
                args: [--port=80, "a b", ./run]
                env:
                  - name: URL
                    value: "postgres://app@db:5432/app?pool=4"
                  -
                  - - a
                    - b
                  -   deep: 1
                      also: x#y z
              - plain text with: no colon
        last: a b  c
        ---
        second: ~
        """

    @Test func `a manifest as people write it is read here, with the nodes of libyaml`() {
        let lines = Self.manifest.split(separator: "\n", omittingEmptySubsequences: false)
        let valid = lines.filter { !$0.contains("no colon") }.joined(separator: "\n")
        #expect(agree(Array(valid.utf8)))
        #expect(!agree(Array((Self.manifest + "\n  broken").utf8)))
    }

    @Test(arguments: [
        "a: b: c\n", "a: &x 1\n", "a: *x\n", "a: !t b\n", "a: |\n  text\n", "a: b\n  c\n", "a:\n  b\n", "- a\n b: c\n",
        "&a:b", "!a,b", "- &a:b\n", "a:\n    b: 1\n  c: 2\n", "a: 'it''s'\n", "a: \"\\n\"\n", "<<: 1\n", "a: {b}\n",
        "a: [b, ]\n", "a: [b: c]\n",
        "a: {b: c\n}\n", "? a\n: b\n", "a:\tb\n", "a: ä\n", "--- a\n", "%YAML 1.2\n---\na: b\n", "...\n", "",
        "# only\n",
        "---\n---\na: b\n", "a : b\n", "a: \"b\" c\n", "a: \"b\"#c\n", "a: {b: c}d\n", "- a: b\n  - c\n", "a\n",
        "a: - b\n",
        "a: b\r\n", "{a: b}\n", "[a]\n", "a: {b: c}: d\n", "a: {b:c}\n", "a: {b: c d}\n", "a: >\n", "a: @b\n", "a: -\n",
    ])
    func `what is of another kind is left to libyaml`(text: String) {
        #expect(!agree(Array(text.utf8)), "\(text)")
    }

    @Test(arguments: [
        "a:\n", "a:\nb:\n", "a:\n- b\n- c:\n", "a:\n-\n", "-\n-\n", "- - - a\n", "- a:\n  b:\n    - c\nd", "a: b", "a:",
        "---\na: b\n---\nb: c\n", "a: b # c\n\n\n  # d\nc: d\n", "a: -1\nb: -x\nc: --flag\n", "a: x#y\n",
        "'a': b\n\"c\": d\n",
        "  a: 1\n  b: 2\n", "a::\n", "a:b: c\n", "a: {}\nb: []\n", "a: 'x'   \n", "- {a: b}\n- [c]\n",
        "a:   # why\n  b: c\n",
        "a:\n  - b: 1\n    c:\n    - d\n    e: f\ng: h\n", "a: (b)\n=: c\n", "a:\n\n\n  b: c\n\n",
    ])
    func `what is simple is read here`(text: String) {
        // The fourth-last sample of a sequence with a stray word behind it is none.
        let isBroken = text.hasSuffix("\nd")
        #expect(agree(Array(text.utf8)) == !isBroken, "\(text)")
    }

    @Test func `random text of simple pieces is read as libyaml reads it, or not at all`() {
        let pieces = [
            "a", "b c", "&a", "!t", ": ", ":", "\n", "\n", "\n  ", "\n  ", "\n    ", "\n- ", "\n  - ", "- ", "-", "'q'",
            "\"d\"", "{", "}",
            "[", "]", ", ", ",", " #c", "#", " ", "  ", "~", "---\n", "\n---\n", "k: v", "k: v\n", "k:\n", "{x: y}",
            "[1, 2]",
            "...", "?", "&", "=", "/", "<<", "|", "\\", "%", "''", "\"\"", "-1", ".", "x:y",
        ]
        var random = SeededGenerator(seed: 20_261)
        var count = 0
        for _ in 0..<60_000 {
            let length = Int.random(in: 1...14, using: &random)
            let text = (0..<length).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
            if agree(Array(text.utf8)) { count += 1 }
        }
        // Not so odd that nothing is read.
        #expect(count > 2_000)
    }

    @Test func `a manifest with bytes and lines changed is read as libyaml reads it, or not at all`() {
        var random = SeededGenerator(seed: 7)
        let original = Array(Self.manifest.utf8)
        let bytes = Array(" \n:-#'\"{}[],.ab&*|>~=".utf8)
        var count = 0
        for _ in 0..<6_000 {
            var text = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text[place] = bytes[Int.random(in: 0..<bytes.count, using: &random)]
                case 1: text.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
                default: text.remove(at: place)
                }
            }
            if agree(text) { count += 1 }
        }
        #expect(count > 300)
    }

    @Test func `documents in the styles people use are read as libyaml reads them, or not at all`() {
        for seed in 0..<3_000 { _ = agree(Array(DocumentWriter.stream(seed: UInt64(seed)).utf8)) }
    }

    @Test func `an anchor may end where its text begins, and the text keeps its place`() throws {
        let node = try #require(try YAMLStream(bytes: Array("k: &a:b\n".utf8)).documents.first?["k"])
        #expect(node.text == ":b" && node.anchor == "a" && node.byteRange == 5..<7)
    }

    @Test func `what is nested too deeply is left to libyaml, which refuses it`() {
        let deep = (0..<100).map { String(repeating: " ", count: $0) + "k:\n" }.joined()
        #expect(!agree(Array(deep.utf8)))
        #expect(!agree(Array(("a: " + String(repeating: "[", count: 100)).utf8)))
    }
}
