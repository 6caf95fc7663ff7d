import ManifestFormat
import ModelBuilders
import PromotionModel
import Testing
import YAMLSource

/// How the layers of a release's values are laid over each other, by Helm's rules.
@Suite struct ReleaseValuesTests {
    private static func files(_ files: [String: String]) -> SourceFiles {
        SourceFiles(paths: Set(files.keys)) { files[$0].map { Array($0.utf8) } }
    }

    /// The releases that `text`, the file at `path`, declares among `others`.
    private static func values(
        _ text: String, at path: String = "env/app.yaml", _ others: [String: String] = [:]
    ) throws -> [ReleaseValues] {
        let source = files(others.merging([path: text]) { $1 })
        var configMaps = ConfigMaps()
        let reader = ReleaseReader(source, environment: "prod")
        var releases: [Release] = []
        for document in try YAMLStream(bytes: Array(text.utf8)).documents {
            configMaps.add(document, of: ValuesSource(file: path))
            releases += reader.releases(in: document, of: ValuesSource(file: path))
        }
        return try releases.map { try ReleaseValues($0, in: source, configMaps: configMaps) }
    }

    private static func lines(_ values: ReleaseValues) -> [String] {
        values.values.map { value in
            "\(value.component) \(value.artifact.reference) <- "
                + value.origins.map { "\($0.file):\($0.line)" }
                .joined(separator: " ")
        }
    }

    private static func layered(_ layers: [String]) throws -> ReleaseValues {
        var others = ["charts/web/Chart.yaml": "name: web\nversion: 1.0.0\n"]
        for (index, layer) in layers.enumerated() {
            others[index == 0 ? "charts/web/values.yaml" : "charts/web/\(index).yaml"] = layer
        }
        let names = (1..<max(1, layers.count)).map { "\($0).yaml" }.joined(separator: ", ")
        let application = """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web}
            spec: {source: {path: charts/web, helm: {valueFiles: [\(names)]}}}
            """
        return try #require(try values(application, others).first)
    }

    struct Row: Sendable {
        let layers: [String]
        let expected: [String]
        init(_ layers: [String], _ expected: [String]) {
            self.layers = layers
            self.expected = expected
        }
    }

    @Test(arguments: [
        Row(
            ["image: {repository: a/web, tag: '1'}\n", "image: {tag: '2'}\n"],
            ["Application/web/image a/web:2 <- charts/web/1.yaml:1 charts/web/values.yaml:1"]),
        Row(
            ["images: [a/one:1, a/two:2]\n", "images: [a/three:3]\n"],
            ["Application/web/images[0] a/three:3 <- charts/web/1.yaml:1"]),
        Row(
            ["image: a/web:1\nside: {image: a/side:1}\n", "side: null\n"],
            [
                "Application/web/image a/web:1 <- charts/web/values.yaml:1"
            ]),
        Row(["image: a/web:1\n", "image: null\n"], []),
        // A later layer brings back what the chart has.
        Row(
            ["side: {image: a/side:1}\n", "side: null\n", "side: {replicas: 2}\n"],
            [
                "Application/web/side.image a/side:1 <- charts/web/values.yaml:1"
            ]),
        Row(["side: {image: a/side:1}\n", "side: a/other:2\n"], []),
        Row(
            ["image: a/web:1.10\n", "", "# nothing\n"],
            [
                "Application/web/image a/web:1.10 <- charts/web/values.yaml:1"
            ]),
        Row(
            ["x: &x {repository: a/web, tag: 1.10}\nimage: *x\n", "image: {tag: 0123}\n"],
            [
                "Application/web/image a/web:0123 <- charts/web/1.yaml:1 charts/web/values.yaml:1"
            ]),
    ])
    func `mappings merge, everything else replaces, null takes away`(row: Row) throws {
        let lines = Self.lines(try Self.layered(row.layers)).filter { !$0.hasPrefix("Application/web/x ") }
        #expect(lines == row.expected)
    }

