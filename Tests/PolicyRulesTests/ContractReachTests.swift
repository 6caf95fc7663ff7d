import ModelBuilders
import PromotionModel
import Testing

@testable import PolicyRules

/// Contracts are looked up by environment; the answer is that of comparing each with each.
@Suite struct ContractReachTests {
    private static let environments: [EnvironmentName] = ["dev", "eu-1", "eu-2", "staging", "us-1"]
    private static let globs: [NameGlob] = ["dev", "eu-1", "eu-2", "staging", "us-1", "eu-*", "*", "*-1", "us-9"]

    private static func policies(seed: UInt64) -> Policies {
        var random = RandomModel(seed: seed)
        func some<Value>(_ values: [Value], _ most: Int) -> [Value] {
            Array(random.shuffled(values).prefix(random.number(1...most)))
        }
        let contracts = (0..<random.number(0...7)).map { index in
            Contract.make(
                "c\(index)", to: some(globs, 3), from: random.chance(40) ? [random.pick(environments)] : [],
                components: some(["*", "web", "api", "w*"], 2))
        }
        var policies = Policies(contracts: contracts)
        if random.chance(20) {
            policies.defects = [
                Policies.Defect(
                    problem: Problem(Place(file: "policies/x.yaml"), "broken"),
                    environments: random.chance(50) ? [random.pick(globs)] : nil)
            ]
        }
        return policies
    }

    private static func specificity(_ globs: [NameGlob], _ name: String) -> Int? {
        globs.filter { $0.matches(name) }.map(\.specificity).max()
    }

    @Test(arguments: 0..<UInt64(512))
    func `the same contract is chosen as by comparing all`(seed: UInt64) {
        let policies = Self.policies(seed: seed)
        let book = ContractBook(policies: policies, environments: Self.environments)
        for environment in Self.environments + ["eu-3"] {
            for component in ["web", "api", "x", nil] as [ComponentName?] {
                let choice = book.choice(for: component, in: environment)
                if case .unusable(let reason) = choice, !reason.contains("equally specific") { continue }
                let ranked = policies.contracts.compactMap { contract -> (rank: [Int], contract: Contract)? in
                    guard let to = Self.specificity(contract.to, environment.description),
                        let of = Self.specificity(contract.components, component?.description ?? "")
                    else { return nil }
                    return ([to, of], contract)
                }
                let best = ranked.map(\.rank).max { $0.lexicographicallyPrecedes($1) }
                let winners = ranked.filter { $0.rank == best }.map(\.contract)
                switch choice {
                case .contract(let contract): #expect(winners == [contract], "seed \(seed)")
                case .none: #expect(winners.isEmpty, "seed \(seed)")
                case .unusable: #expect(winners.count > 1, "seed \(seed)")
                }
            }
            let sources = policies.contracts.filter { contract in
                contract.to.contains { $0.matches(environment.description) }
            }
            #expect(book.sources(of: environment) == Set(sources.flatMap(\.from)).sorted())
        }
    }

    @Test(arguments: 0..<UInt64(512))
    func `the same contradictions are found as by comparing all pairs`(seed: UInt64) {
        let contracts = Self.policies(seed: seed).contracts
        var expected: Set<String> = []
        for (second, right) in contracts.enumerated() {
            for (first, left) in contracts[..<second].enumerated()
            where !Set(left.components).isDisjoint(with: right.components) {
                let shared = Self.environments.first { name in
                    let ranks = [left, right].map { Self.specificity($0.to, name.description) }
                    return ranks[0] != nil && ranks[0] == ranks[1]
                }
                if let shared { expected.insert("\(first) \(second) \(shared)") }
            }
        }
        let rivals = ContractReach(of: contracts).rivals(among: Self.environments)
        #expect(Set(rivals.map { "\($0.first) \($0.second) \($0.environment)" }) == expected, "seed \(seed)")
        #expect(rivals.count == expected.count)
    }

    @Test func `a name with a letter that only looks the same is another name`() {
        // U+212A, the sign of kelvin, is canonically the letter K.
        let contract = Contract.make("k", to: ["\u{212A}"], from: [])
        let reach = ContractReach(of: [contract])
        #expect(reach.claims(to: "K").isEmpty && reach.targets(of: 0, among: ["K"]).isEmpty)
    }
}
