import ManifestFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

/// Awkward manifests of every format, and what an edit makes of them.
@Suite struct AwkwardEditTests {
    /// A manifest in which `⟦…⟧` stands around the bytes that an edit changes.
    struct Case: Sendable, CustomTestStringConvertible {
        let format: String
        let path: String
        let marked: String
        /// The artifact that the one of the same name becomes, and what then stands between the marks.
        let reference: String
        let written: String

        init(_ format: String, _ path: String, _ marked: String, _ reference: String, _ written: String) {
            self.format = format
            self.path = path
            self.marked = marked
            self.reference = reference
            self.written = written
        }

        var testDescription: String { "\(format): \(marked)" }

        var text: String { marked.replacing("⟦", with: "").replacing("⟧", with: "") }

        /// The text with `written` between the marks.
        var expected: String {
            guard let open = marked.firstIndex(of: "⟦"), let close = marked.firstIndex(of: "⟧") else { return "" }
            return marked[..<open] + written + marked[marked.index(after: close)...]
        }
    }

    private static let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    private static let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
    private static let component = "apiVersion: towpath.dev/v1\nkind: Component\nmetadata: {name: web}\n"
    private static let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\n"
    private static let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
    private static let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\n"

    private static let workloads = [
        Case(
            "component", "a.yaml",
            component + "spec:\n  artifact: # it\n    version: ⟦'1'⟧   # a: b\n    repository: r.t/web\n",
            "r.t/web:1.10", "'1.10'"),
        Case(
            "component", "a.yaml", "\u{FEFF}" + component + "spec: {artifact: {version: ⟦\"1\"⟧, repository: r.t/web}}",
            "r.t/web:no", "\"no\""),
        Case(
            "kubernetes", "a.yaml",
            deployment
                + "spec:\n  template:\n    spec:\n      containers:\n      - image: ⟦r.t/web:1⟧  \n        name: a\n",
            "r.t/web:2", "r.t/web:2"),
        Case(
            "kubernetes", "a.yaml",
            (deployment + "spec: {template: {spec: {containers: [{name: a, image: ⟦'r.t/web:1'⟧ }]}}} # {\n").replacing(
                "\n", with: "\r\n"), "r.t/web:2@\(pin("a"))", "'r.t/web:2@\(pin("a"))'"),
        Case(
            "kubernetes", "a.yaml",
            "---\n# none\n---\n" + deployment
                + "spec: {template: {spec: {initContainers: [{name: a,\n  \"image\":⟦\"r.t/web:1\"⟧}]}}}\n...\n",
            "r.t/web:2", "\"r.t/web:2\""),
        Case(
            "kubernetes", "a.yaml",
            deployment
                + "spec:\n  template:\n    spec:\n      containers:\n      - name: a\n        image: >-\n          ⟦r.t/web:1⟧\n        args: []",
            "r.t/web:2", "r.t/web:2"),
        Case(
            "kubernetes", "a.yaml",
            deployment
                + "spec:\n  template:\n    spec:\n      containers:\n          - name: &n a\n            image: &i ⟦r.t/web:1⟧\n            env: [{name: *n}]\n",
            "r.t/web:2", "r.t/web:2"),
        Case(
            "custom-resource", "a.yaml",
            rollout
                + "spec:\n  template:\n    spec:\n      containers:\n      -   name: a\n          image:   ⟦r.t/web:1⟧\t# tab\n",
            "r.t/web:2", "r.t/web:2"),
        Case(
            "custom-resource", "a.yaml",
            "{\"apiVersion\": \"x.test/v1\", \"kind\": \"X\", \"metadata\": {\"name\": \"web\"}, \"spec\": {\"image\":⟦\"r.t/web:1\"⟧}}",
            "r.t/web:2", "\"r.t/web:2\""),
        Case(
            "compose", "compose.yaml", "services:\n  web: {build: ., image: ⟦r.t/web:1⟧,}\n", "r.t/web:2", "r.t/web:2"),
        Case(
            "compose", "docker-compose.prod.yml",
            "services:\r\n  web:\r\n    image: |-\r\n      ⟦r.t/web:1⟧\r\n    init: true",
            "r.t/web:2", "r.t/web:2"),
    ]

