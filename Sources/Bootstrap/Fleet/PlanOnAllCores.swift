import Observing
import Planning

/// Makes plans on all cores: environments side by side, and the promotions of one environment on four at the most.
package struct PlanOnAllCores: PlanParts {
    package let environments = 32
    package let promotions = 128

    package init() {}

    /// More take turns at what all promotions share.
    package var breadth: Int { min(ProcessorCount.available, 4) }

    package func make<Made: Sendable>(_ count: Int, _ part: @Sendable (Int) -> Made) -> [Made] {
        ParallelWork.map(Array(0..<count), threshold: 2, chunk: 1, part)
    }
}
