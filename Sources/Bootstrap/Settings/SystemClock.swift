import FoundationEssentials
import Ports
package import PromotionModel

/// The system's clock, or the instant that the operator gave.
package struct SystemClock: WallClock {
    private let fixed: Timestamp?

    package init(fixed: Timestamp? = nil) {
        self.fixed = fixed
    }

    package func now() -> Timestamp {
        fixed ?? Timestamp(seconds: Int64(Date().timeIntervalSince1970.rounded(.down)))
    }
}