    private static let lists = [
        Case(
            "kustomize", "kustomization.yaml",
            kustomization + "images:\n- name: web # x\n  newName: r.t/web\n  newTag: ⟦1.2⟧\n  # end\n", "r.t/web:1.10",
            "\"1.10\""),
        Case(
            "kustomize", "Kustomization", "images: [{name: web, newName: r.t/web, newTag: ⟦'1'⟧}]\r\n", "r.t/web:2",
            "'2'"),
        Case(
            "kustomize", "kustomization.yaml",
            kustomization + "images:\n  -\n    name: web\n    newName: r.t/web\n    newTag: ⟦v1⟧\nnamespace: x",
            "r.t/web:v2",
            "v2"),
        Case(
            "kustomize", "kustomization.yaml",
            kustomization
                + "patches:\n- patch: |\n    - {op: replace, path: /spec/image, value: ⟦r.t/web:1⟧}   # in a text\n  target: {kind: X}\n",
            "r.t/web:2", "r.t/web:2"),
        Case(
            "flux", "a.yaml",
            release + "spec:\n  values:\n    image: {repository: r.t/web, tag: ⟦\"1\"⟧} # {\"$x\"}\n", "r.t/web:2",
            "\"2\""),
        Case(
            "flux", "a.yaml",
            (release + "spec:\n  values:\n    web:\n      image: ⟦r.t/web:1⟧ # {\"$imagepolicy\": \"a:b\"}\n")
                .replacing(
                    "\n", with: "\r\n"), "r.t/web:2", "r.t/web:2"),
        Case(
            "argocd", "a.yaml",
            application
                + "spec:\n  source:\n    repoURL: https://c.test\n    chart: c\n    targetRevision: 1\n    helm:\n      values: |\n\n        # values\n        image:\n            repository: r.t/web\n            tag: ⟦v1⟧   # x\n",
            "r.t/web:v2", "v2"),
        Case(
            "argocd", "a.yaml",
            application
                + "spec: {source: {repoURL: 'https://g.test/a', kustomize: {images: [ 'x=r.t/x:1', ⟦\"web=r.t/web:1\"⟧ ]}}}",
            "r.t/web:2", "\"web=r.t/web:2\""),
        Case(
            "helmfile", "helmfile.yaml", "releases:\n- name: a\n  chart: r.t/web\n  version: ⟦~1.2⟧ # range\n",
            "r.t/web:1.3",
            "\"1.3\""),
        Case(
            "helmfile", "helmfile.yaml", "releases: [{name: a, version: ⟦'1'⟧, chart: r.t/web}]\r\n", "r.t/web:2.0.0",
            "'2.0.0'"),
        Case(
            "helm-chart", "Chart.yaml",
            "apiVersion: v2\nname: x\ndependencies:\n    - name: web   \n      version: ⟦\"1.2.x\"⟧\n      repository: https://c.test",
            "web:2.0.0", "\"2.0.0\""),
        Case(
            "helm-chart", "requirements.yaml", "dependencies: [{name: web, version: ⟦1.0.0⟧, repository: \"@x\"}]\n",
            "web:>=2 <3", "\">=2 <3\""),
    ]

    private static let values = [
        Case(
            "helm-values", "values.yaml",
            "a: &a {x: 1}\nweb:\n  <<: *a\n  image: # here\n    tag: ⟦1⟧\n    repository: r.t/web\n",
            "r.t/web:7e12345", "\"7e12345\""),
        Case("helm-values", "values.yaml", "image:\n  repository: r.t/web\n  tag:⟦⟧ ", "r.t/web:2.0.0", " 2.0.0"),
        Case(
            "helm-values", "prod.values.json", "{\n\t\"image\": {\"repository\":\"r.t/web\",\r\n\"tag\" : ⟦1.10⟧ }\n}",
            "r.t/web:2",
            "\"2\""),
        Case(
            "terraform", "a.tfvars", "# a = \"b\"\r\nweb_image=⟦\"r.t/web:1\"⟧//x\r\nother = <<E\n\"\nE\n", "r.t/web:2",
            "\"r.t/web:2\""),
        Case(
            "terraform", "a.tfvars", "image = { tag = ⟦1⟧ /* } */, repository = \"r.t/web\" }", "r.t/web:2", "\"2\""),
        Case(
            "terraform", "a.tfvars.json", "{\"x\":[{\"image\":⟦\"r.t\\/web:1\"⟧}]}", "r.t/web:2", "\"r.t/web:2\""),
        Case("version-file", "VERSION", "\u{FEFF}\r\n ⟦v1.2⟧\t \r\n", "VERSION:v1.3", "v1.3"),
        Case("version-file", "version.txt", "⟦1⟧", "version.txt:2", "2"),
    ]

