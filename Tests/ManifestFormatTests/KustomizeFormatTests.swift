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
    ]

    @Test(arguments: samples)
    func `images of a kustomization are declared by their name`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
