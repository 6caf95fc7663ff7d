package import PromotionModel

/// The one choke point that authorises: whoever wants to know whether something may move asks here.
package enum Judgement {
    /// Judges `facts.promotion` by `choice` at `instant`.
    ///
    /// Pure and total: a missing or unusable contract is a refusal with a reason. Removing a fact never turns a
    /// refusal into a permission.
    package static func verdict(on facts: Facts, by choice: ContractBook.Choice, at instant: Timestamp) -> Verdict {
        switch choice {
        case .none:
            return refusal(missingContract(facts.promotion.environment))
        case .unusable(let reason):
            return refusal(reason)
        case .contract(let contract):
            let source = SourceGate.judge(facts, contract: contract)
            var gates = [
                GateResult(.contract, .open, "judged by \"\(contract.name)\" in \(contract.place.file)"),
                HoldGate.judge(facts, at: instant),
                FreezeGate.judge(facts, at: instant),
                source.result,
            ]
            for specification in contract.gates {
                switch specification {
                case .pinned: gates.append(PinnedGate.judge(facts))
                case .soak(let span):
                    gates.append(SoakGate.judge(facts, contract: contract, atLeast: span, at: instant))
                case .windows(let windows):
                    gates.append(WindowsGate.judge(windows, zones: facts.zones, at: instant))
                default:
                    gates.append(GateResult(specification.gate, .closed, "not judged yet"))
                }
            }
            return Verdict(contract: contract, source: source.environment, gates: gates)
        }
    }

    /// Judges whether `facts.promotion` may be recorded as found, when a ledger begins: a usable contract and pinned
    /// artifacts are all that can be asked of what was there before.
    package static func adoption(of facts: Facts, by choice: ContractBook.Choice) -> Verdict {
        guard case .contract(let contract) = choice else {
            return verdict(on: facts, by: choice, at: Timestamp(seconds: 0))
        }
        let gates = [
            GateResult(.contract, .open, "judged by \"\(contract.name)\" in \(contract.place.file)"),
            GateResult(.source, .open, "recorded as found when the ledger began"),
            contract.gates.contains(.pinned) ? PinnedGate.judge(facts) : nil,
        ]
        return Verdict(contract: contract, source: nil, gates: gates.compactMap(\.self))
    }

    private static func refusal(_ reason: String) -> Verdict {
        Verdict(contract: nil, source: nil, gates: [GateResult(.contract, .closed, reason)])
    }

    private static func missingContract(_ environment: EnvironmentName) -> String {
        "no contract guards \(environment), so nothing may arrive; write policies/\(environment).yaml: "
            + "{apiVersion: towpath.dev/v1, kind: PromotionContract, metadata: {name: to-\(environment)}, "
            + "spec: {to: \(environment), from: [SOURCE], gates: {soak: 30m}}}"
    }
}
