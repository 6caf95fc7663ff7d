package import PolicyRules
package import PromotionModel

/// The promotions that the manifests of an observation ask for, before anything is judged.
///
/// Whoever gathers what gates ask for learns here about what.
package struct WaitingPromotions: Sendable {
    /// One promotion and the contract that judges it.
    package struct Member: Sendable {
        package let promotion: Promotion
        package let choice: ContractBook.Choice
        let record: EnvironmentRecord
        let changes: [Promotion.Change]
    }

    /// In order of environment, then as they are recorded; what is adopted waits for nothing and is left out.
    package let members: [Member]

    package init(in observation: Observation) {
        let book = ContractBook(policies: observation.policies, environments: observation.names)
        members = observation.environments.flatMap { environment -> [Member] in
            guard let record = environment.knownRecord,
                environment.record != .absent || !observation.adoptable.contains(environment.name)
            else { return [] }
            let detection = ChangeDetection(declared: environment.declared, record: record)
            return detection.promotions(in: environment.name, by: book, isAdopted: false).map { promotion, choice in
                Member(promotion: promotion, choice: choice, record: record, changes: detection.changes)
            }
        }
    }

    /// Everything that the Rego engine has to be asked, given what `observation` knows by now.
    package func questions(in observation: Observation, at instant: Timestamp) -> [RegoQuestion] {
        let index = ObservationIndex(observation)
        let texts = FactsTexts()
        var ground: EnvironmentGround?
        return members.flatMap { member -> [RegoQuestion] in
            let known = ground.flatMap { $0.name == member.promotion.environment ? $0 : nil }
            let mine =
                known
                ?? EnvironmentGround(
                    index, environment: member.promotion.environment, record: member.record, changes: member.changes,
                    instant: instant, texts: texts)
            ground = mine
            return FactsAssembly(member.promotion, on: mine).questions(for: member.choice)
        }
    }
}
