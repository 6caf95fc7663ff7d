package import YAMLSource

/// A manifest format: how to recognise its documents and where in them artifacts are declared.
///
/// A format is one folder of this module and one line in ``FormatRegistry``; nothing else knows of it. What has been
/// read needs no code to be edited: an ``ArtifactSlot`` says which values make up the artifact.
package protocol Format: Sendable {
    /// The format's name in output and configuration, such as `helm-values`.
    static var name: String { get }

    /// The files that may hold the format, by name alone; no other file is opened for its sake.
    static var files: FileNames { get }

    /// Whether `document` is of this format; decided by its file, its kind and a few keys, before anything is walked.
    func recognizes(_ document: ManifestDocument) -> Bool

    /// Everything that `document` declares, in order of appearance.
    func slots(in document: ManifestDocument) -> [ArtifactSlot]
}

extension Format {
    package static var files: FileNames { .yaml }

    /// The format's name in output and configuration.
    package var name: String { Self.name }
}

/// Finds declarations beside those of a document's own format, whatever that is.
package protocol CompanionFormat: Sendable {
    /// The name in output.
    static var name: String { get }

    /// Whether the file may hold anything of it; decided by its name, or by one look over its bytes.
    func mayHold(_ stream: YAMLStream, file: FileName) -> Bool

    /// Everything that `document` declares in this way, in order of appearance.
    func slots(in document: ManifestDocument) -> [ArtifactSlot]
}

/// All formats that towpath reads, in order of preference: the first that recognises a document reads it.
package enum FormatRegistry {
    package static let all: [any Format] = [
        ComponentFormat(),
        KubernetesFormat(),
        KustomizeFormat(),
        FluxFormat(),
        ArgoCDFormat(),
        CustomResourceFormat(),
        ComposeFormat(),
        ImagePromoterFormat(),
        HelmfileFormat(),
        HelmChartFormat(),
        VersionFileFormat(),
        TerraformFormat(),
        HelmValuesFormat(),
    ]

    /// What is read beside them: a value that a format has found stays that format's.
    package static let companions: [any CompanionFormat] = [
        ImagePolicySetters()
    ]

    /// The names of all formats.
    package static var names: [String] {
        all.map(\.name)
    }
}
