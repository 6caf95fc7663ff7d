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
