import ManifestFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct ManifestReaderTests {
    private static func problems(_ text: String) -> [String] {
        ManifestReader().read(Array(text.utf8), path: "a.yaml").problems.map(\.description)
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "--- \n---\n...\n", "just text", "[1, 2]", "7"])
    func `what declares nothing is no problem`(_ text: String) {
        let contents = ManifestReader().read(Array(text.utf8), path: "a.yaml", blanking: true)
        #expect(!contents.isNotable)
        #expect(contents.blanked == nil)
    }

    @Test(arguments: ["010", "1.10", "no", "0x1F", "7e12345", "1_000", "1e3", "0o17", "2025-01-24", "~1"])
    func `what YAML would take for another value is kept as it is written`(_ tag: String) throws {
        let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        for text in [
            head + "images: [{name: web, newTag: \(tag)}]\n", "image: {repository: web, tag: \(tag)}\n",
            "apiVersion: towpath.dev/v1\nkind: Component\nmetadata: {name: web}\nspec:\n"
                + "  artifact: {repository: web, version: \(tag)}\n",
        ] where !tag.hasPrefix("~") {
            let path = text.hasPrefix("image:") ? "values.yaml" : "kustomization.yaml"
            let contents = ManifestReader().read(Array(text.utf8), path: path)
            #expect(contents.found.map(\.artifact.tag) == [tag], "\(text)\(contents.problems)")
        }
    }

    @Test(arguments: [
        ("a: {{ .Values.a }}:\n  b: [\n", true), ("{{- if .Values.on }}\na: b\n{{- end }}\n", true),
        ("{% if x %}\na: b\n{% endif %}\n", true), ("<#if x>\na: b\n</#if>\n", true),
        ("a: [\n", false), ("a: b: c\n", false), ("\tx: y\n", false), ("a: 'b\n", false),
        ("a: b: c\nx: \"{{ late }}\"\n", false), ("a: \"{{ quoted }}\"\nb: c: d\n", true),
    ])
    func `a template is skipped and broken YAML is an error`(_ text: String, _ isTemplate: Bool) throws {
        let contents = ManifestReader().read(Array(text.utf8), path: "a.yaml")
        let problem = try #require(contents.problems.first, "nothing wrong")
        #expect(contents.problems.count == 1)
        #expect(problem.severity == (isTemplate ? .skipped : .error), "\(problem)")
        #expect(problem.place.line > 0)
    }

    @Test func `a template that is valid YAML is read`() {
        let text = "image: {repository: r, tag: \"1\"}\nhost: \"{{ .Values.host }}\"\n"
        #expect(ManifestReader().read(Array(text.utf8), path: "a.yaml").found.count == 1)
    }

    @Test func `a pointer of LFS is an error`() {
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
        #expect(Self.problems(text) == ["a.yaml:1: a pointer of Git LFS, not the file itself"])
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x61, 0x00], [0x00, 0x47, 0x49, 0x54], [0x61, 0x3A, 0xFF], [0x61, 0x3A, 0x20, 0x00],
        ] as [[UInt8]])
    func `bytes that are no text are one error`(_ bytes: [UInt8]) {
        let contents = ManifestReader().read(bytes, path: "a.yaml")
        #expect(contents.problems.map(\.severity) == [.error])
        #expect(contents.found.isEmpty)
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            "a: &a [*a]\n", String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000),
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + zip("bcdefghi", "abcdefgh").map { new, old in
                    "\(new): &\(new) [" + Array(repeating: "*\(old)", count: 9).joined(separator: ",") + "]\n"
                }.joined(),
        ])
    func `a hostile document is one error`(_ text: String) {
        let contents = ManifestReader().read(Array(text.utf8), path: "a.yaml", blanking: true)
        #expect(contents.problems.map(\.severity) == [.error])
        #expect(contents.found.isEmpty && contents.blanked == nil)
    }

    @Test func `a bad value costs only itself`() {
        let text = "a: {image: web@sha256:00}\nb: {image: web:1}\n"
        let contents = ManifestReader().read(Array(text.utf8), path: "a.yaml")
        #expect(contents.found.map(\.name) == ["b.image"])
        #expect(
            contents.problems.map(\.description) == [
                "a.yaml:1:12: \"web@sha256:00\" is no artifact reference: \"sha256:00\" is no digest: "
                    + "sha256 needs 64 hexadecimal digits, found 2"
            ])
    }

    @Test func `a key written twice is a warning and the last one counts`() {
        #expect(
            Self.problems("a: 1\nb: 2\na: 3\n") == [
                "a.yaml:3:1: warning: the key \"a\" stands on line 1 already; the last one counts"
            ])
    }

    @Test(arguments: [
        ("a.yaml", true), ("x/a.yml", true), ("x/Kustomization", true), ("Kustomization", true), ("a.json", true),
        ("environment.lock", false), ("a.yaml.bak", false), ("MyKustomization", false), (".yaml", true),
    ])
    func `manifests are known by their name`(_ path: String, _ isManifest: Bool) {
        #expect(ManifestReader().reads(path) == isManifest)
    }

    @Test func `formats that are not asked for are not read`() throws {
        var layout = try FleetDecoder.standard()
        layout.formats = ["kustomize"]
        let reader = ManifestReader(formats: FormatSet(layout))
        #expect(reader.read(Array("image: web:1\n".utf8), path: "values.yaml").found.isEmpty)
        #expect(FormatRegistry.names.prefix(2) == ["component", "kubernetes"])
    }
}

