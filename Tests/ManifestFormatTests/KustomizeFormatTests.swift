import TestSupport
import Testing

@Suite struct KustomizeFormatTests {
    static let samples = [
        Sample(
            "kustomize-images", path: "environments/prod/kustomization.yaml",
            """
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources: [../../base]
            images:
              - name: web
                newName: registry.test/web
                newTag: "1.4.2"
                digest: \(pin("a"))
              - {name: registry.test/api, newTag: 0123}
              - {name: registry.test/db, digest: \(pin("b"))}
              - {name: moved, newName: registry.test/moved}
              - {name: nothing}
              - {newTag: nameless}
              - not a mapping
              - {name: bad, digest: 7e12345}
              - {name: commit, newTag: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567}
            """),
        Sample(
            "kustomize-bare", path: "environments/prod/Kustomization",
            "images: [{name: web, newTag: v1}]\nresources: [x.yaml]\n"),
        Sample(
            "kustomize-component", path: "environments/prod/c/any.yaml",
            """
            apiVersion: kustomize.config.k8s.io/v1alpha1
            kind: Component
            images: [{name: web, newTag: v1}]
            """),
        Sample(
            "kustomize-elsewhere", path: "environments/prod/values.yaml",
            "images: [{name: web, newTag: v1}]\n"),
        Sample(
            "kustomize-remote", path: "environments/prod/kustomization.yaml",
            """
            resources:
              - deployment.yaml
              - https://git.test/org/service/config/default?ref=0a1b2c3d4e5f60718293a4b5c6d7e8f901234567
              - "git.test/org/repo//overlays/prod?timeout=90s&ref=v1.2.3"   # kept
              - git@git.test:org/repo.git//base?ref=release/1.2
              - 'ssh://git@git.test/org/repo.git?version=1.10'
              - https://git.test/org/none
              - https://git.test/org/empty?ref=
              - ?ref=x
            bases: [git::https://git.test/org/old?ref=v0]
            components: ["https://git.test/org/components//tls?ref={{ .ref }}"]
            images:
              - {name: service, newName: registry.test/service, newTag: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567}
            """),
        Sample(
            "kustomize-charts", path: "environments/prod/kustomization.yaml",
            """
            helmCharts:
              - name: redis
                repo: https://charts.test
                version: 18.1.0
                releaseName: cache
                valuesInline:
                  image: {registry: registry.test, repository: redis, tag: 7.2.4}
              - {name: unversioned, repo: "oci://registry.test/charts"}
              - {name: local, valuesFile: values.yaml}
            helmChartInflationGenerator:
              - {chartName: old, chartRepoUrl: "https://charts.test", chartVersion: 1.10}
            generators:
              - generator.yaml
              - |-
                apiVersion: builtin
                kind: HelmChartInflationGenerator
                metadata: {name: notImportantHere}
                name: inline
                repo: https://charts.test
                version: "2.0"
            transformers:
              - |
                apiVersion: builtin
                kind: ImageTagTransformer
                metadata: {name: x}
                imageTag:
                  name: web
                  newTag: v2
            """),
        Sample(
            "kustomize-generator",
            """
            apiVersion: builtin
            kind: HelmChartInflationGenerator
            metadata: {name: squid}
            name: squid-helm
            repo: oci://registry.test/charts
            version: 0.1.799+0a1b2c3   # kept
            releaseName: squid
            valuesInline:
              image: {repository: registry.test/squid, tag: latest}
            ---
            {apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, target: {kind: Deployment}, patch: '[{op: replace, path: /spec/template/spec/containers/0/image, value: "registry.test/p:1"}]'}
            ---
            {apiVersion: builtin, kind: LabelTransformer, metadata: {name: p}, image: "never/x:1"}
            """),
        Sample(
            "kustomize-patches", path: "environments/prod/kustomization.yaml",
            """
            patches:
              - path: patch.yaml
                target: {kind: Deployment, name: web}
              - target:
                  kind: Deployment
                  name: web
                patch: |-
                  - op: replace
                    path: /spec/template/spec/containers/0/image
                    value: "registry.test/web:1.2"  # kept
                  - op: add
                    path: /spec/template/spec/initContainers
                    value:
                      - name: migrate
                        image: registry.test/migrate:1
                  - op: add
                    path: /spec/template/spec/containers/-
                    value: {name: side, image: side}
                  - op: remove
                    path: /spec/image
                  - op: test
                    path: /spec/image
                    value: registry.test/never:1
              - patch: |
                  apiVersion: apps/v1
                  kind: StatefulSet
                  metadata: {name: db}
                  spec: {template: {spec: {containers: [{name: db, image: 'registry.test/db:16'}]}}}
                  ---
                  $patch: delete
                  apiVersion: v1
                  kind: Service
                  metadata: {name: gone}
              - patch: "{{ .patch }}"
            patchesStrategicMerge:
              - merge.yaml
              - |-
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api}
                spec: {template: {spec: {containers: [{name: api, image: registry.test/api:1}]}}}
            patchesJson6902:
              - target: {version: v1, kind: CronJob, name: nightly}
                patch: '[{"op": "replace", "path": "/spec/jobTemplate/spec/template/spec/containers/0/image", "value": "registry.test/job:1"}]'
              - {target: {kind: X, name: y}, path: ops.yaml}
            """),
        Sample(
            "kustomize-patch-file",
            """
            - op: replace
              path: /spec/template/spec/containers/0/image
              value: registry.test/web:1
            - op: replace
              path: /spec/replicas
              value: 3
            - {op: add, path: "/metadata/annotations/a~1image", value: registry.test/never:1}
            """),
    ]

    @Test(arguments: samples)
    func `images of a kustomization are declared by their name`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