    @Test(arguments: workloads + lists + values)
    func `an edit changes the value's bytes and no other`(_ test: Case) throws {
        let reader = ManifestReader()
        let found = reader.read(Array(test.text.utf8), path: test.path).found
        #expect(found.contains { $0.format == test.format }, "\(found)")
        let old = try #require(
            found.first { test.reference.hasPrefix($0.artifact.repository + ":") }, "\(test.reference) in \(found)")
        let artifact = try Artifact(parsing: test.reference, as: old.artifact.kind)
        let replacement = ManifestEditor.Replacement(line: old.line, column: old.column, artifact: artifact)
        let edited = try ManifestEditor().edit(Array(test.text.utf8), path: test.path, replacements: [replacement])
        #expect(String(decoding: edited, as: UTF8.self) == test.expected)
        let after = reader.read(edited, path: test.path).found
        #expect(after.map(\.name) == found.map(\.name))
        #expect(after.filter { $0.artifact != old.artifact }.contains { $0.artifact == artifact })
    }

    private static func pin(_ digit: String) -> String {
        "sha256:" + String(repeating: digit, count: 64)
    }

    /// Manifests that only grow: what is added stands between the marks, and nothing else changes.
    private static let growing = [
        Case(
            "image-promoter", "images.yaml",
            "# all of it\r\n- name: web\r\n  dmap:\r\n    '\(pin("a"))': [v1] # first\r\n⟦⟧    # the last word\r\n- name: api\r\n",
            "web:v2@\(pin("c"))", "    '\(pin("c"))': ['v2']\r\n"),
        Case(
            "image-promoter", "promoter-manifest.yaml",
            "registries: []\nimages:\n- dmap: {\"\(pin("a"))\": [\"v1\"]⟦⟧ } # flow\n  name: web\n",
            "web:1.10@\(pin("c"))",
            ", \"\(pin("c"))\": [\"1.10\"]"),
        Case(
            "image-promoter", "images.yaml",
            "- name: web\n  dmap:\n      \"\(pin("a"))\":\n      - v1\n      - 'v0'⟦⟧", "web:v2@\(pin("c"))",
            "\n      \"\(pin("c"))\": [\"v2\"]"),
    ]

    @Test(arguments: growing)
    func `an entry is added and no other byte changes`(_ test: Case) throws {
        let reader = ManifestReader()
        let artifact = try Artifact(parsing: test.reference)
        let found = reader.read(Array(test.text.utf8), path: test.path).found
        let old = try #require(
            found.first { $0.format == test.format && $0.artifact.repository == artifact.repository })
        let addition = ManifestEditor.Addition(line: old.line, column: old.column, artifact: artifact)
        let edited = try ManifestEditor().edit(
            Array(test.text.utf8), path: test.path, replacements: [], additions: [addition])
        #expect(String(decoding: edited, as: UTF8.self) == test.expected)
        let after = reader.read(edited, path: test.path).found.map(\.artifact)
        #expect(Set(after) == Set(found.map(\.artifact) + [artifact]))
    }

    @Test func `there are cases for every format`() {
        let known = Set((Self.workloads + Self.lists + Self.values + Self.growing).map(\.format))
        #expect(Set(FormatRegistry.names) == known)
    }

    private static let objects = [
        Case(
            "kubernetes", "deploy.json",
            "{\n\t\"kind\":\"Deployment\", \"apiVersion\":\"apps/v1\",\r\n \"metadata\":{\"name\":\"web\"},\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"a\",\"image\" :⟦\"r.t/web:1\"⟧}]}}}}",
            "r.t/web:2", "\"r.t/web:2\""),
        Case(
            "kubernetes", "list.json",
            "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":⟦\"r.t\\/web:1\"⟧}]}}]}\n",
            "r.t/web:2", "\"r.t/web:2\""),
        Case(
            "argocd", "app.json",
            "{\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Application\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"source\":{\"chart\":\"web\",\"targetRevision\":⟦\"1\"⟧}}}",
            "web:2", "\"2\""),
    ]

    @Test(arguments: objects)
    func `objects in JSON are edited like those in YAML`(_ test: Case) throws {
        try `an edit changes the value's bytes and no other`(test)
    }

    @Test(arguments: [
        "{\"name\": \"web\", // a comment\n", "{\"image\": \"r.t/web:1\"}", "[{\"kind\": \"Pod\"}]", "", "{", "\u{1}",
        "{\"apiVersions\": {}, \"image\": \"r.t/web:1\"}",
    ])
    func `JSON without the version of an API is nobody's, sound or not`(_ text: String) {
        let contents = ManifestReader().read(Array(text.utf8), path: "package.json")
        #expect(contents.found.isEmpty && contents.problems.isEmpty, "\(contents)")
    }

    @Test(arguments: SampleCorpus.all)
    func `damaged bytes of every format are read or refused, and never more`(_ sample: Sample) {
        for seed in 0..<UInt64(12) {
            var random = RandomModel(seed: seed &* 31 &+ UInt64(sample.text.utf8.count))
            var bytes = Array(sample.text.utf8)
            for _ in 0..<random.number(1...4) where !bytes.isEmpty {
                let place = random.number(0...bytes.count - 1)
                switch random.number(0...5) {
                case 0: bytes.removeSubrange(place...)
                case 1: bytes.remove(at: place)
                default: bytes[place] = random.pick(Array("{}[]\",:=<#/\\\n &*!|>-'$\u{1}".utf8) + [0xFF, 0xC3])
                }
            }
            let contents = ManifestReader().read(bytes, path: sample.path, blanking: true)
            let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 2
            #expect(contents.problems.allSatisfy { $0.place.line <= lines && !$0.message.isEmpty })
            #expect(contents.found.allSatisfy { (1...lines).contains($0.line) })
            #expect((contents.blanked?.count ?? 0) <= bytes.count)
        }
    }
}
