package import PromotionModel

/// The one choke point that authorises: whoever wants to know whether something may move asks here.
package enum Judgement {
    /// Judges `facts.promotion` by `choice` at `instant`.
    ///
    /// Pure and total: a missing or unusable contract is a refusal with a reason. Removing a fact never turns a
    /// refusal into a permission, unless all it does is to speak against the promotion: a hold, a freeze, a failed
    /// test, a revocation, an author or an alias, a commit, a change that waits beside it, an earlier arrival, an
    /// earlier record of a tag.
    package static func verdict(on facts: Facts, by choice: ContractBook.Choice, at instant: Timestamp) -> Verdict {
        var memory = JudgementMemory()
        return verdict(on: facts, by: choice, at: instant, remembering: &memory)
    }

    /// The same verdict, with what promotions judged before it have taught.
    ///
    /// - Parameter memory: Of any promotions, also of other environments; the verdict does not depend on it.
    package static func verdict(
        on facts: Facts, by choice: ContractBook.Choice, at instant: Timestamp,
        remembering memory: inout JudgementMemory
    ) -> Verdict {
        switch choice {
        case .none:
            return refusal(missingContract(facts.promotion.environment))
        case .unusable(let reason):
            return refusal(reason)
        case .contract(let contract):
            return self.verdict(on: facts, on: memory.ground(of: facts, by: contract, at: instant))
        }
    }

    private static func verdict(on facts: Facts, on ground: JudgementGround) -> Verdict {
        let contract = ground.contract
        let standings =
            contract.from.isEmpty
            ? [] : facts.arrivals.map { SourceGate.standing(of: $0, facts: facts, on: ground) }
        let source = SourceGate.judge(standings, contract: contract)
        var gates: [GateResult] = []
        gates.reserveCapacity(ground.order.count + 1)
        for place in ground.order {
            switch JudgementGround.Standard(rawValue: place) {
            case .contract:
                gates.append(
                    ground.result(at: place, source: nil) {
                        GateResult(.contract, .open, "judged by \"\(contract.name)\" in \(contract.place.file)")
                    })
            case .hold: gates.append(HoldGate.judge(facts, on: ground))
            case .freeze:
                gates.append(
                    ground.result(at: place, source: nil) { FreezeGate.judge(facts, at: ground.instant) })
            case .source: gates.append(source.result)
            case nil:
                let specification = contract.gates[place - JudgementGround.Standard.allCases.count]
                func judged() -> GateResult {
                    judge(specification, facts, standings, source: source.environment, on: ground)
                }
                gates.append(
                    specification.isShared
                        ? ground.result(at: place, source: source.environment, judged) : judged())
            }
        }
        if contract.pinRule == .nothing, let floating = PinnedGate.floating(facts) { gates.append(floating) }
        let judged = EmergencySkip.applied(to: gates, facts, contract: contract)
        return Verdict(contract: contract, source: source.environment, gates: judged.gates, emergency: judged.emergency)
    }

    private static func judge(
        _ specification: GateSpecification, _ facts: Facts, _ standings: [SourceGate.Standing],
        source: EnvironmentName?, on ground: JudgementGround
    ) -> GateResult {
        let instant = ground.instant
        return switch specification {
        case .pinning(let rule): PinnedGate.judge(rule, facts)
        case .soak(let span): SoakGate.judge(facts, standings, atLeast: span, on: ground)
        case .windows(let windows): WindowsGate.judge(windows, zones: facts.zones, at: instant)
        case .evidence(let rules): EvidenceGate.judge(rules, facts, on: ground)
        case .signature(let rule): SignatureGate.judge(rule, facts)
        case .provenance(let rule): ProvenanceGate.judge(rule, facts, on: ground)
        case .billOfMaterials(let rule): BillGate.judge(rule, facts, on: ground)
        case .approvals(let rules): ApprovalsGate.judge(rules, facts, at: instant)
        case .signedCommits(let rule): SignedCommitsGate.judge(rule, facts, at: instant)
        case .configDrift(let rule): ConfigDriftGate.judge(rule, facts, source: source, on: ground)
        case .secrets(let rule): SecretsGate.judge(rule, facts)
        case .quota(let rule): QuotaGate.judge(rule, facts)
        case .order(let rule): OrderGate.judge(rule, facts, on: ground)
        case .rate(let rule): RateGate.judge(rule, facts, on: ground)
        case .rego(let rule): RegoGate.judge(rule, facts)
        }
    }

    /// Judges whether `facts.promotion` may be recorded as found, when a ledger begins: a usable contract and pinned
    /// artifacts are all that can be asked of what was there before.
    package static func adoption(of facts: Facts, by choice: ContractBook.Choice) -> Verdict {
        guard case .contract(let contract) = choice else {
            return verdict(on: facts, by: choice, at: Timestamp(seconds: 0))
        }
        let rule = contract.pinRule
        let pinned = rule == .nothing ? PinnedGate.floating(facts) : PinnedGate.adoption(rule, facts)
        let gates = [
            GateResult(.contract, .open, "judged by \"\(contract.name)\" in \(contract.place.file)"),
            GateResult(.source, .open, "recorded as found when the ledger began"),
        ]
        return Verdict(contract: contract, source: nil, gates: gates + [pinned].compactMap(\.self))
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

extension GateSpecification {
    /// Whether the gate says the same of all promotions to an environment by one contract from one source.
    fileprivate var isShared: Bool {
        switch self {
        case .windows, .configDrift, .secrets, .quota: true
        case .pinning, .soak, .evidence, .signature, .provenance, .billOfMaterials, .approvals, .signedCommits, .order,
            .rate, .rego:
            false
        }
    }
}
