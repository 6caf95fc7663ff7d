import Git
import LedgerFormat
import PolicyRules
import PromotionModel

/// What only the ledger can tell about environments, and the proof that their locks are what it gives.
///
/// The ledger is walked only where something depends on it: something waits, a ledger may begin, or a person is about
/// to write. A lock that its ledger does not give is not believed: nothing moves by it, and nothing is built on it.
struct LedgerProof {
    let book: ContractBook
    /// Environments to prove even if nothing waits there.
    let proving: Set<EnvironmentName>
    /// The ledger as of the tip, where somebody has read it already; `nil` to walk.
    let known: LedgerHistory?

    struct Facts {
        /// Those given, with every lock that is not what its ledger gives marked as such.
        var environments: [ObservedEnvironment]
        var residences: [Residence] = []
        var adoptable: Set<EnvironmentName> = []
        /// For each proved environment, the commit that recorded each promotion, 40 hexadecimal digits.
        var recordings: [EnvironmentName: [PromotionID: String]] = [:]
        /// For each proved environment, when each entry was recorded, by its commit.
        var entries: [EnvironmentName: [String: Timestamp]] = [:]
        /// For each proved environment, when promotions arrived; oldest first.
        var arrivals: [EnvironmentName: [Timestamp]] = [:]
    }

    /// - Throws: ``GitError``; `shallow` where the clone ends before the ledger begins.
    func facts(
        of environments: [ObservedEnvironment], hasContracts: Bool, tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> Facts {
        var facts = Facts(environments: environments)
        let names = environments.map(\.name)
        guard environments.contains(where: { $0.record != .absent }) else {
            guard hasContracts else { return facts }
            // No lock now; if there never was one the ledger begins here, with what is found.
            let history = if let known { known } else { try LedgerWalk.history(of: names, from: tip, in: repository) }
            if history.entries.isEmpty, history.intrusions.isEmpty { facts.adoptable = Set(names) }
            return facts
        }
        let waiting = environments.filter(Self.isWaiting).map(\.name)
        let judged = Set(waiting + waiting.flatMap(book.sources))
        let concerned = judged.union(proving)
        guard !concerned.isEmpty else { return facts }
        let (history, unread) = try Self.history(
            of: names.filter(concerned.contains), from: tip, known: known, in: repository)
        let evidence = history.evidence
        facts.environments = environments.map { environment in
            if let reason = unread[environment.name] { return Self.disproved(environment, reason) }
            return concerned.contains(environment.name) ? Self.proved(environment, by: evidence) : environment
        }
        let digests = environments.filter(Self.isWaiting).flatMap(\.declared.declarations).compactMap(\.artifact.digest)
        // Facts have to be the same when they are derived later, whatever else had to be proved.
        facts.residences = history.only(judged).residences(of: Set(digests))
        for (name, recorded) in history.entries {
            for entry in recorded {
                facts.entries[name, default: [:]][entry.commit] = entry.entry.at
                for item in entry.entry.items where item.result.isArrival {
                    facts.recordings[name, default: [:]][item.promotion] = entry.commit
                    if item.result != .adopted { facts.arrivals[name, default: []].append(entry.entry.at) }
                }
            }
        }
        return facts
    }

    /// The ledger of `names`, and why that of some cannot be read: damage in one must not stop the others.
    ///
    /// - Parameter known: The ledger as of `tip`, where it has been read already.
    static func history(
        of names: [EnvironmentName], from tip: ObjectID, known: LedgerHistory?, in repository: borrowing Repository
    ) throws(GitError) -> (history: LedgerHistory, unread: [EnvironmentName: String]) {
        if let known { return (known.only(Set(names)), [:]) }
        do {
            return (try LedgerWalk.history(of: names, from: tip, in: repository), [:])
        } catch {
            guard error.isDamage else { throw error }
        }
        var whole = LedgerHistory()
        var unread: [EnvironmentName: String] = [:]
        for name in names {
            do {
                let history = try LedgerWalk.history(of: [name], from: tip, in: repository)
                whole.entries.merge(history.entries) { $1 }
                whole.intrusions += history.intrusions
            } catch {
                guard error.isDamage else { throw error }
                unread[name] = "its ledger cannot be read: \(error.summary)"
            }
        }
        return (whole, unread)
    }

    /// Whether the manifests say something else than the lock.
    static func isWaiting(_ environment: ObservedEnvironment) -> Bool {
        guard let record = environment.knownRecord else { return false }
        let declared = environment.declared
        if let configuration = declared.configuration, configuration != record.configuration?.digest { return true }
        if declared.declarations.contains(where: { record.components[$0.component]?.artifact != $0.artifact }) {
            return true
        }
        return record.components.count != declared.declarations.count || !record.pending.isEmpty
    }

    /// `environment` as it is, or with its lock marked where the ledger gives another one.
    private static func proved(
        _ environment: ObservedEnvironment, by evidence: LedgerEvidence
    ) -> ObservedEnvironment {
        guard case .present(let record) = environment.record, evidence.folded[environment.name] != record else {
            return environment
        }
        let intrusion = evidence.intrusions.last { $0.environment == environment.name }
        let culprit = intrusion.map { "commit \($0.commit.prefix(12)) changed it: \($0.message)" }
        return disproved(
            environment,
            "not what its ledger gives, so nothing moves by it; "
                + (culprit ?? "a commit that looks like an entry changed more than it says")
                + "; put back what the last entry wrote")
    }

    private static func disproved(_ environment: ObservedEnvironment, _ reason: String) -> ObservedEnvironment {
        guard case .present(let record) = environment.record else { return environment }
        let problem = Problem(Place(file: FleetLayout.lockPath(of: environment.name)), reason)
        return ObservedEnvironment(
            declared: environment.declared, record: .disproved(record, problem), published: environment.published)
    }
}

extension GitError {
    /// Whether an object is damaged or absent.
    fileprivate var isDamage: Bool {
        code == .corrupt || code == .notFound
    }
}