@Suite struct EnvironmentAssemblyTests {
    private static let images = "image: one:1\n"

    @Test func `a name that two files use is prefixed by the path in both`() {
        let reading = Sample.reading([
            ("environments/prod/a/values.yaml", Self.images), ("environments/prod/b values.yaml", Self.images),
            ("environments/prod/c.yaml", "web: {image: two:2}\n"),
        ])
        #expect(
            reading == """
                environments/prod/a/values.yaml:1:8: helm-values a/values.yaml:image = one:1
                environments/prod/b values.yaml:1:8: helm-values b%20values.yaml:image = one:1
                environments/prod/c.yaml:1:14: helm-values web.image = two:2

                """)
    }

    @Test func `a name that one file uses again is numbered`() {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: x:"
        let text = ["1", "2", "3"].map { "---\n" + pod + $0 + "}]}}\n" }.joined()
        #expect(
            Sample.assembly([("a.yaml", text)]).declarations.map(\.component) == ["Pod/p/a", "Pod/p/a#2", "Pod/p/a#3"])
    }

    @Test(arguments: [
        ["image", "image", "image#2"], ["image#2", "image", "image"], ["image", "image#2", "image", "image"],
    ])
    func `no two declarations ever share a name`(_ names: [String]) {
        let documents = names.map { "---\nimages: [{name: \"\($0)\", newTag: v1}]\n" }.joined()
        let files = [
            ("environments/prod/kustomization.yaml", documents),
            (
                "environments/prod/x/kustomization.yaml",
                "images: [{name: \"kustomization.yaml:image\", newName: r, newTag: v1}]\n"
            ),
            ("environments/prod/y/kustomization.yaml", "images: [{name: image, newTag: v1}]\n"),
        ]
        let components = Sample.assembly(files).declarations.map(\.component)
        #expect(components.count == names.count + 2)
        #expect(Set(components).count == components.count, "\(components)")
        #expect(components == components.sorted())
    }

    @Test func `the names do not depend on what another environment holds`() {
        let one = Sample.assembly([("environments/prod/a.yaml", Self.images)])
        #expect(one.declarations.map(\.component) == ["image"])
        #expect(one.problems.isEmpty)
    }

    @Test func `a name that no trailer can hold is a problem`() {
        let reading = Sample.reading([("environments/prod/a.yaml", "\"a b\": {image: web:1}\nb: {image: web:1}\n")])
        #expect(
            reading == """
                environments/prod/a.yaml:2:12: helm-values b.image = web:1
                ! environments/prod/a.yaml:1:16: "a b.image" is no component name: white space, control and invisible characters are not allowed

                """)
    }
}

/// Files and values that are encrypted where they lie.
@Suite struct EncryptedFileTests {
    private static let secret = "ENC[AES256_GCM,data:a/b:c=,iv:d=,tag:e=,type:str]"

    private func text(mac: String = "    mac: \(secret)\n") -> String {
        "web:\n    image: r.test/web:1\napi:\n    image: \(Self.secret)\n    password: \(Self.secret)\nshop:\n"
            + "    repository: r.test/shop\n    tag: \(Self.secret)\nsops:\n    lastmodified: \"2026-01-01T00:00:00Z\"\n"
            + "\(mac)    version: 3.9.0\n"
    }

