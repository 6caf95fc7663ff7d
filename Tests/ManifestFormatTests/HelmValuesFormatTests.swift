import TestSupport
import Testing

@Suite struct HelmValuesFormatTests {
    static let samples = [
        Sample(
            "helm-values-shapes",
            """
            image:
              registry: registry.test
              repository: shop/payments
              tag: "2.3.0"
              digest: \(pin("a"))
              pullPolicy: IfNotPresent
            web:
              image: {repository: registry.test/web, tag: 1.10@\(pin("b"))}
              initImage: registry.test/init:3
              proxy_image: proxy:4
              side-image: side/car
              replicas: 2
            worker: {image: registry.test/worker, tag: "7", digest: \(pin("c"))}
            jobs:
              - image: job:1
              - {image: {repository: job, tag: 2}}
            unpinned: {image: {repository: registry.test/unpinned}}
            policy: {repository: registry.test/policy, pullPolicy: Always}
            """),
        Sample(
            "helm-values-more-shapes",
            """
            # three parts, and a digest without its algorithm
            operator:
              image: {registry: registry.test, repository: org, name: operator, tag: 0.40.0}
            hook:
              image: {repository: bitnami, image: kubectl, tag: "1.29"}
            job: {registry: registry.test, repository: bitnami, image: git, tag: 2}
            grafana:
              image: {repository: registry.test/grafana, tag: 11.1.0, sha: "\(String(repeating: "a", count: 64))"}
            empty: {image: {repository: registry.test/empty, tag: "", sha: ""}}
            hub:
              singleuser: {image: {name: registry.test/notebook, tag: set-by-chartpress}}
              pull: {image: {name: registry.test/pause, pullPolicy: Always}}
              profiles:
                - {display_name: One, kubespawner_override: {image: "registry.test/one:2024.01.1"}}
            siblings:
              - {image: registry.test/a, imageTag: "1"}
              - {image: registry.test/b, image_tag: 0123}
              - {image: registry.test/c, tag: 7e12345, digest: \(pin("c"))}
              - {image: registry.test/d, version: v1.2.3}
              - {image: registry.test/e, imageVersion: 2}
              - {image: f, image_version: "3"}
              - {image: org/g, registry: registry.test, version: v3.28.0}
              - {webImage: registry.test/h, webImageTag: 1.10}
              - {web_image: registry.test/i, web_tag: no}
              - {web-image: registry.test/j, web-image-tag: 2025-01-24}
              - {imageName: registry.test/k, imageTag: 5}
              - {imageRepository: registry.test/l, imageTag: 6}
              - {image_repository: registry.test/m, image_tag: 7}
              - {repository: registry.test/n, imageTag: 8, version: 1}
            images:
              tags: {api: "registry.test/api:1", worker: registry.test/worker@\(pin("d"))}
              sidecar: registry.test/sidecar:1
            extraImages: [registry.test/y:1, {image: registry.test/z, tag: 1}]
            """),
        Sample(
            "helm-values-odd-text",
            """
            --- # a document
            # image: never:1
            block:
              image: |-
                registry.test/block:1
              folded_image: >-
                registry.test/folded:1
            quoted: {'image': "registry.test/\\x71:1", image: 'registry.test/twice:1'}
            ? image
            : registry.test/complex:1
            tagged:
              image: !!str registry.test/tagged:1
              tag: !keep 1
            spread:
              image:   # why
                # below
                repository: registry.test/spread   # r
                # between
                tag:    '1'

                digest:
            flow: {
              image: {
                repository: registry.test/flow, # here
                tag: 1
              }
            }
            ...
            """),
        Sample(
            "helm-values-not-images",
            """
            dependencies:
              - {name: postgresql, repository: "https://charts.test/x", version: 1.2.3}
              - {name: redis, repository: "oci://charts.test/y", version: 1.2.3}
              - {name: chart, repository: charts, version: 1.2.3}
            backup: {repository: s3-bucket}
            git: {repository: "https://git.test/a.git", tag: v1}
            image: base
            flagImage: true
            noImage: ~
            emptyImage: ""
            logo_image: https://cdn.test/logo.png
            imagePullSecrets: [{name: registry.test/x:1}]
            images: [a:1]
            text: "image: never:1"
            chart: {repository: registry.test/chart, version: 1.2.3, image: registry.test/never:1}
            machine: {image: base, version: latest}
            machineImage: ami-0123
            imageName: web
            imageRepository: registry.test/never
            disks: {images: [a, "b c/d:1", registry.test/untagged]}
            person: {name: registry.test/ada, tag: x}
            """),
        Sample(
            "helm-values-text-tags",
            """
            a: {image: {repository: r, tag: 1.10}}
            b: {image: {repository: r, tag: 0123}}
            c: {image: {repository: r, tag: 7e12345}}
            d: {image: {repository: r, tag: no}}
            e: {image: {repository: r, tag: 2025-01-24}}
            f: {image: {repository: r, tag: 12:30}}
            g: {image: {repository: r, tag: 0x1F}}
            h: {image: {repository: r, tag: "null"}}
            i: {image: {repository: r, tag: null}}
            j: {image: {repository: r, tag: ""}}
            k: {image: {repository: r, digest: 7e12345}}
            l: {image: {repository: r, tag: feature/x}}
            m: {image: {repository: "r:1", tag: 2}}
            n: {image: {repository: localhost:5000/r, tag: 2}}
            o: {image: {repository: r, tag: 1@\(pin("a")), digest: \(pin("b"))}}
            p: {image: {repository: r, tag: 1@\(pin("a")), digest: \(pin("a"))}}
            q: {image: {repository: r, tag: set-by-chartpress}}
            r: {image: {repository: "{{ .Values.r }}", tag: x}}
            s: {image: {repository: r@\(pin("a")), tag: 1}}
            t: {image: {repository: r@\(pin("a"))}}
            """),
        Sample(
            "helm-values-anchors",
            """
            base: &base
              image: &image {repository: registry.test/web, tag: &tag "1"}
            alias: {image: *image}
            merged: {image: {<<: *image}}
            changed: {image: {<<: *image, tag: "2"}}
            whole: *base
            tagged: {image: {repository: registry.test/api, tag: *tag}}
            again: &base {image: twice:1}
            last: *base
            """),
        Sample(
            "helm-values-duplicate-keys",
            """
            image: {repository: r, tag: 1}
            affinity: {}
            image: {repository: r, tag: 2}
            affinity: {}
            """),
    ]

    @Test(arguments: samples)
    func `images are found in their customary shapes`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
