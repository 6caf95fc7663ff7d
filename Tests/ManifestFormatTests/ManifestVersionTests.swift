import ManifestFormat
import PromotionModel
import TestSupport
import Testing

/// Reading the next version of a file, against reading it as a whole.
@Suite struct ManifestVersionTests {
    private let reader = ManifestReader()

    private func told(_ contents: ManifestReader.Contents) -> [String] {
        contents.found.map { "\($0)" } + contents.problems.map(\.description)
    }

    /// Texts that mean something else in some place, and some that do not.
    private static let pieces = [
        "a", "7", ".", "-", ":", ": ", "@", "/", " ", "#", " #", "\"", "'", "\n", "\n  ", "&x ", "*x", "!t ", "{{", "}",
        "]", ",", "|", "~", "null", "true", "é", "\u{0}", "@sha256:" + String(repeating: "0a", count: 32), "x/y:2",
    ]

    @Test(arguments: SampleCorpus.all)
    func `the next version declares what it declares by itself`(_ sample: Sample) {
        var former: ManifestVersion?
        for seed in 0..<UInt64(30) {
            var random = SeededGenerator(seed: seed &* 104_729 &+ UInt64(sample.text.utf8.count))
            var bytes = Array(sample.text.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...3, using: &random))
                bytes.replaceSubrange(start..<end, with: Self.pieces.randomElement(using: &random)?.utf8 ?? "".utf8)
            }
            let plain = reader.read(bytes, path: sample.path)
            let version = reader.read(bytes, path: sample.path, section: nil, like: former)
            #expect(told(version.contents) == told(plain), "seed \(seed)")
            // Now what the sample says is read from there, and what comes next from that.
            let back = reader.read(Array(sample.text.utf8), path: sample.path, section: nil, like: version)
            let again = reader.read(Array(sample.text.utf8), path: sample.path)
            #expect(told(back.contents) == told(again), "seed \(seed)")
            former = seed.isMultiple(of: 3) ? version : back
        }
    }

    private func pod(_ first: String, _ second: String) -> [UInt8] {
        Array(
            """
            {apiVersion: v1, kind: Pod, metadata: {name: p}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: q}
            spec:
              containers:
                - name: a
                  image: \(first)
                - {name: b, image: \(second)}
            """.utf8)
    }

    /// Two images, and whether the second version is read from the first one.
    @Test(arguments: [
        ("web:1", "web:2", true), ("web:1", "team/web@sha256:" + String(repeating: "b", count: 64), true),
        ("\"web:1\"", "\"web:10\"", true), ("'web:1'", "'web:2'", true), ("web:1", "web:1", true),
        ("web:1", "web:", false), ("web:1", "web: 1", false), ("web:1", "web:1 #2", false), ("web:1", "~", false),
        ("web:1", "{{ image }}:1", false), ("web:1", "|\n        web:1", false), ("web", "web:1", false),
        ("web:1", "*a", false), ("&a web:1", "&a web:2", true), ("web:1", "web@sha256:0", false),
        ("web:1", "\"web:1\"", false),
    ])
    func `only what can have no other meaning is replaced`(_ old: String, _ new: String, _ isReplaced: Bool) {
        for (before, after) in [(pod(old, "x:1"), pod(new, "x:1")), (pod("x:1", old), pod("x:1", new))] {
            let former = reader.read(before, path: "pod.yaml", section: nil, like: nil)
            #expect((former.changed(to: after) != nil) == isReplaced)
            let version = reader.read(after, path: "pod.yaml", section: nil, like: former)
            #expect(told(version.contents) == told(reader.read(after, path: "pod.yaml")))
        }
    }

    @Test func `where a value may stand in two places, the file is read as a whole`() {
        let text = { (tag: String) in
            Array(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: q}
                spec:
                  containers:
                    - {name: a, image: &i web:\(tag)}
                    - {name: b, image: *i}
                """.utf8)
        }
        let former = reader.read(text("1"), path: "pod.yaml", section: nil, like: nil)
        #expect(former.changed(to: text("2")) == nil)
        let version = reader.read(text("2"), path: "pod.yaml", section: nil, like: former)
        #expect(version.contents.found.map { $0.artifact.tag } == ["2", "2"])
    }
}
