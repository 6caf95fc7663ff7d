import JSONText

extension Statement {
    /// Reads a statement in JSON; fields that the specification does not know are ignored.
    ///
    /// A subject that is null has no digest, and so matches nothing.
    ///
    /// - Throws: ``StatementMalformed``; also for duplicate keys.
    package init(_ bytes: [UInt8]) throws(StatementMalformed) {
        let json: JSONValue
        do {
            json = try JSONReader.value(bytes)
        } catch {
            throw .text(error.description)
        }
        guard case .object = json else { throw .text("expected an object") }
        guard let type = json["_type"]?.string else { throw .text("expected \"_type\"") }
        guard Self.readTypes.contains(type) else { throw .type(String(type.prefix(200))) }
        guard let predicateType = json["predicateType"]?.string, !predicateType.isEmpty else {
            throw .text("expected \"predicateType\"")
        }
        self.init(
            subjects: try Self.subjects(json["subject"] ?? .null), predicateType: predicateType,
            predicate: json["predicate"] ?? .null)
    }

    private static func subjects(_ json: JSONValue) throws(StatementMalformed) -> [Subject] {
        if case .null = json { return [] }
        guard case .array(let items) = json else { throw .text("expected a list \"subject\"") }
        guard items.count <= maximumSubjects else { throw .tooManySubjects(items.count) }
        var subjects: [Subject] = []
        for (index, item) in items.enumerated() { subjects.append(try subject(item, at: index)) }
        return subjects
    }

    private static func subject(_ json: JSONValue, at index: Int) throws(StatementMalformed) -> Subject {
        if case .null = json { return Subject(digests: [:]) }
        guard case .object = json else { throw .text("expected an object as subject \(index + 1)") }
        var digests: [String: String] = [:]
        switch json["digest"] {
        case nil, .null: break
        case .object(let members):
            for member in members {
                guard let hex = member.value.string else {
                    throw .text("expected texts as digests of subject \(index + 1)")
                }
                digests[member.key] = hex
            }
        default: throw .text("expected an object \"digest\" in subject \(index + 1)")
        }
        var annotations: [String: String] = [:]
        if case .object(let members) = json["annotations"] {
            for member in members { annotations[member.key] = member.value.string }
        }
        return Subject(name: json["name"]?.string, digests: digests, annotations: annotations)
    }

    /// The statement in JSON on one line; equal statements give equal bytes.
    package var bytes: [UInt8] {
        let subjects = subjects.map { subject -> JSONValue in
            let digests = subject.digests.sorted { $0.key < $1.key }
                .map { JSONValue.Member($0.key, .string($0.value)) }
            let name = subject.name.map { [JSONValue.Member("name", .string($0))] } ?? []
            let annotations = subject.annotations.sorted { $0.key < $1.key }
                .map { JSONValue.Member($0.key, .string($0.value)) }
            let beside = annotations.isEmpty ? [] : [JSONValue.Member("annotations", .object(annotations))]
            return .object(name + [JSONValue.Member("digest", .object(digests))] + beside)
        }
        let json: JSONValue = [
            "_type": .string(Self.type), "subject": .array(subjects), "predicateType": .string(predicateType),
            "predicate": predicate,
        ]
        return Array(JSONWriter.line(json).utf8)
    }

    /// The statement as the payload of an envelope without signatures.
    package var envelope: Envelope {
        Envelope(payloadType: Envelope.statementType, payload: bytes)
    }
}
