import PromotionModel

/// The commits that brought the change are signed by the right people.
///
/// Judged by when the commits were first seen, which nobody can choose who signs them. Taking a signature away never
/// opens the gate, and a commit that is not signed speaks against the promotion, as an author does. Where there is no
/// commit that has to be signed it is closed.
enum SignedCommitsGate {
    static func judge(_ rule: SignedCommitsRule, _ facts: Facts, at instant: Timestamp) -> GateResult {
        guard let commits = facts.changeCommits, !commits.isEmpty else {
            return GateResult(.signedCommits, .pending, "history does not tell which commits brought the change")
        }
        let asked = commits.filter { rule.asks(for: $0) }.sorted { $0.id < $1.id }
        var parts = GateParts()
        var names: Set<String> = []
        var ends: [Timestamp] = []
        for commit in asked {
            let signature = commit.signature.counted(at: commit.firstSeen ?? instant)
            let what = "commit \(commit.id.prefix(12))"
            switch signature {
            case .unsigned: parts.add(.init(state: .closed, reason: "\(what) is not signed"))
            case .refused(let reason): parts.add(.init(state: .closed, reason: "\(what): \(reason.printable)"))
            case .unverified(let reason): parts.add(.init(state: .pending, reason: "\(what): \(reason.printable)"))
            case .signed(let signatory):
                guard facts.people.hasRole(rule.role, signatory) else {
                    let reason =
                        "\(what) is signed by \(Wording.foreign(signatory.name)), who is not of \(rule.role ?? "")"
                    parts.add(.init(state: .closed, reason: reason))
                    continue
                }
                names.insert(Wording.foreign(signatory.name))
                if commit.firstSeen == nil, let until = signatory.until { ends.append(until) }
            }
        }
        if asked.isEmpty, !rule.waitsForMerge(commits) {
            parts.add(.init(state: .closed, reason: "no commit that would have to be signed brought the change"))
        }
        let shut = parts.result(.signedCommits, nothing: "")
        guard shut.passes else { return shut }
        return GateResult(
            .signedCommits, .open, openReason(rule, asked, names),
            nextChange: ends.min().map { $0 + TimeSpan(seconds: 1) })
    }

    private static func openReason(_ rule: SignedCommitsRule, _ asked: [ChangeCommit], _ names: Set<String>) -> String {
        guard !asked.isEmpty else {
            return "not merged yet: the commit that merges it has to be signed by \(rule.role ?? "an allowed signer")"
        }
        let commits = asked.count == 1 ? "commit \(asked[0].id.prefix(12)) is" : "\(asked.count) commits are"
        return "\(commits) signed by \(Wording.list(names.sorted()))"
    }
}

extension SignedCommitsRule {
    /// Whether `commit` has to be signed.
    fileprivate func asks(for commit: ChangeCommit) -> Bool {
        switch scope {
        case .all: !commit.isPlainMerge
        case .merge: commit.place == .branch
        }
    }

    /// Whether the commit that has to be signed is not made yet.
    fileprivate func waitsForMerge(_ commits: [ChangeCommit]) -> Bool {
        scope == .merge && commits.contains { $0.place == .proposed }
    }
}

extension People {
    /// Whether `signatory` is of `role`, by any of their addresses; `nil` is everybody's.
    fileprivate func hasRole(_ role: String?, _ signatory: CommitSignatory) -> Bool {
        guard let role else { return true }
        guard let members = roles[role] else { return false }
        return signatory.principals.contains { !addresses(of: $0).isDisjoint(with: members) }
    }
}
