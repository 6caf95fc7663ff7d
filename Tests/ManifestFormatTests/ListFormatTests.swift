import ManifestFormat
import PromotionModel
import TestSupport
import Testing

/// Formats of lists: services of Compose, releases of helmfile, dependencies of charts, maps of the image promoter.
@Suite struct ListFormatTests {
    static let samples = [
        Sample(
            "compose", path: "environments/prod/docker-compose.prod.yml",
            """
            x-base: &base
              image: registry.test/base:1
              restart: always
            services:
              web:
                image: "registry.test/web:1.2.3"   # kept
                build: {context: .}
              api: {image: 'registry.test/api:1.10@\(pin("a"))'}
              built: {build: .}
              bare: {image: redis}
              merged: {<<: *base}
              whole: *base
              gone: {image: !reset null}
              substituted: {image: "${REGISTRY:-registry.test}/sub:${TAG:-1.0}"}
              unset: {image: }
            volumes: {image: {}}
            """),
        Sample(
            "compose-elsewhere", path: "environments/prod/values.yaml",
            "services: {web: {image: registry.test/web:1}}\n"),
        Sample(
            "promoter-images", path: "environments/prod/images.yaml",
            """
            - name: addon  # a comment
              dmap:
                "\(pin("a"))": ["v1.0.0"]
                '\(pin("b"))': ['v1.1.0', "latest"]
                \(pin("c")): []
            - name: sub/tool
              dmap:
                "\(pin("d"))":
                  - v1
                  - 1.10
            - {name: flow, dmap: {"\(pin("e"))": ["v1"]}}
            - name: empty
              dmap: {}
            - dmap: {"\(pin("f"))": ["v1"]}
            - {name: broken, dmap: {"ha256:00": ["v1"]}}
            """),
        Sample(
            "promoter-manifest", path: "environments/prod/promoter-manifest.yaml",
            """
            registries:
              - {name: registry.test/staging, src: true}
              - {name: registry.test/prod}
            images:
              - name: web
                dmap: {"\(pin("a"))": ["1.0"]}
            """),
        Sample(
            "promoter-registries", path: "environments/prod/promoter-manifest.yaml",
            "registries: [{name: registry.test/staging, src: true}, {name: registry.test/prod}]\n"),
        Sample(
            "helmfile", path: "environments/prod/helmfile.yaml",
            """
            environments:
              prod:
                values:
                  - values/prod.yaml
                  - web: {image: {repository: registry.test/web, tag: "1"}}
            ---
            repositories: [{name: stable, url: "https://charts.test"}]
            releases:
              - name: cache   # kept
                chart: stable/redis
                version: ~18.1
                values:
                  - values.yaml
                  - image: {tag: 7.2, repository: redis}
                set:
                  - {name: metrics.image.tag, value: "1.0"}
              - {name: oci, chart: "oci://registry.test/charts/web", version: 1.2.3}
              - {name: local, chart: ./charts/local}
              - {name: unversioned, chart: stable/x}
              - {name: git, chart: "git::https://git.test/org/charts@web?ref=v1.2"}
              - {name: templated, chart: stable/y, version: {{ .Values.version }}}
            helmfiles:
              - path: git::https://git.test/org/base@helmfile.yaml?ref=v2
              - sub/helmfile.yaml
            """),
        Sample(
            "helmfile-elsewhere", path: "environments/prod/releases.yml",
            "releases: [{name: a, chart: stable/a, version: 1}]\n"),
        Sample(
            "helm-chart", path: "environments/prod/web/Chart.yaml",
            """
            apiVersion: v2
            name: web
            version: 0.1.0
            dependencies:
              - name: redis
                version: 18.1.0  # kept
                repository: https://charts.test
              - {name: common, version: 2.x.x, repository: "oci://registry.test/charts", alias: base}
              - {name: local, version: 1.0.0, repository: "file://../local"}
              - {name: none, repository: "https://charts.test"}
            """),
    ]

    @Test(arguments: samples)
    func `items of lists are declared by their names`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }

    // MARK: - Entries that are added

    private static let map = """
        - name: web
          dmap:
            "\(pin("a"))": ["v1"]  # first
        - name: api
          dmap: {"\(pin("b"))": ["v1"]}
        # the end
        """

    private func added(_ artifacts: [String], to text: String, at place: Int = 0) throws -> String {
        let bytes = Array(text.utf8)
        let found = ManifestReader().read(bytes, path: "images.yaml").found[place]
        let edited = try ManifestEditor().edit(
            bytes, path: "images.yaml", replacements: [],
            additions: try artifacts.map {
                ManifestEditor.Addition(line: found.line, column: found.column, artifact: try Artifact(parsing: $0))
            })
        return String(decoding: edited, as: UTF8.self)
    }

    @Test(arguments: ["\n", "\r\n"])
    func `a promotion adds a digest with its tags and takes none away`(_ ending: String) throws {
        let text = Self.map.replacing("\n", with: ending)
        let edited = try added(["web:v2@\(pin("c"))", "web:1.10@\(pin("c"))", "web:v3@\(pin("d"))"], to: text)
        let first = "\"\(pin("a"))\": [\"v1\"]  # first"
        let lines = [first, "    \"\(pin("c"))\": [\"v2\", \"1.10\"]", "    \"\(pin("d"))\": [\"v3\"]"]
        #expect(edited == text.replacing(first, with: lines.joined(separator: ending)))
        let flow = try added(["api:v2@\(pin("c"))"], to: text, at: 1)
        #expect(flow == text.replacing("[\"v1\"]}", with: "[\"v1\"], \"\(pin("c"))\": [\"v2\"]}"))
    }

    @Test(arguments: [
        ("api:v2@\(pin("c"))", "images.yaml:3:81: no entry of api is here any more"),
        ("web:v2", "images.yaml:3:81: an entry is made for a digest, which web:v2 does not have"),
        ("web:v2@\(pin("a"))", "images.yaml:3:5: the mapping has the key \"\(pin("a"))\" already"),
    ])
    func `what cannot be added says why`(_ artifact: String, _ message: String) {
        #expect(errorText { try added([artifact], to: Self.map) } == message)
    }

    @Test func `an entry is never changed`() throws {
        let bytes = Array(Self.map.utf8)
        let found = ManifestReader().read(bytes, path: "images.yaml").found[0]
        let text = errorText {
            try ManifestEditor().edit(
                bytes, path: "images.yaml",
                replacements: [
                    ManifestEditor.Replacement(
                        line: found.line, column: found.column, artifact: try Artifact(parsing: "web:v2@\(pin("c"))"))
                ])
        }
        #expect(text == "images.yaml:3:5: an entry is never changed; a promotion adds one")
    }

    @Test func `an entry is no configuration`() throws {
        let one = ManifestReader().read(Array(Self.map.utf8), path: "images.yaml", blanking: true).blanked
        let two = ManifestReader().read(
            Array(try added(["web:v2@\(pin("c"))"], to: Self.map).utf8), path: "images.yaml", blanking: true
        ).blanked
        #expect(one != nil && two != nil)
        // The comment belongs to no entry.
        #expect(String(decoding: one ?? [], as: UTF8.self).contains("# first"))
        #expect(one == two)
    }
}
