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
            let files = try CommitFiles(of: tree, in: try reopened())
            let kitchen = try EffectiveRendering(files, programs: renderers.programs)
            var environments: [EffectiveEnvironment] = []
            for declared in inventory.environments {
                // A part of a file is no folder that a renderer could be run over.
                let whole = (claimed.files[declared.name] ?? []).filter { $0.section == nil }
                environments.append(kitchen.environment(declared, files: whole.map(\.path)))
            }
            return EffectiveInventory(
                basis: inventory.basis, environments: environments, problems: inventory.problems,
                isCutOff: kitchen.isCutOff)
        } catch {
            throw Refusal(any: error)
        }
    }
}
