import Foundation
import ManifestFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

/// What is a setting, and what its path is.
@Suite struct SurveySettingTests {
    @Test(arguments: ["dev", "staging", "prod-eu"])
    func `the sample fleet is surveyed`(_ environment: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("environments/\(environment)")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        var surveyor = ManifestSurveyor()
        for path in paths where ManifestSurveyor().surveys(path) {
            let bytes = Array(try Data(contentsOf: root.appendingPathComponent(path)))
            try surveyor.add(bytes, path: "environments/\(environment)/\(path)", relativePath: path)
        }
        Golden.expect(SurveyText.text(surveyor.survey), is: "survey-\(environment).txt")
    }

    private static let samples: [(String, [String])] = [
        (
            "a: 1\nb: {c: x, d: [1, two]}\n",
            ["a.yaml:a = 1", "a.yaml:b.c = x", "a.yaml:b.d[0] = 1", "a.yaml:b.d[1] = two"]
        ),
        ("a: \"8\"\n", ["a.yaml:a = 8"]),
        ("a: 8\n", ["a.yaml:a = 8"]),
        ("a: null\nb: ~\nc:\nd: ''\n", ["a.yaml:d = "]),
        ("a: {}\nb: []\nc: {d: null}\n", ["a.yaml:a = {}", "a.yaml:b = []", "a.yaml:c = {}"]),
        ("{}\n", ["a.yaml: = {}"]),
        ("just text\n", ["a.yaml: = just text"]),
        ("[{op: add}]\n", ["a.yaml:[0].op = add"]),
        ("a.b/c: 1\na: {'b]': 2, '': 3}\n", ["a.yaml:[a.b/c] = 1", "a.yaml:a[] = 3", "a.yaml:a[b\\]] = 2"]),
        ("a:\n  - {name: x, v: 1}\n  - {name: y, v: 2}\n", ["a.yaml:a[x].v = 1", "a.yaml:a[y].v = 2"]),
        ("a:\n  - {key: x, v: 1}\n  - {key: y}\n", ["a.yaml:a[x].v = 1", "a.yaml:a[y].key = y"]),
        ("a: [{name: x, v: 1}, {name: x}]\n", ["a.yaml:a[0].name = x", "a.yaml:a[0].v = 1", "a.yaml:a[1].name = x"]),
        ("literals: [A=1, B=x=y]\n", ["a.yaml:literals[A] = 1", "a.yaml:literals[B] = x=y"]),
        (
            "d: &d {x: 1, y: 2}\na: {<<: *d, y: 3}\n",
            ["a.yaml:a.x = 1", "a.yaml:a.y = 3", "a.yaml:d.x = 1", "a.yaml:d.y = 2"]
        ),
        ("a: 1\n---\na: 2\n---\n", ["a.yaml#2:a = 2", "a.yaml:a = 1"]),
        ("apiVersion: v1\nkind: X\nmetadata: {name: n}\na: 1\n", ["a.yaml#X/n:a = 1", "a.yaml#X/n:apiVersion = v1"]),
        (
            "apiVersion: v1\nkind: List\nitems:\n- {kind: X, metadata: {name: n, labels: {a: b}}}\n",
            ["a.yaml#X/n:metadata.labels.a = b"]
        ),
        ("kind: X\nmetadata: {namespace: n}\n", ["a.yaml:kind = X", "a.yaml:metadata.namespace = n"]),
        ("web: {image: r.test/web:1, port: 80}\n", ["a.yaml:web.port = 80"]),
        (
            "web: {image: {registry: r, repository: a, tag: 1, digest: null, pullPolicy: X}}\n",
            ["a.yaml:web.image.pullPolicy = X"]
        ),
        ("v: &v 1\nimage: {repository: a, tag: *v}\n", []),
        ("a: \"x\\ty\"\n\"k\\u202E\": 1\n", ["a.yaml:[k\\\\u{202e}] = 1", "a.yaml:a = x\ty"]),
        ("sops: {mac: 'ENC[AES256_GCM,data:x]'}\na: 'ENC[AES256_GCM,data:y]'\n", ["a.yaml:a = (encrypted)"]),
        ("spec: {encryptedData: {a: AgBy3i4OJSWK}}\n", ["a.yaml:spec.encryptedData.a = (encrypted)"]),
        ("password: hunter2\n", ["a.yaml:password = (secret)"]),
    ]

