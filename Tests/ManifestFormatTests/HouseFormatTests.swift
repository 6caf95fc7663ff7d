import ManifestFormat
import PromotionModel
import TestSupport
import Testing

/// Formats that a repository describes itself, in `artifacts` of `towpath.yaml`.
@Suite struct HouseFormatTests {
    private static func layout(_ artifacts: String) throws -> FleetLayout {
        let text = "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  artifacts:\n" + artifacts
        return try FleetDecoder.layout(Array(text.utf8), file: "towpath.yaml")
    }

    private struct Case: CustomTestStringConvertible {
        let rule: String
        let path: String
        let text: String
        /// `component = artifact` for each declaration, then the problems.
        let read: [String]

        init(_ rule: String, _ path: String, _ text: String, _ read: String...) {
            self.rule = rule
            self.path = path
            self.text = text
            self.read = read
        }

        var testDescription: String { "\(rule) \(path)" }
    }

    private static let cases = [
        Case(
            "{files: \"image-tags/*/*\", path: image_tag, name: \"{basename}\"}", "image-tags/prod/account-api",
            "image_tag: v123   # by CI\nautomatic_deploys_enabled: true\n", "account-api = account-api:v123"),
        Case(
            "{files: \"image-tags/*/*\", path: image_tag, name: \"{basename}\"}", "image-tags/prod/web.yaml",
            "image_tag: 1.10\n", "web = web:1.10"),
        Case(
            "{files: \"{env}/{app}/release.json\", path: 'deploy[\"image.ref\"]', component: \"{app}\"}",
            "prod/web/release.json", "{\"deploy\": {\"image.ref\": \"r.test/web:1@\(pin("a"))\"}}",
            "web = r.test/web:1@\(pin("a"))"),
        Case(
            "{files: apps.yaml, path: \"services.{service}.version\", name: \"r.test/{service}\"}", "apps.yaml",
            "services:\n  web: {version: 1}\n  api: {version: 2@\(pin("b"))}\n  none: {}\n  empty: {version: }\n",
            "r.test/web = r.test/web:1", "r.test/api = r.test/api:2@\(pin("b"))"),
        Case(
            "{files: apps.yaml, path: \"apps[name={app}].tag\", name: \"r.test/{app}\", component: \"{app}\", digest: sha}",
            "apps.yaml", "apps:\n- {name: web, tag: 1, sha: \(pin("a").dropFirst(7))}\n- {name: api, tag: 2}\n- 7\n",
            "web = r.test/web:1@\(pin("a"))", "api = r.test/api:2"),
        Case(
            "{files: apps.yaml, path: \"*[1].image\"}", "apps.yaml", "a: [x, {image: web:1}]\nb: {}\n",
            "a[1].image = web:1"),
        Case(
            "{files: \"apps/*/digest\", path: ref, name: \"r.test/{folder}\"}", "apps/web/digest", "ref: \(pin("c"))\n",
            "r.test/web = r.test/web@\(pin("c"))"),
        Case(
            "{files: \"release/*\", name: \"{basename}\", kind: version}", "release/web", "2025.01\n",
            "web = version::web:2025.01"),
        Case(
            "{files: \"release/*\", name: \"{filename}\"}", "release/web.txt", "1.2.3", "web.txt = web.txt:1.2.3"),
        Case(
            "{files: vars.tfvars, path: app_version, name: shop, kind: chart}", "vars.tfvars", "app_version = \"1\"\n",
            "shop = chart::shop:1"),
        // A built-in format sees the other image; the rule's own value is not declared twice.
        Case(
            "{files: values.yaml, path: web.image, component: web}", "values.yaml",
            "web: {image: r.test/web:1}\napi: {image: r.test/api:1}\n", "web = r.test/web:1", "api.image = r.test/api:1"
        ),
        Case(
            "{files: other, path: a, name: b}", "values.yaml", "web: {image: r.test/web:1}\n",
            "web.image = r.test/web:1"),
        Case(
            "{files: tags, path: image.tag, name: web}", "tags", "imagetag: 1\n",
            "! tags:1: warning: nothing stands at \"image.tag\", where towpath.yaml:5:7 looks for an artifact"),
        Case(
            "{files: tags, name: web}", "tags", "1\n2\n",
            "! tags:1: warning: expected one line of text, where towpath.yaml:5:7 looks for an artifact"),
        Case(
            "{files: tags, path: image, name: web}", "tags", "image:\n  tag: 1\n",
            "! tags:2:3: expected one value here, found a mapping; what it declares is not known"),
        Case(
            "{files: tags, path: tag, name: web}", "tags", "a: b\ntag: a/b:1\n",
            "! tags:2:6: \"web:a/b:1\" is no artifact reference: a tag holds no \"/\""),
        Case(
            "{files: tags, path: tag, name: web}", "tags", "tag: {{ .Values.tag }}\n",
            "! tags:1:6: note: rendered from a template: {{ .Values.tag }}"),
        Case(
            "{files: tags, path: tag, name: web}", "tags", "tag: [\n",
            "! tags:2:1: did not find expected node content, while parsing a flow node"),
    ]

