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
    private let reach: ContractReach

    /// What is wrong with the contracts as a whole, beside the defects of single files; sorted.
    package let problems: [Problem]

    /// Checks that no cycle leads from an environment back to itself, that every source exists, that every role is
    /// defined once, and that no two contracts guard the same components of an environment in the same words.
    package init(policies: Policies, environments: [EnvironmentName]) {
        var defects = policies.defects
        let reach = ContractReach(of: policies.contracts)
        let edges = Self.edges(policies.contracts, reach, over: environments)
        let sources = Set(policies.contracts.flatMap(\.from))
        let known = sources.isEmpty ? [] : sources.intersection(environments)
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
            if !contract.from.isEmpty,
                let path = Self.cycle(
                    through: contract, targets: reach.targets(of: index, among: environments), edges: edges)
            {
                let text = path.map(\.description).joined(separator: " → ")
                defects.append(Self.defect(contract, "contract \"\(contract.name)\" closes a cycle: \(text)"))
            }
        }
        defects += Self.contradictions(policies)
        let sorted = defects.sorted { $0.problem < $1.problem }
        self.defects = sorted
        contracts = policies.contracts
        self.reach = reach
        problems =
            (defects.dropFirst(policies.defects.count).map(\.problem)
            + Self.conflicts(among: policies.contracts, reach, over: environments)).sorted()
    }

    /// Contracts of which neither is more specific than the other for an environment and a pattern of components.
    ///
    /// What a more specific third one guards is not touched by it, so it is no defect of the whole environment.
    private static func conflicts(
        among contracts: [Contract], _ reach: ContractReach, over environments: [EnvironmentName]
    ) -> [Problem] {
        reach.rivals(among: environments).map { rivals in
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

    /// For every environment whose contracts take from others, where they do.
    private static func edges(
        _ contracts: [Contract], _ reach: ContractReach, over environments: [EnvironmentName]
    ) -> [EnvironmentName: Set<EnvironmentName>] {
        var edges: [EnvironmentName: Set<EnvironmentName>] = [:]
        for (index, contract) in contracts.enumerated() where !contract.from.isEmpty {
            for name in reach.targets(of: index, among: environments) {
                edges[name, default: []].formUnion(contract.from)
            }
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
    package func choice(for component: ComponentName?, in environment: EnvironmentName) -> Choice {
        claims(to: environment).choice(for: component)
    }

    /// The environments that some contract for `environment` takes from.
    package func sources(of environment: EnvironmentName) -> [EnvironmentName] {
        Set(reach.claims(to: environment).flatMap { contracts[$0.contract].from }).sorted()
    }

    /// What speaks of `environment`: whoever asks for many of its components asks for this once.
    package func claims(to environment: EnvironmentName) -> Claims {
        Claims(to: environment, contracts: reach.claims(to: environment), of: contracts, defects: defects)
    }
}

extension ContractBook {
    /// What speaks of one environment.
    package struct Claims: Sendable {
        private let environment: EnvironmentName
        /// The first defect of a policy that may guard it.
        private let defect: Problem?
        private let contracts: [(contract: Contract, specificity: Int)]
        /// What guards every component, where one contract alone speaks of the environment, and of all of them.
        private let only: Choice?

        init(
            to environment: EnvironmentName, contracts: [ContractReach.Claim], of all: [Contract],
            defects: [Policies.Defect]
        ) {
            self.environment = environment
            let name = environment.description
            let found =
                defects.first { defect in
                    defect.environments.map { globs in globs.contains { $0.matches(name) } } ?? true
                }?.problem
            defect = found
            self.contracts = contracts.map { (all[$0.contract], $0.specificity) }
            let single = contracts.count == 1 ? all[contracts[0].contract] : nil
            only = single.flatMap { contract in
                found == nil && contract.components.contains(NameGlob("*")) ? .contract(contract) : nil
            }
        }

        /// The contract that guards `component`; `nil` asks for the environment's configuration.
        ///
        /// The most specific one wins: first by how exactly it names the environment, then the component.
        package func choice(for component: ComponentName?) -> Choice {
            if let only { return only }
            if let defect {
                return .unusable(reason: "a policy that may guard \(environment) cannot be used: \(defect)")
            }
            let ranked = contracts.compactMap { contract, specificity -> (rank: Rank, contract: Contract)? in
                guard let of = NameGlob.specificity(of: contract.components, for: component?.description ?? "") else {
                    return nil
                }
                return (Rank(environment: specificity, component: of), contract)
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
    }

    private struct Rank: Hashable, Comparable {
        let environment: Int
        let component: Int

        static func < (left: Rank, right: Rank) -> Bool {
            (left.environment, left.component) < (right.environment, right.component)
        }
    }
}
