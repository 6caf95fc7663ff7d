import Planning
import PromotionModel
import Testing

/// Components are gone through side by side with what moves them; here each is looked up for itself.
@Suite struct StatusTests {
    @Test(arguments: 0..<UInt64(64))
    func `every component has one state, of what it is and of what moves it`(seed: UInt64) throws {
        let fleet = BusyFleet(seed: seed)
        let plan = Planner(identity: "a <a@b>").plan(for: fleet.observation, at: BusyFleet.now)
        for environment in plan.environments {
            let observed = try #require(fleet.observation[environment.environment])
            let recorded = observed.knownRecord?.components ?? [:]
            var declared: [ComponentName: Artifact] = [:]
            for declaration in observed.declared.declarations { declared[declaration.component] = declaration.artifact }
            #expect(environment.components.map(\.component) == Set(declared.keys).union(recorded.keys).sorted())
            for status in environment.components {
                #expect(status.declared == declared[status.component])
                #expect(status.recorded == recorded[status.component]?.artifact)
                let owner = environment.actions.last { action in
                    action.promotion.changes.contains { $0.component == status.component }
                }
                guard let owner else { continue }
                #expect(status.promotion == owner.promotion.id && status.nextChange == owner.verdict.nextChange)
                #expect(status.state == owner.state && status.reason == owner.reason)
            }
        }
    }

    @Test(arguments: 0..<UInt64(8))
    func `one environment after the other is the plan`(seed: UInt64) {
        let fleet = BusyFleet(seed: seed)
        let planner = Planner(identity: "a <a@b>")
        let parts = planner.environmentPlans(for: fleet.observation, at: BusyFleet.now)
        let plan = planner.plan(for: fleet.observation, at: BusyFleet.now)
        #expect(Array(parts) == plan.environments)
        #expect(Array(parts) == plan.environments, "who asks twice hears the same")
    }
}
