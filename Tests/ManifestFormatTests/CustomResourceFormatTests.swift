import TestSupport
import Testing

@Suite struct CustomResourceFormatTests {
    static let samples = [
        Sample(
            "custom-resource-tekton",
            """
            apiVersion: tekton.dev/v1
            kind: Task
            metadata: {name: build}
            spec:
              stepTemplate: {image: registry.test/base:1}
              steps:
                - {name: compile, image: "registry.test/builder@\(pin("a"))"}
                - {image: bare}
                - {name: chosen, image: $(params.IMAGE)}
              sidecars: [{name: proxy, image: registry.test/proxy:2}]
              params: [{name: IMAGE, default: registry.test/never:1}]
            ---
            apiVersion: tekton.dev/v1
            kind: Pipeline
            metadata: {name: release}
            spec:
              tasks:
                - name: build
                  taskSpec: {steps: [{name: compile, image: registry.test/builder:2}]}
                - name: scan
                  taskRef:
                    resolver: bundles
                    params:
                      - {name: name, value: scan}
                      - name: bundle
                        value: registry.test/catalog/scan:0.2@\(pin("b"))
                - name: check
                  taskRef:
                    resolver: git
                    params:
                      - {name: url, value: "https://git.test/org/tasks"}
                      - {name: revision, value: release/1.2}
                      - {name: pathInRepo, value: check.yaml}
                - {name: old, taskRef: {bundle: "registry.test/old:1", name: old}}
                - {name: other, taskRef: {resolver: git, params: [{name: url, value: $(params.url)}, {name: revision, value: x}]}}
              finally:
                - {name: tell, taskSpec: {steps: [{name: tell, image: registry.test/tell:1}]}}
            """),
        Sample(
            "custom-resource-workloads",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: web}
            spec:
              template:
                spec:
                  initContainers: [{name: migrate, image: registry.test/web:1}]
                  containers:
                    - name: app
                      image: 'registry.test/web:1'  # kept
            ---
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: api}
            spec: {template: {spec: {containers: [{image: registry.test/api:7e12345}]}}}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: CronWorkflow
            metadata: {name: nightly}
            spec:
              workflowSpec:
                templates:
                  - {name: main, container: {image: registry.test/job:1.10}}
                  - {name: script, script: {image: python, source: "print('image: never:1')"}}
                  - {name: given, container: {image: "{{inputs.parameters.image}}"}}
                  - {name: set, containerSet: {containers: [{name: a, image: registry.test/a:1}]}}
            ---
            apiVersion: apps.openshift.io/v1
            kind: DeploymentConfig
            metadata: {name: shop}
            spec: {template: {spec: {containers: [{name: web, image: web}]}}}
            ---
            apiVersion: build.openshift.io/v1
            kind: BuildConfig
            metadata: {name: shop}
            spec:
              strategy: {dockerStrategy: {from: {kind: DockerImage, name: "registry.test/base:8"}}}
              output: {to: {kind: DockerImage, name: "registry.test/shop:latest"}}
            ---
            apiVersion: image.openshift.io/v1
            kind: ImageStream
            metadata: {name: base}
            spec: {tags: [{name: "8", from: {kind: DockerImage, name: "registry.test/base:8"}}, {name: "9", from: {kind: ImageStreamTag, name: "base:9"}}]}
            """),
        Sample(
            "custom-resource-any",
            """
            apiVersion: monitoring.test/v1
            kind: Prometheus
            metadata: {name: main, annotations: {image: "registry.test/never:1"}}
            spec:
              image: registry.test/prometheus:v2.53.1
              version: v2.53.1
              thanos: {image: registry.test/thanos, tag: 0123}
              storage: {image: base}
            status: {image: registry.test/never:2}
            ---
            apiVersion: db.test/v1
            kind: Cluster
            metadata: {name: db}
            spec: {imageName: "registry.test/postgres:16.3", backup: {image: {repository: registry.test/backup, tag: "1", digest: \(pin("c"))}}}
            ---
            apiVersion: pkg.crossplane.io/v1
            kind: Provider
            metadata: {name: aws}
            spec: {package: "registry.test/provider-aws:v1.2.0"}
            ---
            {apiVersion: kyverno.io/v1, kind: ClusterPolicy, spec: {rules: [{image: "registry.test/*:latest"}]}}
            ---
            {apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageRepository, spec: {image: registry.test/never}}
            ---
            {apiVersion: v1, kind: ConfigMap, data: {image: "registry.test/never:3"}}
            """),
        Sample(
            "custom-resource-lists",
            """
            apiVersion: v1
            kind: List
            items:
              - {apiVersion: db.test/v1, kind: Cluster, metadata: {name: a}, spec: {image: "registry.test/a:1"}}
              - apiVersion: v1
                kind: List
                items: [{apiVersion: db.test/v1, kind: Cluster, metadata: {name: b}, spec: {image: "registry.test/b:1"}}]
            ---
            apiVersion: db.test/v1
            kind: ClusterList
            items: [{metadata: {name: c}, spec: {image: "registry.test/c:1"}}]
            ---
            apiVersion: template.openshift.io/v1
            kind: Template
            metadata: {name: t}
            parameters: [{name: TAG}]
            objects:
              - apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {template: {spec: {containers: [{name: app, image: "${IMAGE}:${TAG}"}]}}}
              - {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: t}, spec: {steps: [{name: s, image: "s:1"}]}}
            """),
        Sample(
            "custom-resource-bad-values",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: web}
            spec:
              template:
                spec:
                  containers:
                    - {name: a, image: registry.test/web@ha256:00}
                    - {name: b, image: [x]}
                    - {name: c, image: }
                    - not a container
                    - {name: d, image: registry.test/web:1:2}
                    - &e {name: e, image: &image registry.test/web:1}
                    - {name: f, image: *image}
                    - *e
                    - name: g
                      image: |-
                        registry.test/web:2
            ---
            {apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: text}
            ---
            {apiVersion: argoproj.io/v1alpha1, kind: [Rollout], spec: {image: a/b:1}}
            """),
    ]

    @Test(arguments: samples)
    func `custom resources declare their images by object and container`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
