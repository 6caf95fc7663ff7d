import PromotionModel

/// What the judgements of all promotions with the same surroundings by one contract at one instant have in common.
///
/// Each part is worked out when it is first asked for.
final class JudgementGround {
    let contract: Contract
    let instant: Timestamp
    private let surroundings: Surroundings
    private let environment: EnvironmentName
    private let lore: Lore
    /// What gates say that look at nothing but this, by the source that counts.
    private var results: [(source: EnvironmentName?, gates: [GateResult?])] = []

    init(_ facts: Facts, contract: Contract, instant: Timestamp, lore: Lore) {
        self.contract = contract
        self.instant = instant
        surroundings = facts.surroundings
        environment = facts.promotion.environment
        self.lore = lore
    }

    func holds(for facts: Facts, by contract: Contract, at instant: Timestamp) -> Bool {
        self.instant == instant && environment == facts.promotion.environment && self.contract == contract
            && surroundings == facts.surroundings
    }

    // MARK: Results of gates

    /// The gates that every contract has, as places before those it names.
    enum Standard: Int, CaseIterable {
        case contract
        case hold
        case freeze
        case source

        fileprivate var gate: GateName {
            switch self {
            case .contract: .contract
            case .hold: .hold
            case .freeze: .freeze
            case .source: .source
            }
        }
    }

    /// The places of all gates, the standard ones first, in the order in which verdicts have them.
    private(set) lazy var order: [Int] = {
        let gates = Standard.allCases.map(\.gate) + contract.gates.map(\.gate)
        return gates.indices.sorted { (gates[$0], $0) < (gates[$1], $1) }
    }()

    /// The result of the gate at `place`, which looks at what all promotions from `source` have in common.
    func result(at place: Int, source: EnvironmentName?, _ judge: () -> GateResult) -> GateResult {
        var index = 0
        while index < results.count, results[index].source != source { index += 1 }
        if index == results.count { results.append((source, Array(repeating: nil, count: order.count))) }
        if let known = results[index].gates[place] { return known }
        let result = judge()
        results[index].gates[place] = result
        return result
    }

    /// What statements are called of which several promotions speak.
    private var labels: [(kind: EvidenceKind, name: String?, text: String)] = []
    /// A contract that asks for more names them anew.
    private static let mostLabels = 32

    /// Statements of a kind and name in words: `tests "integration"`.
    func label(of kind: EvidenceKind, name: String?) -> String {
        for index in labels.indices where labels[index].kind == kind && labels[index].name == name {
            return labels[index].text
        }
        let text = name.map { "\(kind.description.printable) \(Wording.quoted($0))" } ?? kind.description.printable
        if labels.count < Self.mostLabels { labels.append((kind, name, text)) }
        return text
    }

    // MARK: Looking up

    /// One of the environments that the contract takes from.
    struct Source {
        let name: EnvironmentName
        /// What it has and had; `nil` where its lock could not be read, or the fleet has none of the name.
        let offer: SourceOffer?
    }

    /// In the order of the contract.
    private(set) lazy var sources: [Source] = contract.from.map { name in
        guard let source = surroundings.values.sources.first(where: { $0.name == name }), source.record != nil else {
            return Source(name: name, offer: nil)
        }
        return Source(name: name, offer: lore.offer(of: source))
    }

    /// What `source` has and had, by content.
    func offer(of source: Facts.Source) -> SourceOffer {
        lore.offer(of: source)
    }

    /// The paths of all settings that `ours` and `theirs`, those of `name`, do not have in common; sorted.
    func differences(of ours: ManifestSurvey, from theirs: ManifestSurvey, of name: EnvironmentName) -> [String] {
        lore.differences(of: ours, from: theirs, of: name)
    }

    /// What depends on what in the target environment; `nil` where its manifests could not be read.
    private(set) lazy var dependencies = surroundings.values.survey.map { lore.graph(of: $0) }

    private lazy var places = lore.places(of: surroundings.values.waiting)

    /// A component that waits in the target environment.
    struct Waiting {
        /// What would arrive; `nil` where it would go.
        let artifact: Artifact?
    }

    /// What becomes of `component`; `nil` where it does not wait in the target environment.
    func waiting(_ component: ComponentName) -> Waiting? {
        guard !places.isEmpty, let place = places[component] else { return nil }
        return Waiting(artifact: surroundings.values.waiting[place].to)
    }

    /// The components of `set` that wait in the target environment, sorted.
    func waiting(of set: [NameGlob]) -> [ComponentName] {
        lore.components(of: surroundings.values.waiting, in: set)
    }

    /// When promotions arrived before in the target environment, as far as that is less than `span` ago.
    func arrivals(within span: TimeSpan) -> [Timestamp] {
        lore.arrivals(surroundings.values.earlierArrivals, within: span, of: instant)
    }

    /// The holds of the target environment by scope.
    private(set) lazy var holds: [Hold.Scope: [Hold]] = Dictionary(grouping: surroundings.values.holds, by: \.scope)
}