    @Test func `clear values are read and encrypted ones noted`() {
        let contents = ManifestReader().read(Array(text().utf8), path: "a.yaml")
        #expect(contents.found.map { "\($0.name) \($0.artifact)" } == ["web.image r.test/web:1"])
        let note = "note: encrypted by SOPS: what it declares is not known"
        #expect(contents.problems.map(\.description).sorted() == ["a.yaml:4:12: \(note)", "a.yaml:8:10: \(note)"])
    }

    private func edited(_ text: String) throws(Problem) -> String {
        let change = ManifestEditor.Replacement(
            line: 2, column: 12, artifact: Artifact(repository: "r.test/web", tag: "2", digest: nil))
        return String(
            decoding: try ManifestEditor().edit(Array(text.utf8), path: "a.yaml", replacements: [change]), as: UTF8.self
        )
    }

    @Test func `what SOPS has signed is not edited, and clear values that it has not are`() throws {
        let refusal = errorText { try edited(text()) }
        #expect(refusal?.hasPrefix("a.yaml:10:5: SOPS has signed the whole file") == true, "\(refusal ?? "")")
        let open = text(mac: "    mac: \(Self.secret)\n    mac_only_encrypted: true\n")
        #expect(try edited(open) == open.replacing("web:1", with: "web:2"))
    }

    @Test func `a file of git-crypt is noted`() {
        let contents = ManifestReader().read([0] + Array("GITCRYPT".utf8) + [0, 1, 0xFF], path: "a.yaml")
        #expect(
            contents.problems.map(\.description)
                == ["a.yaml: note: encrypted by git-crypt: what it declares is not known"])
    }
}

/// A file with a part for each environment.
@Suite struct SectionTests {
    private static let text =
        "a: &x 1\nenvs:\n  dev:\n    web: {image: r.test/web:2}\n  prod: # live\n    web: {image: r.test/web:1}\n"

    private func read(_ section: String, _ text: String = text) throws -> ManifestReader.Contents {
        ManifestReader().read(
            Array(text.utf8), path: "v.yaml", section: try DocumentPath(section), blanking: true)
    }

    @Test func `each is read by itself, with names from its own root`() throws {
        let dev = try read("envs.dev")
        #expect(dev.found.map { "\($0.name) \($0.artifact) \($0.line)" } == ["web.image r.test/web:2 4"])
        #expect(try read("envs.prod").found.map(\.artifact.tag) == ["1"])
        #expect(dev.problems.isEmpty)
        #expect(
            try read("envs.staging").problems.map(\.description) == [
                "v.yaml:1: nothing stands at \"envs.staging\", which is the environment's part of the file"
            ])
    }

    @Test func `what changes elsewhere in the file does not change it`() throws {
        let dev = try read("envs.dev").blanked
        #expect(
            dev
                == (try read("envs.dev", Self.text.replacing("web:1", with: "web:9").replacing("# live", with: "")))
                .blanked)
        #expect(
            dev
                != (try read("envs.dev", Self.text.replacing("image: r.test/web:2", with: "image: r.test/web:2, x: 1")))
                .blanked)
    }

    @Test func `a value of a part is edited in place, house formats beginning at the part`() throws {
        let fleet = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments:
                - {name: dev, paths: [v.yaml], section: envs.dev}
                - {name: prod, paths: [v.yaml], section: envs.prod}
              artifacts:
                - {files: v.yaml, path: "{app}.version", name: "r.test/{app}"}
            """
        let formats = FormatSet(try FleetDecoder.layout(Array(fleet.utf8), file: "towpath.yaml"))
        let text = "envs:\n  dev: {web: {version: 2}}\n  prod: {web: {version: 1}}\n"
        let found = try #require(
            ManifestReader(formats: formats)
                .read(Array(text.utf8), path: "v.yaml", section: try DocumentPath("envs.prod")).found.first)
        #expect("\(found.name) \(found.artifact)" == "r.test/web r.test/web:1")
        let change = ManifestEditor.Replacement(
            line: found.line, column: found.column, artifact: Artifact(repository: "r.test/web", tag: "v2", digest: nil)
        )
        let bytes = try ManifestEditor(formats: formats).edit(Array(text.utf8), path: "v.yaml", replacements: [change])
        #expect(String(decoding: bytes, as: UTF8.self) == text.replacing("version: 1", with: "version: v2"))
    }
}
