import PromotionModel

/// That components come to a published branch, and go from it, with the configuration that says so.
///
/// The branch holds whole files: those that are declared where the configuration is permitted, else those that were
/// published before. In the latter a new component has no file and one that goes still has its own, so an entry that
/// recorded either would say what is not so.
struct ConfigurationCoupling {
    /// What keeps components from coming and going.
    private let gate: GateResult

    /// The coupling where it changes something: some of `actions`, judged each for itself, would come or go alone.
    init?(
        _ environment: ObservedEnvironment, record: EnvironmentRecord, isAdopted: Bool, actions: some Sequence<Action>
    ) {
        guard environment.published != nil, !isAdopted else { return nil }
        guard actions.contains(where: { $0.kind == .promote && Self.needsConfiguration($0.promotion) }) else {
            return nil
        }
        let reason = "what comes or goes is published with the configuration"
        guard let digest = environment.declared.configuration else {
            // Where all was read and there is no digest, nobody asked for one.
            guard !environment.declared.isComplete else { return nil }
            gate = GateResult(.order, .closed, "\(reason), and not every manifest can be read")
            return
        }
        guard digest != record.configuration?.digest else { return nil }
        let verdict = actions.first { $0.promotion.configuration != nil }?.verdict
        switch verdict?.result {
        case .permitted: return nil
        case .waiting: gate = GateResult(.order, .pending, "\(reason), which waits", nextChange: verdict?.nextChange)
        case .refused, nil: gate = GateResult(.order, .closed, "\(reason), which is refused")
        }
    }

    /// `action` as it may be done.
    func restricted(_ action: Action) -> Action {
        guard Self.needsConfiguration(action.promotion) else { return action }
        return action.restricted(by: gate)
    }

    private static func needsConfiguration(_ promotion: Promotion) -> Bool {
        promotion.configuration == nil && promotion.changes.contains { $0.from == nil || $0.to == nil }
    }
}
