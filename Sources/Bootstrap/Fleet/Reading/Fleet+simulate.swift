import Git
import LedgerFormat
import Observing
package import Planning
import Ports
package import PromotionModel

/// The promotions of the past, judged by other policies.
package struct Simulation: Hashable, Sendable {
    /// The commit whose ledger was replayed, 40 hexadecimal digits.
    package let basis: String
    package let at: Timestamp
    /// The first instant of the time that was looked at.
    package let from: Timestamp
    /// Oldest first.
    package let promotions: [SimulatedPromotion]
    /// The commit at which a shallow clone ends, before the ledger begins; `nil` where all of it is there.
    package let boundary: String?

    /// How many promotions came out in each way.
    package struct Counts: Hashable, Sendable {
        package var same = 0
        package var delayed = 0
        package var refused = 0
        package var unknown = 0
    }

    package var counts: Counts {
        promotions.reduce(into: Counts()) { counts, promotion in
            switch promotion.outcome {
            case .same: counts.same += 1
            case .delayed: counts.delayed += 1
            case .refused: counts.refused += 1
            case .unknown: counts.unknown += 1
            }
        }
    }
}

extension Fleet {
    /// Where fewer commits were a basis, each reads the ledger by itself.
    private static let fewViews = 4

    /// Judges the promotions of the last `span` again, as if `change` had been in force.
    ///
    /// Each commit that was a basis is observed once, as of the instant of its entry.
    ///
    /// - Parameters:
    ///   - name: Only promotions to this environment; `nil` for all.
    ///   - progress: Told how many of how many promotions have been judged.
    /// - Throws: ``Refusal``.
    package borrowing func simulate(
        _ change: PolicyChange, last span: TimeSpan, of name: EnvironmentName?, progress: (Int, Int) -> Void
    ) throws(Refusal) -> Simulation {
        do {
            let tip = try basis()
            let tree = try repository.commit(tip).tree
            let layout = try reader.layout(at: tree, in: repository)
            let known = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository).names
            if let name { try requireEnvironment(name, among: known) }
            let (history, boundary) = try LedgerWalk.knownHistory(
                of: name.map { [$0] } ?? known, from: tip, in: repository)
            let now = clock.now()
            let from = Timestamp(seconds: now.seconds - span.seconds)
            let past = history.entries.values.flatMap(PastPromotion.promotions).filter { $0.entry.at >= from }
                .sorted {
                    ($0.entry.at, $0.entry.environment, $0.order) < ($1.entry.at, $1.entry.environment, $1.order)
                }
            let groups = Dictionary(grouping: past.indices) { past[$0].view }
            let ledger = groups.count < Self.fewViews ? nil : try PastLedger(from: tip, in: repository)
            var judged: [Int: SimulatedPromotion] = [:]
            for view in groups.keys.sorted(by: { (groups[$0]?[0] ?? 0) < (groups[$1]?[0] ?? 0) }) {
                var rejudgement = Rejudgement(
                    view: view, replacement: change.replacement, engine: policyEngine(), openPGP: openPGPVerifier(),
                    ledger: ledger?.history(at: view.basis))
                for index in groups[view] ?? [] {
                    judged[index] = rejudgement.judge(past[index], by: reader, in: repository)
                    progress(judged.count, past.count)
                }
            }
            return Simulation(
                basis: tip.hex, at: now, from: from, promotions: past.indices.compactMap { judged[$0] },
                boundary: boundary)
        } catch {
            throw Refusal(any: error)
        }
    }
}

/// A promotion of the ledger, with the record that it changed.
private struct PastPromotion {
    let entry: LedgerEntry
    let item: LedgerEntry.Item
    let commit: String
    let before: EnvironmentRecord
    /// Where it stands in its ledger.
    let order: Int

    var view: PastView {
        PastView(of: entry)
    }

    /// The promotions of one environment's ledger, oldest first; what was adopted was not judged.
    static func promotions(_ recorded: [LedgerHistory.Recorded]) -> [PastPromotion] {
        guard let first = recorded.first else { return [] }
        var record = EnvironmentRecord(environment: first.entry.environment)
        var promotions: [PastPromotion] = []
        for one in recorded {
            if one.beginsAnew { record = EnvironmentRecord(environment: first.entry.environment) }
            for item in one.entry.items where PolicySimulation.concerns(item) {
                promotions.append(
                    PastPromotion(
                        entry: one.entry, item: item, commit: one.commit, before: record, order: promotions.count))
            }
            record = record.applying(one.entry)
        }
        return promotions
    }
}

/// Judges the promotions that were made from one view of the fleet.
private struct Rejudgement {
    let view: PastView
    let replacement: PolicyReplacement
    let engine: any PolicyEngine
    let openPGP: any OpenPGPVerifier
    /// The ledger as of the view, where it is known already.
    let ledger: LedgerHistory?
    /// By the new policies, and by those of then; each is read when it is first needed.
    private var observations: [Bool: Result<Observation, PastView.Unreadable>] = [:]

    init(
        view: PastView, replacement: PolicyReplacement, engine: any PolicyEngine, openPGP: any OpenPGPVerifier,
        ledger: LedgerHistory?
    ) {
        self.ledger = ledger
        self.view = view
        self.openPGP = openPGP
        self.replacement = replacement
        self.engine = engine
    }

    mutating func judge(
        _ past: PastPromotion, by reader: FleetReader, in repository: borrowing Repository
    ) -> SimulatedPromotion {
        SimulatedPromotion(
            past.item, of: past.entry, commit: past.commit, before: past.before,
            judgement: judgement(of: past, by: reader, in: repository))
    }

    private mutating func judgement(
        of past: PastPromotion, by reader: FleetReader, in repository: borrowing Repository
    ) -> PolicySimulation.Judged {
        // Going back is always allowed: no gate is asked.
        guard past.item.result != .rolledBack else { return PolicySimulation.Judged(.same) }
        do throws(PastView.Unreadable) {
            let new = try judgement(of: past, replaced: true, by: reader, in: repository)
            switch new.outcome {
            case .same, .unknown: return new
            case .delayed, .refused:
                return new.confirmed(by: try judgement(of: past, replaced: false, by: reader, in: repository))
            }
        } catch {
            return PolicySimulation.Judged(.unknown(reason: error.reason))
        }
    }

    private mutating func judgement(
        of past: PastPromotion, replaced: Bool, by reader: FleetReader, in repository: borrowing Repository
    ) throws(PastView.Unreadable) -> PolicySimulation.Judged {
        let reading: Result<Observation, PastView.Unreadable>
        if let known = observations[replaced] {
            reading = known
        } else {
            reading = observe(replaced: replaced, by: reader, in: repository)
            observations[replaced] = reading
        }
        return PolicySimulation.judgement(
            of: past.item, to: past.entry.environment, in: try reading.get(), at: view.at)
    }

    private func observe(
        replaced: Bool, by reader: FleetReader, in repository: borrowing Repository
    ) -> Result<Observation, PastView.Unreadable> {
        let replacement = replacement
        var replacing: (@Sendable (Policies) -> Policies)?
        if replaced { replacing = { replacement.applied(to: $0) } }
        do throws(PastView.Unreadable) {
            return .success(
                try view.observation(
                    by: reader, engine: engine, openPGP: openPGP, replacing: replacing, ledger: ledger, in: repository)
            )
        } catch {
            return .failure(error)
        }
    }
}
