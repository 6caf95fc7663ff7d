import LedgerFormat
import ModelBuilders
import Planning
import PromotionModel
import Testing

/// What holds for every plan, whatever the fleet.
@Suite struct PlannerPropertyTests {
    @Test(arguments: 0..<UInt64(256))
    func `the order in which a fleet was read does not matter`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let fleet = SampleFleet.random(seed: seed)
        var shuffled = fleet
        shuffled.environments = random.shuffled(fleet.environments)
        shuffled.policies.contracts = random.shuffled(fleet.policies.contracts)
        shuffled.residences = random.shuffled(fleet.residences)
        let plan = Fleets.plan(fleet)
        #expect(Fleets.plan(shuffled) == plan)
        #expect(plan.environments.map(\.environment) == plan.environments.map(\.environment).sorted())
    }

    @Test(arguments: 0..<UInt64(128))
    func `a plan made in parts is that made in one go`(seed: UInt64) {
        for observation in [SampleFleet.random(seed: seed).observation, BusyFleet(seed: seed).observation] {
            for instant in [Fleets.now, BusyFleet.now] {
                let parts = PartsFromTheEnd(environments: Int(seed % 2) + 1, breadth: Int(seed % 3) + 1)
                let identity = "towpath <towpath@example.invalid>"
                let plan = Planner(identity: identity, parts: parts).plan(for: observation, at: instant)
                #expect(plan == Planner(identity: identity).plan(for: observation, at: instant))
            }
        }
    }

    @Test(arguments: 0..<UInt64(64))
    func `nothing moves where the history was rewritten, whatever else there is to do`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        var observation = fleet.observation
        observation.historyBreak = HistoryBreak(
            branch: "refs/heads/main", seen: String(repeating: "a", count: 40), tip: fleet.basis, kind: .unrelated)
        for repairs in [false, true] {
            let plan = Planner(identity: "towpath <towpath@example.invalid>", repairs: repairs)
                .plan(for: observation, at: Fleets.now)
            #expect(plan.isEmpty && plan.environments.allSatisfy(\.actions.isEmpty))
            #expect(plan.nextChange == nil)
            #expect(plan.environments.map(\.environment) == observation.environments.map(\.name).sorted())
            let states = plan.environments.flatMap(\.components)
            #expect(states.allSatisfy { $0.state == .held && $0.reason.hasPrefix("refs/heads/main was replaced: ") })
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `a plan that was carried out leaves nothing to do in its environments`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        let plan = Fleets.plan(fleet)
        // What staging now has may open prod's gates; what is recorded in one place is never recorded there twice.
        let next = Fleets.plan(fleet.after(plan))
        for (before, after) in zip(plan.environments, next.environments) {
            let done = Set(
                before.entry.items.filter { $0.result == .promoted || $0.result == .adopted }.map(\.promotion))
            #expect(done.isDisjoint(with: after.actions.map(\.promotion.id)), "seed \(seed)")
            let repeated = after.entry.items.filter { item in before.entry.items.contains(item) }
            #expect(repeated.isEmpty, "seed \(seed): \(repeated)")
        }
        var settled = fleet.after(plan)
        for _ in 0..<4 { settled = settled.after(Fleets.plan(settled)) }
        #expect(Fleets.plan(settled).isEmpty, "seed \(seed): \(Fleets.plan(settled).text)")
    }

    @Test(arguments: 0..<UInt64(256))
    func `nothing is promoted without a permission`(seed: UInt64) {
        for environment in Fleets.plan(.random(seed: seed)).environments {
            let permitted = Set(
                environment.actions.filter { $0.verdict.result == .permitted }.map(\.promotion.id))
            for item in environment.entry.items {
                let arrives = item.result == .promoted || item.result == .adopted || item.result == .rolledBack
                #expect(arrives == permitted.contains(item.promotion))
            }
            for action in environment.actions {
                #expect((action.kind == .promote || action.kind == .adopt) == (action.verdict.result == .permitted))
                #expect(action.kind != .wait || action.verdict.result == .waiting)
                #expect(action.kind != .refuse || action.verdict.result == .refused)
            }
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `the record is what the entry makes of the last one`(seed: UInt64) {
        for environment in Fleets.plan(.random(seed: seed)).environments {
            guard let before = environment.before else {
                #expect(environment.record == nil && environment.entry.isEmpty && environment.publication == nil)
                continue
            }
            #expect(environment.record == before.applying(environment.entry))
            #expect(environment.entry.isEmpty == (environment.record == before))
            if before == EnvironmentRecord(environment: environment.environment) {
                #expect(
                    LedgerHistory.fold([environment.entry], environment: environment.environment) == environment.record)
            }
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `every entry can be written and read back`(seed: UInt64) throws {
        for environment in Fleets.plan(.random(seed: seed)).environments where !environment.entry.isEmpty {
            let before = environment.before ?? EnvironmentRecord(environment: environment.environment)
            let message = LedgerMessage.text(for: environment.entry, before: before)
            #expect(try LedgerReader.entry(in: message) == environment.entry)
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `a broken file changes nothing in other environments`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let fleet = SampleFleet.random(seed: seed)
        // prod is no source: what breaks there concerns nobody else.
        var broken = fleet
        broken.environments[2].problems.append(Problem(Place(file: "environments/prod/y.yaml"), "broken"))
        broken.environments[2].declared = [:]
        broken.environments[2].configuration = nil
        if random.chance(30) { broken.environments[2].record = .unreadable(Problem(Place(file: "lock"), "broken")) }
        let plans = (Fleets.plan(fleet), Fleets.plan(broken))
        for name in ["dev", "staging"] as [EnvironmentName] {
            #expect(
                plans.0.environments.first { $0.environment == name }
                    == plans.1.environments.first { $0.environment == name })
        }
        let prod = plans.1.environments.first { $0.environment == "prod" }
        #expect(prod?.actions.isEmpty == true && prod?.entry.isEmpty == true)
    }

    @Test(arguments: 0..<UInt64(256))
    func `an environment that was not read completely retires nothing`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        for (environment, planned) in zip(
            fleet.environments.sorted { $0.name < $1.name }, Fleets.plan(fleet).environments)
        where !environment.problems.isEmpty {
            #expect(planned.actions.flatMap(\.promotion.changes).allSatisfy { $0.to != nil })
            #expect(planned.actions.allSatisfy { $0.promotion.configuration == nil })
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `only adoptable environments are adopted`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        for environment in Fleets.plan(fleet).environments
        where environment.actions.contains(where: { $0.kind == .adopt }) {
            #expect(fleet.adoptable.contains(environment.environment))
            #expect(fleet.environments.first { $0.name == environment.environment }?.record == .absent)
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `every component has one state and the next change lies ahead`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        let plan = Fleets.plan(fleet)
        if let next = plan.nextChange { #expect(next > plan.at) }
        for (environment, planned) in zip(fleet.environments.sorted { $0.name < $1.name }, plan.environments) {
            let names = planned.components.map(\.component)
            #expect(names == names.sorted() && Set(names).count == names.count)
            #expect(names.count >= environment.declared.count)
            for status in planned.components where status.state == .inSync {
                #expect(status.declared == status.recorded && status.recorded != nil, "\(status)")
                #expect(status.observed == nil || status.observed == status.recorded)
                if case .unreadable = environment.record { Issue.record("unknown is shown as in sync") }
                if case .unreadable = environment.published { Issue.record("unknown is shown as in sync") }
            }
        }
    }
}

/// The last part first, as nobody promises an order.
private struct PartsFromTheEnd: PlanParts {
    let environments: Int
    let promotions = 1
    let breadth: Int

    func make<Made: Sendable>(_ count: Int, _ part: @Sendable (Int) -> Made) -> [Made] {
        (0..<count).reversed().map(part).reversed()
    }
}
