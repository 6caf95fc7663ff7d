import Git
import LedgerFormat
import ManifestFormat
import PromotionModel

/// Checks what a process put on the watched branch, commit by commit, and takes it into the chronicle.
struct EntryCheck {
    /// Who made the commits, as `Name <email>`.
    let identity: String
    /// Whether they accept a history that was set back.
    let accepts: Bool
    /// The commits of the evidence branch that were there before the process looked.
    let knownEvidence: Int
    /// How often the branch had been moved when the process looked at it last.
    let lookedAt: Int
    let text: FleetText
    /// Environments that are believed to be held, whatever the ledger says.
    let phantomHolds: Set<String>

    /// What the commits came to.
    struct Finding {
        var commits = 0
        var promotions = 0
    }

    /// Follows the branch from the chronicle's tip to `tip`.
    ///
    /// - Throws: ``Violation``; ``GitError`` where the repository cannot be read.
    func follow(
        _ chronicle: inout Chronicle, to tip: ObjectID, in repository: borrowing Repository
    ) throws -> Finding {
        var base = chronicle.chain.count - 1
        var finding = Finding()
        for commit in try commits(of: chronicle, to: tip, in: repository) {
            if chronicle.withdrawn[commit.id]?.contains(lookedAt) ?? false {
                throw Violation(.notReturned, "\(commit.id.short) was withdrawn and is on the branch again")
            }
            finding.commits += 1
            if try takeIn(commit, into: &chronicle, in: repository) {
                base = chronicle.chain.count - 1
                continue
            }
            finding.promotions += try take(commit, into: &chronicle, base: base, in: repository)
        }
        try checkBeginning(of: chronicle, base: base)
        return finding
    }

    /// The commits after the chronicle's tip up to `tip`, oldest first.
    private func commits(
        of chronicle: Chronicle, to tip: ObjectID, in repository: borrowing Repository
    ) throws -> [Commit] {
        let base = chronicle.tip.commit
        // A ledger of its own begins on any commit that was pushed.
        let pushes = chronicle.isLedgerMissing ? Set(chronicle.pushes.map(\.commit)) : []
        let most = chronicle.hasOwnLedger ? 2 : 1
        var found: [Commit] = []
        var next = tip
        while next != base, !pushes.contains(next) {
            let commit = try repository.commit(next)
            guard (1...most).contains(commit.parents.count), found.count < 200 else {
                throw Violation(
                    .nothingLost, "the branch moved from \(base.short) to \(tip.short), which is not on top of it")
            }
            found.append(commit)
            next = commit.parents[0]
        }
        return found.reversed()
    }

    private func take(
        _ commit: Commit, into chronicle: inout Chronicle, base: Int, in repository: borrowing Repository
    ) throws -> Int {
        let name = commit.id.short
        guard let entry = EntryText(commit.message), let at = entry.recordedAt else {
            throw Violation(.wellFormed, "\(name) closes with no entry of a ledger")
        }
        guard entry.basis == chronicle.chain[base].commit.hex else {
            throw Violation(.wellFormed, "\(name) has another basis than the commit that it was put on")
        }
        guard entry.accepted == nil || !entry.environment.isEmpty else {
            try accept(commit, entry, into: &chronicle)
            return 0
        }
        try checkMessage(commit, entry)
        var link = chronicle.tip
        link = Chronicle.Link(commit: commit.id, tree: commit.tree, state: link.state, snapshot: link.snapshot)
        for item in entry.items where item.isArrival {
            try check(item, of: entry, at: at, commit: commit, chronicle: chronicle, base: base, link: link)
            try apply(item, of: entry.environment, at: at, to: &link, chronicle: &chronicle, base: base)
        }
        apply(entry, to: &link)
        try checkTree(commit, entry, link: &link, before: chronicle.tip, in: repository)
        chronicle.append(link)
        return entry.items.count(where: \.isArrival)
    }

    /// The committer signed off, and is the author, at the time that the message says.
    func checkSignOff(_ commit: Commit, _ text: EntryText) throws(Violation) {
        let name = commit.id.short
        let committer = "\(commit.committer.name) <\(commit.committer.email)>"
        guard committer == identity, commit.author == commit.committer, text.signOffs == [identity] else {
            throw Violation(
                .wellFormed, "\(name) is by \(committer), signed off by \(text.signOffs) and recorded by \(identity)")
        }
        guard commit.committer.seconds == text.recordedAt?.seconds else {
            throw Violation(.wellFormed, "\(name) says another time than its entry")
        }
    }

