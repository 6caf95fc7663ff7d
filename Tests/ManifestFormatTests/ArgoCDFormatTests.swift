import ManifestFormat
import TestSupport
import Testing

@Suite struct ArgoCDFormatTests {
    static let samples = [
        Sample(
            "argocd-applications",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: podinfo}
            spec:
              source:
                repoURL: https://charts.test/podinfo
                chart: podinfo
                targetRevision: 6.5.4  # kept
                helm:
                  parameters:
                    - {name: image.repository, value: registry.test/podinfo}
                    - {name: image.tag, value: "6.5.4"}
                    - {name: worker.image.tag, value: '1.10', forceString: true}
                    - {name: proxyImage, value: registry.test/proxy:2}
                    - {name: replicas, value: "2"}
                    - {name: imageTag, value: "7"}
                  values: |
                    # a comment
                    image: {repository: registry.test/web, tag: 1.0}

                    redis:
                      image: registry.test/redis:7   # kept too
                  valuesObject:
                    api: {image: {repository: registry.test/api, tag: "1", digest: \(pin("a"))}}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web}
            spec:
              source:
                repoURL: 'https://git.test/org/config.git'
                targetRevision: release/1.2
                path: overlays/prod
                kustomize:
                  images:
                    - registry.test/web:1.2.3
                    - app=registry.test/app:1@\(pin("b"))
                    - "side@\(pin("c"))"
                  patches:
                    - target: {kind: Deployment}
                      patch: |-
                        - {op: replace, path: /spec/template/spec/containers/0/image, value: "registry.test/web:2"}
            ---
            {apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: head}, spec: {source: {repoURL: "git@git.test:org/config.git", path: .}}}
            ---
            {apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: oci}, spec: {source: {repoURL: "oci://registry.test/manifests", targetRevision: 1.0.0, path: .}}}
            """),
        Sample(
            "argocd-sources",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: many}
            spec:
              sources:
                - {repoURL: registry.test/charts, chart: web, targetRevision: ^1.2}
                - repoURL: https://git.test/org/values
                  targetRevision: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567
                  ref: values
                - {repoURL: https://git.test/org/other, targetRevision: HEAD}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: hydrated}
            spec: {sourceHydrator: {drySource: {repoURL: https://git.test/org/dry, targetRevision: main, path: x}, syncSource: {targetBranch: env/prod}}}
            """),
        Sample(
            "argocd-sets",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: ApplicationSet
            metadata: {name: clusters}
            spec:
              generators:
                - list:
                    elements: [{cluster: a, revision: v1}]
                    template: {spec: {source: {repoURL: https://git.test/org/own, targetRevision: v2}}}
                - git: {repoURL: https://git.test/org/never, revision: HEAD}
              template:
                metadata: {name: '{{cluster}}'}
                spec:
                  source:
                    repoURL: https://git.test/org/config
                    targetRevision: '{{revision}}'
                    helm:
                      valuesObject: {image: {repository: registry.test/web, tag: "1.0"}}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: ApplicationSet
            metadata: {name: text}
            spec:
              template:
                spec:
                  source:
                    repoURL: https://git.test/org/config
                    helm:
                      values: |
                        image: {{ .image }}
                        web: {image: registry.test/web:1}
            """),
        Sample(
            "argocd-bad-values",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: broken}
            spec:
              source:
                repoURL: https://charts.test
                chart: web
                targetRevision: 1.0/2
                helm:
                  values: |
                    image: [
                  valuesObject: text
                  parameters: {name: x}
                kustomize: {images: registry.test/web:1}
            ---
            {apiVersion: argoproj.io/v1alpha1, kind: Application, spec: [x]}
            ---
            {apiVersion: argoproj.io/v1alpha1, kind: Application, spec: {source: {repoURL: [x]}, sources: text}}
            ---
            {apiVersion: argoproj.io/v1alpha1, kind: AppProject, spec: {sourceRepos: ["https://git.test/x"]}}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: templated}
            spec:
              source:
                repoURL: https://git.test/x
                helm:
                  values: |
                    {{ toYaml .Values }}
                    image: x:1
            """),
    ]

    @Test(arguments: samples)
    func `applications declare charts, revisions and the images that they set`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
