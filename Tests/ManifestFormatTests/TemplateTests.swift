import ManifestFormat
import PromotionModel
import TestSupport
import Testing

/// Manifests with values that are rendered from templates before they are used.
@Suite struct TemplateTests {
    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          template:
            spec:
              containers:
                - {name: fixed, image: "registry.test/web:1"}
                - name: app
                  image: {{ .Values.image }}
                - name: quoted
                  image: "{{ .Values.image }}:{{ .Values.tag }}"
                - name: tight
                  image: "{{image}}"
                - {{ .Values.sidecar }}
              initContainers: {{ toYaml }}

        """

    static let samples = [
        Sample("kubernetes-templates", deployment),
        Sample(
            "kustomize-templates", path: "environments/prod/kustomization.yaml",
            """
            images:
              - {name: fixed, newTag: "1"}
              - name: web
                newTag: {{ .tag }}
              - name: api
                newTag: "1"
                digest: {{ .digest }}
              - name: {{ .name }}
                newTag: "1"
              - {{ .image }}

            """),
        Sample(
            "helm-values-templates",
            """
            replicas: {{ .replicas }}
            fixed: {image: "registry.test/web:1"}
            a: {image: {{ .image }}}
            b: {image: {repository: {{ .repository }}, tag: "1"}}
            c: {image: {repository: registry.test/c, tag: {{ .tag }}}}
            d: {image: {repository: registry.test/d, tag: "1", digest: "{{ .digest }}"}}
            e:
              image: registry.test/e
              tag: {{ .tag }}
            f: {title: {{ text }}, imageTitle: "{{ text }}"}

            """),
        Sample(
            "component-templates",
            """
            apiVersion: towpath.dev/v1
            kind: Component
            metadata: {name: web}
            spec:
              artifact: {repository: registry.test/web, version: "1", digest: {{ .digest }}}
            ---
            apiVersion: towpath.dev/v1
            kind: Component
            metadata: {name: api}
            spec:
              artifact: {{ .artifact }}

            """),
    ]

    @Test(arguments: samples)
    func `a value that is rendered from a template is named, and all else is read`(sample: Sample) {
        Golden.expect(sample.reading, is: sample.name + ".txt")
    }

    @Test func `a long template is cut, and its control characters are not shown`() throws {
        let text = "image: {{ \(String(repeating: "x", count: 200)) }}\n"
        let problems = ManifestReader().read(Array(text.utf8), path: "a.yaml").problems
        #expect(
            problems.map(\.description) == [
                "a.yaml:1:8: note: rendered from a template: {{ \(String(repeating: "x", count: 77))…"
            ])
        let odd = ManifestReader().read(Array("image: \"{{ \\e[31m }}\"\n".utf8), path: "a.yaml").problems
        #expect(odd.count == 1 && !odd[0].description.contains("\u{1B}"))
    }

    @Test func `a template is part of the configuration, and no artifact is left out of it`() throws {
        let contents = ManifestReader().read(Array(Self.deployment.utf8), path: "a.yaml", blanking: true)
        let expected = Self.deployment.replacing("\"registry.test/web:1\"", with: "")
        #expect(contents.blanked.map { String(decoding: $0, as: UTF8.self) } == expected)
    }
}