    /// The program's own reader comes to the same, and the committer signed off.
    private func checkMessage(_ commit: Commit, _ text: EntryText) throws {
        let name = commit.id.short
        try checkSignOff(commit, text)
        let entry: LedgerEntry?
        do {
            entry = try LedgerReader.entry(in: commit.message)
        } catch {
            throw Violation(.wellFormed, "\(name) cannot be read back: \(error)")
        }
        guard let entry, entry.environment.description == text.environment,
            entry.items.map(\.promotion.description) == text.items.map(\.promotion),
            entry.items.map(\.result.rawValue) == text.items.map(\.result),
            entry.holds.map(\.scope.description) == text.holds.map(\.scope)
        else { throw Violation(.wellFormed, "\(name) reads back as something else") }
    }

    private func apply(
        _ item: EntryText.Item, of environment: String, at instant: Timestamp, to link: inout Chronicle.Link,
        chronicle: inout Chronicle, base: Int
    ) throws {
        let key = chronicle.chain[base].state.environments[environment]?.configurationKey
        if let digest = item.configuration {
            guard let key else {
                throw Violation(.contract, "\(item.promotion) brings a configuration that cannot be read")
            }
            try chronicle.note(configuration: digest, key: key, of: environment)
        }
        link.snapshot.environments[environment, default: .init()]
            .arrive(item, at: instant, configurationKey: key)
    }

    private func apply(_ entry: EntryText, to link: inout Chronicle.Link) {
        var environment = link.snapshot[entry.environment]
        for scope in entry.releases { environment.holds[scope] = nil }
        for hold in entry.holds {
            environment.holds[hold.scope] = Snapshot.HoldNote(until: hold.until, rejected: hold.rejected)
        }
        if phantomHolds.contains(entry.environment) {
            environment.holds["*"] = Snapshot.HoldNote(until: nil, rejected: nil)
        }
        link.snapshot.environments[entry.environment] = environment
    }

    /// What arrives may, and never arrived before.
    private func check(
        _ item: EntryText.Item, of entry: EntryText, at instant: Timestamp, commit: Commit, chronicle: Chronicle,
        base: Int, link: Chronicle.Link
    ) throws {
        let name = entry.environment
        let environment = link.snapshot[name]
        if environment.promotions.contains(item.promotion) {
            throw Violation(.recordedOnce, "\(item.promotion) is recorded again, in \(commit.id.short)")
        }
        let basis = chronicle.chain[base]
        let declared = basis.state.environments[name]?.readable ?? [:]
        if item.result == "rolled-back" {
            for (component, artifact) in item.artifacts
            where !environment.stays.contains(where: {
                $0.component == component && artifact.hasSuffix($0.digest)
            }) {
                throw Violation(.contract, "\(item.promotion) goes back to what \(component) never had")
            }
            return
        }
        for (component, artifact) in item.artifacts where declared[component]?.build.artifact != artifact {
            throw Violation(.contract, "\(item.promotion) brings \(artifact), which nobody declared")
        }
        for component in item.retired where declared[component] != nil {
            throw Violation(.contract, "\(item.promotion) retires \(component), which is declared")
        }
        if item.result == "adopted" {
            guard !basis.snapshot.isBegun else {
                throw Violation(.adoption, "\(item.promotion) adopts \(name) after the ledger began")
            }
            return
        }
        try checkContract(item, of: entry, at: instant, chronicle: chronicle, base: base, link: link)
    }

    private func checkContract(
        _ item: EntryText.Item, of entry: EntryText, at instant: Timestamp, chronicle: Chronicle, base: Int,
        link: Chronicle.Link
    ) throws {
        var consentCount = 0
        if let commit = entry.evidenceBasis {
            guard let count = chronicle.consentCount(at: commit) else {
                throw Violation(.contract, "\(item.promotion) rests on evidence that was never on the branch")
            }
            consentCount = count
        }
        guard consentCount >= knownEvidence else {
            throw Violation(
                .contract, "\(item.promotion) rests on \(consentCount) consents; \(knownEvidence) were there before")
        }
        let oracle = ContractOracle(
            chronicle: chronicle, index: base, consentCount: consentCount, doubt: .forArrival)
        let arrival = ContractOracle.Arrival(
            environment: entry.environment,
            changes: item.artifacts.mapValues { Optional($0) }.merging(item.retired.map { ($0, nil) }) { $1 },
            hasConfiguration: item.configuration != nil,
            isWithConfiguration: entry.items.contains { $0.isArrival && $0.configuration != nil }
                || chronicle.chain[base].isConfigurationRecorded(in: entry.environment),
            promotion: item.promotion)
        let arrivals = link.snapshot[entry.environment].arrivals
        let obstacles = oracle.obstacles(to: arrival, at: instant, after: arrivals)
        guard obstacles.isEmpty else {
            throw Violation(
                .contract, "\(item.promotion) arrived at \(instant) though \(obstacles.joined(separator: ", "))")
        }
    }

