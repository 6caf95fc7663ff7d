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

        package init(
            name: EnvironmentName, record: EnvironmentRecord?, declarations: [Declaration],
            survey: ManifestSurvey? = nil
        ) {
            self.name = name
            self.record = record
            self.declarations = declarations
            self.survey = survey
        }
    }

    package let promotion: Promotion
    /// The holds of the target environment.
    package let holds: [Hold]
    /// The source environments that the contract names and the fleet has.
    package let sources: [Source]
    /// Earlier stays of the digests in question.
    package let residences: [Residence]
    package let freezes: [Freeze]
    package let zones: [String: ZoneRules]
    /// What the target environment has recorded; empty where it has nothing.
    package var recorded: [ComponentName: Artifact] = [:]
    /// The other changes that wait in the target environment.
    package var companions: [Promotion.Change] = []
    /// Verified evidence about the artifacts that would arrive, oldest first.
    package var evidence: [Evidence] = []
    package var refusedEvidence: [RefusedEvidence] = []
    /// Consents to this promotion, oldest first.
    package var consents: [Consent] = []
    /// Approvals of other promotions to the environment of the same digests; they open nothing, and are named where
    /// approvals are missing.
    package var strayApprovals: [Consent] = []
    /// What is refused and claims to consent to this promotion; it opens nothing, and is counted where approvals are
    /// missing.
    package var refusedConsents: [RefusedEvidence] = []
    package var people = People()
    /// Addresses of those who brought the change, in lower case; `nil` where history does not tell.
    package var changeAuthors: Set<String>?
    /// The commits that brought the change; `nil` where no gate asks, or history does not tell.
    package var changeCommits: [ChangeCommit]?
    /// Addresses of those who declared the same digests in the source environments, in lower case.
    package var buildAuthors: Set<String> = []
    /// What the target's manifests say; `nil` where no gate asks for it, or they could not be read.
    package var survey: ManifestSurvey?
    /// When promotions arrived in the target environment; oldest first.
    package var arrivalTimes: [Timestamp] = []
    /// Since when the promotion is known to wait; `nil` where it is new.
    package var waitingSince: Timestamp?
    /// What the Rego engine answered, by the rule that asked.
    package var answers: [RegoRule: RegoAnswer] = [:]

    package init(
        promotion: Promotion, holds: [Hold], sources: [Source], residences: [Residence], freezes: [Freeze],
        zones: [String: ZoneRules]
    ) {
        self.promotion = promotion
        self.holds = holds
        self.sources = sources
        self.residences = residences
        self.freezes = freezes
        self.zones = zones
    }

    /// An artifact that would arrive, and the component that it would be in.
    package struct Arrival: Hashable, Sendable {
        package let component: ComponentName
        package let artifact: Artifact

        package init(component: ComponentName, artifact: Artifact) {
            self.component = component
            self.artifact = artifact
        }
    }

    /// The artifacts that would arrive, with their components.
    package var arrivals: [Arrival] {
        promotion.changes.compactMap { change in
            change.to.map { Arrival(component: change.component, artifact: $0) }
        }
    }
}
