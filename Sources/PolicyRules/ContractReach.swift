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

    private let contracts: [Contract]
    /// The contracts that name each environment, as it is written, and have no `*`.
    private var literal: [String: [Int]] = [:]
    /// The others.
    private var open: [Int] = []

    init(of contracts: [Contract]) {
        self.contracts = contracts
        for (index, contract) in contracts.enumerated() {
            guard contract.to.allSatisfy(\.isLiteral) else {
                open.append(index)
                continue
            }
            for name in Set(contract.to.map(\.description)) { literal[name, default: []].append(index) }
        }
    }

    /// Those of `environments` that the contract at `index` speaks of, in their order.
    func targets(of index: Int, among environments: [EnvironmentName]) -> [EnvironmentName] {
        let to = contracts[index].to
        guard to.allSatisfy(\.isLiteral) else {
            return environments.filter { NameGlob.specificity(of: to, for: $0.description) != nil }
        }
        // A set takes for the same what only looks the same, and a pattern does not.
        let names = Set(to.map(\.description))
        return environments.filter { name in
            names.contains(name.description) && to.contains { $0.matches(name.description) }
        }
    }

    /// The contracts that speak of `environment`, in their order.
    func claims(to environment: EnvironmentName) -> [Claim] {
        let name = environment.description
        let named = literal.isEmpty ? [] : literal[name] ?? []
        let candidates = named.isEmpty ? open : open.isEmpty ? named : (named + open).sorted()
        return candidates.compactMap { index in
            NameGlob.specificity(of: contracts[index].to, for: name).map { Claim(contract: index, specificity: $0) }
        }
    }

    /// All pairs of contracts that are equally specific about one of `environments` and about a pattern of components.
    func rivals(among environments: [EnvironmentName]) -> [Rivals] {
        guard open.count > 1 || !literal.isEmpty else { return [] }
        // An environment that nobody names is spoken of by the open ones alone.
        let candidates = open.count > 1 ? environments : environments.filter { literal[$0.description] != nil }
        struct Words: Hashable {
            let specificity: Int
            let components: NameGlob
        }
        var found: [[Int]: EnvironmentName] = [:]
        var seen: Set<[Int]> = []
        for environment in candidates {
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
        var most: Int?
        for glob in globs where glob.matches(name) { most = max(most ?? 0, glob.specificity) }
        return most
    }
}
