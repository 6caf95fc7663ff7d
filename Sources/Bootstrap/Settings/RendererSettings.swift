import PromotionModel
import Renderers

/// The operator's renderers, by option, variable or `PATH`; never read from the fleet.
package struct RendererSettings: Hashable, Sendable {
    let programs: RendererPrograms

    /// No renderer.
    package init() {
        programs = RendererPrograms()
    }

    /// The renderers that the options name, or else the environment's variables, or else lie along `PATH`.
    ///
    /// `helmfile` runs what a helmfile tells it to, so it has to be named.
    ///
    /// - Throws: ``Refusal`` of kind `usage` where a program that is named is not there.
    package init(
        kustomize: String?, helm: String?, helmfile: String?, variables: [String: String]
    ) throws(Refusal) {
        let set = variables.filter { !$0.value.isEmpty }
        let search = ProgramSearch(set)
        var paths: [Renderer: String] = [:]
        for (renderer, option, usual) in [
            (Renderer.kustomize, kustomize, ["kubectl", "kustomize"]), (.helm, helm, ["helm"]),
            (.helmfile, helmfile, []),
        ] {
            if let named = option ?? set[renderer.variable] {
                guard let path = search.find(named) else {
                    throw Refusal(
                        .usage, "the renderer \"\(named.printable)\" is not there, or may not be run",
                        hint: "name the program: --\(renderer.rawValue) or \(renderer.variable)")
                }
                paths[renderer] = path
            } else {
                paths[renderer] = usual.lazy.compactMap(search.find).first
            }
        }
        programs = RendererPrograms(paths: paths, unshare: search.find("unshare"))
    }
}
