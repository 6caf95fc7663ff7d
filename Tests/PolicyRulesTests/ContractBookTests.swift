import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@Suite struct ContractBookTests {
    private static let environments: [EnvironmentName] = ["dev", "staging", "prod", "prod-eu"]

    private static func book(
        _ contracts: [Contract], defects: [Policies.Defect] = [], environments: [EnvironmentName] = environments
    ) -> ContractBook {
        ContractBook(policies: Policies(contracts: contracts, defects: defects), environments: environments)
    }

    private static func choice(
        _ contracts: [Contract], _ component: ComponentName? = "web", in environment: EnvironmentName = "prod"
    ) -> String {
        switch book(contracts).choice(for: component, in: environment) {
        case .contract(let contract): contract.name
        case .none: "none"
        case .unusable(let reason): reason
        }
    }

    private static let wide = Contract.make("wide", to: ["*"], from: [])
    private static let prods = Contract.make("prods", to: ["prod*"], from: ["staging"])
    private static let prod = Contract.make("prod", to: ["prod"], from: ["staging"])
    private static let prodWeb = Contract.make("prod-web", to: ["prod"], from: ["staging"], components: ["web"])
    private static let prodApis = Contract.make("prod-apis", to: ["prod"], from: ["staging"], components: ["api-*"])
    private static let widesWeb = Contract.make("wides-web", to: ["*"], from: [], components: ["web"])

    @Test(arguments: [
        ([], "none"), ([wide], "wide"), ([wide, prods], "prods"), ([wide, prods, prod], "prod"),
        ([wide, prods, prod, prodWeb], "prod-web"), ([prodWeb, prodApis], "prod-web"), ([prodApis], "none"),
        // The environment counts first.
        ([widesWeb, prod], "prod"), ([widesWeb, wide], "wides-web"),
    ])
    func `the most specific contract wins`(_ contracts: [Contract], _ expected: String) {
        #expect(Self.choice(contracts) == expected)
        #expect(Self.choice(contracts.reversed()) == expected)
    }

    @Test func `a configuration is guarded by contracts for all components`() {
        #expect(Self.choice([Self.prodWeb, Self.prod], nil) == "prod")
        #expect(Self.choice([Self.prodWeb], nil) == "none")
    }

    @Test func `two equal contracts are unusable and both are named`() {
        let again = Contract.make("again", to: ["prod"], from: ["dev"])
        let reason =
            "contracts \"again\" (policies/again.yaml) and \"prod\" (policies/prod.yaml) are equally specific; "
            + "name the environment or component in one"
        #expect(Self.choice([Self.prod, again]) == reason)
        #expect(Self.choice([again, Self.prod]) == reason)
        #expect(Self.choice([again, Self.prod, Self.prodWeb]) == "prod-web")
        #expect(Self.choice([again, Self.prod], in: "prod-eu") == "none")
    }

    @Test(
        arguments: [
            (
                [Contract.make("self", to: ["prod"], from: ["prod"])],
                ["policies/self.yaml:1:1: contract \"self\" closes a cycle: prod → prod"]
            ),
            (
                [Contract.make("a", to: ["dev"], from: ["staging"]), .make("b", to: ["staging"], from: ["dev"])],
                [
                    "policies/a.yaml:1:1: contract \"a\" closes a cycle: dev → staging → dev",
                    "policies/b.yaml:1:1: contract \"b\" closes a cycle: staging → dev → staging",
                ]
            ),
            (
                [Contract.make("star", to: ["*"], from: ["staging"])],
                ["policies/star.yaml:1:1: contract \"star\" closes a cycle: staging → staging"]
            ),
            (
                [Contract.make("lost", to: ["prod"], from: ["stagin"])],
                ["policies/lost.yaml:1:1: contract \"lost\" takes from \"stagin\", which is no environment"]
            ),
            ([prod, Contract.make("skip", to: ["prod-eu"], from: ["dev"]), .make("entry", to: ["dev"], from: [])], []),
            ([Contract.make("nowhere", to: ["gone"], from: ["staging"])], []),
        ] as [([Contract], [String])])
    func `cycles and unknown sources are found`(_ contracts: [Contract], _ problems: [String]) {
        #expect(Self.book(contracts).problems.map(\.description) == problems)
        #expect(Self.book(contracts.reversed()).problems.map(\.description) == problems)
    }

    @Test func `a contract in a cycle guards nothing, and others go on`() {
        let contracts = [
            Contract.make("a", to: ["dev"], from: ["staging"]), .make("b", to: ["staging"], from: ["dev"]), Self.prod,
        ]
        #expect(Self.choice(contracts, in: "dev").hasPrefix("a policy that may guard dev cannot be used"))
        #expect(Self.choice(contracts, in: "staging").hasPrefix("a policy that may guard staging cannot be used"))
        #expect(Self.choice(contracts) == "prod")
    }

    @Test(
        arguments: [
            (["prod"], "prod", true), (["prod"], "prod-eu", false), (["prod*"], "prod-eu", true), ([], "prod", false),
            (nil, "prod", true), (nil, "dev", true),
        ] as [([NameGlob]?, EnvironmentName, Bool)])
    func `a broken policy stops what it may guard`(
        _ reach: [NameGlob]?, _ environment: EnvironmentName, _ isStopped: Bool
    ) {
        let defect = Policies.Defect(
            problem: Problem(Place(file: "policies/x.yaml", line: 3), "unknown gate"), environments: reach)
        let book = Self.book([Self.wide], defects: [defect])
        switch book.choice(for: "web", in: environment) {
        case .unusable(let reason):
            #expect(isStopped)
            #expect(
                reason
                    == "a policy that may guard \(environment) cannot be used: policies/x.yaml:3: unknown gate")
        case .contract: #expect(!isStopped)
        case .none: Issue.record("the wide contract guards everything")
        }
    }

    @Test func `the same defect is named whatever the order of the files`() {
        let defects = ["b", "a", "c"].map { name in
            Policies.Defect(problem: Problem(Place(file: name), "broken"), environments: nil)
        }
        let choice = Self.book([], defects: defects).choice(for: "web", in: "prod")
        #expect(Self.book([], defects: defects.reversed()).choice(for: "web", in: "prod") == choice)
    }

    @Test func `the sources are those of every contract for the environment`() {
        let other = Contract.make("other", to: ["prod"], from: ["dev", "staging"], components: ["api"])
        #expect(Self.book([Self.prod, other]).sources(of: "prod") == ["dev", "staging"])
        #expect(Self.book([Self.prod, other]).sources(of: "dev") == [])
    }

    @Test func `a role that nobody defines makes the contract unusable`() {
        let contract = Contract.make(
            "to-prod", to: ["prod"], from: ["staging"],
            gates: [.signature(SignatureRule(role: "ci", count: 1, kinds: []))])
        var policies = Policies(contracts: [contract])
        let names: [EnvironmentName] = ["prod", "staging"]
        let text =
            "policies/to-prod.yaml:1:1: contract \"to-prod\" asks for the role \"ci\", which is defined nowhere"
        #expect(
            ContractBook(policies: policies, environments: names).problems.map(\.description) == [
                text + "; define it in a policy of kind Roles"
            ])
        policies.people = People(roles: ["rm": ["ada@example.org"]])
        let book = ContractBook(policies: policies, environments: names)
        #expect(book.problems.map(\.description) == [text])
        #expect(
            book.choice(for: "web", in: "prod")
                == .unusable(reason: "a policy that may guard prod cannot be used: \(text)"))
        policies.people = People(roles: ["ci": ["bot@example.org"]])
        #expect(ContractBook(policies: policies, environments: names).problems.isEmpty)
    }

    @Test func `a role that is defined twice stops what asks for it`() {
        let asks = Contract.make(
            "to-prod", to: ["prod"], from: ["staging"],
            gates: [.signature(SignatureRule(role: "ci", count: 1, kinds: []))])
        let other = Contract.make("to-staging", to: ["staging"], from: [])
        var policies = Policies(
            contracts: [asks, other], people: People(roles: ["ci": ["bot@example.org"]]))
        policies.roles = ["b", "a"].map { file in
            Policies.Role(
                name: "ci", members: ["bot@example.org"],
                place: Place(file: "policies/\(file).yaml", line: 5, column: 5))
        }
        let book = ContractBook(policies: policies, environments: ["prod", "staging"])
        #expect(
            book.problems.map(\.description) == [
                "policies/b.yaml:5:5: the role \"ci\" is defined already at policies/a.yaml:5:5"
            ])
        guard case .unusable = book.choice(for: "web", in: "prod") else {
            Issue.record("prod is guarded by a contract whose role is not clear")
            return
        }
        #expect(book.choice(for: "web", in: "staging") == .contract(other))
    }
}
