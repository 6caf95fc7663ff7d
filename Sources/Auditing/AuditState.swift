import LedgerFormat
package import PromotionModel

/// What the entries before a step amount to.
package struct AuditState: Sendable {
    /// Where an entry stands in the history of the watched branch.
    struct Standing: Hashable {
        let environment: EnvironmentName
        let basis: String
        let at: Timestamp
        let signedOffBy: String
    }

    /// The record that the entries give; where a lock was something else, that is believed from then on, so that one
    /// break is told once.
    private(set) var records: [EnvironmentName: EnvironmentRecord] = [:]
    /// The entries of each environment since its ledger began, oldest first.
    private(set) var entries: [EnvironmentName: [LedgerEntry]] = [:]
    /// The entries by commit, to find the one that another stands on.
    private(set) var standings: [String: Standing] = [:]
    /// What arrived in each environment before the present tick.
    private(set) var arrivals: [EnvironmentName: Set<Content>] = [:]
    /// What arrived in the present tick.
    private var fresh: [(environment: EnvironmentName, content: Content)] = []
    private var tick: String?
    /// The commit that recorded the arrival of each promotion.
    private(set) var arrived: [PromotionID: String] = [:]
    /// Environments that ever had an entry.
    private(set) var begun: Set<EnvironmentName> = []
    /// The latest instant on the line of first parents.
    private(set) var latest: Timestamp?
    private(set) var latestOf: [EnvironmentName: Timestamp] = [:]
    /// The first entry with a signature that counted, by who signed it off.
    private(set) var signers: [String: String] = [:]
    /// How far each evidence branch had grown, by the commit that it begins with.
    private(set) var evidence: [String: Int] = [:]
    private(set) var emergencies: [(commit: String, promotion: LedgerEvidence.EmergencyPromotion)] = []

    /// What makes artifacts the same: the digest, or all of it where there is none.
    package enum Content: Hashable, Sendable {
        case digest(Digest)
        case text(String)
        /// A name with a tag, of what has a digest besides.
        case name(String)

        init(_ artifact: Artifact) {
            self = artifact.digest.map(Content.digest) ?? .text(artifact.description)
        }
    }

    package init() {}

    /// The record of `name` as the entries so far give it; an empty one where there is none.
    func record(of name: EnvironmentName) -> EnvironmentRecord {
        records[name] ?? EnvironmentRecord(environment: name)
    }

    /// Makes ready for `step`: what arrived in an earlier tick can be a source, what arrives in the same one cannot.
    mutating func prepare(for step: AuditStep) {
        if step.beginsAnew {
            records[step.environment] = nil
            entries[step.environment] = nil
            for promotion in arrived.keys where promotion.description.hasPrefix("\(step.environment).") {
                arrived[promotion] = nil
            }
        }
        guard let entry = step.entry, entry.basis != tick else { return }
        for (environment, content) in fresh { arrivals[environment, default: []].insert(content) }
        fresh = []
        tick = entry.basis
    }

    /// Takes in `step`, which has been judged.
    mutating func advance(by step: AuditStep) {
        let name = step.environment
        if let entry = step.entry {
            begun.insert(name)
            entries[name, default: []].append(entry)
            standings[step.commit.id] = Standing(
                environment: name, basis: entry.basis, at: entry.at, signedOffBy: entry.signedOffBy)
            if case .signed(let signatory) = step.signature,
                signatory.principals.contains(SignaturesCheck.address(of: entry.signedOffBy))
            {
                signers[entry.signedOffBy] = signers[entry.signedOffBy] ?? step.commit.id
            }
            if step.isMainline { latest = max(latest ?? entry.at, entry.at) }
            latestOf[name] = max(latestOf[name] ?? entry.at, entry.at)
            if case .present(let position, let root) = step.evidence {
                evidence[root] = max(evidence[root] ?? position, position)
            }
            for item in entry.items where item.result.isArrival { note(item, of: entry, in: step.commit.id) }
        }
        switch step.after {
        case .present(let record), .disproved(let record, _): records[name] = record
        case .absent: records[name] = nil
        case .unreadable: records[name] = step.entry.map { self.record(of: name).applying($0) }
        }
    }

    private mutating func note(_ item: LedgerEntry.Item, of entry: LedgerEntry, in commit: String) {
        arrived[item.promotion] = arrived[item.promotion] ?? commit
        for artifact in item.artifacts.values {
            fresh.append((entry.environment, Content(artifact)))
            if artifact.digest != nil { fresh.append((entry.environment, .name(artifact.withoutDigest.description))) }
        }
        guard let emergency = item.emergency else { return }
        emergencies.append(
            (
                commit,
                LedgerEvidence.EmergencyPromotion(
                    environment: entry.environment, promotion: item.promotion, at: entry.at, emergency: emergency)
            ))
    }
}

extension Artifact {
    /// The same name and tag, whatever they stand for.
    var withoutDigest: Artifact {
        Artifact(kind: kind, repository: repository, tag: tag, digest: nil)
    }
}
