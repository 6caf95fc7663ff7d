import JSONText

extension Envelope {
    /// Reads an envelope in JSON (`envelope.md`); fields that the specification does not know are ignored.
    ///
    /// - Throws: ``Malformed``; also for duplicate keys and for anything after the envelope but white space.
    package init(_ bytes: [UInt8]) throws(Malformed) {
        guard bytes.count <= Self.maximumBytes else { throw .oversized(byteCount: bytes.count) }
        let json: JSONValue
        do {
            json = try JSONReader.value(bytes)
        } catch {
            throw .text(error.description)
        }
        guard case .object = json else { throw .text("expected an object") }
        guard let type = json["payloadType"]?.string, !type.isEmpty else {
            throw .text("expected \"payloadType\" with a text")
        }
        guard let payload = json["payload"]?.string.flatMap(Base64.bytes) else {
            throw .text("expected \"payload\" in base64")
        }
        guard case .array(let items) = json["signatures"] else { throw .text("expected a list \"signatures\"") }
        guard items.count <= Self.maximumSignatures else { throw .tooManySignatures(items.count) }
        var signatures: [Signature] = []
        for (index, item) in items.enumerated() { signatures.append(try Self.signature(item, at: index)) }
        self.init(payloadType: type, payload: payload, signatures: signatures)
    }

    private static func signature(_ json: JSONValue, at index: Int) throws(Malformed) -> Signature {
        guard let bytes = json["sig"]?.string.flatMap(Base64.bytes), !bytes.isEmpty else {
            throw .text("expected \"sig\" in base64 in signature \(index + 1)")
        }
        switch json["keyid"] {
        case nil, .null: return Signature(keyID: "", bytes: bytes)
        case .string(let keyID): return Signature(keyID: keyID, bytes: bytes)
        default: throw .text("expected a text as \"keyid\" in signature \(index + 1)")
        }
    }

    /// The envelope in JSON on one line with a line feed; equal envelopes give equal bytes.
    package var bytes: [UInt8] {
        let signatures = signatures.map { signature -> JSONValue in
            var members = [JSONValue.Member("sig", .string(Base64.text(signature.bytes)))]
            if !signature.keyID.isEmpty { members.insert(JSONValue.Member("keyid", .string(signature.keyID)), at: 0) }
            return .object(members)
        }
        let json: JSONValue = [
            "payloadType": .string(payloadType), "payload": .string(Base64.text(payload)),
            "signatures": .array(signatures),
        ]
        return Array((JSONWriter.line(json) + "\n").utf8)
    }
}
