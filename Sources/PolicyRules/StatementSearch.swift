import PromotionModel

/// Looks for statements about what arrives.
struct StatementSearch {
    private let statements: [Digest: [Evidence]]
    private let refused: [Digest: [RefusedEvidence]]
    let kind: EvidenceKind
    /// `nil` means any.
    private(set) var name: String?
    let role: String?
    private let maximumAge: TimeSpan?
    private let ground: JudgementGround

    init(
        facts: Facts, kind: EvidenceKind, name: String? = nil, role: String?, maximumAge: TimeSpan? = nil,
        on ground: JudgementGround
    ) {
        statements = facts.statements
        refused = facts.refused
        self.kind = kind
        self.name = name
        self.role = role
        self.maximumAge = maximumAge
        self.ground = ground
    }

    /// What one statement says of what is asked.
    enum Grade: Equatable {
        case passes
        case fails(String)
        /// It does not say, or not in a way that can be compared.
        case silent(String)

        var passes: Bool {
            if case .passes = self { true } else { false }
        }
    }

    /// What is looked for, in words: `tests "integration"`.
    private var label: String {
        ground.label(of: kind, name: name)
    }

    /// What is looked for, and about what: `tests "integration" for web 1.5.0`.
    func subject(_ arrival: Facts.Arrival) -> String {
        Wording.text(label, " for ", arrival.component.description, " ", arrival.artifact.version)
    }

    /// The same, as what counts until `end`.
    func subject(_ arrival: Facts.Arrival, until end: Timestamp) -> String {
        Wording.text(
            label, " for ", arrival.component.description, " ", arrival.artifact.version, ", until ", end.description)
    }

    /// What is looked for, as something that is missing.
    func missing(_ component: ComponentName, hasFailed: Bool = false) -> MissingStatement {
        MissingStatement(component: component, kind: kind, name: name, role: role, hasFailed: hasFailed)
    }

    /// The first instant at which `statement` is too old; `nil` where it never is.
    func end(of statement: Evidence) -> Timestamp? {
        maximumAge.map { statement.firstSeen + $0 }
    }

    /// The same search for statements of `other` alone, where that is a name.
    func named(_ other: String?) -> StatementSearch {
        guard let other, other != name else { return self }
        var search = self
        search.name = other
        return search
    }

    /// The statements of the kind, name and role about `digest`, oldest first.
    func statements(about digest: Digest) -> [Evidence] {
        var found: [Evidence] = []
        guard let all = all(about: digest) else { return found }
        // Looked at in place: a statement is large, and mostly of another kind.
        for index in all.indices
        where all[index].kind == kind && (name == nil || all[index].name == name) && includesRole(all[index].signers) {
            found.append(all[index])
        }
        return found.count > 1 ? found.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) } : found
    }

    private func all(about digest: Digest) -> [Evidence]? {
        // Mostly one thing arrives.
        if statements.count == 1, let only = statements.first { return only.key == digest ? only.value : nil }
        return statements[digest]
    }

    private func isAsked(_ statement: Evidence) -> Bool {
        statement.kind == kind && (name == nil || statement.name == name)
    }

    private func includesRole(_ signers: [EvidenceSigner]) -> Bool {
        guard let role else { return !signers.isEmpty }
        return signers.contains { $0.roles.contains(role) }
    }

    /// A part that waits for a statement which is not there, and says what was refused.
    func missing(_ arrival: Facts.Arrival, _ digest: Digest) -> GateParts.Part {
        var reason = "no \(label) for \(arrival.component) \(arrival.artifact.version) (\(digest.short))"
        if let role {
            reason += " signed by \(Wording.quoted(role))"
            let others = all(about: digest)?.count(where: isAsked) ?? 0
            if others > 0 { reason += "; \(others) signed by others" }
        }
        return GateParts.Part(
            state: .pending, reason: reason + Facts.wording(of: refused[digest]) { $0 == kind },
            missing: [missing(arrival.component)])
    }

    /// A part that is open if one statement passes, whatever others say: what is proven stays proven.
    func part(for arrival: Facts.Arrival, at instant: Timestamp, grade: (Evidence) -> Grade) -> GateParts.Part {
        guard let digest = arrival.provableDigest else { return arrival.unprovable }
        let found = statements(about: digest)
        let grades = found.map(grade)
        var subject: String { self.subject(arrival) }
        if let passing = grades.lastIndex(where: \.passes) {
            let last = found[passing]
            // The newest is the last to expire.
            guard let end = end(of: last) else {
                return GateParts.Part(state: .open, reason: subject, evidence: [last.id])
            }
            guard end > instant else {
                return GateParts.Part(
                    state: .pending, reason: "\(subject) counted until \(end); a new one is needed",
                    evidence: [last.id], missing: [missing(arrival.component)])
            }
            return GateParts.Part(
                state: .open, reason: self.subject(arrival, until: end), nextChange: end, evidence: [last.id])
        }
        for (statement, grade) in zip(found, grades).reversed() {
            if case .fails(let reason) = grade {
                return GateParts.Part(
                    state: .closed, reason: "\(subject): \(reason)", evidence: [statement.id],
                    missing: [missing(arrival.component, hasFailed: true)])
            }
        }
        if let statement = found.last, case .silent(let reason) = grades.last {
            return GateParts.Part(
                state: .pending, reason: "\(subject): \(reason)", evidence: [statement.id],
                missing: [missing(arrival.component)])
        }
        return missing(arrival, digest)
    }
}

extension Facts {
    /// How many pieces about `digest` that may be of a kind asked for did not count, and why; empty where there is
    /// none.
    func refusals(about digest: Digest, ofKind isAsked: (EvidenceKind) -> Bool) -> String {
        Self.wording(of: refused[digest], ofKind: isAsked)
    }

    fileprivate static func wording(of refused: [RefusedEvidence]?, ofKind isAsked: (EvidenceKind) -> Bool) -> String {
        guard let refused else { return "" }
        return Wording.refusals(refused.filter { $0.claim.map { isAsked($0.kind) } ?? true })
    }

    /// A part for each arrival of which statements are asked.
    func parts(_ body: (Arrival) -> GateParts.Part) -> GateParts {
        var parts = GateParts()
        for arrival in arrivals { parts.add(body(arrival)) }
        return parts
    }
}

extension Facts.Arrival {
    /// The digest that statements are about; SHA-256 only, since signers and registries agree on no other.
    var provableDigest: Digest? {
        artifact.digest.flatMap { $0.algorithm == .sha256 ? $0 : nil }
    }

    /// A part for an artifact that no statement can be about.
    var unprovable: GateParts.Part {
        GateParts.Part(
            state: .closed, reason: "\(component) \(artifact.version) has no sha256 digest, which statements are about")
    }
}
