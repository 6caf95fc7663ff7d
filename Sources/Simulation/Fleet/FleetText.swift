import PromotionModel

/// A fleet as files: what people would write for a ``FleetState``.
struct FleetText {
    /// A gate that is left out of the files, though everybody believes in it.
    let omitted: Sabotage?
    let staff: Staff

    /// Every file by path, without the locks.
    func files(_ state: FleetState) -> [String: String] {
        var files = ["README.md": "A fleet, note \(state.note).\n"]
        if state.publishes || state.hasOwnLedger {
            files["towpath.yaml"] =
                "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n"
                + (state.hasOwnLedger ? "  watch: main\n  ledger: {branch: towpath/ledger}\n" : "")
                + (state.publishes ? "  publish: {branch: \"env/{env}\"}\n" : "")
        }
        for (name, environment) in state.environments {
            for (component, slot) in environment.slots {
                files[Self.path(of: component, in: name)] =
                    environment.broken == component ? "spec: [this is no\n" : Self.manifest(component, slot)
            }
        }
        for (name, contract) in state.policies.contracts {
            files["policies/\(name).yaml"] = text(contract, to: name)
        }
        for freeze in state.policies.freezes { files["policies/\(freeze.name).yaml"] = text(freeze) }
        files["policies/roles.yaml"] = staff.roles
        files["policies/allowed_signers"] = staff.signers
        return files
    }

    static func path(of component: String, in environment: String) -> String {
        "environments/\(environment)/\(component).yaml"
    }

    static func manifest(_ component: String, _ slot: EnvironmentState.Slot) -> String {
        let needs =
            slot.dependsOn.isEmpty ? "" : "  dependsOn:\n" + slot.dependsOn.map { "    - \($0)\n" }.joined()
        return """
            # What \(component) runs.
            apiVersion: towpath.dev/v1
            kind: Component
            metadata:
              name: \(component)
            spec:
              artifact:
                repository: \(slot.build.repository)
                version: "\(slot.build.version)"  # for people
                digest: \(slot.build.digest)
            \(needs)  config:
                setting: \(slot.setting)

            """
    }

    private func text(_ contract: ContractState, to name: String) -> String {
        var gates: [String] = []
        if let soak = contract.soak, omitted != .soak { gates.append("soak: \(soak)") }
        if let approvals = contract.approvals, omitted != .approvals {
            let expiry = approvals.expiry.map { ", expireAfter: \($0)" } ?? ""
            gates.append("approvals: {count: \(approvals.count), role: release-managers\(expiry)}")
        }
        if let hours = contract.hours, omitted != .windows {
            let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
            gates.append(
                "windows: [{days: \(days[hours.days.lowerBound - 1])-\(days[hours.days.upperBound - 1]), "
                    + "from: \"\(Self.clock(hours.from))\", to: \"\(Self.clock(hours.to))\", zone: UTC}]")
        }
        if contract.isOrdered, omitted != .order { gates.append("order: {dependsOn: true}") }
        if let rate = contract.rate, omitted != .rate {
            gates.append("rate: {max: \(rate.maximum), per: \(rate.span)}")
        }
        let list = gates.isEmpty ? " {}" : gates.map { "\n    \($0)" }.joined()
        return """
            apiVersion: towpath.dev/v1
            kind: PromotionContract
            metadata: {name: to-\(name)}
            spec:
              to: \(name)
              from: [\(contract.sources.joined(separator: ", "))]
              unit: \(contract.isTogether ? "together" : "each")
              gates:\(list)

            """
    }

    private func text(_ freeze: FreezeState) -> String {
        let until = omitted == .freeze ? freeze.from + TimeSpan(seconds: 1) : freeze.until
        return """
            apiVersion: towpath.dev/v1
            kind: Freeze
            metadata: {name: \(freeze.name)}
            spec:
              environments: [\(freeze.environment)]
              reason: simulated
              owner: \(staff.people[0].name)
              from: \(freeze.from)
              until: \(until)

            """
    }

    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}
