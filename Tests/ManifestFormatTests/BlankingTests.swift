import ManifestFormat
import ModelBuilders
import TestSupport
import Testing

/// What is left of a manifest without its artifacts is its configuration.
@Suite struct BlankingTests {
    private static func blanked(_ text: String, path: String = "values.yaml") -> [UInt8]? {
        ManifestReader().read(Array(text.utf8), path: path, blanking: true).blanked
    }

    /// A random manifest of each format; only `tags` and `digests` differ between two with the same `shape`.
    private static func manifest(shape: UInt64, artifacts: UInt64, extra: String = "") -> String {
        var shape = RandomModel(seed: shape)
        var artifacts = RandomModel(seed: artifacts)
        func value(_ quoted: Bool, _ text: String) -> String { quoted ? "\"\(text)\"" : text }
        var text = "# head\(extra)\n"
        for index in 0..<shape.number(1...4) {
            let version = "1.\(artifacts.number(0...99))"
            let digest = artifacts.digest()
            let quoted = artifacts.chance(50)
            switch shape.number(0...3) {
            case 0: text += "s\(index):\n  image: \(value(quoted, "r.test/a:\(version)@\(digest)"))  # c\n"
            case 1:
                text += "s\(index): {image: {repository: r.test/a, tag: \(value(true, version)), digest: \(digest)}}\n"
            case 2: text += "s\(index): {image: r.test/b, tag: \(value(true, version + "@\(digest)"))}\n"
            default: text += "s\(index): &a\(index)\n  image: &b\(index) r.test/c:\(version)\nt\(index): *b\(index)\n"
            }
            text += "replicas\(index): \(shape.number(1...9))\n"
        }
        return text
    }

    @Test(arguments: 0..<UInt64(256))
    func `files that differ in their artifacts only are blanked to the same`(seed: UInt64) throws {
        let one = try #require(Self.blanked(Self.manifest(shape: seed, artifacts: seed &+ 1_000)))
        let two = try #require(Self.blanked(Self.manifest(shape: seed, artifacts: seed &+ 2_000)))
        #expect(one == two)
        #expect(!String(decoding: one, as: UTF8.self).contains("sha256"))
    }

    @Test(arguments: 0..<UInt64(256))
    func `any other difference stays`(seed: UInt64) throws {
        let text = Self.manifest(shape: seed, artifacts: seed)
        let whole = try #require(Self.blanked(text))
        var random = RandomModel(seed: seed)
        var bytes = Array(text.utf8)
        // A byte of a comment or of a number of replicas: outside every artifact.
        let places = bytes.indices.filter { index in
            bytes[index] == UInt8(ascii: "#")
                || (index > 9 && bytes[index - 1] == UInt8(ascii: " ")
                    && bytes[index - 2] == UInt8(ascii: ":")
                    && String(decoding: bytes[..<index], as: UTF8.self)
                        .split(separator: "\n").last?.hasPrefix("replicas") == true)
        }
        let place = random.pick(Array(places))
        if bytes[place] == UInt8(ascii: "#") { bytes.insert(UInt8(ascii: "#"), at: place) } else { bytes[place] ^= 1 }
        #expect(Self.blanked(String(decoding: bytes, as: UTF8.self)) != whole)
    }

    @Test(arguments: [
        ("image: a:1\n", "image: \n"),
        ("image: \"a:1\"\n", "image: \n"),
        ("image: &x a:1 # c\nb: *x\n", "image: &x  # c\nb: *x\n"),
        ("image: {repository: a, tag: 1, x: 2}\n", "image: {repository: , tag: , x: 2}\n"),
        ("image: {registry: r, repository: a, digest: \(pin("a"))}\n", "image: {registry: , repository: , digest: }\n"),
        ("v: &v 1\nimage: {repository: a, tag: *v}\n", "v: &v \nimage: {repository: , tag: *v}\n"),
        ("a: 1\r\nimage: a:1\r\n", "a: 1\r\nimage: \r\n"),
        ("image: a:1\nimage: b:2\n", "image: a:1\nimage: \n"),
    ])
    func `exactly the bytes of the values go`(_ text: String, _ blanked: String) throws {
        #expect(String(decoding: try #require(Self.blanked(text)), as: UTF8.self) == blanked)
    }

    @Test func `a value that is broken is blanked too`() throws {
        #expect(Self.blanked("a: {image: web@sha256:00}\n") == Array("a: {image: }\n".utf8))
    }

    @Test func `nothing is blanked unless it is asked for`() {
        #expect(ManifestReader().read(Array("image: a:1\n".utf8), path: "values.yaml").blanked == nil)
    }
}
