import JSONText
package import PromotionModel

/// The commit message of a ledger entry.
///
/// The subject and body are for people; only the closing paragraph is read back. It is written from the entry alone,
/// so that no text of a manifest or a person can add a line to it.
package enum LedgerMessage {
    /// The whole message, ended by a line feed; `before` is the record that the entry applies to.
    ///
    /// Pure: the same entry gives the same message, and so the same commit id.
    package static func text(for entry: LedgerEntry, before: EnvironmentRecord) -> String {
        let prose = LedgerProse(entry: entry, before: before)
        var paragraphs = [prose.subject]
        if !prose.body.isEmpty { paragraphs.append(prose.body.joined(separator: "\n")) }
        paragraphs.append(trailers(of: entry).map(\.line).joined(separator: "\n"))
        return paragraphs.joined(separator: "\n\n") + "\n"
    }

    /// The message of the commit that accepts, for all environments, that `branch` goes on from the commit `basis`.
    package static func text(
        for acceptance: HistoryAcceptance, of branch: String, basis: String, at instant: Timestamp, signedOffBy: String
    ) -> String {
        let trailers = [
            trailer(of: acceptance), Trailer(.recordedAt, instant.description), Trailer(.basis, basis),
            Trailer(.signedOffBy, signedOffBy),
        ]
        let short = branch.hasPrefix("refs/heads/") ? String(branch.dropFirst("refs/heads/".count)) : branch
        return """
            accept-history: \(short.printable) goes on from \(basis.prefix(12))

            It does not follow from \(acceptance.replaced.prefix(12)), the last tip that was seen.

            \(trailers.map(\.line).joined(separator: "\n"))

            """
    }

    /// The message of the commit that takes the commit `id` of the watched branch into a ledger with a branch of its own.
    ///
    /// - Parameters:
    ///   - subject: The first line of what that commit says, for people.
    package static func text(takingIn id: String, subject: String, signedOffBy: String) -> String {
        let title = subject.printable.prefix(Self.longestTitle)
        let trailers = [Trailer(.takenIn, id), Trailer(.signedOffBy, signedOffBy)]
        return "take-in: \(id.prefix(12))\(title.isEmpty ? "" : " ")\(title)\n\n"
            + trailers.map(\.line).joined(separator: "\n") + "\n"
    }

    /// The most characters of a subject that are repeated.
    private static let longestTitle = 100

    /// Whether `message` closes with the trailers of `entry`, which was read from it, as ``text(for:before:)`` writes
    /// them: nothing is there twice, in another order, or besides.
    package static func isCanonical(_ message: String, for entry: LedgerEntry) -> Bool {
        let paragraph = trailers(of: entry).map(\.line).joined(separator: "\n")
        return Array(message.utf8).suffix(paragraph.utf8.count + 3).elementsEqual(("\n\n" + paragraph + "\n").utf8)
    }

    static func trailers(of entry: LedgerEntry) -> [Trailer] {
        var trailers = [Trailer(.environment, entry.environment.description)]
        for item in entry.items {
            trailers += self.trailers(of: item)
        }
        trailers += entry.holds.sorted { $0.scope < $1.scope }.map { Trailer(.hold, JSONWriter.line(json($0))) }
        trailers += entry.released.sorted().map { Trailer(.release, $0.description) }
        if let acceptance = entry.acceptance { trailers.append(trailer(of: acceptance)) }
        trailers.append(Trailer(.recordedAt, entry.at.description))
        trailers.append(Trailer(.basis, entry.basis))
        if let basis = entry.evidenceBasis { trailers.append(Trailer(.evidenceBasis, basis)) }
        trailers.append(Trailer(.signedOffBy, entry.signedOffBy))
        return trailers
    }

    static func trailer(of acceptance: HistoryAcceptance) -> Trailer {
        var members: [JSONValue.Member] = [.init("replaced", .string(acceptance.replaced))]
        if let reason = acceptance.reason { members.append(.init("reason", .string(reason))) }
        return Trailer(.acceptedHistory, JSONWriter.line(.object(members)))
    }

    private static func trailers(of item: LedgerEntry.Item) -> [Trailer] {
        var trailers = [
            Trailer(.promotionID, item.promotion.description),
            Trailer(.result, item.result.rawValue),
        ]
        if let source = item.source { trailers.append(Trailer(.sourceEnvironment, source.description)) }
        for (component, artifact) in item.artifacts.sorted(by: { $0.key < $1.key }) {
            trailers.append(Trailer(.artifact, "\(component) \(artifact)"))
        }
        trailers += item.retired.sorted().map { Trailer(.retired, $0.description) }
        if let digest = item.configuration { trailers.append(Trailer(.configuration, digest.description)) }
        trailers += item.supersedes.sorted().map { Trailer(.supersedes, $0.description) }
        if let contract = item.contract { trailers.append(Trailer(.contract, word(contract))) }
        trailers += item.gates.map { Trailer(.gate, JSONWriter.line(json($0))) }
        trailers += item.approvedBy.sorted().map { Trailer(.approvedBy, word($0)) }
        if let emergency = item.emergency { trailers.append(Trailer(.emergency, JSONWriter.line(json(emergency)))) }
        if let facts = item.facts { trailers.append(Trailer(.facts, facts.description)) }
        return trailers
    }

    /// `text` as it is, or in JSON where it may hold anything: inside JSON it cannot end the line.
    private static func word(_ text: String) -> String {
        text.isPlainWord && text.utf8.first != UInt8(ascii: "\"") ? text : JSONWriter.line(.string(text))
    }

    private static func json(_ emergency: Emergency) -> JSONValue {
        [
            "reason": .string(emergency.reason), "by": .array(emergency.by.map(JSONValue.string)),
            "reviewWithin": .string(emergency.reviewWithin.description),
        ]
    }

    private static func json(_ gate: GateResult) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("gate", .string(gate.gate.rawValue)), .init("result", .string(gate.state.rawValue)),
            .init("reason", .string(gate.reason)),
        ]
        if let next = gate.nextChange { members.append(.init("nextChange", .string(next.description))) }
        if !gate.evidence.isEmpty {
            members.append(.init("evidence", .array(gate.evidence.map { .string($0.description) })))
        }
        return .object(members)
    }

    private static func json(_ hold: Hold) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("scope", .string(hold.scope.description)), .init("reason", .string(hold.reason)),
            .init("owner", .string(hold.owner)), .init("since", .string(hold.since.description)),
        ]
        if let until = hold.until { members.append(.init("until", .string(until.description))) }
        if let rejected = hold.rejected { members.append(.init("rejected", .string(rejected.description))) }
        return .object(members)
    }
}