    @Test(arguments: cases)
    private func `values are found where towpath says that they are`(_ test: Case) throws {
        let reader = ManifestReader(formats: FormatSet(try Self.layout("    - \(test.rule)\n")))
        #expect(reader.reads(test.path))
        let contents = reader.read(Array(test.text.utf8), path: test.path)
        let read = contents.found.map { "\($0.name) = \($0.artifact)" } + contents.problems.map { "! \($0)" }
        #expect(read == test.read)
        #expect(contents.found.allSatisfy { $0.format == "house" || $0.format == "helm-values" })
    }

    @Test func `a file of no rule is not opened`() throws {
        let formats = FormatSet(try Self.layout("    - {files: \"tags/*\", path: tag, name: web}\n"))
        #expect(!formats.reads("tags/a/b") && !formats.reads("web") && formats.reads("tags/a"))
    }

    // MARK: - Editing

    private func edited(_ rule: String, _ path: String, _ text: String, to reference: String) throws -> String {
        let formats = FormatSet(try Self.layout("    - \(rule)\n"))
        let found = try #require(ManifestReader(formats: formats).read(Array(text.utf8), path: path).found.first)
        let artifact = try Artifact(parsing: reference, as: found.artifact.kind)
        let replacement = ManifestEditor.Replacement(line: found.line, column: found.column, artifact: artifact)
        let bytes = try ManifestEditor(formats: formats).edit(Array(text.utf8), path: path, replacements: [replacement])
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let edits: [(String, String, String, String, String)] = [
        (
            "{files: tags, path: tag, name: web}", "tags", "# a\r\ntag:   'v1' # b\r\nx: 1", "web:v2",
            "# a\r\ntag:   'v2' # b\r\nx: 1"
        ),
        ("{files: tags, path: tag, name: web}", "tags", "tag: v1\n", "web:1.10", "tag: \"1.10\"\n"),
        (
            "{files: tags, path: tag, name: web, digest: pin}", "tags", "tag: v1\n", "web:v2@\(pin("a"))",
            "tag: v2\npin: \(pin("a"))\n"
        ),
        (
            "{files: r.json, path: \"[0].i\"}", "r.json", "[{\"i\":\"a:1\"}]", "a:2@\(pin("a"))",
            "[{\"i\":\"a:2@\(pin("a"))\"}]"
        ),
        ("{files: V, name: web, kind: version}", "V", "\n 1.2 \n", "web:1.3", "\n 1.3 \n"),
        ("{files: V, name: web}", "V", pin("a") + "\n", "web@\(pin("b"))", pin("b") + "\n"),
        ("{files: a.tfvars, path: t, name: web}", "a.tfvars", "t=\"1\" # x\n", "web:2", "t=\"2\" # x\n"),
    ]

    @Test(arguments: edits)
    func `only the bytes of the value change`(
        _ rule: String, _ path: String, _ text: String, _ reference: String, _ after: String
    ) throws {
        #expect(try edited(rule, path, text, to: reference) == after)
    }

    @Test(arguments: [
        ("{files: V, name: web}", "1.2\n", "web:1.3@\(pin("a"))", "no place for a digest"),
        ("{files: V, name: web}", pin("a") + "\n", "web:1.3@\(pin("a"))", "no place for a tag"),
        ("{files: V, name: web}", "1.2\n", "other:1.3", "does not stand here"),
        ("{files: V, path: a, name: web}", "a: &x 1\nb: *x\n", "web:1.3", "an anchor shows the value elsewhere"),
    ])
    func `what has no place is refused with the place`(
        _ rule: String, _ text: String, _ reference: String, _ reason: String
    ) throws {
        let refusal = try #require(errorText { try edited(rule, "V", text, to: reference) })
        #expect(refusal.hasPrefix("V:1:") && refusal.contains(reason), "\(refusal)")
    }

    // MARK: - Bad rules

    private static let broken = [
        "{path: a, name: b}", "{files: [], path: a, name: b}", "{files: a, path: b.., name: c}",
        "{files: a, path: \"b[\"}",
        "{files: a, path: \"b[x]\"}", "{files: a, path: \"b[0]c\"}", "{files: a, path: \"b[-1]\"}",
        "{files: a, path: \"x{b}\"}",
        "{files: a, path: \"{b}.{b}\"}", "{files: a, path: \".b\"}", "{files: a, path: \"b['c]\"}",
        "{files: a, path: \"\"}",
        "{files: a, name: \"{x}\", path: b}", "{files: [\"{x}\", a], name: \"{x}\", path: b}",
        "{files: \"{x}\", path: \"{x}\", name: b}", "{files: \"{basename}\", name: b, path: c}",
        "{files: a, name: \"{\", path: b}",
        "{files: a}", "{files: a, path: b, digest: c}", "{files: a, name: b, digest: c}",
        "{files: a, path: b, kind: version}",
        "{files: a, path: b, kind: imag}", "{files: a, path: b, nmae: c}", "{files: a, path: b, name: \"a b\"}",
        "{files: /a, path: b}", "{files: a, path: ~}", "a", "{}",
    ]

    @Test func `a rule that says nothing sensible is refused with its place`() {
        let text = Self.broken.map { rule in
            "\(rule)\n  \(errorText { try Self.layout("    - \(rule)\n") } ?? "accepted")\n"
        }.joined(separator: "\n")
        Golden.expect(text, is: "messages-house.txt")
    }
}
