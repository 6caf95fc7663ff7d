import Foundation
import JSONText
import TestSupport
import Testing

/// `inventory --effective` with renderers that are scripts of the test's own, and with real ones where there are any.
@Suite struct EffectiveTests {
    private static let chart: [String: BareRepository.Entry] = [
        "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "charts/web/values.yaml": "image:\n  repository: registry.example/web\n  tag: \"1.0\"\n",
        "charts/web/values-prod.yaml": "image:\n  tag: \"2.0\"\n",
        "charts/web/templates/deployment.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec: {template: {spec: {containers: [{name: app, image: {{ .Values.image.repository }}}]}}}

        """,
    ]

    private static let fleet: [String: BareRepository.Entry] = chart.merging([
        "environments/prod/web.yaml": """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: web}
        spec:
          source: {repoURL: https://git.example/fleet, path: charts/web, targetRevision: main, helm: {valueFiles: [values-prod.yaml]}}

        """,
        "environments/prod/plain.yaml": SampleText.component("plain", "1.0.0", 1),
        "environments/prod/shop/kustomization.yaml": """
        resources: [../../../base]
        images: [{name: shop, newName: registry.example/shop, newTag: "3.1"}]

        """,
        "environments/prod/bad/kustomization.yaml": "resources: [https://nowhere.example/base]\n",
        "base/kustomization.yaml": "resources: [deployment.yaml]\n",
        "base/deployment.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: shop}
        spec: {template: {spec: {containers: [{name: app, image: shop}]}}}

        """,
        "base/link": .link("/etc/passwd"),
    ]) { $1 }

    private static func rendered(_ name: String, _ image: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name)}
        spec: {template: {spec: {containers: [{name: app, image: \(image)}]}}}
        """
    }

    private func lines(_ run: Program.Run) throws -> [String] {
        let json = try JSONReader.value(run.outputBytes)
        guard case .array(let environments)? = json["environments"],
            case .array(let items)? = environments[0]["artifacts"]
        else { return [] }
        return items.map { item in
            var places: [String] = []
            if case .array(let origins)? = item["origins"] {
                places = origins.map { origin in
                    guard case .number(let line)? = origin["line"] else { return "" }
                    return "\(origin["file"]?.string ?? ""):\(line)"
                }
            }
            return [item["component"], item["name"], item["tag"], item["renderer"]].map { $0?.string ?? "–" }
                .joined(separator: " ") + (places.isEmpty ? "" : " " + places.joined(separator: " "))
        }
    }

    private func unrendered(_ run: Program.Run) throws -> [String] {
        let json = try JSONReader.value(run.outputBytes)
        guard case .array(let environments)? = json["environments"],
            case .array(let items)? = environments[0]["unrendered"]
        else { return [] }
        return items.map { item in
            [item["file"], item["renderer"], item["severity"], item["message"]].map { $0?.string ?? "–" }
                .joined(separator: " ")
        }
    }

    @Test func `every folder is rendered by its renderer, and what cannot be is listed while the rest stands`() throws {
        let repository = try BareRepository()
        try repository.commit(Self.fleet)
        let kustomize = try repository.directory.script(
            "kubectl",
            """
            [ -z "$HOME" ] && [ ! -e "$2/../../../base/link" ] || exit 9
            case "$2" in
            */bad) echo "no network for $2" >&2; exit 1;;
            esac
            cat <<'END'
            \(Self.rendered("shop", "registry.example/shop:3.1"))
            END
            """)
        let helm = try repository.directory.script(
            "helm",
            #"""
            grep -q '"2.0"' "$5" || exit 9
            tag=$(sed -n 's/.*"\(2[.]0\)".*/\1/p' "$5")
            cat <<END
            \#(Self.rendered("web", "registry.example/web:$tag"))
            END
            """#)
        let towpath = try TowpathProgram(in: repository)
        let run = try towpath(
            "inventory", "--effective", "--kustomize", kustomize, "--helm", helm, "--output", "json")
        #expect(
            try lines(run)
                == [
                    "Application/web https://git.example/fleet main none environments/prod/web.yaml:5",
                    "Deployment/shop/app registry.example/shop 3.1 kustomize",
                    "Deployment/web/app registry.example/web 2.0 helm charts/web/values-prod.yaml:2 charts/web/values.yaml:2",
                    "plain registry.example/shop/plain 1.0.0 none environments/prod/plain.yaml:10",
                ].map(\.self), "\(run.text)")
        #expect(
            try unrendered(run) == [
                "environments/prod/bad/kustomization.yaml kustomize error exit code 1: no network for "
                    + "environments/prod/bad"
            ])
        #expect(run.status == 65)
    }

    @Test func `without renderers values are merged in process`() throws {
        let repository = try BareRepository()
        try repository.commit(Self.fleet.filter { !$0.key.contains("/bad/") })
        var towpath = try TowpathProgram(in: repository)
        towpath.set("PATH", repository.directory.path)
        let run = try towpath("inventory", "prod", "--effective", "--output", "json")
        #expect(
            try lines(run).filter { $0.contains(" values ") } == [
                "Application/web/image registry.example/web 2.0 values charts/web/values-prod.yaml:2 "
                    + "charts/web/values.yaml:2"
            ], "\(run.text)")
        #expect(
            try unrendered(run) == [
                "environments/prod/shop/kustomization.yaml kustomize error no kustomize is there; name one: --kustomize "
                    + "or TOWPATH_KUSTOMIZE",
                "environments/prod/web.yaml helm skipped no helm is there; name one: --helm or TOWPATH_HELM; its values "
                    + "alone are shown",
            ])
        let text = try towpath("inventory", "prod", "--effective").output
        #expect(text.contains("merged values  charts/web/values-prod.yaml:2, charts/web/values.yaml:2"), "\(text)")
        #expect(text.contains("NOT RENDERED"))
    }

    @Test func `a chart takes the environment's own values files`() throws {
        let repository = try BareRepository()
        try repository.commit(
            Self.chart.merging([
                "charts/web/values-staging.yaml": "image: {tag: \"1.5\"}\n",
                "towpath.yaml": """
                apiVersion: towpath.dev/v1
                kind: Fleet
                spec:
                  environments:
                    - {name: "{stage}", paths: ["charts/*/values-{stage}.yaml"]}

                """,
            ]) { $1 })
        var towpath = try TowpathProgram(in: repository)
        towpath.set("PATH", repository.directory.path)
        for (stage, tag) in [("prod", "2.0"), ("staging", "1.5")] {
            let run = try towpath("inventory", stage, "--effective", "--output", "json")
            #expect(
                try lines(run) == [
                    "image registry.example/web \(tag) values charts/web/values-\(stage).yaml:\(stage == "prod" ? 2 : 1) "
                        + "charts/web/values.yaml:2"
                ], "\(run.text)")
            #expect(run.status == 0)
        }
    }

    @Test func `helmfile is asked only where nothing in it is run`() throws {
        let repository = try BareRepository()
        var files = Self.chart
        files["environments/prod/helmfile.yaml"] =
            "environments: {prod: {}}\nreleases: [{name: web, chart: ../../charts/web}]\n"
        files["environments/staging/helmfile.yaml"] =
            "hooks: [{command: /bin/sh}]\nreleases: [{name: web, chart: ../../charts/web}]\n"
        try repository.commit(files)
        let witness = repository.directory.file("asked")
        let helm = try repository.directory.script("helm", "cat /dev/null")
        let helmfile = try repository.directory.script(
            "helmfile",
            """
            echo "$4" >> '\(witness)'
            cat <<'END'
            \(Self.rendered("web", "registry.example/web:1.0"))
            END
            """)
        let towpath = try TowpathProgram(in: repository)
        let options = ["--helmfile", helmfile, "--helm", helm, "--output", "json"]
        let prod = try towpath(["inventory", "prod", "--effective"] + options)
        #expect(try lines(prod) == ["Deployment/web/app registry.example/web 1.0 helmfile"], "\(prod.text)")
        let staging = try towpath(["inventory", "staging", "--effective"] + options)
        #expect(
            try unrendered(staging).first?.contains("\"hooks\" can make helmfile run programs") == true,
            "\(staging.text)")
        #expect(try String(contentsOfFile: witness, encoding: .utf8) == "prod\n")
    }

    @Test func `a renderer that is named and not there is refused, and two views at once`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        let run = try towpath("inventory", "--effective", "--helm", "/nowhere/helm")
        #expect(run.status == 64)
        #expect(run.errors.contains("/nowhere/helm"))
        #expect(try towpath("inventory", "--effective", "--pairs").status == 64)
    }

    private static let kubectl = "/usr/bin/kubectl"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: kubectl)))
    func `the real kubectl renders bases, and reaches nothing outside`() throws {
        let repository = try BareRepository()
        try repository.commit(Self.fleet.filter { !$0.key.contains("web") })
        let towpath = try TowpathProgram(in: repository)
        let run = try towpath("inventory", "--effective", "--kustomize", Self.kubectl, "--output", "json")
        #expect(
            try lines(run) == [
                "Deployment/shop/app registry.example/shop 3.1 kustomize",
                "plain registry.example/shop/plain 1.0.0 none environments/prod/plain.yaml:10",
            ], "\(run.text)")
        #expect(try unrendered(run).count == 1)
        #expect(
            try unrendered(run).first?.hasPrefix("environments/prod/bad/kustomization.yaml kustomize error") == true)
    }
}
