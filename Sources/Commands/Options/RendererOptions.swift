import ArgumentParser
import Bootstrap
import FoundationEssentials

/// The programs that render manifests, for the effective view.
struct RendererOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The program that renders kustomizations. (default: $TOWPATH_KUSTOMIZE, else kubectl or kustomize)",
            valueName: "path"),
        completion: .file())
    var kustomize: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The program that renders charts. (default: $TOWPATH_HELM, else helm)", valueName: "path"),
        completion: .file())
    var helm: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The program that renders helmfiles. (default: $TOWPATH_HELMFILE, else none)", valueName: "path"),
        completion: .file())
    var helmfile: String?

    /// The operator's renderers.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func settings() throws(Refusal) -> RendererSettings {
        try RendererSettings(
            kustomize: kustomize, helm: helm, helmfile: helmfile, variables: ProcessInfo.processInfo.environment)
    }
}
