import ManifestFormat
import TestSupport
import Testing

@Suite struct FluxFormatTests {
    static let samples = [
        Sample(
            "flux-releases",
            """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: podinfo, namespace: apps}
            spec:
              chart:
                spec:
                  chart: podinfo
                  version: ">=6.5.0 <7.0.0"  # {"$imagepolicy": "flux-system:podinfo:tag"}
                  sourceRef: {kind: HelmRepository, name: podinfo}
              values:
                image: {repository: registry.test/podinfo, tag: 6.5.4}
                redis: {image: 'registry.test/redis:7.2'}
              postRenderers:
                - kustomize:
                    images: [{name: registry.test/podinfo, newTag: 6.5.5, digest: \(pin("a"))}]
                    patches:
                      - target: {kind: Deployment, name: podinfo}
                        patch: |
                          - op: replace
                            path: /spec/template/spec/containers/0/image
                            value: registry.test/podinfo:6.5.6
            ---
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: local}
            spec: {chart: {spec: {chart: ./charts/local, sourceRef: {kind: GitRepository, name: flux-system}}}}
            ---
            apiVersion: helm.toolkit.fluxcd.io/v2beta2
            kind: HelmRelease
            metadata: {name: by-reference}
            spec: {chartRef: {kind: OCIRepository, name: podinfo}, values: {image: {tag: 1.0}}}
            ---
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: unversioned}
            spec: {chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: x}}}}
            ---
            apiVersion: helm.fluxcd.io/v1
            kind: HelmRelease
            metadata: {name: first}
            spec: {chart: {repository: "https://charts.test/", name: redis, version: 10.5.7}, values: {image: {repository: r, tag: 0123}}}
            ---
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: templated}
            spec: {chart: {spec: {chart: web, version: "{{ .version }}"}}}
            """),
        Sample(
            "flux-sources",
            """
            apiVersion: source.toolkit.fluxcd.io/v1
            kind: OCIRepository
            metadata: {name: manifests}
            spec:
              url: oci://registry.test/manifests/podinfo
              ref:
                tag: '6.5.4'
                digest: \(pin("b"))
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1beta2, kind: OCIRepository, metadata: {name: range}, spec: {url: "oci://registry.test/x", ref: {semver: ">= 1.0", tag: latest}}}
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1beta2, kind: OCIRepository, metadata: {name: bare}, spec: {url: "oci://registry.test/x"}}
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: branch}, spec: {url: "ssh://git@git.test/org/repo.git", ref: {branch: release/1.2}}}
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: commit}, spec: {url: "https://git.test/org/repo", ref: {branch: main, commit: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567}}}
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: tag}, spec: {url: "https://git.test/org/repo", ref: {tag: 1.10}}}
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: none}, spec: {url: "https://git.test/org/repo"}}
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmChart, metadata: {name: chart}, spec: {chart: redis, version: 7.x, sourceRef: {kind: HelmRepository, name: x}}}
            ---
            {apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: charts}, spec: {url: "https://charts.test"}}
            """),
        Sample(
            "flux-kustomizations",
            """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: {name: apps}
            spec:
              images:
                - name: web
                  newName: registry.test/web
                  newTag: 1.2.3
              patches:
                - patch: |
                    # the first line is a comment
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: api}
                    spec:
                      template:
                        spec:
                          containers:
                            - name: app
                              image: registry.test/api:1   # kept

                            - {name: side, image: "registry.test/side:2"}
                - patch: >-
                    {apiVersion: apps/v1, kind: Deployment, metadata: {name: folded},
                    spec: {template: {spec: {containers: [{name: app, image: registry.test/folded:1}]}}}}
                - patch: "not: [yaml"
            """),
        Sample(
            "flux-setters",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data:
              WORKER: registry.test/worker:1.0 # {"$imagepolicy": "flux-system:worker"}
              VERSION: 1.10 # {"$imagepolicy": "flux-system:api:tag"}
              OTHER: 1.10 # {"$otherpolicy": "flux-system:api:tag"}
              BROKEN: 1.10 # {"$imagepolicy": "flux-system"}
              PART: 1.10 # {"$imagepolicy": "a:b:unknown"}
            ---
            image:
              repository: registry.test/web # {"$imagepolicy": "flux-system:web:name"}
              tag: 1.0.0 # {"$imagepolicy": "flux-system:web:tag"}
            custom:
              name: registry.test/custom # {"$imagepolicy": "flux-system:custom:name"}
              release: "7"   # {"$imagepolicy": "flux-system:custom:tag"}
              content: \(pin("c")) # {"$imagepolicy": "flux-system:custom:digest"}
            jobs:
              - registry.test/job:1 # {"$imagepolicy": "flux-system:job"}
              - x
            ---
            {apiVersion: db.test/v1, kind: Cluster, metadata: {name: db}, spec: {
              version: 16.3, # {"$imagepolicy": "a:b:tag"}
            }}
            ---
            apiVersion: db.test/v1
            kind: Cluster
            metadata: {name: db}
            spec:
              engine:
                version: 16.3 # {"$imagepolicy": "flux-system:postgres:tag"}
            """),
    ]

    @Test(arguments: samples)
    func `releases, sources and marked values are declared`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
