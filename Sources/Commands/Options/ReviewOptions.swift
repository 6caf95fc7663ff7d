import ArgumentParser
import Bootstrap
import PromotionModel

/// The options of the commands that review a fleet, or one environment of it.
struct ReviewOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Argument(help: "Only this environment.")
    var environment: EnvironmentArgument?

    /// The plan for the fleet as it is, of the environment only where one is named.
    ///
    /// - Parameters:
    ///   - at: An instant to judge as of; `nil` for the present.
    ///   - leavingResting: Whether environments may be left out in which nothing can move.
    /// - Throws: ``Refusal``.
    func review(withDrift: Bool, at: String? = nil, leavingResting: Bool = false) throws(Refusal) -> Review {
        let fleet = try common.fleetToRead(at: at)
        let review = try fleet.review(
            withDrift: withDrift, leavingResting: leavingResting && environment == nil)
        guard let name = environment?.name else { return review }
        return try review.only(name, of: fleet)
    }
}
