/// Texts of manifests and policies as people write them, short enough for a test to show what matters.
package enum SampleText {
    /// `sha256:` and `digit` as often as it takes.
    package static func digest(_ digit: Int) -> String {
        "sha256:" + digits(digit)
    }

    /// `digit` as often as a digest has it.
    package static func digits(_ digit: Int) -> String {
        String(repeating: String(digit, radix: 16), count: 64)
    }

    /// A native manifest.
    package static func component(
        _ name: String, _ version: String, _ digit: Int, config: String = "logLevel: warn"
    ) -> BareRepository.Entry {
        """
        # What \(name) runs.
        apiVersion: towpath.dev/v1
        kind: Component
        metadata:
          name: \(name)
        spec:
          artifact:
            repository: registry.example/shop/\(name)
            version: "\(version)"  # for people
            digest: \(digest(digit))
          config:
            \(config)

        """
    }

    /// A Kubernetes workload whose containers are written `name version digit`.
    package static func deployment(
        _ name: String, _ containers: (name: String, version: String, digit: Int)..., replicas: Int = 2
    ) -> BareRepository.Entry {
        let list = containers.map { container in
            """
                    - name: \(container.name)   # keep this comment
                      image: registry.example/shop/\(container.name):\(container.version)@\(digest(container.digit))
            """
        }.joined(separator: "\n")
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: \(name)
            spec:
              replicas: \(replicas)
              template:
                spec:
                  containers:
            \(list)

            """
    }

    /// A contract; `from` as it stands between brackets, `gates` as flow mapping.
    package static func contract(
        to environment: String, from: String = "", gates: String = "{}", more: String = "unit: each"
    ) -> BareRepository.Entry {
        """
        apiVersion: towpath.dev/v1
        kind: PromotionContract
        metadata:
          name: to-\(environment)
        spec:
          to: \(environment)
          from: [\(from)]
          \(more)
          gates: \(gates)

        """
    }

    /// A `towpath.yaml` that publishes each environment to a branch of its own.
    package static let publishing: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: Fleet
        spec:
          publish: {branch: "env/{env}"}

        """

    /// `dev`, `staging` and `prod-eu` with one component each, and their contracts: ten minutes of soak to staging,
    /// thirty to production, there in a window on working days.
    package static let fleet: [String: BareRepository.Entry] = [
        "README.md": "A fleet.\n",
        "environments/dev/web.yaml": component("web", "1.0.0", 1),
        "environments/staging/web.yaml": component("web", "1.0.0", 1),
        "environments/prod-eu/web.yaml": component("web", "1.0.0", 1),
        "policies/dev.yaml": contract(to: "dev"),
        "policies/staging.yaml": contract(to: "staging", from: "dev", gates: "{soak: 10m}"),
        "policies/prod.yaml": contract(
            to: "prod-eu", from: "staging",
            gates: "{soak: 30m, windows: [{days: Mon-Thu, from: \"09:00\", to: \"16:00\", zone: UTC}]}"),
    ]
}
