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

        package init(name: EnvironmentName, record: EnvironmentRecord?, declarations: [Declaration]) {
            self.name = name
            self.record = record
            self.declarations = declarations
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

    /// The artifacts that would arrive, with their components.
    package var arrivals: [(component: ComponentName, artifact: Artifact)] {
        promotion.changes.compactMap { change in change.to.map { (change.component, $0) } }
    }
}
