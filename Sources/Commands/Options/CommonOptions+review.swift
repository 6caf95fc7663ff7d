import Bootstrap
import PromotionModel

extension CommonOptions {
    /// The plan for the fleet as it is, of `environment` only where one is named.
    ///
    /// - Parameters:
    ///   - at: An instant to judge as of; `nil` for the present.
    ///   - leavingResting: Whether environments may be left out in which nothing can move.
    /// - Throws: ``Refusal``.
    func review(
        of environment: EnvironmentName?, withDrift: Bool, at: String? = nil, leavingResting: Bool = false
    ) throws(Refusal) -> Review {
        let fleet = try fleetToRead(at: at)
        let review = try fleet.review(
            withDrift: withDrift, leavingResting: leavingResting && environment == nil)
        guard let environment else { return review }
        return try review.only(environment, of: fleet)
    }
}
