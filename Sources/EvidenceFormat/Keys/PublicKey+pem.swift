extension PublicKey {
    /// SubjectPublicKeyInfo of Ed25519 up to the key (RFC 8410 §4): one length, so one prefix.
    private static let ed25519Prefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]
    /// SubjectPublicKeyInfo of an uncompressed point of P-256 up to the point (RFC 5480 §2).
    private static let p256Prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]

    /// Reads `-----BEGIN PUBLIC KEY-----` (RFC 7468 §13): Ed25519 or ECDSA P-256.
    ///
    /// - Throws: ``KeyRefusal``.
    package init(pem text: String) throws(KeyRefusal) {
        try self.init(spki: try PEMText.bytes(of: "PUBLIC KEY", in: text))
    }

    /// Reads SubjectPublicKeyInfo in DER (RFC 5280 §4.1): Ed25519 or ECDSA P-256 with an uncompressed point.
    ///
    /// - Throws: ``KeyRefusal``.
    package init(spki bytes: [UInt8]) throws(KeyRefusal) {
        if bytes.starts(with: Self.ed25519Prefix) {
            try self.init(.ed25519, point: Array(bytes.dropFirst(Self.ed25519Prefix.count)))
        } else if bytes.starts(with: Self.p256Prefix) {
            try self.init(.ecdsaP256, point: Array(bytes.dropFirst(Self.p256Prefix.count)))
        } else {
            throw .malformed("expected an Ed25519 key or an ECDSA key on P-256")
        }
    }

    /// SubjectPublicKeyInfo in DER; `nil` for kinds that sign in SSH's format only.
    package var spki: [UInt8]? {
        switch kind {
        case .ed25519: Self.ed25519Prefix + point
        case .ecdsaP256: Self.p256Prefix + point
        case .ecdsaP384, .ecdsaP521, .securityKeyEd25519, .securityKeyP256: nil
        }
    }

    /// SubjectPublicKeyInfo in PEM; `nil` for kinds that sign in SSH's format only.
    package var pem: String? {
        spki.map { PEMText.text(of: "PUBLIC KEY", $0) }
    }

    /// `SHA256:` and the unpadded base64 of SHA-256 over ``spki``: the key id of signatures by a PEM key.
    package var pemKeyID: String? {
        spki.map(Hash.fingerprint)
    }
}
