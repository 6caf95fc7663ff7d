extension SSHSignature {
    /// Reads a signature without armour.
    ///
    /// - Throws: ``SSHRefusal`` for anything but one whole signature.
    package init(blob: [UInt8]) throws(SSHRefusal) {
        guard blob.count <= Self.maximumBytes else { throw .oversized(byteCount: blob.count) }
        var reader = SSHWireReader(blob)
        guard reader.bytes(Self.magic.count) == Self.magic else { throw .malformed("expected SSHSIG") }
        guard let version = reader.uint32() else { throw .malformed("expected a version") }
        guard version == 1 else { throw .version(version) }
        guard let keyBlob = reader.string() else { throw .malformed("expected a public key") }
        guard let namespace = reader.text(), !namespace.isEmpty else { throw .malformed("expected a namespace") }
        guard let reserved = reader.string(), let hashName = reader.text() else {
            throw .malformed("expected the name of a hash")
        }
        guard let signature = reader.string() else { throw .malformed("expected a signature") }
        guard reader.isAtEnd else { throw .trailingBytes }
        guard let hash = HashName(rawValue: hashName) else { throw .wrongHash(String(hashName.prefix(64))) }
        do {
            key = try PublicKey(sshBlob: keyBlob)
        } catch {
            throw .key(error)
        }
        self.namespace = namespace
        self.reserved = reserved
        self.hash = hash
        self.blob = blob
        (value, presence) = try Self.value(signature, of: key.kind)
    }

    private static func value(_ bytes: [UInt8], of kind: KeyKind) throws(SSHRefusal) -> ([UInt8], Presence?) {
        var reader = SSHWireReader(bytes)
        guard let name = reader.text() else { throw .malformed("expected the type of the signature") }
        guard name == kind.rawValue else {
            throw .wrongSignatureType(found: String(name.prefix(64)), expected: kind.rawValue)
        }
        guard let content = reader.string() else { throw .malformed("the signature is cut short") }
        var presence: Presence?
        if kind.isSecurityKey {
            guard let flags = reader.bytes(1), let counter = reader.bytes(4) else {
                throw .malformed("expected flags and counter of a security key")
            }
            presence = Presence(flags: flags[0], counter: counter)
        }
        guard reader.isAtEnd else { throw .trailingBytes }
        guard kind.curve != nil else {
            guard content.count == 64 else { throw .malformed("expected 64 bytes of Ed25519") }
            return (content, presence)
        }
        var numbers = SSHWireReader(content)
        guard let first = numbers.unsigned(width: kind.width), let second = numbers.unsigned(width: kind.width) else {
            throw .malformed("expected two numbers of \(kind.width) bytes")
        }
        guard numbers.isAtEnd else { throw .trailingBytes }
        return (first + second, presence)
    }

    /// Reads a signature in armour, as `ssh-keygen -Y sign` and git's `gpgsig` header hold it.
    ///
    /// - Throws: ``SSHRefusal``; also for anything after the armour but white space.
    package init(armored text: String) throws(SSHRefusal) {
        // Base64 takes a third more than the bytes, and the lines their ends.
        let count = text.utf8.count
        guard count <= Self.maximumBytes * 3 / 2 else { throw .oversized(byteCount: count) }
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        guard lines.popFirst() == "-----BEGIN SSH SIGNATURE-----" else {
            throw .malformed("expected \"-----BEGIN SSH SIGNATURE-----\"")
        }
        guard let end = lines.firstIndex(of: "-----END SSH SIGNATURE-----") else {
            throw .malformed("expected \"-----END SSH SIGNATURE-----\"")
        }
        guard lines[(end + 1)...].allSatisfy({ $0.allSatisfy(\.isWhitespace) }) else { throw .trailingBytes }
        guard let blob = Base64.bytes(lines[..<end].joined()) else { throw .malformed("expected base64") }
        try self.init(blob: blob)
    }
}

extension Envelope {
    /// The envelope with a signature that `ssh-keygen -Y sign -n towpath-evidence` made over ``preAuthentication``.
    package func adding(_ signature: SSHSignature) -> Envelope {
        adding(Signature(keyID: signature.key.fingerprint, bytes: signature.blob))
    }
}
