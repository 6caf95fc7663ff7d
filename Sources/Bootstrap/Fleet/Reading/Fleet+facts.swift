import Git
import LedgerFormat
import Observing
package import Planning
package import PromotionModel

/// What some promotions were, or are, judged by.
package struct FactsReport: Hashable, Sendable {
    /// One promotion and its facts.
    package struct Item: Hashable, Sendable {
        package let promotion: PromotionID
        package let environment: EnvironmentName
        /// What the ledger says of it; `nil` of one that waits now.
        package let recorded: LedgerEntry.Item?
        /// `nil` where the basis asks for no such promotion, or nothing was judged.
        package let judged: JudgedPromotion?
        /// What differs between the record and what is derived anew; `nil` where nothing does, or nothing is recorded.
        package let difference: String?
    }

    /// The commit of the ledger that was asked about, 40 hexadecimal digits; `nil` for the present.
    package let commit: String?
    /// The commit that was observed, 40 hexadecimal digits.
    package let basis: String
    /// The commit of the evidence branch that was read; `nil` where there was none, or nothing asked for it.
    package let evidenceBasis: String?
    package let at: Timestamp
    /// In the order in which they are recorded.
    package let items: [Item]
    /// What could not be read, sorted.
    package let problems: [Problem]

    /// Whether something that is recorded is not what is derived anew.
    package var differs: Bool {
        items.contains { $0.difference != nil }
    }
}

extension Fleet {
    /// The facts of every promotion that waits now.
    ///
    /// - Parameters:
    ///   - name: Only promotions to this environment; `nil` for all.
    ///   - component: Only promotions with this component; `nil` for all.
    /// - Throws: ``Refusal``.
    package borrowing func facts(
        of name: EnvironmentName?, component: ComponentName?
    ) throws(Refusal) -> FactsReport {
        let observation = try observation()
        if let name { try requireEnvironment(name, among: observation.names) }
        let now = self.now
        let judged = Planner(identity: "nobody <nobody@invalid>").judgedPromotions(in: observation, at: now)
        let items = judged.filter { name == nil || $0.action.promotion.environment == name }.map { judged in
            FactsReport.Item(
                promotion: judged.action.promotion.id, environment: judged.action.promotion.environment,
                recorded: nil, judged: judged, difference: nil)
        }
        return FactsReport(
            commit: nil, basis: observation.basis, evidenceBasis: observation.evidence.basis, at: now,
            items: items.filter { $0.concerns(component) }, problems: observation.allProblems)
    }

    /// The facts that the entry of the ledger in the commit `revision` was judged by, derived anew from what was known
    /// then, and whether the record agrees.
    ///
    /// - Parameters:
    ///   - name: The environment that is meant; `nil` for the entry's.
    ///   - component: Only promotions with this component; `nil` for all.
    /// - Throws: ``Refusal`` where the commit is no entry, or its past cannot be seen any more.
    package borrowing func facts(
        recordedBy revision: String, of name: EnvironmentName?, component: ComponentName?
    ) throws(Refusal) -> FactsReport {
        let (commit, entry) = try entry(in: revision)
        if let name, name != entry.environment {
            throw Refusal(
                .badInput, "commit \(commit.prefix(12)) records nothing of \(name)",
                hint: "it is an entry of \(entry.environment)")
        }
        let view = PastView(of: entry)
        let adopting = entry.items.contains { $0.result == .adopted } ? [entry.environment] : []
        let observation: Observation
        do throws(PastView.Unreadable) {
            observation = try view.observation(
                by: reader, engine: policyEngine(), openPGP: openPGPVerifier(), adopting: Set(adopting), in: repository)
        } catch {
            throw Refusal(.badInput, "commit \(commit.prefix(12)) cannot be judged again: \(error.reason)")
        }
        let judged = Planner(identity: entry.signedOffBy).judgedPromotions(in: observation, at: entry.at)
        let byID = Dictionary(judged.map { ($0.action.promotion.id, $0) }) { first, _ in first }
        let items = entry.items.map { item in
            FactsReport.Item(
                promotion: item.promotion, environment: entry.environment, recorded: item,
                judged: byID[item.promotion],
                difference: FactsComparison.difference(between: item, and: byID[item.promotion]))
        }
        return FactsReport(
            commit: commit, basis: entry.basis, evidenceBasis: entry.evidenceBasis, at: entry.at,
            items: items.filter { $0.concerns(component) }, problems: observation.allProblems)
    }

    /// The commit that `revision` names, and the entry of the ledger that it carries.
    ///
    /// - Throws: ``Refusal`` where it carries none.
    private borrowing func entry(in revision: String) throws(Refusal) -> (commit: String, entry: LedgerEntry) {
        do {
            let commit = try repository.commit(try repository.resolve(revision))
            guard let entry = try LedgerReader.entry(in: commit.message) else {
                throw Refusal(
                    .badInput, "commit \(commit.id.short) is no entry of the ledger: \(commit.subject.printable)",
                    hint: "find one: git log --grep '^Promotion-Id:', or towpath history ENVIRONMENT")
            }
            return (commit.id.hex, entry)
        } catch let malformed as LedgerReader.Malformed {
            throw Refusal(.badInput, "\(revision.printable) is a broken entry of the ledger: \(malformed)")
        } catch {
            throw Refusal(any: error)
        }
    }
}

extension FactsReport.Item {
    /// Whether `component` is part of the promotion; any is, where none is named.
    fileprivate func concerns(_ component: ComponentName?) -> Bool {
        guard let component else { return true }
        let recorded = recorded.map { Set($0.artifacts.keys).union($0.retired) } ?? []
        return recorded.contains(component)
            || (judged?.action.promotion.changes.contains { $0.component == component } ?? false)
    }
}
