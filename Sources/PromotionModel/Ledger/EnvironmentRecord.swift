/// What one environment's `environment.lock` says: the recorded state, written only by towpath.
package struct EnvironmentRecord: Hashable, Sendable {
    /// What is recorded as deployed in one component.
    ///
    /// As wide as two pointers, so that a mapping has no room for whole components in its empty places; and what
    /// arrived together shares all but its artifacts.
    package struct Component: Hashable, Sendable {
        private struct Arrival: Hashable, Sendable {
            var promotion: PromotionID
            var source: EnvironmentName?
            var at: Timestamp
            var previous: String?
            var health: Health
        }

        private final class SharedArrival: Hashable, Sendable {
            let values: Arrival

            init(_ values: Arrival) {
                self.values = values
            }

            static func == (left: SharedArrival, right: SharedArrival) -> Bool {
                left === right || left.values == right.values
            }

            func hash(into hasher: inout Hasher) {
                hasher.combine(values)
            }
        }

        package var artifact: Artifact
        private var arrival: SharedArrival

        package init(
            artifact: Artifact, promotion: PromotionID, source: EnvironmentName?, at: Timestamp, previous: String?,
            health: Health
        ) {
            self.artifact = artifact
            arrival = SharedArrival(
                Arrival(promotion: promotion, source: source, at: at, previous: previous, health: health))
        }

        /// The promotion that brought it.
        package var promotion: PromotionID {
            get { arrival.values.promotion }
            set { change { $0.promotion = newValue } }
        }

        /// The environment it came from; `nil` in an entry environment.
        package var source: EnvironmentName? {
            get { arrival.values.source }
            set { change { $0.source = newValue } }
        }

        /// When it was recorded.
        package var at: Timestamp {
            get { arrival.values.at }
            set { change { $0.at = newValue } }
        }

        /// The digest, or the tag where there was none, that it replaced.
        package var previous: String? {
            get { arrival.values.previous }
            set { change { $0.previous = newValue } }
        }

        package var health: Health {
            get { arrival.values.health }
            set { change { $0.health = newValue } }
        }

        /// The same component, which keeps what it has in common with `other` only once.
        package func sharing(_ other: Component?) -> Component {
            guard let other, arrival == other.arrival, previous?.utf8.allSatisfy({ $0 < 0x80 }) ?? true else {
                return self
            }
            var shared = self
            shared.arrival = other.arrival
            return shared
        }

        private mutating func change(_ body: (inout Arrival) -> Void) {
            var values = arrival.values
            body(&values)
            arrival = SharedArrival(values)
        }
    }

    /// What is known of how a recorded artifact does.
    package enum Health: String, Sendable, CaseIterable {
        /// No observer is set and nobody has said otherwise.
        case assumed
        case healthy
        case degraded
    }

    /// The recorded configuration: everything in the environment's manifests but its artifacts.
    package struct Configuration: Hashable, Sendable {
        package var digest: Digest
        package var promotion: PromotionID
        package var at: Timestamp

        package init(digest: Digest, promotion: PromotionID, at: Timestamp) {
            self.digest = digest
            self.promotion = promotion
            self.at = at
        }
    }

    /// A promotion that is declared and not permitted yet.
    package struct Pending: Hashable, Sendable {
        package var result: LedgerResult
        /// When the promotion was first seen to wait.
        package var since: Timestamp
        /// What would arrive, by component.
        package var artifacts: [ComponentName: Artifact]
        /// Components that would go.
        package var retired: [ComponentName]
        package var configuration: Digest?
        /// The gates that are not open, with their reasons.
        package var gates: [GateName: String]

        package init(
            result: LedgerResult, since: Timestamp, artifacts: [ComponentName: Artifact], retired: [ComponentName],
            configuration: Digest?, gates: [GateName: String]
        ) {
            self.result = result
            self.since = since
            self.artifacts = artifacts
            self.retired = retired
            self.configuration = configuration
            self.gates = gates
        }
    }

    package let environment: EnvironmentName
    package var components: [ComponentName: Component]
    package var configuration: Configuration?
    package var pending: [PromotionID: Pending]
    package var holds: [Hold.Scope: Hold]

    package init(environment: EnvironmentName) {
        self.environment = environment
        components = [:]
        configuration = nil
        pending = [:]
        holds = [:]
    }
}

/// A person's, or a rollback's, stop on a component or an environment.
package struct Hold: Hashable, Sendable {
    /// What a hold stops.
    package enum Scope: Hashable, Sendable, Comparable, CustomStringConvertible {
        case environment
        case component(ComponentName)

        /// The component's name, or `*` for the whole environment.
        package var description: String {
            switch self {
            case .environment: "*"
            case .component(let name): name.description
            }
        }

        /// Reads what ``description`` writes.
        package init(_ text: String) throws(InvalidName) {
            self = text == "*" ? .environment : .component(try ComponentName(text))
        }

        package static func < (left: Scope, right: Scope) -> Bool {
            left.description < right.description
        }
    }

    package let scope: Scope
    package let reason: String
    /// Who set it, as `Name <email>`.
    package let owner: String
    package let since: Timestamp
    /// First instant after the hold; `nil` until it is released.
    package let until: Timestamp?
    /// The digest that must not come back, where a rollback set the hold.
    package let rejected: Digest?

    package init(
        scope: Scope, reason: String, owner: String, since: Timestamp, until: Timestamp?, rejected: Digest? = nil
    ) {
        self.scope = scope
        self.reason = reason
        self.owner = owner
        self.since = since
        self.until = until
        self.rejected = rejected
    }

    /// Whether the hold stops anything at `instant`.
    package func isActive(at instant: Timestamp) -> Bool {
        until.map { instant < $0 } ?? true
    }
}
