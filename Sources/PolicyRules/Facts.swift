package import PromotionModel

/// What the gates judge by: one promotion, and everything that is known of where it comes from and where it goes.
///
/// The same value whoever asks: the plan, the loop, a check of a pull request.
package struct Facts: Hashable, Sendable {
    /// What is known of one source environment.
    package struct Source: Hashable, Sendable {
        package let name: EnvironmentName
        /// `nil` where its lock could not be read.
        package let record: EnvironmentRecord?
        package let declarations: [Declaration]
        /// `nil` where no gate asks for it, or it could not be read.
        package let survey: ManifestSurvey?
        /// Why it could not be read.
        package let surveyProblem: Problem?

        package init(
            name: EnvironmentName, record: EnvironmentRecord?, declarations: [Declaration],
            survey: ManifestSurvey? = nil, surveyProblem: Problem? = nil
        ) {
            self.surveyProblem = surveyProblem
            self.name = name
            self.record = record
            self.declarations = declarations
            self.survey = survey
        }
    }

    package let promotion: Promotion
    /// The artifacts that would arrive, with their components.
    package let arrivals: [Arrival]
    /// What it has in common with other promotions to the environment.
    package internal(set) var surroundings: Surroundings
    /// Earlier stays of the digests in question, by digest.
    package let stays: [Digest: [Residence]]
    /// What the tags that would arrive meant before, anywhere in the fleet; `nil` where no gate asks.
    package var tagRecords: TagRecords?
    /// Verified evidence about the artifacts that would arrive, by subject; oldest first.
    package var statements: [Digest: [Evidence]] = [:]
    /// By subject.
    package var refused: [Digest: [RefusedEvidence]] = [:]
    /// Consents to this promotion, oldest first.
    package var consents: [Consent] = []
    /// Approvals of other promotions to the environment of the same digests; they open nothing, and are named where
    /// approvals are missing.
    package var strayApprovals: [Consent] = []
    /// What is refused and claims to consent to this promotion; it opens nothing, and is counted where approvals are
    /// missing.
    package var refusedConsents: [RefusedEvidence] = []
    /// Addresses of those who brought the change, in lower case; `nil` where history does not tell.
    package var changeAuthors: Set<String>?
    /// The commits that brought the change; `nil` where no gate asks, or history does not tell.
    package var changeCommits: [ChangeCommit]?
    /// Addresses of those who declared the same digests in the source environments, in lower case.
    package var buildAuthors: Set<String> = []
    /// How many promotions arrive at the very instant of the judgement, before this one.
    package var presentArrivals = PresentArrivals()
    /// Since when the promotion is known to wait; `nil` where it is new.
    package var waitingSince: Timestamp?
    /// What the Rego engine answered, by the rule that asked.
    package var answers: [RegoRule: RegoAnswer] = [:]

    package init(
        promotion: Promotion, holds: [Hold], sources: [Source], residences: [Residence], freezes: [Freeze],
        zones: [String: ZoneRules]
    ) {
        var values = Surroundings.Values()
        values.holds = holds
        values.sources = sources
        values.freezes = freezes
        values.zones = zones
        self.init(
            promotion: promotion, in: Surroundings(values), stays: Dictionary(grouping: residences, by: \.digest))
    }

    /// - Parameter stays: Earlier stays of the digests in question, by digest.
    package init(promotion: Promotion, in surroundings: Surroundings, stays: [Digest: [Residence]]) {
        self.promotion = promotion
        self.surroundings = surroundings
        self.stays = stays
        arrivals = promotion.changes.compactMap { change in
            change.to.map { Arrival(component: change.component, artifact: $0, isMoving: change.isMoving) }
        }
    }

    /// An artifact that would arrive, and the component that it would be in.
    package struct Arrival: Hashable, Sendable {
        package let component: ComponentName
        package let artifact: Artifact
        /// Whether the manifest says that it names something that moves: a branch, a range.
        package let isMoving: Bool

        package init(component: ComponentName, artifact: Artifact, isMoving: Bool = false) {
            self.component = component
            self.artifact = artifact
            self.isMoving = isMoving
        }
    }

    /// Promotions that arrive at the instant of a judgement.
    package struct PresentArrivals: Hashable, Sendable {
        package var count = 0
        package var instant = Timestamp(seconds: 0)

        package init() {}
    }
}

// MARK: As lists

extension Facts {
    /// The other changes that wait in the target environment, in their order.
    package var companions: [Promotion.Change] {
        get {
            let mine = Set(promotion.changes.map(\.component))
            return waiting.filter { !mine.contains($0.component) }
        }
        set { waiting = newValue }
    }

    /// Earlier stays of the digests in question.
    package var residences: [Residence] {
        stays.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// Verified evidence about the artifacts that would arrive; of one subject oldest first.
    package var evidence: [Evidence] {
        get { statements.sorted { $0.key < $1.key }.flatMap(\.value) }
        set { statements = Dictionary(grouping: newValue, by: \.subject) }
    }

    package var refusedEvidence: [RefusedEvidence] {
        get { refused.sorted { $0.key < $1.key }.flatMap(\.value) }
        set { refused = Dictionary(grouping: newValue, by: \.subject) }
    }

    /// When promotions arrived in the target environment, those before it in the same tick among them; oldest first.
    package var arrivalTimes: [Timestamp] {
        get { earlierArrivals + Array(repeating: presentArrivals.instant, count: presentArrivals.count) }
        set {
            earlierArrivals = newValue
            presentArrivals = PresentArrivals()
        }
    }
}