    @Test(arguments: samples)
    func `settings have paths`(_ text: String, _ settings: [String]) throws {
        #expect(try SurveyText.settings(text) == settings)
    }

    @Test func `the item of a list is there if only by its name`() throws {
        let text = "images: [{name: web, newName: r.test/web, newTag: v1}, {name: r.test/api, newTag: v2}]\n"
        #expect(
            try SurveyText.settings(text, path: "kustomization.yaml") == ["kustomization.yaml:images[web].name = web"])
    }

    @Test func `JSON is read as YAML`() throws {
        #expect(
            try SurveyText.settings("{\"a\":{\"b\":[true,\"x\\/y\"]},\n\t\"c\":null}\n", path: "a.json")
                == ["a.json:a.b[0] = true", "a.json:a.b[1] = x/y"])
    }

    @Test func `objects and files of one name are told apart`() throws {
        let object = "{kind: X, metadata: {name: n}, a: 1}\n"
        let survey = try SurveyText.survey([
            ("a.yaml", "\(object)---\n\(object)"), ("a.yaml#X/n", object), ("a.yaml", object),
        ])
        #expect(survey.settings.paths.count == 4)
    }

    @Test(arguments: 0..<UInt64(200))
    func `neither order nor layout nor comments count`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        let tree = YAMLTree.random(&random, depth: 4)
        let one = try SurveyText.survey(tree.written(&random))
        let two = try SurveyText.survey(tree.written(&random))
        #expect(one.settings == two.settings)
        #expect(one.settings.paths.count >= tree.scalars, "a setting was lost")
    }

    @Test(arguments: 0..<UInt64(100))
    func `artifacts do not count`(seed: UInt64) throws {
        func text(_ digit: Int) -> String {
            let reference = "r.test/web:\(digit).\(seed)@\(SampleText.digest(digit))"
            return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {template: {spec: {containers: [{name: a, image: "\(reference)", ports: [{containerPort: \(seed)}]}]}}}
                ---
                apiVersion: towpath.dev/v1
                kind: Component
                metadata: {name: c}
                spec: {artifact: {repository: r.test/c, version: "\(digit)", digest: \(SampleText.digest(digit))}}
                ---
                web: {image: {repository: r.test/web, tag: "\(digit)", digest: \(SampleText.digest(digit))}, n: \(seed)}
                ---
                apiVersion: kustomize.config.k8s.io/v1beta1
                images: [{name: web, newName: r.test/web, newTag: "\(digit)"}]

                """
        }
        let (one, two) = (try SurveyText.survey(text(1)), try SurveyText.survey(text(2)))
        #expect(one == two)
        #expect(one.settings.map(\.text).allSatisfy { !$0.contains("sha256") })
        #expect(one.settings.map(\.text).contains("\(seed)"))
    }
}

/// What hostile manifests cost.
@Suite struct SurveyBoundTests {
    private static func nested(_ open: String, _ close: String, inside: String = "") -> String {
        String(repeating: open, count: 20_000) + inside + String(repeating: close, count: 20_000)
    }

    private static func list(_ item: String, count: Int) -> String {
        "[" + Array(repeating: item, count: count).joined(separator: ",") + "]"
    }

    /// Nine times nine times nine … of one letter.
    private static var bomb: String {
        var text = "a: &a \(list("x", count: 9))\n"
        for (new, old) in zip("bcdefghi", "abcdefgh") { text += "\(new): &\(new) \(list("*\(old)", count: 9))\n" }
        return text
    }

    private static let hostile: [String] = [
        "a: &a [*a]\n", nested("[", "]"), nested("{a: ", "}", inside: "1"), bomb,
        "a: [\n", "{{ if x }}\na: b\n{{ end }}\n", "version https://git-lfs.github.com/spec/v1\n", "a: \u{0}\n",
        // 50 MB; a key of 8 KiB above a setting; a text of 1 MiB that a hundred aliases repeat.
        String(repeating: "a: b\n", count: 10_000_000), String(repeating: "k", count: 8_192) + ": {a: 1}\n",
        "a: &a " + String(repeating: "x", count: 1_048_576) + "\nb: \(list("*a", count: 100))\n",
        // Secrets are not kept, and cost nevertheless.
        "password: &a " + String(repeating: "x7", count: 1_048_576) + "\nb: \(list("{password: *a}", count: 100))\n",
        list("x", count: 100_001),
    ]

    @Test(.timeLimit(.minutes(10)), arguments: hostile.indices)
    func `there is no survey of a hostile manifest`(_ index: Int) {
        let text = Self.hostile[index]
        #expect(throws: Problem.self) { try SurveyText.survey(text) }
    }

    @Test func `what goes beyond the bounds is said`() {
        var limits = SurveyLimits()
        limits.maxSettings = 2
        let files = [("a.yaml", "a: 1\n"), ("b.yaml", "a: 1\nb: 2\n")]
        do {
            _ = try SurveyText.survey(files, limits: limits)
            Issue.record("there is a survey")
        } catch {
            #expect(error.description == "environments/prod/b.yaml:2:4: more than 2 settings in one environment")
        }
    }

    @Test(arguments: [
        ((0..<1_000).map { "k\($0): v\n" }.joined(), true), ((0..<1_001).map { "k\($0): v\n" }.joined(), false),
        ("a: &a \(list("x", count: 250))\nb: \(list("*a", count: 3))\n", true),
        ("a: &a \(list("x", count: 250))\nb: \(list("*a", count: 4))\n", false),
    ])
    func `as much as is allowed is surveyed, aliases counted`(_ text: String, _ isAllowed: Bool) throws {
        var limits = SurveyLimits()
        limits.maxSettings = 1_000
        do {
            #expect(try SurveyText.survey([("a.yaml", text)], limits: limits).settings.paths.count == 1_000)
            #expect(isAllowed)
        } catch {
            #expect(!isAllowed, "\(error)")
        }
    }
}

/// A tree that can be written as YAML in many ways.
private indirect enum YAMLTree {
    case scalar(String)
    case list([YAMLTree])
    case mapping([(String, YAMLTree)])

    static func random(_ random: inout RandomModel, depth: Int) -> YAMLTree {
        let shape = depth == 0 ? 0 : random.number(0...3)
        switch shape {
        case 0 where depth < 4: return .scalar(random.pick(["x", "8", "no", "a: b", "", "1.10", "#", "é", "{{ x }}"]))
        case 1 where depth < 4: return .list((0..<random.number(0...3)).map { _ in .random(&random, depth: depth - 1) })
        default:
            let keys = random.shuffled(["a", "b.c", "name", "key", "x y", "d", "["]).prefix(random.number(1...5))
            return .mapping(keys.map { ($0, .random(&random, depth: depth - 1)) })
        }
    }

    /// The scalars that must each be a setting: those that title no item of a list.
    var scalars: Int {
        switch self {
        case .scalar: 1
        case .list(let items): items.map { max($0.scalars - 1, 1) }.reduce(0, +)
        case .mapping(let pairs): pairs.map(\.1.scalars).reduce(0, +)
        }
    }

    func written(_ random: inout RandomModel) -> String {
        "# \(random.number(0...99))\n" + flow(&random) + (random.chance(50) ? " # end\n" : "\n\n")
    }

    private func flow(_ random: inout RandomModel) -> String {
        func gap() -> String { random.pick([" ", "  ", "\n  ", " # c\n   "]) }
        switch self {
        case .scalar(let text): return "\"\(text)\""
        case .list(let items):
            var texts: [String] = []
            for item in items { texts.append(gap() + item.flow(&random)) }
            return "[" + texts.joined(separator: gap() + ",") + gap() + "]"
        case .mapping(let pairs):
            var texts: [String] = []
            for (key, value) in random.shuffled(pairs) {
                texts.append(gap() + "\"\(key)\":" + gap() + value.flow(&random))
            }
            return "{" + texts.joined(separator: gap() + ",") + gap() + "}"
        }
    }
}
