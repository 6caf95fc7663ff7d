import Git
import PromotionModel

/// What the ledger says as of one commit, in the checkers' own words.
struct Snapshot {
    /// What is recorded in one component.
    struct Recorded: Hashable {
        /// `repository:version@digest`.
        let artifact: String
        let promotion: String
        let at: Timestamp

        var digest: String { artifact.split(separator: "@").last.map(String.init) ?? "" }
    }

    /// A stretch of time in which a digest was recorded in a component.
    struct Stay: Hashable {
        let component: String
        let digest: String
        let from: Timestamp
        var until: Timestamp?
    }

    struct HoldNote: Hashable {
        let until: Timestamp?
        let rejected: String?

        func isActive(at instant: Timestamp) -> Bool {
            until.map { instant < $0 } ?? true
        }
    }

    struct Environment {
        var recorded: [String: Recorded] = [:]
        var configuration: String?
        /// What the recorded configuration was when it was recorded; see ``EnvironmentState/configurationKey``.
        var configurationKey: String?
        var stays: [Stay] = []
        /// By scope: `*` or a component.
        var holds: [String: HoldNote] = [:]
        /// When promotions arrived.
        var arrivals: [Timestamp] = []
        /// Ids of what arrived.
        var promotions: Set<String> = []
        /// What the program's own folding makes of the ledger; `nil` where it has none.
        var folded: EnvironmentRecord?
        /// The lock as the newest entry left it.
        var lock: ObjectID?
        /// Whether somebody changed the lock by hand since.
        var isTampered = false
    }

    var environments: [String: Environment] = [:]

    /// Whether any environment has a ledger.
    var isBegun: Bool { environments.values.contains { $0.lock != nil } }

    subscript(name: String) -> Environment {
        environments[name] ?? Environment()
    }
}

extension Snapshot.Environment {
    /// Takes in one promotion that arrived at `instant`, with `key` for its configuration.
    mutating func arrive(_ item: EntryText.Item, at instant: Timestamp, configurationKey key: String?) {
        promotions.insert(item.promotion)
        if item.result != "adopted" { arrivals.append(instant) }
        for (component, artifact) in item.artifacts.sorted(by: { $0.key < $1.key }) {
            let now = Snapshot.Recorded(artifact: artifact, promotion: item.promotion, at: instant)
            if recorded[component]?.digest != now.digest {
                leave(component, at: instant)
                stays.append(Snapshot.Stay(component: component, digest: now.digest, from: instant, until: nil))
            }
            recorded[component] = now
        }
        for component in item.retired {
            leave(component, at: instant)
            recorded[component] = nil
        }
        if let digest = item.configuration {
            configuration = digest
            configurationKey = key
        }
    }

    private mutating func leave(_ component: String, at instant: Timestamp) {
        for index in stays.indices where stays[index].component == component && stays[index].until == nil {
            stays[index].until = instant
        }
    }
}
