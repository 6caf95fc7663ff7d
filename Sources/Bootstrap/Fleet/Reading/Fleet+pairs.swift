import Git
import Observing
package import Planning
import PolicyRules
package import PromotionModel

/// How the declarations of environments correspond at one commit.
package struct PairsReport: Hashable, Sendable {
    /// 40 hexadecimal digits.
    package let basis: String
    /// Sorted by target and source.
    package let pairings: [EnvironmentPairing]
    /// Sorted.
    package let problems: [Problem]
}

extension Fleet {
    /// How what the sources of each environment declare corresponds to what it declares itself.
    ///
    /// The sources are those that contracts name. Where no contract names any, every environment is paired with each
    /// that follows it by name.
    ///
    /// - Parameter name: Only as a target; `nil` for all.
    /// - Throws: ``Refusal``.
    package borrowing func pairs(of name: EnvironmentName?) throws(Refusal) -> PairsReport {
        let inventory = try inventory()
        let names = inventory.environments.map(\.name)
        if let name { try requireEnvironment(name, among: names) }
        do {
            guard let basis = ObjectID(hex: inventory.basis) else {
                throw Refusal(.internalError, "the basis is no commit id")
            }
            let tree = try repository.commit(basis).tree
            let layout = try reader.layout(at: tree, in: repository)
            let policies = try PolicyReader.reading(at: tree, around: now, in: repository).policies
            let book = ContractBook(policies: policies, environments: names)
            let isOrdered = names.contains { !book.sources(of: $0).isEmpty }
            var pairings: [EnvironmentPairing] = []
            for target in inventory.environments where name == nil || target.name == name {
                let sources = isOrdered ? book.sources(of: target.name) : names.filter { $0 < target.name }
                for source in inventory.environments where sources.contains(source.name) {
                    pairings.append(
                        EnvironmentPairing(source: source, target: target, repositories: layout.repositories))
                }
            }
            return PairsReport(basis: inventory.basis, pairings: pairings, problems: inventory.allProblems)
        } catch {
            throw Refusal(any: error)
        }
    }
}
