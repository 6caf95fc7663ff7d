import EvidenceFormat
import PromotionModel

/// One build of a component: an artifact that a simulated fleet can declare.
struct Build: Hashable {
    let component: String
    let number: Int
    let digest: String

    init(_ component: String, _ number: Int) {
        self.component = component
        self.number = number
        do {
            digest = try Digest.sha256(of: Array("\(component) \(number)".utf8)).description
        } catch {
            preconditionFailure("a hash is a digest")
        }
    }

    var repository: String { "registry.example/shop/\(component)" }
    var version: String { "1.\(number)" }
    var artifact: String { "\(repository):\(version)@\(digest)" }
}

/// What the manifests of one environment say.
struct EnvironmentState: Hashable {
    /// One component's manifest.
    struct Slot: Hashable {
        var build: Build
        /// Stands for everything in the manifest that is no artifact.
        var setting: Int
        var dependsOn: [String]
    }

    var slots: [String: Slot]
    /// The component whose manifest is no YAML; its slot is what people think it says.
    var broken: String?

    /// What a reader finds: the slots whose manifests can be read.
    var readable: [String: Slot] {
        slots.filter { $0.key != broken }
    }

    /// What the program calls the configuration, as far as it differs from another; `nil` where it is not known.
    var configurationKey: String? {
        guard broken == nil else { return nil }
        return slots.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.setting)" }.joined(separator: " ")
    }
}

/// The contract of one environment, as people mean it.
struct ContractState: Hashable {
    struct Approvals: Hashable {
        var count: Int
        var expiry: TimeSpan?
    }

    /// The same span on each of `days`, in UTC.
    struct Hours: Hashable {
        /// 1 is Monday.
        var days: ClosedRange<Int>
        /// Minutes of the day.
        var from: Int
        var to: Int
    }

    struct Rate: Hashable {
        var maximum: Int
        var span: TimeSpan
    }

    var sources: [String]
    var isTogether = false
    var soak: TimeSpan?
    var approvals: Approvals?
    var hours: Hours?
    var rate: Rate?
    var isOrdered = false
}

/// A dated stop over one environment.
struct FreezeState: Hashable {
    let name: String
    let environment: String
    let from: Timestamp
    let until: Timestamp
}

/// Everything below `policies/`.
struct PolicyState: Hashable {
    var contracts: [String: ContractState]
    var freezes: [FreezeState] = []
}

/// What one commit of the fleet says beside the locks, in the words of those who wrote it.
struct FleetState: Hashable {
    var environments: [String: EnvironmentState]
    var policies: PolicyState
    /// Whether each environment has a branch of its own.
    var publishes: Bool
    /// Whether the ledger has a branch of its own.
    var hasOwnLedger = false
    /// Changed by commits that mean nothing to the fleet.
    var note = 0

    /// Names of the environments, sorted.
    var names: [String] { environments.keys.sorted() }
}

extension FleetState {
    /// The fleet that a simulation begins with.
    static func beginning(_ chance: inout Chance) -> FleetState {
        let components = chance.happens(500) ? ["api", "web"] : ["api", "db", "web"]
        let isOrdered = chance.happens(400)
        let slots = Dictionary(
            uniqueKeysWithValues: components.map { name in
                let needs = isOrdered && name == "web" ? ["api"] : []
                return (name, EnvironmentState.Slot(build: Build(name, 1), setting: 1, dependsOn: needs))
            })
        var names = ["dev", "staging", "prod"]
        if chance.happens(250) { names.append("prod-us") }
        var contracts = ["dev": ContractState(sources: [])]
        contracts["staging"] = ContractState(
            sources: ["dev"], isTogether: chance.happens(200),
            soak: chance.happens(800) ? TimeSpan(seconds: Int64(chance.number(in: 1...6)) * 600) : nil,
            isOrdered: isOrdered)
        for name in names.dropFirst(2) {
            var contract = ContractState(sources: ["staging"], isTogether: chance.happens(400))
            contract.soak = TimeSpan(seconds: Int64(chance.number(in: 1...8)) * 1_800)
            if chance.happens(500) {
                contract.approvals = ContractState.Approvals(
                    count: chance.number(in: 1...2),
                    expiry: chance.happens(500) ? TimeSpan(seconds: Int64(chance.number(in: 2...48)) * 3_600) : nil)
            }
            if chance.happens(500) {
                let from = chance.number(in: 6...12) * 60
                contract.hours = ContractState.Hours(
                    days: 1...chance.number(in: 4...6), from: from, to: from + chance.number(in: 2...10) * 60)
            }
            if chance.happens(250) {
                contract.rate = ContractState.Rate(
                    maximum: chance.number(in: 1...3),
                    span: TimeSpan(seconds: Int64(chance.number(in: 1...6)) * 3_600))
            }
            contract.isOrdered = isOrdered && chance.happens(700)
            contracts[name] = contract
        }
        return FleetState(
            environments: Dictionary(uniqueKeysWithValues: names.map { ($0, EnvironmentState(slots: slots)) }),
            policies: PolicyState(contracts: contracts), publishes: chance.happens(500))
    }
}
