import JSONText
package import PromotionModel

/// Reads ledger entries back from commit messages.
package enum LedgerReader {
    /// Why a message that looks like a ledger entry is none.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let reason: String

        package var description: String {
            reason
        }
    }

    /// The entry that `message` carries; `nil` where its closing paragraph is not one of ours.
    ///
    /// A closing paragraph is ours if every line of it is a trailer of the closed list and it holds `Environment`,
    /// `Recorded-At`, `Basis` and `Signed-off-by`.
    ///
    /// - Throws: ``Malformed`` where the keys are right and a value is not.
    package static func entry(in message: String) throws(Malformed) -> LedgerEntry? {
        guard let trailers = closingParagraph(of: message) else { return nil }
        func only(_ key: TrailerKey) -> String? {
            let values = trailers.filter { $0.key == key }
            return values.count == 1 ? values[0].value : nil
        }
        guard let environment = only(.environment), let basis = only(.basis), let at = only(.recordedAt),
            let identity = only(.signedOffBy)
        else { return nil }
        let name = try parse { () throws(InvalidName) in try EnvironmentName(environment) }
        guard let instant = Timestamp(at) else { throw Malformed(reason: "Recorded-At is no RFC 3339 instant") }
        guard isCommitID(basis) else {
            throw Malformed(reason: "Basis is no commit id")
        }
        var entry = LedgerEntry(environment: name, at: instant, basis: basis, signedOffBy: identity)
        for trailer in trailers {
            try apply(trailer, to: &entry)
        }
        guard !entry.isEmpty else { throw Malformed(reason: "the entry records nothing") }
        return entry
    }

    /// The acceptance that `message`, which is no entry of an environment, carries, and who signed it off; `nil` where
    /// its closing paragraph is no acceptance.
    ///
    /// - Throws: ``Malformed`` where the keys are right and a value is not.
    package static func acceptance(
        in message: String
    ) throws(Malformed) -> (acceptance: HistoryAcceptance, signedOffBy: String)? {
        guard let trailers = closingParagraph(of: message),
            trailers.map(\.key) == [.acceptedHistory, .recordedAt, .basis, .signedOffBy]
        else { return nil }
        return (try acceptance(trailers[0].value), trailers[3].value)
    }

    /// The commit of the watched branch that a commit with `message` takes in, and who signed it off; `nil` where its
    /// closing paragraph says no such thing.
    package static func takingIn(in message: String) -> (commit: String, signedOffBy: String)? {
        // One line that every such message has, looked for before anything is read in earnest.
        guard message.contains("\nTaken-In: "), let trailers = closingParagraph(of: message),
            trailers.map(\.key) == [.takenIn, .signedOffBy], isCommitID(trailers[0].value)
        else { return nil }
        return (trailers[0].value, trailers[1].value)
    }

    /// The trailers of the last paragraph; `nil` unless every line of it is one.
    private static func closingParagraph(of message: String) -> [Trailer]? {
        var message = message
        return message.withUTF8 { bytes in
            let newline = UInt8(ascii: "\n")
            var end = bytes.count
            while end > 0, unsafe bytes[end - 1] == newline { end -= 1 }
            var trailers: [Trailer] = []
            // From the last line up to the empty one above the paragraph.
            while end > 0 {
                var start = end
                while start > 0, unsafe bytes[start - 1] != newline { start -= 1 }
                if start == end { return trailers.reversed() }
                guard start > 0, let trailer = unsafe Trailer(line: bytes[start..<end]) else { return nil }
                trailers.append(trailer)
                end = start - 1
            }
            return trailers.isEmpty ? nil : trailers.reversed()
        }
    }

    private static func isCommitID(_ text: String) -> Bool {
        text.utf8.count == 40 && text.utf8.allSatisfy(isHexDigit)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func parse<Value, Failure: Error & CustomStringConvertible>(
        _ body: () throws(Failure) -> Value
    ) throws(Malformed) -> Value {
        do {
            return try body()
        } catch {
            throw Malformed(reason: error.description)
        }
    }

    private static func apply(_ trailer: Trailer, to entry: inout LedgerEntry) throws(Malformed) {
        switch trailer.key {
        case .environment, .basis, .recordedAt, .signedOffBy: return
        case .evidenceBasis:
            guard isCommitID(trailer.value) else { throw Malformed(reason: "Evidence-Basis is no commit id") }
            entry.evidenceBasis = trailer.value
        case .hold: entry.holds.append(try hold(trailer.value))
        case .acceptedHistory: entry.acceptance = try acceptance(trailer.value)
        case .release:
            entry.released.append(try parse { () throws(InvalidName) in try Hold.Scope(trailer.value) })
        case .promotionID:
            guard let id = PromotionID(trailer.value) else { throw Malformed(reason: "Promotion-Id is none") }
            entry.items.append(LedgerEntry.Item(promotion: id, result: .withdrawn))
        case .takenIn: throw Malformed(reason: "Taken-In stands in an entry")
        case .result, .sourceEnvironment, .artifact, .retired, .configuration, .supersedes, .contract, .gate,
            .approvedBy, .emergency, .facts:
            guard !entry.items.isEmpty else {
                throw Malformed(reason: "\(trailer.key.rawValue) stands before any Promotion-Id")
            }
            try apply(trailer, to: &entry.items[entry.items.count - 1])
        }
    }

    private static func apply(_ trailer: Trailer, to item: inout LedgerEntry.Item) throws(Malformed) {
        let value = trailer.value
        switch trailer.key {
        case .result:
            guard let result = LedgerResult(rawValue: value) else { throw Malformed(reason: "unknown result \(value)") }
            item.result = result
        case .sourceEnvironment: item.source = try parse { () throws(InvalidName) in try EnvironmentName(value) }
        case .artifact:
            guard let space = value.utf8.firstIndex(of: UInt8(ascii: " ")) else {
                throw Malformed(reason: "Artifact names no component")
            }
            let name = try parse { () throws(InvalidName) in try ComponentName(String(value[..<space])) }
            let text = String(Substring(value.utf8[space...].dropFirst()))
            item.artifacts[name] = try parse { () throws(Artifact.Malformed) in try Artifact(parsing: text) }
        case .retired: item.retired.append(try parse { () throws(InvalidName) in try ComponentName(value) })
        case .configuration: item.configuration = try parse { () throws(Digest.Malformed) in try Digest(value) }
        case .supersedes:
            guard let id = PromotionID(value) else { throw Malformed(reason: "Supersedes names no promotion") }
            item.supersedes.append(id)
        case .contract: item.contract = try word(value)
        case .gate: item.gates.append(try gate(value))
        case .approvedBy: item.approvedBy.append(try word(value))
        case .emergency: item.emergency = try emergency(value)
        case .facts: item.facts = try parse { () throws(Digest.Malformed) in try Digest(value) }
        case .environment, .promotionID, .hold, .release, .takenIn, .acceptedHistory, .recordedAt, .basis,
            .evidenceBasis,
            .signedOffBy:
            break
        }
    }

    private static func acceptance(_ text: String) throws(Malformed) -> HistoryAcceptance {
        let json = try parse { () throws(JSONReader.Malformed) in try JSONReader.value(text) }
        guard let replaced = json["replaced"]?.string, isCommitID(replaced) else {
            throw Malformed(reason: "Accepted-History names no commit that it replaces")
        }
        return HistoryAcceptance(replaced: replaced, reason: json["reason"]?.string)
    }

    /// Text as it is, or in JSON.
    private static func word(_ value: String) throws(Malformed) -> String {
        guard value.utf8.first == UInt8(ascii: "\"") else { return value }
        let json = try parse { () throws(JSONReader.Malformed) in try JSONReader.value(value) }
        guard let text = json.string else { throw Malformed(reason: "expected one text") }
        return text
    }

    private static func emergency(_ text: String) throws(Malformed) -> Emergency {
        let json = try parse { () throws(JSONReader.Malformed) in try JSONReader.value(text) }
        guard let reason = json["reason"]?.string, let by = json["by"]?.elements,
            let span = json["reviewWithin"]?.string
        else { throw Malformed(reason: "Emergency lacks reason, by or reviewWithin") }
        return Emergency(
            reason: reason, by: by.compactMap(\.string),
            reviewWithin: try parse { () throws(TimeSpan.Malformed) in try TimeSpan(span) })
    }

    private static func gate(_ text: String) throws(Malformed) -> GateResult {
        let json = try parse { () throws(JSONReader.Malformed) in try JSONReader.value(text) }
        guard let name = json["gate"]?.string.flatMap(GateName.init(rawValue:)),
            let state = json["result"]?.string.flatMap(GateResult.State.init(rawValue:)),
            let reason = json["reason"]?.string
        else { throw Malformed(reason: "Gate lacks gate, result or reason") }
        var evidence: [Digest] = []
        for value in json["evidence"]?.elements ?? [] {
            guard let text = value.string else { throw Malformed(reason: "Gate names evidence that is no digest") }
            evidence.append(try parse { () throws(Digest.Malformed) in try Digest(text) })
        }
        return GateResult(name, state, reason, nextChange: try instant(json["nextChange"]), evidence: evidence)
    }

    private static func hold(_ text: String) throws(Malformed) -> Hold {
        let json = try parse { () throws(JSONReader.Malformed) in try JSONReader.value(text) }
        guard let scope = json["scope"]?.string, let reason = json["reason"]?.string, let owner = json["owner"]?.string,
            let since = try instant(json["since"])
        else { throw Malformed(reason: "Hold lacks scope, reason, owner or since") }
        let rejected = json["rejected"]?.string
        return Hold(
            scope: try parse { () throws(InvalidName) in try Hold.Scope(scope) }, reason: reason, owner: owner,
            since: since, until: try instant(json["until"]),
            rejected: try rejected.map { text throws(Malformed) in
                try parse { () throws(Digest.Malformed) in try Digest(text) }
            })
    }

    private static func instant(_ value: JSONValue?) throws(Malformed) -> Timestamp? {
        guard let value, value != .null else { return nil }
        guard let instant = value.string.flatMap(Timestamp.init) else {
            throw Malformed(reason: "expected an RFC 3339 instant")
        }
        return instant
    }
}
