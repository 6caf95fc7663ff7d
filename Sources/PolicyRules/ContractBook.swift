package import PromotionModel

/// All contracts of a fleet, checked against each other, and the choice of the one that applies.
package struct ContractBook: Sendable {
    /// The answer to "which contract guards this?".
    package enum Choice: Hashable, Sendable {
        case contract(Contract)
        /// No contract speaks of it.
        case none
        /// Several contracts are equally specific, or a policy that may speak of it cannot be used.
        case unusable(reason: String)
    }

    private let contracts: [Contract]
    private let defects: [Policies.Defect]
    /// What speaks of each environment that the fleet has: every question about a component begins with it.
    private let claims: [EnvironmentName: Claims]

    /// What is wrong with the contracts as a whole, beside the defects of single files; sorted.
    package let problems: [Problem]

    /// Checks that no cycle leads from an environment back to itself, that every source exists, that every role is
    /// defined once, and that no two contracts guard the same components of an environment in the same words.
    package init(policies: Policies, environments: [EnvironmentName]) {
        var defects = policies.defects
        let reach = ContractReach(of: policies.contracts, over: environments)
        let edges = Self.edges(policies.contracts, reach)
        let known = Set(environments)
        for (index, contract) in policies.contracts.enumerated().sorted(by: { $0.element.place < $1.element.place }) {
            for source in contract.from where !known.contains(source) {
                defects.append(
                    Self.defect(
                        contract, "contract \"\(contract.name)\" takes from \"\(source)\", which is no environment"))
            }
            for role in Self.roles(of: contract) where policies.people.roles[role] == nil {
                let hint = policies.people.roles.isEmpty ? "; define it in a policy of kind Roles" : ""
                defects.append(
                    Self.defect(
                        contract,
                        "contract \"\(contract.name)\" asks for the role \"\(role)\", which is defined nowhere\(hint)"))
            }
            if let path = Self.cycle(through: contract, targets: reach.targets(of: index), edges: edges) {
                let text = path.map(\.description).joined(separator: " → ")
                defects.append(Self.defect(contract, "contract \"\(contract.name)\" closes a cycle: \(text)"))
            }
        }
        defects += Self.contradictions(policies)
        let sorted = defects.sorted { $0.problem < $1.problem }
        self.defects = sorted
        contracts = policies.contracts
        claims = Dictionary(
            environments.map {
                ($0, Claims(to: $0, contracts: reach.claims(to: $0), of: policies.contracts, defects: sorted))
            }
        ) { first, _ in first }
        problems =
            (defects.dropFirst(policies.defects.count).map(\.problem)
            + Self.conflicts(among: policies.contracts, reach)).sorted()
    }

    /// What speaks of one environment.
    private struct Claims {
        /// The first defect of a policy that may guard it.
        let defect: Problem?
        let contracts: [ContractReach.Claim]
        /// What guards every component, where one contract alone speaks of the environment, and of all of them.
        let choice: Choice?

        init(
            to environment: EnvironmentName, contracts: [ContractReach.Claim], of all: [Contract],
            defects: [Policies.Defect]
        ) {
            let name = environment.description
            let found =
                defects.first { defect in
                    defect.environments.map { globs in globs.contains { $0.matches(name) } } ?? true
                }?.problem
            defect = found
            self.contracts = contracts
            let only = contracts.count == 1 ? all[contracts[0].contract] : nil
            choice = only.flatMap { contract in
                found == nil && contract.components.contains(NameGlob("*")) ? .contract(contract) : nil
            }
        }
    }

    /// Contracts of which neither is more specific than the other for an environment and a pattern of components.
    ///
    /// What a more specific third one guards is not touched by it, so it is no defect of the whole environment.
    private static func conflicts(among contracts: [Contract], _ reach: ContractReach) -> [Problem] {
        reach.rivals(among: contracts).map { rivals in
            let (first, second) = (contracts[rivals.first], contracts[rivals.second])
            return Problem(
                second.place,
                "contracts \"\(first.name)\" (\(first.place.file)) and \"\(second.name)\" are equally specific "
                    + "about \(rivals.environment); name the environment or component in one")
        }
    }

    private static func roles(of contract: Contract) -> [String] {
        Set(contract.gates.flatMap(\.roles) + [contract.emergency?.role].compactMap(\.self)).sorted()
    }

    /// Roles that are defined twice: nobody can tell who is meant, so what asks for them cannot be used.
    private static func contradictions(_ policies: Policies) -> [Policies.Defect] {
        Dictionary(grouping: policies.roles, by: \.name).sorted { $0.key < $1.key }.flatMap { name, definitions in
            let ordered = definitions.sorted { $0.place < $1.place }
            let affected = policies.contracts.filter { roles(of: $0).contains(name) }.flatMap(\.to)
            return ordered.dropFirst().map { definition in
                Policies.Defect(
                    problem: Problem(
                        definition.place, "the role \"\(name)\" is defined already at \(ordered[0].place)"),
                    environments: affected)
            }
        }
    }

    private static func defect(_ contract: Contract, _ message: String) -> Policies.Defect {
        Policies.Defect(problem: Problem(contract.place, message), environments: contract.to)
    }

    /// For every environment, where its contracts take from.
    private static func edges(
        _ contracts: [Contract], _ reach: ContractReach
    ) -> [EnvironmentName: Set<EnvironmentName>] {
        var edges: [EnvironmentName: Set<EnvironmentName>] = [:]
        for (index, contract) in contracts.enumerated() {
            for name in reach.targets(of: index) { edges[name, default: []].formUnion(contract.from) }
        }
        return edges
    }

    /// The way from one of `targets` over its sources back to itself that uses one of the contract's own edges.
    private static func cycle(
        through contract: Contract, targets: [EnvironmentName], edges: [EnvironmentName: Set<EnvironmentName>]
    ) -> [EnvironmentName]? {
        for target in targets {
            for source in contract.from {
                if let way = way(from: source, to: target, edges: edges) { return [target] + way }
            }
        }
        return nil
    }

    private static func way(
        from start: EnvironmentName, to goal: EnvironmentName, edges: [EnvironmentName: Set<EnvironmentName>]
    ) -> [EnvironmentName]? {
        var previous: [EnvironmentName: EnvironmentName] = [:]
        var visited: Set<EnvironmentName> = [start]
        var queue = [start]
        var next = 0
        while next < queue.count {
            let name = queue[next]
            next += 1
            if name == goal {
                var path = [name]
                while let before = previous[path[path.count - 1]] { path.append(before) }
                return path.reversed()
            }
            for source in (edges[name] ?? []).sorted() where visited.insert(source).inserted {
                previous[source] = name
                queue.append(source)
            }
        }
        return nil
    }

    /// The contract that guards `component` in `environment`; `nil` asks for the environment's configuration.
    ///
    /// The most specific one wins: first by how exactly it names the environment, then the component.
    package func choice(for component: ComponentName?, in environment: EnvironmentName) -> Choice {
        let claims = claims(to: environment)
        if let choice = claims.choice { return choice }
        if let defect = claims.defect {
            return .unusable(reason: "a policy that may guard \(environment) cannot be used: \(defect)")
        }
        let ranked = claims.contracts.compactMap { claim -> (rank: Rank, contract: Contract)? in
            let contract = contracts[claim.contract]
            guard let of = NameGlob.specificity(of: contract.components, for: component?.description ?? "") else {
                return nil
            }
            return (Rank(environment: claim.specificity, component: of), contract)
        }
        guard let best = ranked.map(\.rank).max() else { return .none }
        let winners = ranked.filter { $0.rank == best }.map(\.contract).sorted { $0.place < $1.place }
        guard winners.count == 1 else {
            let names = winners.map { "\"\($0.name)\" (\($0.place.file))" }.joined(separator: " and ")
            return .unusable(
                reason: "contracts \(names) are equally specific; name the environment or component in one")
        }
        return .contract(winners[0])
    }

    private struct Rank: Hashable, Comparable {
        let environment: Int
        let component: Int

        static func < (left: Rank, right: Rank) -> Bool {
            (left.environment, left.component) < (right.environment, right.component)
        }
    }

    /// The environments that some contract for `environment` takes from.
    package func sources(of environment: EnvironmentName) -> [EnvironmentName] {
        Set(claims(to: environment).contracts.flatMap { contracts[$0.contract].from }).sorted()
    }

    private func claims(to environment: EnvironmentName) -> Claims {
        claims[environment]
            ?? Claims(
                to: environment, contracts: ContractReach(of: contracts, over: [environment]).claims(to: environment),
                of: contracts, defects: defects)
    }
}
