import PromotionModel

/// Signed statements say of every arriving digest what the contract requires.
///
/// What a statement says stands until a newer one of the same kind and name says otherwise: a newer failure closes the
/// gate whatever passed before, and it does not expire, or time alone would open the gate. A statement that does not
/// say what is asked, and is newer than what passed, makes the gate wait. A rule without a name judges every name by
/// itself: one has to pass and none may fail. Of a rule with a role, only statements signed by the role count, in
/// either direction.
///
/// Taking a statement away never opens the gate, with one exception that follows from this: without the newest one,
/// when that failed, the one before it counts. Statements lie in git, so taking one away is seen.
enum EvidenceGate {
    static func judge(_ rules: [EvidenceRule], _ facts: Facts, on ground: JudgementGround) -> GateResult {
        let instant = ground.instant
        var parts = GateParts()
        for rule in rules {
            let search = StatementSearch(
                facts: facts, kind: rule.kind, name: rule.name, role: rule.role, maximumAge: rule.maximumAge,
                on: ground)
            for arrival in facts.arrivals { parts.add(part(rule, search, arrival, at: instant)) }
        }
        return parts.result(.evidence, nothing: "nothing arrives that evidence could be about")
    }

    private static func part(
        _ rule: EvidenceRule, _ search: StatementSearch, _ arrival: Facts.Arrival, at instant: Timestamp
    ) -> GateParts.Part {
        guard let digest = arrival.provableDigest else { return arrival.unprovable }
        let found = search.statements(about: digest)
        guard let first = found.first else { return search.missing(arrival, digest) }
        func standing(_ name: String?, _ statements: [Evidence]) -> Standing {
            self.standing(of: statements, by: rule, search.named(name), arrival, at: instant)
        }
        // One name is the usual case.
        if found.count == 1 || found.allSatisfy({ $0.name == first.name }) { return standing(first.name, found).part }
        let byName = Dictionary(grouping: found, by: \.name).sorted { ($0.key ?? "") < ($1.key ?? "") }
        let standings = byName.map(standing)
        for state in [GateResult.State.closed, .pending] {
            let blocking = standings.filter { $0.isBlocking && $0.part.state == state }.map(\.part)
            guard !blocking.isEmpty else { continue }
            return GateParts.Part(
                state: state, reason: Wording.list(blocking.map(\.reason), separator: "; "),
                evidence: blocking.flatMap(\.evidence), missing: blocking.flatMap(\.missing))
        }
        // Whichever passes longest keeps the rule met.
        let open = standings.map(\.part).filter { $0.state == .open }
        let longest =
            open.first { $0.nextChange == nil }
            ?? open.max { left, right in
                (left.nextChange?.seconds ?? .max) < (right.nextChange?.seconds ?? .max)
            }
        return longest ?? standings[0].part
    }

    /// What the statements of one name come to.
    private struct Standing {
        let part: GateParts.Part
        /// Whether it speaks against the artifact, rather than being too old to speak for it.
        let isBlocking: Bool
    }

    /// Judges the statements of one name, oldest first and never none.
    private static func standing(
        of statements: [Evidence], by rule: EvidenceRule, _ search: StatementSearch, _ arrival: Facts.Arrival,
        at instant: Timestamp
    ) -> Standing {
        // One statement that passes is the usual case.
        if statements.count == 1, grade(statements[0], by: rule).passes {
            return standing(onlyOn: statements[0], search, arrival, at: instant)
        }
        let subject = search.subject(arrival)
        let grades = statements.map { grade($0, by: rule) }
        let passed = grades.lastIndex(where: \.passes).map { statements[$0] }
        let newer = statements.indices.filter { index in
            !grades[index].passes && (passed.map { statements[index].firstSeen >= $0.firstSeen } ?? true)
        }
        for index in newer.reversed() {
            guard case .fails(let reason) = grades[index] else { continue }
            return Standing(
                part: GateParts.Part(
                    state: .closed, reason: "\(subject): \(reason)", evidence: [statements[index].id],
                    missing: [search.missing(arrival.component, hasFailed: true)]),
                isBlocking: true)
        }
        if let index = newer.last, case .silent(let reason) = grades[index] {
            return Standing(
                part: GateParts.Part(
                    state: .pending, reason: "\(subject): \(reason)", evidence: [statements[index].id],
                    missing: [search.missing(arrival.component)]),
                isBlocking: true)
        }
        return standing(onlyOn: passed ?? statements[statements.count - 1], search, arrival, at: instant)
    }

