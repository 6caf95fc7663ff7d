import PromotionModel

/// Which environments each contract speaks of, and how exactly.
///
/// Worked out once: what names one environment is looked up, and only what has a `*` is compared with all.
struct ContractReach {
    /// A contract that speaks of an environment.
    struct Claim {
        /// Its place in the list of contracts.
        let contract: Int
        let specificity: Int
    }

    /// Two contracts of which neither is more specific than the other.
    struct Rivals {
        /// The one that is written first.
        let first: Int
        let second: Int
        /// The first environment that both are about in the same words.
        let environment: EnvironmentName
    }

    private let environments: [EnvironmentName]
    private var targets: [[EnvironmentName]] = []
    private var claims: [EnvironmentName: [Claim]] = [:]

    init(of contracts: [Contract], over names: [EnvironmentName]) {
        var known: Set<EnvironmentName> = []
        environments = names.filter { known.insert($0).inserted }
        let order = Dictionary(environments.enumerated().map { ($1.description, $0) }) { first, _ in first }
        for (index, contract) in contracts.enumerated() {
            let candidates =
                contract.to.allSatisfy(\.isLiteral)
                ? Set(contract.to.compactMap { order[$0.description] }).sorted().map { environments[$0] }
                : environments
            var mine: [EnvironmentName] = []
            for name in candidates {
                guard let specificity = NameGlob.specificity(of: contract.to, for: name.description) else { continue }
                mine.append(name)
                claims[name, default: []].append(Claim(contract: index, specificity: specificity))
            }
            targets.append(mine)
        }
    }

    /// The environments that the contract at `index` speaks of, in their order.
    func targets(of index: Int) -> [EnvironmentName] {
        targets[index]
    }

    /// The contracts that speak of `environment`, in their order.
    func claims(to environment: EnvironmentName) -> [Claim] {
        claims[environment] ?? []
    }

    /// All pairs of contracts that are equally specific about an environment and about a pattern of components.
    func rivals(among contracts: [Contract]) -> [Rivals] {
        struct Words: Hashable {
            let specificity: Int
            let components: NameGlob
        }
        var found: [[Int]: EnvironmentName] = [:]
        var seen: Set<[Int]> = []
        for environment in environments {
            let claims = claims(to: environment)
            guard claims.count > 1 else { continue }
            var groups: [Words: [Int]] = [:]
            for claim in claims {
                for glob in Set(contracts[claim.contract].components) {
                    groups[Words(specificity: claim.specificity, components: glob), default: []].append(claim.contract)
                }
            }
            // What is equally specific about one environment often is so about many.
            for group in groups.values where group.count > 1 && seen.insert(group).inserted {
                let ordered = group.sorted { (contracts[$0].place, $0) < (contracts[$1].place, $1) }
                for (index, second) in ordered.enumerated() {
                    for first in ordered[..<index] where found[[first, second]] == nil {
                        found[[first, second]] = environment
                    }
                }
            }
        }
        return found.map { Rivals(first: $0.key[0], second: $0.key[1], environment: $0.value) }
    }
}

extension NameGlob {
    /// How exactly the most exact of `globs` that matches `name` does; `nil` where none matches.
    static func specificity(of globs: [NameGlob], for name: String) -> Int? {
        globs.filter { $0.matches(name) }.map(\.specificity).max()
    }
}
