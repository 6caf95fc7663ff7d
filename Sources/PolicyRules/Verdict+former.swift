package import PromotionModel

extension Verdict {
    /// The verdict where `former`, by what was in force before the change, has to permit as well.
    ///
    /// A change cannot weaken the contract that judges it: what is shut in `former` is shut here too, with a reason that
    /// says so. Contract and source stay those of the present. What `former` lets an emergency skip is skipped, and has
    /// to be reviewed, here too: the sooner of both terms counts.
    package func restricted(by former: Verdict) -> Verdict {
        let contract = former.contract.map { "\($0.place.file)@\($0.blob.prefix(12))" }
        let shut = former.shut.filter { gate in
            !self.shut.contains { $0.gate == gate.gate && $0.state == gate.state && $0.reason == gate.reason }
        }
        let skipped = former.gates.filter { gate in
            gate.state == .skipped && !gates.contains { $0.gate == gate.gate && $0.state == .skipped }
        }
        let leave = Self.joined(emergency, former.emergency)
        guard !shut.isEmpty || leave != emergency || (former.result != .permitted && result == .permitted) else {
            return self
        }
        let added = (shut + skipped).map { gate in
            GateResult(
                gate.gate, gate.state,
                "by \(contract ?? "the policies") as it was before this change: \(gate.reason)",
                nextChange: gate.nextChange, evidence: gate.evidence, lack: gate.lack)
        }
        return Verdict(contract: self.contract, source: source, gates: gates + added, emergency: leave)
    }

    private static func joined(_ present: Emergency?, _ former: Emergency?) -> Emergency? {
        guard let present, let former else { return present ?? former }
        return Emergency(
            reason: present.reason, by: Set(present.by + former.by).sorted(),
            reviewWithin: min(present.reviewWithin, former.reviewWithin))
    }
}
