package import YAMLSource

/// A manifest format: how to recognise its documents and where in them artifacts are declared.
///
/// A format is one folder of this module and one line in ``FormatRegistry``; nothing else knows of it.
package protocol Format: Sendable {
    /// The format's name in output and configuration, such as `helm-values`.
    static var name: String { get }

    /// Whether `document` may be of this format; decided by a few keys, before anything is walked.
    static func recognizes(_ document: YAMLNode, in file: FileName) -> Bool

    /// Everything that `document` declares, in order of appearance.
    static func slots(in document: YAMLNode) -> [ArtifactSlot]
}

/// The last segment of a manifest's path, for formats that files are known by.
package struct FileName: Hashable, Sendable {
    package let text: String

    package init(path: String) {
        text = String(path.split(separator: "/").last ?? "")
    }
}

/// All formats that towpath reads, in order of preference: the first that recognises a document reads it.
package enum FormatRegistry {
    package static let all: [any Format.Type] = [
        ComponentFormat.self,
        KubernetesFormat.self,
        KustomizeFormat.self,
        HelmValuesFormat.self,
    ]

    /// The format called `name`.
    package static func format(named name: String) -> (any Format.Type)? {
        all.first { $0.name == name }
    }
}
