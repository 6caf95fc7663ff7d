import Git
import PromotionModel

/// What happened to the watched branch, commit by commit, as it was seen to happen.
///
/// Only what the world itself did, and what processes appended by commits that pass every check, can be in it.
struct Chronicle {
    /// One commit of the watched branch.
    struct Link {
        let commit: ObjectID
        let tree: ObjectID
        var state: FleetState
        var snapshot: Snapshot
        /// Addresses of those who surely had a part in it; none for what a process recorded.
        var authors: Set<String> = []
        /// Addresses of those who may have had one, beside.
        var mergers: Set<String> = []
        /// The policies before it, where it changed them.
        var formerPolicies: PolicyState?

        /// Whether the manifests of `environment` beside their artifacts are as recorded.
        func isConfigurationRecorded(in environment: String) -> Bool {
            let key = state.environments[environment]?.configurationKey
            return key != nil && key == snapshot[environment].configurationKey
        }
    }

    /// Somebody's consent, or its withdrawal, on the evidence branch.
    struct Consent {
        let promotion: String
        let isRevocation: Bool
        let person: String
        let at: Timestamp
    }

    /// The branch that results are recorded on, oldest first; never empty.
    private(set) var chain: [Link]
    /// What people pushed to the watched branch where the ledger has a branch of its own, oldest first; the last
    /// ``ahead`` of them are not taken in yet.
    private(set) var pushes: [Link] = []
    private(set) var ahead = 0
    /// What was taken off the branch and is not on it again: between which two moves it was there.
    ///
    /// Who looks at the branch before or after that and decides the same in the same second makes the same commit.
    private(set) var withdrawn: [ObjectID: Range<Int>] = [:]
    /// How often the branch was moved, by a commit or by force.
    private(set) var moves = 0
    /// With which move each commit of the chain came.
    private var arrivals: [ObjectID: Int] = [:]
    /// How often the branch was set back.
    private(set) var rewinds = 0
    /// Every commit that a rewind ever took off the branch.
    private(set) var rewound: Set<ObjectID> = []
    /// Tips of the evidence branch, oldest first, each with how many consents there were by then.
    private(set) var evidence: [(commit: ObjectID, count: Int)] = []
    private(set) var consents: [Consent] = []
    /// The digest of each configuration, by environment and key.
    private var configurations: [String: String] = [:]

    init(beginning link: Link) {
        chain = [link]
        if link.state.hasOwnLedger { (pushes, ahead) = ([link], 1) }
    }

    /// The watched branch, oldest first.
    var watched: [Link] { hasOwnLedger ? pushes : chain }

    /// The tip of the watched branch.
    var newest: Link { watched[watched.count - 1] }

    var hasOwnLedger: Bool { !pushes.isEmpty }

    /// Whether the ledger is to have a branch of its own, which is not there yet.
    var isLedgerMissing: Bool { hasOwnLedger && chain.count == 1 }

    /// Adds what somebody pushed to the watched branch.
    mutating func push(_ link: Link) {
        guard hasOwnLedger else { return append(link) }
        pushes.append(link)
        ahead += 1
    }

    /// The ledger takes in `push`, the oldest that it has not, by `link`.
    mutating func take(_ link: Link) {
        append(link)
        ahead -= 1
    }

    /// The ledger begins on top of the push at `index`: what was pushed before came before.
    mutating func begin(at index: Int, with link: Link) {
        chain = pushes[...index] + [link]
        ahead = pushes.count - 1 - index
    }

    var tip: Link {
        chain[chain.count - 1]
    }

    /// Where `commit` is in the chain.
    func index(of commit: ObjectID) -> Int? {
        chain.lastIndex { $0.commit == commit }
    }

    mutating func append(_ link: Link) {
        chain.append(link)
        moves += 1
        arrivals[link.commit] = moves
        withdrawn[link.commit] = nil
    }

    /// Takes everything after the link at `index` off the branch, as an operator's force push does.
    mutating func rewind(to index: Int) {
        let gone = chain[(index + 1)...].map(\.commit)
        rewinds += 1
        moves += 1
        for commit in gone { withdrawn[commit] = (arrivals[commit] ?? 0)..<moves }
        rewound.formUnion(gone)
        chain.removeSubrange((index + 1)...)
    }

    mutating func add(_ consents: [Consent], at commit: ObjectID) {
        for consent in consents {
            // It is as old as its place on the branch says, whatever clock its commit was made by.
            let at = max(consent.at, self.consents.last?.at ?? consent.at)
            self.consents.append(
                Consent(
                    promotion: consent.promotion, isRevocation: consent.isRevocation, person: consent.person, at: at))
        }
        evidence.append((commit, self.consents.count))
    }

    /// How many consents the evidence branch had at `commit`; `nil` where it never was there.
    func consentCount(at commit: String) -> Int? {
        evidence.last { $0.commit.hex == commit }?.count
    }

    /// Notes which digest a configuration has.
    ///
    /// - Throws: ``Violation`` where it had another one, or another configuration has the same.
    mutating func note(configuration digest: String, key: String, of environment: String) throws(Violation) {
        let name = "\(environment): \(key)"
        if let known = configurations[name], known != digest {
            throw Violation(.foldsToLock, "the configuration \(name) has two digests, \(known) and \(digest)")
        }
        if let other = configurations.first(where: { $0.value == digest && $0.key != name }) {
            throw Violation(.foldsToLock, "the configurations \(name) and \(other.key) have one digest")
        }
        configurations[name] = digest
    }
}