    @Test func `an application lays files, values and parameters over each other in its order`() throws {
        let text = """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web}
            spec:
              source:
                path: charts/web
                helm:
                  ignoreMissingValueFiles: true
                  valueFiles: [../../env/prod.yaml, /env/more.yaml, none.yaml]
                  values: |
                    api:
                      image: {tag: "4"}
                  parameters:
                    - {name: "jobs[0].image.tag", value: "9"}
            """
        let values = try #require(
            try Self.values(
                text, at: "apps/web.yaml",
                [
                    "charts/web/Chart.yaml": "name: web\n",
                    "charts/web/values.yaml":
                        "api: {image: {repository: a/api, tag: '1'}}\njobs: [{image: {repository: a/job, tag: '1'}}]\n",
                    "charts/web/charts/db/Chart.yaml": "name: db\n",
                    "charts/web/charts/db/values.yaml": "image: {repository: a/db, tag: '1'}\n",
                    "env/prod.yaml": "api: {image: {tag: '2'}}\njobs: [{image: {repository: a/job, tag: '2'}}]\n",
                    "env/more.yaml": "api: {image: {tag: '3'}}\ndb: {image: {tag: '5'}}\n",
                ]
            ).first)
        #expect(
            Set(Self.lines(values)) == [
                "Application/web/db.image a/db:5 <- env/more.yaml:2 charts/web/charts/db/values.yaml:1",
                "Application/web/api.image a/api:4 <- apps/web.yaml:12 charts/web/values.yaml:1",
                "Application/web/jobs[0].image a/job:9 <- apps/web.yaml:14 env/prod.yaml:2",
            ])
        #expect(
            values.layers.map(\.file) == [
                "charts/web/charts/db/values.yaml", "charts/web/values.yaml", "env/prod.yaml", "env/more.yaml",
                "apps/web.yaml", "apps/web.yaml",
            ])
    }

    @Test func `a release of Flux takes ConfigMaps, and names what it does not see`() throws {
        let text = """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: web}
            spec:
              chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: x}}}
              valuesFrom:
                - {kind: ConfigMap, name: base}
                - {kind: Secret, name: keys}
                - {kind: ConfigMap, name: tag, valuesKey: tag, targetPath: image.tag}
                - {kind: ConfigMap, name: made}
              values: {side: {image: a/side:2}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: base}
            data:
              values.yaml: |
                image:
                  repository: a/web
                  tag: "1"
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: tag}
            data: {tag: "7"}
            ---
            configMapGenerator: [{name: made, files: [values.yaml=../made.yaml]}]
            """
        let values = try #require(try Self.values(text, ["made.yaml": "third: {image: a/third:3}\n"]).first)
        #expect(
            Self.lines(values) == [
                "HelmRelease/web/image a/web:7 <- env/app.yaml:25 env/app.yaml:19",
                "HelmRelease/web/third.image a/third:3 <- made.yaml:1",
                "HelmRelease/web/side.image a/side:2 <- env/app.yaml:11",
            ])
        #expect(values.problems.map(\.message) == ["values of the Secret keys are not looked into"])
    }

    @Test func `a helmfile fills in the environment, and sets`() throws {
        let text = """
            releases:
              - name: web
                chart: ./charts/web
                values:
                  - values.yaml
                  - values-{{ .Environment.Name }}.yaml
                  - image: {pullPolicy: Always}
                set: [{name: image.tag, value: "3"}]
            """
        let values = try #require(
            try Self.values(
                text, at: "helmfile.yaml",
                [
                    "charts/web/Chart.yaml": "name: web\n", "charts/web/values.yaml": "image: {repository: a/web}\n",
                    "values.yaml": "image: {tag: '1'}\n", "values-prod.yaml": "image: {tag: '2'}\n",
                ]
            ).first)
        #expect(Self.lines(values) == ["web/image a/web:3 <- helmfile.yaml:8 charts/web/values.yaml:1"])
    }

    @Test(arguments: [
        ("valueFiles: [none.yaml]", "env/app.yaml:4:55: charts/web/none.yaml is not in the repository"),
        ("valueFiles: ['{{env}}.yaml']", "env/app.yaml:4:55: note: charts/web/{{env}}.yaml: which file that is"),
        ("values: '{'", "env/app.yaml:4:50: the values here are no YAML"),
        ("parameters: [{name: 'a[x]', value: b}]", "env/app.yaml:4:77: \"a[x]\" is no path of a value"),
    ])
    func `a layer that is missing or broken leaves the release out`(helm: String, message: String) throws {
        let text = """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web}
            spec: {source: {path: charts/web, helm: {\(helm)}}}
            """
        do {
            _ = try Self.values(text, ["charts/web/Chart.yaml": "name: web\n"])
            Issue.record("no problem")
        } catch let problem as Problem {
            #expect("\(problem)".hasPrefix(message), "\(problem)")
        }
    }

    @Test func `what Helm is given keeps the type of every scalar, and null`() throws {
        let values = try Self.layered([
            "a: 1\n",
            "n: 1\nquoted: \"1\"\nyes: yes\ntext: a b\noff: null\nlist: [~, 0x1f, 1e3, '', -]\ndate: 2020-01-01\n",
        ])
        let read = try YAMLStream(bytes: values.overrides)
        let root = try #require(read.documents.first)
        let expected = ["n": "1", "yes": "yes", "date": "2020-01-01"]
        for (key, text) in expected {
            #expect(root[key]?.text == text)
            #expect(root[key]?.style == .plain, "\(key)")
        }
        for key in ["quoted", "text"] { #expect(root[key]?.style == .doubleQuoted, "\(key)") }
        #expect(root["off"]?.isNull == true)
        #expect(root["list"]?.items.map { $0.isNull ? "null" : $0.text ?? "" } == ["null", "0x1f", "1e3", "", "-"])
    }

    @Test func `aliases that would make millions of values are refused`() throws {
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + zip("bcdef", "abcde").map {
                "\($0): &\($0) [*\($1),*\($1),*\($1),*\($1),*\($1),*\($1),*\($1),*\($1),*\($1),*\($1)]\n"
            }.joined()
        #expect(throws: Problem.self) { try Self.layered([bomb]) }
    }
}
