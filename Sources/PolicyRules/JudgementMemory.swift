import PromotionModel

/// What was worked out in judging one promotion and holds for the next.
///
/// Most of what gates look at is the same for all promotions to an environment: its manifests and those of its sources,
/// what waits beside, the hour. What follows from that alone is kept here, each with what it follows from, and is worked
/// out anew where that is not equal any more. So a memory changes no judgement, and a thousand promotions cost a
/// thousand times what is their own. Comparing costs next to nothing while promotions share their surroundings, as they
/// do in the facts that come of one observation.
package struct JudgementMemory {
    /// So many contracts of one environment may take turns; the policies of then and those of now are two.
    private static let mostGrounds = 64

    private var grounds: [JudgementGround] = []
    private let lore = Lore()

    package init() {}

    /// What the judgement of `facts` by `contract` shares with others.
    mutating func ground(of facts: Facts, by contract: Contract, at instant: Timestamp) -> JudgementGround {
        // The last one asked for stands last, and mostly it is asked for again.
        if let last = grounds.last, last.holds(for: facts, by: contract, at: instant) { return last }
        if let known = grounds.lastIndex(where: { $0.holds(for: facts, by: contract, at: instant) }) {
            grounds.append(grounds.remove(at: known))
        } else {
            if grounds.count == Self.mostGrounds { grounds.removeFirst() }
            grounds.append(JudgementGround(facts, contract: contract, instant: instant, lore: lore))
        }
        return grounds[grounds.count - 1]
    }
}

/// What many contracts have in common.
final class Lore {
    /// A value with what it follows from.
    private struct Kept<Ground: Equatable, Value> {
        private var known: (ground: Ground, value: Value)?

        mutating func value(for ground: Ground, _ make: () -> Value) -> Value {
            if let known, known.ground == ground { return known.value }
            let value = make()
            known = (ground, value)
            return value
        }
    }

    private struct Settings: Equatable {
        let ours: SettingList
        let theirs: SettingList
    }

    private struct Lately: Equatable {
        let arrivals: [Timestamp]
        let span: TimeSpan
        let instant: Timestamp
    }

    private var differences: [EnvironmentName: Kept<Settings, [String]>] = [:]
    private var offers: [EnvironmentName: Kept<Facts.Source, SourceOffer>] = [:]
    private var dependencies = Kept<[ComponentName: [ComponentName]], DependencyGraph>()
    private var waiting = Kept<[Promotion.Change], [ComponentName: Int]>()
    private var members: [[NameGlob]: Kept<[Promotion.Change], [ComponentName]>] = [:]
    private var lately = Kept<Lately, [Timestamp]>()

    /// The paths of all settings that `ours` and `theirs`, those of `name`, do not have in common; sorted.
    func differences(of ours: ManifestSurvey, from theirs: ManifestSurvey, of name: EnvironmentName) -> [String] {
        differences[name, default: Kept()].value(for: Settings(ours: ours.settings, theirs: theirs.settings)) {
            ours.settings.differences(from: theirs.settings)
        }
    }

    func offer(of source: Facts.Source) -> SourceOffer {
        offers[source.name, default: Kept()].value(for: source) { SourceOffer(source) }
    }

    func graph(of survey: ManifestSurvey) -> DependencyGraph {
        dependencies.value(for: survey.dependencies) { DependencyGraph(survey.dependencies) }
    }

    func places(of changes: [Promotion.Change]) -> [ComponentName: Int] {
        waiting.value(for: changes) {
            var places: [ComponentName: Int] = [:]
            places.reserveCapacity(changes.count)
            for (place, change) in changes.enumerated() where places[change.component] == nil {
                places[change.component] = place
            }
            return places
        }
    }

    func components(of changes: [Promotion.Change], in set: [NameGlob]) -> [ComponentName] {
        members[set, default: Kept()].value(for: changes) {
            Set(changes.map(\.component)).filter { name in
                set.contains { $0.matches(name.description) }
            }.sorted()
        }
    }

    func arrivals(_ arrivals: [Timestamp], within span: TimeSpan, of instant: Timestamp) -> [Timestamp] {
        lately.value(for: Lately(arrivals: arrivals, span: span, instant: instant)) {
            arrivals.filter { $0 + span > instant }
        }
    }
}
