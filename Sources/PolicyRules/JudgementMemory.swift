import PromotionModel

/// What was worked out in judging one promotion and holds for the next.
///
/// Most of what gates look at is the same for all promotions to an environment: its manifests and those of its sources,
/// what waits beside, the hour. What follows from that alone is kept here, each with what it follows from, and is worked
/// out anew where that is not equal any more. So a memory changes no judgement, and a thousand promotions cost a
/// thousand times what is their own. Comparing costs next to nothing while the lists and mappings share their storage,
/// as they do in the facts that come of one observation.
package struct JudgementMemory {
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

    /// The facts that gates without a word about the promotion itself look at.
    private struct Ground: Equatable {
        let contract: Contract
        let environment: EnvironmentName
        let sources: [Facts.Source]
        let survey: ManifestSurvey?
        let surveyProblem: Problem?
        let freezes: [Freeze]
        let zones: [String: ZoneRules]
        let instant: Timestamp
    }

    private struct Gate: Hashable {
        /// The gate's place in the contract; -1 for that of freezes, which no contract has to name.
        let index: Int
        let source: EnvironmentName?
    }

    private struct Lately: Equatable {
        let arrivals: [Timestamp]
        let span: TimeSpan
        let instant: Timestamp
    }

    private struct Settings: Equatable {
        let ours: [String: String]
        let theirs: [String: String]
    }

    /// So many contracts of one environment may take turns; the policies of then and those of now are two.
    private static let mostGrounds = 64

    private var results: [(ground: Ground, gates: [Gate: GateResult])] = []
    private var differences: [EnvironmentName: Kept<Settings, [String]>] = [:]
    private var offers: [EnvironmentName: Kept<Facts.Source, SourceOffer>] = [:]
    private var dependencies = Kept<[ComponentName: [ComponentName]], DependencyGraph>()
    private var waiting = Kept<[Promotion.Change], [ComponentName: Promotion.Change]>()
    private var members: [[NameGlob]: Kept<[Promotion.Change], [ComponentName]>] = [:]
    private var lately = Kept<Lately, [Timestamp]>()
    private var holds = Kept<[Hold], [Hold.Scope: [Hold]]>()

    package init() {}
}

// MARK: Results of gates

extension JudgementMemory {
    /// What ``result(ofGate:on:source:_:)`` has to be told about the promotion `facts` are of.
    mutating func shared(_ facts: Facts, by contract: Contract, at instant: Timestamp) -> SharedGround {
        let ground = Ground(
            contract: contract, environment: facts.promotion.environment, sources: facts.sources, survey: facts.survey,
            surveyProblem: facts.surveyProblem,
            freezes: facts.freezes, zones: facts.zones, instant: instant)
        if let known = results.lastIndex(where: { $0.ground == ground }) { return SharedGround(index: known) }
        if results.count == Self.mostGrounds { results.removeFirst() }
        results.append((ground, [:]))
        return SharedGround(index: results.count - 1)
    }

    /// Where the results are that hold for one promotion; good until the next one is asked about.
    struct SharedGround {
        fileprivate let index: Int
    }

    /// The result of a gate that looks at what all promotions by one contract from `source` have in common.
    ///
    /// - Parameter index: The gate's place in the contract; -1 for that of freezes.
    mutating func result(
        ofGate index: Int, on ground: SharedGround, source: EnvironmentName?,
        _ judge: (inout JudgementMemory) -> GateResult
    ) -> GateResult {
        let gate = Gate(index: index, source: source)
        if let known = results[ground.index].gates[gate] { return known }
        let result = judge(&self)
        results[ground.index].gates[gate] = result
        return result
    }
}

// MARK: Looking up

extension JudgementMemory {
    /// The paths of all settings that `ours` and `theirs`, those of `name`, do not have in common; sorted.
    mutating func differences(
        of ours: ManifestSurvey, from theirs: ManifestSurvey, of name: EnvironmentName
    ) -> [String] {
        differences[name, default: Kept()].value(for: Settings(ours: ours.settings, theirs: theirs.settings)) {
            var paths: [String] = []
            for (path, text) in ours.settings where theirs.settings[path] != text { paths.append(path) }
            for path in theirs.settings.keys where ours.settings[path] == nil { paths.append(path) }
            return paths.sorted()
        }
    }

    /// What `source` has and had, by content.
    mutating func offer(of source: Facts.Source) -> SourceOffer {
        offers[source.name, default: Kept()].value(for: source) { SourceOffer(source) }
    }

    mutating func graph(of survey: ManifestSurvey) -> DependencyGraph {
        dependencies.value(for: survey.dependencies) { DependencyGraph(survey.dependencies) }
    }

    /// What waits in the target environment, by component.
    mutating func waiting(_ facts: Facts) -> [ComponentName: Promotion.Change] {
        waiting.value(for: facts.waiting) {
            Dictionary(facts.waiting.map { ($0.component, $0) }) { first, _ in first }
        }
    }

    /// The components of `set` that wait in the target environment, sorted.
    mutating func waiting(_ facts: Facts, of set: [NameGlob]) -> [ComponentName] {
        members[set, default: Kept()].value(for: facts.waiting) {
            Set(facts.waiting.map(\.component)).filter { name in
                set.contains { $0.matches(name.description) }
            }.sorted()
        }
    }

    /// When promotions arrived before in the target environment, as far as that is less than `span` ago.
    mutating func arrivals(_ facts: Facts, within span: TimeSpan, of instant: Timestamp) -> [Timestamp] {
        lately.value(for: Lately(arrivals: facts.earlierArrivals, span: span, instant: instant)) {
            facts.earlierArrivals.filter { $0 + span > instant }
        }
    }

    /// The holds of the target environment by scope.
    mutating func holds(_ facts: Facts) -> [Hold.Scope: [Hold]] {
        holds.value(for: facts.holds) { Dictionary(grouping: facts.holds, by: \.scope) }
    }
}
