import TestSupport
import Testing
import YAMLSource

@Suite struct EditPropertyTests {
    private static let values = [
        "new", "1.11", "it's", "a: b", "x # y", "", "äöü", "two\nlines", "sha256:00ff", "[x", "\"q\"", "no", "tab\tx",
    ]

    @Test(arguments: UInt64(0)..<256)
    func `replacing a value changes that value and its bytes alone`(seed: UInt64) throws {
        let bytes = Array(DocumentWriter.stream(seed: seed).utf8)
        let stream = try YAMLStream(bytes: bytes)
        var random = SeededGenerator(seed: seed ^ 0xED17)
        let before = contents(stream)
        var refused = 0
        var made = 0
        for (place, node) in allNodes(stream).enumerated() where node.kind == .scalar {
            let value = Self.values.randomElement(using: &random) ?? ""
            guard let edited = try? replace(node, with: value, in: stream) else {
                refused += 1
                continue
            }
            made += 1
            let range = node.byteRange
            #expect(edited.prefix(range.lowerBound) == bytes.prefix(range.lowerBound))
            #expect(edited.suffix(bytes.count - range.upperBound) == bytes.suffix(bytes.count - range.upperBound))
            var expected = before
            expected[place] = "scalar \(value)"
            #expect(contents(try YAMLStream(bytes: edited)) == expected, "seed \(seed), place \(place)")
        }
        // Keys are always refused, and block scalars of two lines; every other value is edited.
        let keys = allNodes(stream).reduce(0) { $0 + $1.pairs.reduce(0) { count, _ in count + 1 } }
        let blocks = allNodes(stream).filter { $0.style == .literal || $0.style == .folded }.count
        #expect(refused <= keys + blocks, "seed \(seed)")
        #expect(made + refused > 0)
    }

    @Test(arguments: UInt64(0)..<256)
    func `an inserted pair can be read, and removed again`(seed: UInt64) throws {
        let bytes = Array(DocumentWriter.stream(seed: seed).utf8)
        let stream = try YAMLStream(bytes: bytes)
        for mapping in allNodes(stream) where mapping.kind == .mapping {
            for pair in mapping.pairs {
                var editor = YAMLEditor(stream)
                guard (try? editor.insert(key: "added", value: "1.10", after: pair.key)) != nil,
                    let edited = try? editor.apply()
                else {
                    // Behind a block scalar without final line break there is no place that leaves it as it is.
                    #expect(bytes.last != UInt8(ascii: "\n"), "seed \(seed) line \(pair.key.line)")
                    continue
                }
                let after = try YAMLStream(bytes: edited)
                let target = allNodes(after).first { $0.kind == .mapping && $0["added"] != nil }
                let added = try #require(target?.pairs.first { $0.key.equals("added") })
                #expect(added.value.text == "1.10")
                #expect(edited.count > bytes.count)
                var remover = YAMLEditor(after)
                try remover.remove(added.key)
                let restored = try remover.apply()
                #expect(
                    String(decoding: restored, as: UTF8.self) == String(decoding: bytes, as: UTF8.self),
                    "seed \(seed) line \(pair.key.line): \(String(decoding: edited, as: UTF8.self))")
            }
        }
    }

    @Test(arguments: UInt64(0)..<256)
    func `removing a pair leaves the others`(seed: UInt64) throws {
        let stream = try YAMLStream(bytes: Array(DocumentWriter.stream(seed: seed).utf8))
        let before = contents(stream)
        for mapping in allNodes(stream) where mapping.kind == .mapping {
            for pair in mapping.pairs where pair.value.kind == .scalar {
                var editor = YAMLEditor(stream)
                guard (try? editor.remove(pair.key)) != nil, let edited = try? editor.apply() else { continue }
                let after = contents(try YAMLStream(bytes: edited))
                #expect(after.count == before.count - 2)
                #expect(Array(before.prefix(1)) == Array(after.prefix(1)))
            }
        }
    }

    private func replace(_ node: YAMLNode, with value: String, in stream: YAMLStream) throws -> [UInt8] {
        var editor = YAMLEditor(stream)
        try editor.replace(node, with: value)
        return try editor.apply()
    }

    /// Form and content of every node in order.
    private func contents(_ stream: YAMLStream) -> [String] {
        allNodes(stream).map { "\($0.kind) \($0.text ?? "")" }
    }
}
