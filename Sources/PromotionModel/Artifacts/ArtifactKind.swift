/// What an artifact is, in the field's words; it decides how its reference is written and what pins it.
package enum ArtifactKind: String, Hashable, Sendable, CaseIterable {
    /// A container image.
    case image
    /// A Helm chart, of a chart repository or a registry.
    case chart
    /// A git repository at a revision.
    case git
    /// What an OCI registry holds beside images, such as manifests.
    case oci
    /// A version that stands alone, of what its file's place says.
    case version
}
