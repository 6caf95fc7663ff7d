import TestSupport
import Testing
import YAMLSource

@Suite struct HostileInputTests {
    private static let fragments = [
        "a", ": ", "- ", "\n", "\n  ", "&a ", "*a", "<<: ", "[", "]", "{", "}", ",", "'", "\"", "|", ">", "#", "!!x ",
        "---\n", "...\n", "%TAG ! x\n", "\t", "\r\n", "\\", "? ", "ä", "\u{2028}", "\u{85}", "😀", "\u{FEFF}", "~", "\r",
    ]

    @Test(arguments: UInt64(0)..<256)
    func `random bytes are read or refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let count = Int.random(in: 0..<64, using: &random)
            visit((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test(arguments: UInt64(0)..<256)
    func `random pieces of syntax are read or refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let count = Int.random(in: 0..<24, using: &random)
            let text = (0..<count).map { _ in Self.fragments.randomElement(using: &random) ?? "" }.joined()
            visit(Array(text.utf8))
        }
    }

    @Test(arguments: UInt64(0)..<256)
    func `damaged documents are read or refused`(seed: UInt64) {
        let bytes = Array(DocumentWriter.stream(seed: seed).utf8)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 where !bytes.isEmpty {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.insert(contentsOf: (Self.fragments.randomElement(using: &random) ?? "").utf8, at: place)
                default: damaged.remove(at: place)
                }
                guard !damaged.isEmpty else { break }
            }
            visit(damaged)
        }
    }

    /// Asks every question there is about `bytes`; none may trap, and what holds for all input must hold.
    private func visit(_ bytes: [UInt8]) {
        do {
            let stream = try YAMLStream(bytes: bytes)
            var editor = YAMLEditor(stream)
            for node in allNodes(stream) {
                #expect(node.line >= 1 && node.column >= 1)
                #expect(node.byteRange.upperBound <= bytes.count)
                #expect(node.mergedPairs.allSatisfy { $0.key.text.map { node[$0] != nil } ?? true })
                _ = (node.isNull, node.tag, node.anchor, node.anchorLine, node["a"], node.equals("a"))
                try? editor.replace(node, with: "1.10")
                for pair in node.pairs {
                    var other = YAMLEditor(stream)
                    try? other.insert(key: "k2", value: "v", after: pair.key)
                    try? other.remove(pair.key)
                    _ = try? other.apply()
                }
            }
            _ = (stream.duplicateKeys, try? editor.apply())
        } catch {
            #expect(error.line >= 1 && error.column >= 1 && !error.message.isEmpty)
        }
    }
}
