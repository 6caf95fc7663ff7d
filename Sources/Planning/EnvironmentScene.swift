import PromotionModel

/// One environment that promotions go to, as it was observed.
struct EnvironmentScene: Sendable {
    let index: ObservationIndex
    let environment: ObservedEnvironment
    let record: EnvironmentRecord
    let instant: Timestamp
    let detection: ChangeDetection

    init(
        _ environment: ObservedEnvironment, record: EnvironmentRecord, in index: ObservationIndex, at instant: Timestamp
    ) {
        self.index = index
        self.environment = environment
        self.record = record
        self.instant = instant
        detection = ChangeDetection(declared: environment.declared, record: record)
    }

    var name: EnvironmentName { environment.name }

    /// Whether what is declared is recorded as found.
    var isAdopted: Bool {
        environment.record == .absent && index.observation.adoptable.contains(name)
    }

    /// What its promotions are judged on, for one thread.
    func ground(_ texts: FactsTexts = FactsTexts()) -> EnvironmentGround {
        EnvironmentGround(
            index, environment: name, record: record, changes: detection.changes, instant: instant, texts: texts)
    }
}
