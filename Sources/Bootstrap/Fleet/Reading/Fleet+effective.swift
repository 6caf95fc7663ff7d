import Git
import ManifestFormat
import Observing
package import PromotionModel
import Renderers

extension Fleet {
    /// What the environments come to once everything is rendered; one environment only, where `name` is given.
    ///
    /// - Throws: ``Refusal``.
    package borrowing func effectiveInventory(
        of name: EnvironmentName? = nil, renderers: RendererSettings
    ) throws(Refusal) -> EffectiveInventory {
        let inventory = try inventory(of: name)
        do {
            guard let basis = ObjectID(hex: inventory.basis) else {
                throw Refusal(.internalError, "the basis is no commit id")
            }
            let tree = try repository.commit(basis).tree
            let layout = try reader.layout(at: tree, in: repository)
            let claimed = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
            var kitchens: [ObjectID: EffectiveRendering] = [:]
            var environments: [EffectiveEnvironment] = []
            for declared in inventory.environments {
                // A part of a file is no folder that a renderer could be run over.
                let whole = (claimed.files[declared.name] ?? []).filter { $0.section == nil }
                let home = claimed.references[declared.name]?.tree ?? tree
                let rendering =
                    try kitchens[home]
                    ?? EffectiveRendering(CommitFiles(of: home, in: try reopened()), programs: renderers.programs)
                kitchens[home] = rendering
                environments.append(rendering.environment(declared, files: whole.map(\.path)))
            }
            return EffectiveInventory(
                basis: inventory.basis, environments: environments, problems: inventory.problems,
                isCutOff: kitchens.values.compactMap(\.isCutOff).reduce(nil) { $0 ?? true && $1 })
        } catch {
            throw Refusal(any: error)
        }
    }
}
