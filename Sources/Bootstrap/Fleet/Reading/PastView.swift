import Git
import LedgerFormat
import Observing
import Ports
import PromotionModel

/// Where a tick of the past looked from: what has to be observed to judge its promotions again.
struct PastView: Hashable {
    /// The commit that was observed, 40 hexadecimal digits.
    let basis: String
    /// The commit of the evidence branch that counted; `nil` where there was none.
    let evidence: String?
    let at: Timestamp

    init(basis: String, evidence: String?, at instant: Timestamp) {
        self.basis = basis
        self.evidence = evidence
        at = instant
    }

    init(of entry: LedgerEntry) {
        basis = entry.basis
        evidence = entry.evidenceBasis
        at = entry.at
    }

    /// Why the past cannot be seen any more.
    struct Unreadable: Error {
        let reason: String
    }

    /// The fleet as it was observed then.
    ///
    /// - Parameters:
    ///   - adopting: Environments that the operator of then wanted recorded as they were found.
    ///   - replacing: What stands in for the policies of then; `nil` to take them as they were.
    ///   - ledger: The ledger as of the basis, where it is known already.
    func observation(
        by reader: FleetReader, engine: any PolicyEngine, openPGP: any OpenPGPVerifier,
        adopting: Set<EnvironmentName> = [], replacing: (@Sendable (Policies) -> Policies)? = nil,
        ledger: LedgerHistory? = nil, in repository: borrowing Repository
    ) throws(Unreadable) -> Observation {
        guard let tip = ObjectID(hex: basis) else {
            throw Unreadable(reason: "its basis \"\(basis)\" is no commit id")
        }
        var observer = ObservationReader(
            reader: reader, adopting: adopting, engine: engine, openPGP: openPGP, depth: .configuration,
            replacing: replacing, ledger: ledger)
        observer.past = at
        do {
            let view = try Viewpoint(
                tip: tip, evidence: evidence.flatMap { ObjectID(hex: $0) }.map { .commit($0) } ?? .nothing,
                in: repository)
            return try observer.observation(from: view, at: at, in: repository)
        } catch {
            let refusal = Refusal(any: error)
            throw Unreadable(
                reason: "its basis \(basis.prefix(12)) cannot be read: \(refusal.message)"
                    + (refusal.hint.map { "; \($0)" } ?? ""))
        }
    }
}
