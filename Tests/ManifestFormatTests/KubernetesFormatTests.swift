import TestSupport
import Testing

@Suite struct KubernetesFormatTests {
    static let samples = [
        Sample(
            "kubernetes-deployment",
            """
            # What runs, and how it is reached.
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              template:
                spec:
                  initContainers:
                    - name: migrate
                      image: registry.test/migrate:1.0@\(pin("a"))
                  containers:
                    - name: app
                      image: "registry.test:5000/web:1.5.0@\(pin("b"))"   # {"$imagepolicy": "flux-system:web"}
                    - image: 'registry.test/sidecar:010'
                    - {name: none}
                    - {name: empty, image: ""}
                    - {name: null-image, image: ~}
                  ephemeralContainers:
                    - {name: debug, image: busybox}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: web}
            data:
              pod.yaml: |
                kind: Pod
                spec: {containers: [{name: x, image: never:1}]}
              image: never:2
            """),
        Sample(
            "kubernetes-kinds",
            """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: nightly}
            spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: run, image: job:1}]}}}}}
            ---
            {apiVersion: batch/v1, kind: Job, metadata: {generateName: once-}, spec: {template: {spec: {containers: [{name: run, image: job:2}]}}}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: pod:1}]}}
            ---
            {apiVersion: v1, kind: PodTemplate, metadata: {name: t}, template: {spec: {containers: [{name: a, image: pod:2}]}}}
            ---
            {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {template: {spec: {containers: [{name: a, image: set:1}]}}}}
            ---
            {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {template: {spec: {containers: [{name: a, image: set:2}]}}}}
            ---
            {apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: old}, spec: {template: {spec: {containers: [{name: a, image: set:3}]}}}}
            """),
        Sample(
            "kubernetes-foreign",
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.test}
            spec: {template: {spec: {containers: [{name: a, image: never:1}]}}}
            ---
            {apiVersion: v2, kind: Deployment, spec: {template: {spec: {containers: [{image: never:2}]}}}}
            ---
            {apiVersion: networking/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: never:3}]}}}}
            ---
            {kind: Deployment, spec: {template: {spec: {containers: [{image: never:4}]}}}}
            ---
            {apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: {a: {image: never:5}}}}}}
            ---
            {apiVersion: apps/v1, kind: Deployment, spec: not a mapping}
            ---
            [a, list]
            ---
            just text
            """),
        Sample(
            "kubernetes-list",
            """
            apiVersion: v1
            kind: List
            items:
              - apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {template: {spec: {containers: [{name: app, image: web:1}]}}}
              - {apiVersion: v1, kind: ConfigMap, data: {image: never:1}}
              - {apiVersion: example/v1, kind: Job, spec: {template: {spec: {containers: [{image: never:2}]}}}}
            ---
            apiVersion: apps/v1
            kind: DeploymentList
            items:
              - metadata: {name: api}
                spec: {template: {spec: {containers: [{name: app, image: api:1}]}}}
            """),
        Sample(
            "kubernetes-anchors",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              containers:
                - name: a
                  image: &image web:1
                - name: b
                  image: *image
                - &c
                  name: c
                  image: other:1
                - <<: *c
                  name: d
            """),
        Sample(
            "kubernetes-bad-values",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              containers:
                - {name: a, image: web@ha256:00}
                - {name: b, image: "web:1 # no comment"}
                - {name: c, image: good:1}
                - {name: d, image: "{{ .Values.image }}:{{ .Values.tag }}"}
                - {name: e, image: "web:${IMAGE_TAG}"}
                - {name: "bad name", image: good:2}
                - {name: f, image: web:1@\(pin("A"))}
                - {name: g, image: [a, b]}
            """),
    ]

    @Test(arguments: samples)
    func `workloads declare their containers' images and nothing else`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
