import PolicyRules
package import PromotionModel

/// Judges the cases of a policy test as the loop would judge a promotion, and compares.
///
/// Pure: the same policies, zones and case give the same result.
package struct PolicyTestRun: Sendable {
    /// Something that is not as the case expects it.
    package struct Mismatch: Hashable, Sendable {
        /// What is compared: `result`, `nextChange`, `contract`, a gate, or the reason of one.
        package let subject: String
        package let expected: String
        package let found: String
        /// The reason of the gate in question; `nil` where none is.
        package let reason: String?
    }

    /// What became of one case.
    package struct Result: Hashable, Sendable {
        package let `case`: PolicyTest.Case
        package let verdict: Verdict
        /// Empty where the case passes.
        package let mismatches: [Mismatch]

        package var passes: Bool {
            mismatches.isEmpty
        }
    }

    private let policies: Policies
    private let zones: [String: ZoneRules]

    /// - Parameter zones: the rules around the instants of the cases that are run.
    package init(policies: Policies, zones: [String: ZoneRules]) {
        self.policies = policies
        self.zones = zones
    }

    /// Judges `case` of `test`.
    package func result(of case: PolicyTest.Case, in test: PolicyTest) -> Result {
        let book = ContractBook(policies: policies, environments: environments(of: `case`))
        let changes = `case`.changes.map(\.component)
        let slots = changes.map { Optional($0) } + (`case`.movesConfiguration ? [nil] : [])
        var choices: [ContractBook.Choice] = []
        for choice in slots.map({ book.choice(for: $0, in: `case`.environment) }) where !choices.contains(choice) {
            choices.append(choice)
        }
        let facts = PolicyTestFactory(test: `case`, policies: policies, zones: zones).facts(for: choices[0])
        let verdict = Judgement.verdict(on: facts, by: choices[0], at: `case`.at)
        let contract = contractMismatches(choices, test: test, isSet: slots.count > 1)
        return Result(
            case: `case`, verdict: verdict, mismatches: contract + Self.mismatches(`case`.expectation, verdict))
    }

    /// Every environment that the case or a contract names: a folder alone does not tell what the fleet has.
    private func environments(of case: PolicyTest.Case) -> [EnvironmentName] {
        var names = Set(policies.contracts.flatMap(\.from)).union(`case`.sources.keys)
        names.insert(`case`.environment)
        return names.sorted()
    }

    /// Whether one contract judges all that moves, as one promotion, and whether it is the one that is meant.
    private func contractMismatches(
        _ choices: [ContractBook.Choice], test: PolicyTest, isSet: Bool
    ) -> [Mismatch] {
        let names = choices.map(Self.name)
        if choices.count > 1 {
            return [
                Mismatch(
                    subject: "contract", expected: "one for all that moves", found: names.joined(separator: " and "),
                    reason: nil)
            ]
        }
        guard case .contract(let contract) = choices[0] else {
            guard let subject = test.contract else { return [] }
            return [Mismatch(subject: "contract", expected: subject.description, found: names[0], reason: nil)]
        }
        if isSet, contract.unit == .each {
            return [
                Mismatch(
                    subject: "contract", expected: "unit: together, since the case moves several things as one",
                    found: "\(names[0]) with unit: each", reason: nil)
            ]
        }
        let isMeant =
            switch test.contract {
            case nil: true
            case .name(let name): contract.name == name
            case .file(let file): contract.place.file == Self.sibling(file, of: test.place.file)
            }
        guard !isMeant else { return [] }
        return [
            Mismatch(
                subject: "contract", expected: test.contract?.description ?? "", found: names[0],
                reason: "another contract guards this")
        ]
    }

    private static func sibling(_ name: String, of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return name }
        return path[...slash] + name
    }

    private static func name(_ choice: ContractBook.Choice) -> String {
        switch choice {
        case .contract(let contract): "\(contract.name) (\(contract.place.file))"
        case .none: "no contract"
        case .unusable(let reason): reason
        }
    }

    private static func mismatches(_ expected: PolicyTest.Expectation, _ verdict: Verdict) -> [Mismatch] {
        var mismatches: [Mismatch] = []
        if let result = expected.result, result != verdict.result {
            mismatches.append(
                Mismatch(
                    subject: "result", expected: result.rawValue, found: verdict.result.rawValue,
                    reason: verdict.shut.first?.reason))
        }
        for (gate, state) in expected.gates.sorted(by: { $0.key < $1.key }) {
            let found = verdict.gates.filter { $0.gate == gate }
            guard !found.contains(where: { $0.state == state }) else { continue }
            mismatches.append(
                Mismatch(
                    subject: gate.rawValue, expected: state.rawValue,
                    found: found.first?.state.rawValue ?? "no such gate", reason: found.first?.reason))
        }
        for (gate, text) in expected.reasons.sorted(by: { $0.key < $1.key }) {
            let found = verdict.gates.filter { $0.gate == gate }
            guard !found.contains(where: { $0.reason.contains(text) }) else { continue }
            mismatches.append(
                Mismatch(
                    subject: "reason of \(gate.rawValue)", expected: text,
                    found: found.first?.reason ?? "no such gate", reason: nil))
        }
        guard let next = expected.nextChange else { return mismatches }
        let wanted: Timestamp? =
            switch next {
            case .none: nil
            case .at(let instant): instant
            }
        if wanted != verdict.nextChange {
            mismatches.append(
                Mismatch(
                    subject: "nextChange", expected: wanted?.description ?? "none",
                    found: verdict.nextChange?.description ?? "none", reason: nil))
        }
        return mismatches
    }
}
