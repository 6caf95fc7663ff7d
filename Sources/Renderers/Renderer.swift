/// A program that makes objects out of what a repository holds.
package enum Renderer: String, Hashable, Sendable, CaseIterable {
    case kustomize
    case helm
    case helmfile

    /// The variable that names the program.
    package var variable: String { "TOWPATH_\(rawValue.uppercased())" }
}

/// The operator's renderers; what is `nil` is not there.
package struct RendererPrograms: Hashable, Sendable {
    /// Absolute paths.
    package var paths: [Renderer: String]
    /// The program `unshare`, which cuts others off from the network.
    package var unshare: String?

    package init(paths: [Renderer: String] = [:], unshare: String? = nil) {
        self.paths = paths
        self.unshare = unshare
    }
}

/// How much one renderer may take and give before it is given up.
package struct RenderingLimits: Hashable, Sendable {
    /// For one folder.
    package var timeLimit: Duration
    /// For everything that one command renders.
    package var totalTimeLimit: Duration
    /// Bytes of one output.
    package var outputLimit: Int
    /// Bytes of memory that may be mapped: programs in Go map far more than they use.
    package var memoryLimit: Int

    package init(
        timeLimit: Duration = .seconds(20), totalTimeLimit: Duration = .seconds(300), outputLimit: Int = 32 << 20,
        memoryLimit: Int = 8 << 30
    ) {
        self.timeLimit = timeLimit
        self.totalTimeLimit = totalTimeLimit
        self.outputLimit = outputLimit
        self.memoryLimit = memoryLimit
    }
}

/// A release as `helm template` takes it.
package struct HelmRequest: Hashable, Sendable {
    /// Path of the chart in the repository.
    package let chart: String
    package let name: String
    package let namespace: String?
    /// What is laid over the chart's own values.
    package let values: [UInt8]

    package init(chart: String, name: String, namespace: String?, values: [UInt8]) {
        self.chart = chart
        self.name = name
        self.namespace = namespace
        self.values = values
    }
}
