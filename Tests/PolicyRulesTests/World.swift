import ModelBuilders
import PolicyRules
import PromotionModel

/// The facts of one promotion to prod in a test: `web` 1.5, taken from staging; everything can be changed.
struct World: Sendable {
    static let web = Artifact.pinned("web", "1.5", "5")
    /// A Saturday.
    static let now: Timestamp = "2026-11-21T12:00:00Z"

    var changes: [Promotion.Change] = [change("web", web)]
    var holds: [Hold] = []
    var sources: [Facts.Source] = [source("staging", ["web": web], at: "2026-11-21T11:00:00Z")]
    var residences: [Residence] = []
    var freezes: [Freeze] = []
    var zones: [String: ZoneRules] = ["UTC": .utc, "Europe/Berlin": .berlin, "America/New_York": .newYork]
    var from: [EnvironmentName] = ["staging"]
    var gates: [GateSpecification] = [.pinned]
    var emergency: EmergencyRule?
    var tagRecords: TagRecords?
    var recorded: [ComponentName: Artifact] = [:]
    var companions: [Promotion.Change] = []
    var evidence: [Evidence] = []
    var refusedEvidence: [RefusedEvidence] = []
    var consents: [Consent] = []
    var strayApprovals: [Consent] = []
    var refusedConsents: [RefusedEvidence] = []
    var people = People()
    var changeAuthors: Set<String>? = ["dora@example.org"]
    var changeCommits: [ChangeCommit]?
    var buildAuthors: Set<String> = []
    var survey: ManifestSurvey?
    var surveyProblem: Problem?
    var arrivalTimes: [Timestamp] = []
    var waitingSince: Timestamp?
    var answers: [RegoRule: RegoAnswer] = [:]

    init(_ change: (inout World) -> Void = { _ in }) {
        change(&self)
    }

    static func change(_ component: ComponentName, _ artifact: Artifact?) -> Promotion.Change {
        Promotion.Change(component: component, from: nil, to: artifact, supersedes: nil)
    }

    static func source(
        _ name: EnvironmentName, _ artifacts: [ComponentName: Artifact], at: Timestamp = "2026-11-21T11:00:00Z",
        health: EnvironmentRecord.Health = .assumed, holds: [Hold] = [], declared: [ComponentName: Artifact] = [:],
        survey: ManifestSurvey? = nil, surveyProblem: Problem? = nil
    ) -> Facts.Source {
        Facts.Source(
            name: name, record: .make(name, artifacts, at: at, health: health, holds: holds),
            declarations: declared.sorted { $0.key < $1.key }.map { .make(name, $0.key, $0.value) }, survey: survey,
            surveyProblem: surveyProblem)
    }

    static func unreadable(_ name: EnvironmentName) -> Facts.Source {
        Facts.Source(name: name, record: nil, declarations: [])
    }

    static func stay(
        _ environment: EnvironmentName, _ from: Timestamp, _ until: Timestamp?,
        health: EnvironmentRecord.Health = .assumed
    ) -> Residence {
        Residence(environment: environment, digest: .of("5"), from: from, until: until, health: health)
    }

    var contract: Contract {
        let made = Contract.make("to-prod", to: ["prod"], from: from, gates: gates)
        return Contract(
            name: made.name, place: made.place, blob: made.blob, to: made.to, from: made.from,
            components: made.components, unit: made.unit, gates: made.gates, emergency: emergency)
    }

    var facts: Facts {
        var facts = Facts(
            promotion: Promotion(id: .of("prod", "a"), environment: "prod", changes: changes, configuration: nil),
            holds: holds, sources: sources, residences: residences, freezes: freezes, zones: zones)
        facts.tagRecords = tagRecords
        facts.recorded = recorded
        facts.companions = companions
        facts.evidence = evidence
        facts.refusedEvidence = refusedEvidence
        facts.consents = consents
        facts.strayApprovals = strayApprovals
        facts.refusedConsents = refusedConsents
        facts.people = people
        facts.changeAuthors = changeAuthors
        facts.changeCommits = changeCommits
        facts.buildAuthors = buildAuthors
        facts.survey = survey
        facts.surveyProblem = surveyProblem
        facts.arrivalTimes = arrivalTimes
        facts.waitingSince = waitingSince
        facts.answers = answers
        return facts
    }

    func verdict(at instant: Timestamp = now) -> Verdict {
        Judgement.verdict(on: facts, by: .contract(contract), at: instant)
    }

    /// `state: reason`, with the next change in brackets where there is one.
    func result(of gate: GateName, at instant: Timestamp = now) -> String {
        verdict(at: instant).gates.filter { $0.gate == gate }.map { result in
            "\(result.state): \(result.reason)" + (result.nextChange.map { " [\($0)]" } ?? "")
        }.joined(separator: "\n")
    }
}

/// One row of a table of gates.
struct GateCase: Sendable {
    let name: String
    let world: World
    let instant: Timestamp
    let expected: String

    init(_ name: String, _ expected: String, at instant: Timestamp = World.now, _ change: (inout World) -> Void) {
        self.name = name
        world = World(change)
        self.instant = instant
        self.expected = expected
    }
}
