/// How a plan is made in parts, several at a time: who does so is no business of the planner's.
package protocol PlanParts: Sendable {
    /// How many environments a part has.
    var environments: Int { get }
    /// How many promotions of one environment a part has at the least.
    var promotions: Int { get }
    /// How many parts are made at the same time.
    var breadth: Int { get }

    /// What `part` makes of the numbers from 0 on, so many, in their order.
    func make<Made: Sendable>(_ count: Int, _ part: @Sendable (Int) -> Made) -> [Made]
}