    /// Judges the newest statement that passes, or of which nothing is asked.
    private static func standing(
        onlyOn last: Evidence, _ search: StatementSearch, _ arrival: Facts.Arrival, at instant: Timestamp
    ) -> Standing {
        guard let end = search.end(of: last) else {
            let part = GateParts.Part(state: .open, reason: search.subject(arrival), evidence: [last.id])
            return Standing(part: part, isBlocking: false)
        }
        guard end > instant else {
            let part = GateParts.Part(
                state: .pending, reason: "\(search.subject(arrival)) counted until \(end); a new one is needed",
                evidence: [last.id], missing: [search.missing(arrival.component)])
            return Standing(part: part, isBlocking: false)
        }
        let part = GateParts.Part(
            state: .open, reason: search.subject(arrival, until: end), nextChange: end, evidence: [last.id])
        return Standing(part: part, isBlocking: false)
    }

    /// Judges one statement by all conditions of a rule; what fails weighs more than what is not said.
    private static func grade(_ statement: Evidence, by rule: EvidenceRule) -> StatementSearch.Grade {
        var silence: String?
        if statement.kind == .tests {
            // A run that broke off has no failed test and has failed all the same.
            switch statement.values["result"] {
            case .text("FAILED"): return .fails("result is FAILED")
            case .text: break
            default: silence = "it has no result"
            }
        }
        for condition in rule.conditions {
            switch condition.grade(statement.values[condition.path]) {
            case .passes: continue
            case .fails(let reason): return .fails(reason)
            case .silent(let reason): silence = silence ?? reason
            }
        }
        return silence.map(StatementSearch.Grade.silent) ?? .passes
    }
}

extension EvidenceRule.Condition {
    /// Judges one value; what is missing or cannot be compared says nothing.
    fileprivate func grade(_ value: Evidence.Value?) -> StatementSearch.Grade {
        guard let value else { return .silent("it has no value \"\(path.printable)\"") }
        var shown: String { "\(path.printable) is \(value.wording)" }
        switch (demand, value) {
        case (_, .incomparable): return .silent("\(shown), which cannot be compared")
        case (.equals(.number(let expected)), .number(let number)):
            return number == expected ? .passes : .fails("\(shown), required \(expected)")
        case (.equals(.text(let expected)), .text(let text)):
            return text == expected ? .passes : .fails("\(shown), required \(Wording.quoted(expected))")
        case (.equals(.flag(let expected)), .flag(let flag)):
            return flag == expected ? .passes : .fails("\(shown), required \(expected)")
        case (.equals(let expected), _): return .silent("\(shown), which cannot be compared with \(expected.wording)")
        case (.between(let minimum, let maximum), .number(let number)):
            if let minimum, number < minimum { return .fails("\(shown), required at least \(minimum)") }
            if let maximum, number > maximum { return .fails("\(shown), required at most \(maximum)") }
            return minimum == nil && maximum == nil ? .silent("nothing is required of \(path)") : .passes
        case (.between, _): return .silent("\(shown), which is no number")
        }
    }
}

extension Evidence.Value {
    /// For people, on one line.
    var wording: String {
        switch self {
        case .text(let text): Wording.quoted(text)
        case .number(let number): number.description
        case .flag(let flag): flag ? "true" : "false"
        case .incomparable(let text): Wording.foreign(text)
        }
    }
}
