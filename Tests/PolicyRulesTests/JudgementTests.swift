import ModelBuilders
import PolicyRules
import PromotionModel
import TestSupport
import Testing

@Suite struct JudgementTests {
    @Test func `all gates open permit`() {
        let verdict = World { $0.gates = [.pinned, .soak("1h")] }.verdict()
        #expect(verdict.result == .permitted)
        #expect(verdict.gates.map(\.gate) == [.contract, .freeze, .hold, .pinned, .soak, .source])
        #expect(verdict.shut.isEmpty)
        #expect(verdict.gates.first?.reason == "judged by \"to-prod\" in policies/to-prod.yaml")
    }

    @Test func `a pending gate waits and a closed one refuses`() {
        let waiting = World { $0.gates = [.soak("2h")] }.verdict()
        #expect(waiting.result == .waiting)
        #expect(waiting.nextChange == "2026-11-21T13:00:00Z")
        let refused = World { world in
            world.gates = [.soak("2h")]
            world.holds = [.make(.environment)]
        }.verdict()
        #expect(refused.result == .refused)
        #expect(refused.shut.map(\.gate) == [.hold, .soak])
        #expect(Verdict(contract: nil, source: nil, gates: []).result == .refused)
    }

    @Test func `without a usable contract everything is refused`() {
        let facts = World().facts
        let none = Judgement.verdict(on: facts, by: .none, at: World.now)
        #expect(none.result == .refused)
        Golden.expect(none.gates.map(\.reason).joined() + "\n", is: "no-contract.txt")
        let unusable = Judgement.verdict(on: facts, by: .unusable(reason: "broken"), at: World.now)
        #expect(unusable.result == .refused)
        #expect(unusable.gates == [GateResult(.contract, .closed, "broken")])
    }

    @Test func `adoption asks for a contract and digests only`() {
        let world = World { world in
            world.gates = [.pinned, .soak("2h")]
            world.sources = []
        }
        #expect(Judgement.adoption(of: world.facts, by: .contract(world.contract)).result == .permitted)
        #expect(Judgement.adoption(of: world.facts, by: .none).result == .refused)
        #expect(Judgement.adoption(of: world.facts, by: .unusable(reason: "x")).result == .refused)
        let unpinned = World { $0.changes = [World.change("web", "web:1")] }
        #expect(Judgement.adoption(of: unpinned.facts, by: .contract(unpinned.contract)).result == .refused)
    }

    /// A random world about `web` with several sources, stays, holds and freezes.
    private static func world(seed: UInt64) -> (World, Timestamp) {
        var random = RandomModel(seed: seed)
        func instant() -> Timestamp { Timestamp(seconds: World.now.seconds - Int64(random.number(-7_200...90_000))) }
        let world = World { world in
            world.from = Array(["staging", "qa", "dev"].prefix(random.number(1...3)))
            world.sources = world.from.map { name in
                if random.chance(10) { return World.unreadable(name) }
                let artifact = random.chance(60) ? World.web : .pinned("web", "1.4", "4")
                let hold = Hold.make(.component("web"), rejected: random.chance(20) ? .of("5") : nil)
                return World.source(
                    name, ["web": artifact], at: instant(), health: random.chance(15) ? .degraded : .healthy,
                    holds: random.chance(20) ? [hold] : [], declared: random.chance(30) ? ["web": World.web] : [:])
            }
            world.residences = (0..<random.number(0...4)).map { _ in
                let from = instant()
                let end = Timestamp(seconds: from.seconds + Int64(random.number(0...9_000)))
                return World.stay(
                    random.pick(["staging", "qa", "dev"]), from, random.chance(30) ? nil : end,
                    health: random.chance(20) ? .degraded : .assumed)
            }
            world.gates = [.pinned, .soak(random.pick(["0s", "30m", "1h", "1d"]))]
        }
        return (world, instant())
    }

    @Test(arguments: 0..<UInt64(256))
    func `knowing less of a source never permits`(seed: UInt64) {
        for round in 0..<8 as Range<UInt64> {
            let (world, instant) = Self.world(seed: seed * 8 + round)
            let before = world.verdict(at: instant).result
            guard before != .permitted else { continue }
            var poorer: [World] = []
            for index in world.sources.indices {
                var unread = world
                unread.sources[index] = World.unreadable(world.sources[index].name)
                var gone = world
                gone.sources.remove(at: index)
                poorer += [unread, gone]
            }
            for index in world.residences.indices {
                var forgotten = world
                forgotten.residences.remove(at: index)
                poorer.append(forgotten)
            }
            for world in poorer {
                #expect(world.verdict(at: instant).result != .permitted, "seed \(seed * 8 + round)")
            }
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `the order of the facts does not matter`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let (world, instant) = Self.world(seed: seed)
        var shuffled = world
        shuffled.sources = random.shuffled(world.sources)
        shuffled.residences = random.shuffled(world.residences)
        #expect(shuffled.verdict(at: instant).gates == world.verdict(at: instant).gates)
    }

    @Test(arguments: 0..<UInt64(256))
    func `waiting ends when it says`(seed: UInt64) {
        let (world, instant) = Self.world(seed: seed)
        let verdict = world.verdict(at: instant)
        guard verdict.result == .waiting, let next = verdict.nextChange else { return }
        #expect(next > instant)
        #expect(world.verdict(at: Timestamp(seconds: next.seconds - 1)).result == .waiting)
        #expect(world.verdict(at: next).result == .permitted)
    }
}
