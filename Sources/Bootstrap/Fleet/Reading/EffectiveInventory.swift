package import PromotionModel

/// What environments come to once their manifests are rendered and the layers of their values merged.
package struct EffectiveInventory: Hashable, Sendable {
    /// 40 hexadecimal digits.
    package let basis: String
    /// Sorted by name.
    package let environments: [EffectiveEnvironment]
    /// What concerns no environment in particular.
    package let problems: [Problem]
    /// Whether renderers, if any ran, had no network; `nil` where none ran.
    package let isCutOff: Bool?

    /// What could not be rendered or read, and is no template or secret by nature.
    package var failures: [Problem] {
        (problems + environments.flatMap { $0.unrendered.map(\.problem) }).filter { $0.severity == .error }
    }
}

/// One environment as it is when everything is rendered.
package struct EffectiveEnvironment: Hashable, Sendable {
    package let name: EnvironmentName
    /// Sorted by component.
    package let artifacts: [EffectiveArtifact]
    /// What is left out, and why; sorted.
    package let unrendered: [Unrendered]
}

/// An artifact of the effective view.
package struct EffectiveArtifact: Hashable, Sendable {
    package let component: String
    package let artifact: Artifact
    /// What gave the line.
    package let renderer: RendererName
    /// The folder, or the declaring object, that was rendered.
    package let source: Place
    /// Where the values are written that make the artifact, what chooses its content first; empty where only the
    /// renderer knows.
    package let origins: [Place]
    /// What was laid over each other, the lowest first.
    package let layers: [Place]
}

/// What gives a line of the effective view.
package enum RendererName: String, Hashable, Sendable, CaseIterable {
    /// Nothing renders the file.
    case none
    /// The layers of a release's values, merged in process.
    case values
    case kustomize
    case helm
    case helmfile
}

/// Something that has no line in the effective view.
package struct Unrendered: Hashable, Sendable, Comparable {
    package let renderer: RendererName
    package let problem: Problem

    package static func < (left: Unrendered, right: Unrendered) -> Bool {
        (left.problem, left.renderer.rawValue) < (right.problem, right.renderer.rawValue)
    }
}