    /// The commit touches its lock only, or for a rollback the manifests; the lock is what the ledger folds to.
    private func checkTree(
        _ commit: Commit, _ entry: EntryText, link: inout Chronicle.Link, before: Chronicle.Link,
        in repository: borrowing Repository
    ) throws {
        let name = commit.id.short
        let lockPath = "environments/\(entry.environment)/environment.lock"
        let rolledBack = entry.items.filter { $0.result == "rolled-back" }.flatMap(\.artifacts)
        var expected = [lockPath]
        for (component, artifact) in rolledBack {
            guard
                let number = artifact.split(whereSeparator: { ":@".contains($0) }).dropFirst().first?
                    .split(separator: ".").last.flatMap({ Int($0) })
            else { throw Violation(.wellFormed, "\(name) rolls \(component) back to \(artifact)") }
            var slot = link.state.environments[entry.environment]?.slots[component]
            if slot?.build != Build(component, number) {
                expected.append(FleetText.path(of: component, in: entry.environment))
            }
            slot?.build = Build(component, number)
            link.state.environments[entry.environment]?.slots[component] = slot
        }
        var touched: [String] = []
        try repository.changedEntries(from: before.tree, to: commit.tree) { path, _, _ in
            touched.append(path)
            return .next
        }
        guard touched.sorted() == expected.sorted() else {
            throw Violation(.wellFormed, "\(name) touches \(touched), expected \(expected)")
        }
        for path in expected.dropFirst() {
            let bytes = try repository.entry(at: path, in: commit.tree).map { (entry) throws(GitError) in
                try repository.blob(entry.id, limit: 1 << 20)
            }
            guard bytes.map({ String(decoding: $0, as: UTF8.self) }) == text.files(link.state)[path] else {
                throw Violation(.wellFormed, "\(name) changes more of \(path) than the artifact")
            }
        }
        try checkLock(at: lockPath, commit, entry, link: &link, in: repository)
    }

    private func checkLock(
        at path: String, _ commit: Commit, _ entry: EntryText, link: inout Chronicle.Link,
        in repository: borrowing Repository
    ) throws {
        let name = commit.id.short
        guard let lock = try repository.entry(at: path, in: commit.tree),
            let ledger = try LedgerReader.entry(in: commit.message)
        else { throw Violation(.foldsToLock, "\(name) leaves no lock") }
        let bytes = try repository.blob(lock.id, limit: 1 << 20)
        var environment = link.snapshot[entry.environment]
        let folded = LedgerHistory.fold([ledger], environment: ledger.environment)
        let record = environment.folded.map { $0.applying(ledger) } ?? folded
        environment.folded = record
        environment.lock = lock.id
        guard LockWriter.bytes(record) == bytes else {
            throw Violation(.foldsToLock, "\(name) leaves a lock that its ledger does not give")
        }
        do {
            guard try LockReader.record(bytes, file: path, environment: ledger.environment) == record else {
                throw Violation(.foldsToLock, "\(name) leaves a lock that reads as something else")
            }
        } catch let problem as Problem {
            throw Violation(.foldsToLock, "\(name) leaves a lock that cannot be read: \(problem)")
        }
        let plain = LockText(String(decoding: bytes, as: UTF8.self))
        guard plain.components == environment.recorded.mapValues(\.artifact),
            plain.configuration == environment.configuration,
            phantomHolds.contains(entry.environment) || plain.holds == Set(environment.holds.keys)
        else {
            throw Violation(
                .foldsToLock,
                "\(name) leaves \(plain.components.sorted { $0.key < $1.key }), where its ledger says "
                    + "\(environment.recorded.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.artifact)" })")
        }
        link.snapshot.environments[entry.environment] = environment
    }

    /// A ledger begins with every environment that has a contract, or not at all.
    private func checkBeginning(of chronicle: Chronicle, base: Int) throws(Violation) {
        let basis = chronicle.chain[base]
        guard !basis.snapshot.isBegun, chronicle.tip.snapshot.isBegun else { return }
        let left = basis.state.names.filter { name in
            // What nobody can read cannot be taken as it is found.
            basis.state.policies.contracts[name] != nil && chronicle.tip.snapshot[name].lock == nil
                && basis.state.environments[name]?.readable.isEmpty == false
        }
        guard left.isEmpty else {
            throw Violation(
                .adoption, "the ledger began without \(left.joined(separator: " and ")), which can never be adopted now"
            )
        }
    }
}
