import PolicyRules
import PromotionModel

/// What was found of promotions, each judged as though none arrived before it at the same instant.
struct JudgedAhead {
    /// By place among the promotions; `nil` where nothing is known.
    private let actions: [Action?]
    /// Whether a verdict may depend on how many arrive before it.
    private let countsArrivals: Bool

    /// Nothing.
    init() {
        self.init(actions: [], countsArrivals: true)
    }

    init(actions: [Action?], countsArrivals: Bool) {
        self.actions = actions
        self.countsArrivals = countsArrivals
    }

    /// What is done about the promotion at `index` where so many arrive before it; `nil` where that has to be found.
    func action(at index: Int, after arrivalCount: Int) -> Action? {
        guard index < actions.count, arrivalCount == 0 || !countsArrivals else { return nil }
        return actions[index]
    }
}

extension ContractBook.Choice {
    /// Whether a verdict by it may depend on how many promotions arrive at the same instant.
    var countsArrivals: Bool {
        switch self {
        case .contract(let contract): contract.gates.contains { $0.gate == .rate || $0.gate == .rego }
        case .none, .unusable: false
        }
    }
}
