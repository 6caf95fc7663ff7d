import TestSupport
import Testing

@Suite struct ComponentFormatTests {
    static let samples = [
        Sample(
            "component-native",
            """
            apiVersion: towpath.dev/v1
            kind: Component
            metadata:
              name: catalog
            spec:
              artifact:
                repository: registry.test/catalog
                version: 3.10  # for people; the digest decides
                digest: \(pin("a"))
              config: {image: not/looked:at}
            ---
            {apiVersion: towpath.dev/v1, kind: Component, metadata: {name: config-only}, spec: {config: {a: b}}}
            """),
        Sample(
            "component-broken",
            """
            apiVersion: towpath.dev/v1
            kind: Component
            metadata: {name: misspelt}
            spec: {artifact: {repositry: registry.test/catalog, version: 1}}
            ---
            {apiVersion: towpath.dev/v1, kind: Component, spec: {artifact: {repository: nameless, version: 1}}}
            ---
            {apiVersion: towpath.dev/v1, kind: Component, metadata: {name: list}, spec: {artifact: [a]}}
            ---
            {apiVersion: towpath.dev/v1, kind: Component, metadata: {name: bad}, spec: {artifact: {repository: r, digest: sha256:00}}}
            ---
            {apiVersion: towpath.dev/v1, kind: Component, metadata: {name: good}, spec: {artifact: {repository: r, version: 1}}}
            """),
    ]

    @Test(arguments: samples)
    func `a component declares its artifact`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
