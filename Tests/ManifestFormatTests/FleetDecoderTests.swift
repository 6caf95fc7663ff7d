import ManifestFormat
import PromotionModel
import TestSupport
import Testing

@Suite struct FleetDecoderTests {
    private static func document(_ spec: String) -> String {
        "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  \(spec)\n"
    }

    private static func layout(_ text: String) throws -> FleetLayout {
        try FleetDecoder.layout(Array(text.utf8), file: "towpath.yaml")
    }

    @Test func `without a file every folder below environments is an environment`() throws {
        let layout = try FleetDecoder.standard()
        #expect(layout.isDefault)
        #expect(layout.rules.map(\.name) == ["{env}"])
        #expect(layout.rules.first?.paths.first?.match("environments/prod/a/b.yaml") == ["env": "prod"])
        #expect(layout.formats == nil)
        #expect(layout.evidence == "towpath/evidence")
    }

    @Test func `the evidence may have a branch of another name`() throws {
        #expect(try Self.layout(Self.document("evidence: {branch: proof}")).evidence == "proof")
        #expect(try Self.layout(Self.document("evidence: {}")).evidence == "towpath/evidence")
    }

    @Test func `a whole layout is read`() throws {
        let layout = try Self.layout(
            """
            apiVersion: towpath.dev/v1
            kind: Fleet
            metadata: {name: shop}
            spec:
              watch: main
              publish: {branch: "environments/{env}"}
              format: [kustomize, helm-values]
              environments:
                - {name: staging, paths: ["components/*/staging/**"], exclude: ["**/testdata/**"]}
                - name: "{env}-{region}"
                  paths: "clusters/{region}/{env}/**"
                  shared: true
                  publish: {branch: "live/{env}"}
            """)
        #expect(!layout.isDefault)
        #expect(layout.watch == "main")
        #expect(layout.formats == ["kustomize", "helm-values"])
        #expect(layout.rules.map(\.name) == ["staging", "{env}-{region}"])
        #expect(layout.rules.map(\.publish) == ["environments/{env}", "live/{env}"])
        #expect(layout.rules.map(\.isShared) == [false, true])
        #expect(layout.rules.map(\.place?.line) == [9, 10])
        #expect(layout.rules[0].exclude.map(\.description) == ["**/testdata/**"])
        let captures = try #require(layout.rules[1].paths[0].match("clusters/eu/prod/x.yaml"))
        #expect(FleetLayout.fill(layout.rules[1].name, with: captures) == "prod-eu")
    }

    @Test func `a layout without environments keeps the default ones`() throws {
        let layout = try Self.layout(Self.document("{publish: {branch: \"live/{env}\"}}"))
        #expect(layout.rules.map(\.publish) == ["live/{env}"])
        #expect(layout.rules.map(\.name) == ["{env}"])
    }

    private static let broken = [
        "{environments: [{name: \"{env}\", paths: [\"clusters/**\"]}]}",
        "{environments: [{name: \"{env}\", paths: [\"a/{env}/**\", \"b/**\"]}]}",
        "{environments: [{name: a, paths: [\"/a/**\"]}]}",
        "{environments: [{name: a, paths: [\"a/../b\"]}]}",
        "{environments: [{name: a, paths: [\"{a/**\"]}]}",
        "{environments: [{name: a, paths: []}]}",
        "{environments: [{name: a}]}",
        "{environments: [{paths: [\"a/**\"]}]}",
        "{environments: [{name: a, path: [\"a/**\"]}]}",
        "{environments: [{name: a, paths: [\"a/**\"], shared: maybe}]}",
        "{environments: [{name: a, paths: [\"a/**\"], publish: {branch: \"x/{env}/{app}\"}}]}",
        "{environments: {name: a}}",
        "{format: [helm-value]}",
        "{format: [toml]}",
        "{format: {a: b}}",
        "{watch: refs/heads/main}",
        "{watch: -x}",
        "{watch: a b}",
        "{publish: {branch: \"--force\"}}",
        "{publish: {branch: \"live/{foo}\"}}",
        "{publish: {branch: \"live/{env}/{region}\"}, environments: ~}",
        "{publish: {branch: \"live/{env\"}}",
        "{publish: {branch: \"live/env}\"}}",
        "{publish: {branch: \"live/{foo}\"}, environments: [{name: \"{foo}\", paths: [\"{foo}/**\"]}]}",
        "{publish: {branch: \"live/{foo}\"}, environments: [{name: \"{env}\", paths: [\"{env}/**\"]}]}",
        "{publish: {ref: x}}",
        "{publish: x}",
        "{watch: main, evidence: {branch: main}}",
        "{evidence: {ref: x}}",
        "{wacth: main}",
        "{<<: {watch: main}}",
        "{watch: !!python/object/apply:os.system main}",
        "{evidence: {branch: !!binary cHJvb2Y=}}",
        "[watch]",
    ]

    @Test func `a broken layout says what is wrong and where`() {
        let documents =
            Self.broken.map { ($0, Self.document($0)) } + [
                ("", ""), ("---", "---\n---\n"), ("two documents", Self.document("{}") + "---\n" + Self.document("{}")),
                ("kind: Flete", "apiVersion: towpath.dev/v1\nkind: Flete\nspec: {}\n"),
                ("no spec", "apiVersion: towpath.dev/v1\nkind: Fleet\n"), ("duplicate", "kind: Fleet\nkind: Fleet\n"),
                ("broken", "kind: [\n"),
            ]
        let text = documents.map { name, text in
            "\(name)\n  \(errorText { try Self.layout(text) } ?? "accepted")\n"
        }.joined(separator: "\n")
        Golden.expect(text, is: "messages-fleet.txt")
    }
}
