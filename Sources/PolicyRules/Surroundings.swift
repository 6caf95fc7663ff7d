package import PromotionModel

/// What the facts of all promotions to one environment by one contract have in common.
///
/// Of a class, so that the facts of ten thousand promotions share one, and know at once that they do.
package final class Surroundings: Hashable, Sendable {
    package struct Values: Hashable, Sendable {
        /// The holds of the target environment.
        package var holds: [Hold] = []
        /// The source environments that the contract names and the fleet has.
        package var sources: [Facts.Source] = []
        package var freezes: [Freeze] = []
        package var zones: [String: ZoneRules] = [:]
        /// Which repositories of different environments hold the same; where nothing is pinned by digest it matters.
        package var repositories = RepositoryMap()
        /// What the target environment has recorded; empty where it has nothing.
        package var recorded: [ComponentName: Artifact] = [:]
        /// The changes that wait in the target environment, those of the promotion among them or not.
        package var waiting: [Promotion.Change] = []
        package var people = People()
        /// What the target's manifests say; `nil` where no gate asks for it, or they could not be read.
        package var survey: ManifestSurvey?
        /// Why they could not be read.
        package var surveyProblem: Problem?
        /// When promotions arrived in the target environment before; oldest first.
        package var earlierArrivals: [Timestamp] = []

        package init() {}
    }

    let values: Values

    package init(_ values: Values) {
        self.values = values
    }

    package static func == (left: Surroundings, right: Surroundings) -> Bool {
        left === right || left.values == right.values
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(values)
    }
}

extension Facts {
    package var holds: [Hold] { surroundings.values.holds }
    package var sources: [Source] { surroundings.values.sources }
    package var freezes: [Freeze] { surroundings.values.freezes }
    package var zones: [String: ZoneRules] { surroundings.values.zones }

    package var repositories: RepositoryMap {
        get { surroundings.values.repositories }
        set { change { $0.repositories = newValue } }
    }

    package var recorded: [ComponentName: Artifact] {
        get { surroundings.values.recorded }
        set { change { $0.recorded = newValue } }
    }

    package var waiting: [Promotion.Change] {
        get { surroundings.values.waiting }
        set { change { $0.waiting = newValue } }
    }

    package var people: People {
        get { surroundings.values.people }
        set { change { $0.people = newValue } }
    }

    package var survey: ManifestSurvey? {
        get { surroundings.values.survey }
        set { change { $0.survey = newValue } }
    }

    package var surveyProblem: Problem? {
        get { surroundings.values.surveyProblem }
        set { change { $0.surveyProblem = newValue } }
    }

    package var earlierArrivals: [Timestamp] {
        get { surroundings.values.earlierArrivals }
        set { change { $0.earlierArrivals = newValue } }
    }

    private mutating func change(_ body: (inout Surroundings.Values) -> Void) {
        var values = surroundings.values
        body(&values)
        surroundings = Surroundings(values)
    }
}
