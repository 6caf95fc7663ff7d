package import PolicyRules
package import PromotionModel

/// A promotion that an observation asks for, its verdict, and the facts that it is judged by.
package struct JudgedPromotion: Hashable, Sendable {
    package let action: Action
    package let facts: Facts
    /// SHA-256 over the text of each member of the facts document, in hexadecimal digits; empty where no contract
    /// judges.
    package let members: [String: String]

    package init(action: Action, facts: Facts, members: [String: String]) {
        self.action = action
        self.facts = facts
        self.members = members
    }

    /// What the ledger's `Facts` trailer says of it; `nil` where no facts are recorded, since nothing was judged.
    package var digest: Digest? {
        members.isEmpty || action.kind == .adopt ? nil : Fingerprint.facts(members)
    }
}

extension JudgedPromotion {
    /// Which repositories of different environments held the same when it was judged.
    package var repositories: RepositoryMap {
        facts.repositories
    }

    /// Whether rules in Rego were asked and nobody answered.
    package var lacksAnswers: Bool {
        facts.answers.values.contains { answer in
            if case .unanswered = answer { true } else { false }
        }
    }
}

extension Planner {
    /// Every promotion that `observation` asks for with its facts: those that the plan judges by, in its order.
    ///
    /// Pure, as the plan.
    package func judgedPromotions(in observation: Observation, at instant: Timestamp) -> [JudgedPromotion] {
        let book = ContractBook(policies: observation.policies, environments: observation.names)
        let index = ObservationIndex(observation)
        let texts = FactsTexts()
        var memory = JudgementMemory()
        return observation.environments.sorted { $0.name < $1.name }.flatMap { environment -> [JudgedPromotion] in
            guard let record = environment.knownRecord else { return [] }
            let scene = EnvironmentScene(environment, record: record, in: index, at: instant)
            let ground = scene.ground(texts)
            return judged(in: scene, by: book, texts: texts, remembering: &memory).map { judged in
                let facts = judged.facts(on: ground)
                guard case .contract(let contract) = judged.choice else {
                    return JudgedPromotion(action: judged.action, facts: facts, members: [:])
                }
                return JudgedPromotion(
                    action: judged.action, facts: facts, members: texts.digests(of: facts, contract: contract))
            }
        }
    }
}
