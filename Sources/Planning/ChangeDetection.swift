import PolicyRules
import PromotionModel

/// What differs between the declared and the recorded state of one environment.
struct ChangeDetection {
    /// Sorted by component.
    let changes: [Promotion.Change]
    let configuration: Promotion.ConfigurationChange?

    /// Compares `declared` with `record`.
    ///
    /// A component that is not declared has gone only if every file was read; likewise the configuration has changed
    /// only if all of it is known.
    init(declared: DeclaredEnvironment, record: EnvironmentRecord) {
        var changes: [Promotion.Change] = []
        var knownCount = 0
        var last: ComponentName?
        var isOnce = true
        for declaration in declared.declarations {
            let known = record.components[declaration.component]
            if known != nil { knownCount += 1 }
            isOnce = isOnce && last.map { $0 < declaration.component } ?? true
            last = declaration.component
            guard known?.artifact != declaration.artifact else { continue }
            changes.append(
                Promotion.Change(
                    component: declaration.component, from: known?.artifact, to: declaration.artifact,
                    supersedes: known?.promotion, place: declaration.place,
                    isMoving: declaration.isMoving))
        }
        // Where each is declared once, and as many are known as are recorded, none has gone.
        if !isOnce || knownCount != record.components.count, declared.isComplete {
            let names = Set(declared.declarations.map(\.component))
            for (name, known) in record.components where !names.contains(name) {
                changes.append(
                    Promotion.Change(component: name, from: known.artifact, to: nil, supersedes: known.promotion))
            }
        }
        // Declarations are sorted, and so are the changes unless something has gone.
        let isSorted = zip(changes, changes.dropFirst()).allSatisfy { $0.component <= $1.component }
        self.changes = isSorted ? changes : changes.sorted { $0.component < $1.component }
        if let digest = declared.configuration, digest != record.configuration?.digest {
            configuration = Promotion.ConfigurationChange(
                from: record.configuration?.digest, to: digest, supersedes: record.configuration?.promotion)
        } else {
            configuration = nil
        }
    }

    /// The changes as promotions, each with the contract that judges it, in order of their first component.
    ///
    /// A contract that says `together` makes one promotion of all that it judges; so does an adoption, except of what
    /// is not pinned, which would hold up the rest.
    func promotions(
        in environment: EnvironmentName, by book: ContractBook, isAdopted: Bool
    ) -> [(promotion: Promotion, choice: ContractBook.Choice)] {
        var groups: [(choice: ContractBook.Choice, changes: [Promotion.Change], configuration: Bool)] = []
        var togetherGroup: [Contract: Int] = [:]
        func place(_ change: Promotion.Change?, _ choice: ContractBook.Choice) {
            let members = change.map { [$0] } ?? []
            let isAlone = isAdopted && change.map { Self.isLoose($0, choice) } ?? false
            if case .contract(let contract) = choice, contract.unit == .together || isAdopted, !isAlone {
                if let index = togetherGroup[contract] {
                    groups[index].changes += members
                    groups[index].configuration = groups[index].configuration || change == nil
                    return
                }
                togetherGroup[contract] = groups.count
            }
            groups.append((choice, members, change == nil))
        }
        let claims = book.claims(to: environment)
        for change in changes {
            place(change, claims.choice(for: change.component))
        }
        if configuration != nil {
            place(nil, claims.choice(for: nil))
        }
        return groups.map { group in
            let moved = group.configuration ? configuration : nil
            let id = Fingerprint.promotion(environment: environment, changes: group.changes, configuration: moved)
            let promotion = Promotion(
                id: id, environment: environment, changes: group.changes, configuration: moved)
            return (promotion, group.choice)
        }
    }

    /// Whether what arrives is not fixed as the contract asks.
    private static func isLoose(_ change: Promotion.Change, _ choice: ContractBook.Choice) -> Bool {
        guard let artifact = change.to else { return true }
        guard case .contract(let contract) = choice else { return !artifact.isPinned }
        // What the contract lets pass without a digest was always recorded alone.
        let rule = contract.pinRule == .nothing ? .digest : contract.pinRule
        return Pinning.shortcoming(of: artifact, isMoving: change.isMoving, by: rule) != nil
    }
}
