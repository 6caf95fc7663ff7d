import Crypto

/// A private key that a build signs evidence with: Ed25519 or ECDSA P-256.
///
/// People sign with `ssh-keygen`, so that their keys stay with their agent or device; see ``Envelope``.
package struct SigningKey: Sendable {
    private enum Secret: Sendable {
        case ed25519(Curve25519.Signing.PrivateKey)
        case ecdsaP256(P256.Signing.PrivateKey)
    }

    private let secret: Secret
    package let publicKey: PublicKey

    /// PrivateKeyInfo of Ed25519 up to the seed (RFC 8410 §7, version 1, without the public key).
    private static let ed25519Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// Reads `-----BEGIN PRIVATE KEY-----`: PKCS#8 (RFC 5958) without encryption, as `openssl genpkey` writes it.
    ///
    /// - Throws: ``KeyRefusal``, whose text never holds any of the key.
    package init(pem text: String) throws(KeyRefusal) {
        let bytes = try PEMText.bytes(of: "PRIVATE KEY", in: text)
        do {
            if bytes.starts(with: Self.ed25519Prefix) {
                let seed = Array(bytes.dropFirst(Self.ed25519Prefix.count))
                let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
                secret = .ed25519(key)
                publicKey = try PublicKey(.ed25519, point: Array(key.publicKey.rawRepresentation))
            } else {
                let key = try P256.Signing.PrivateKey(derRepresentation: bytes)
                secret = .ecdsaP256(key)
                publicKey = try PublicKey(.ecdsaP256, point: Array(key.publicKey.x963Representation))
            }
        } catch {
            throw .malformed("expected an Ed25519 key or an ECDSA key on P-256 in PKCS#8, without a passphrase")
        }
    }

    /// `envelope` with one more signature by this key; Ed25519 gives the same bytes each time, ECDSA others.
    ///
    /// - Throws: ``KeyRefusal/malformed(_:)`` where the key cannot sign.
    package func signing(_ envelope: Envelope) throws(KeyRefusal) -> Envelope {
        let message = envelope.preAuthentication
        let signature: [UInt8]
        do {
            switch secret {
            case .ed25519(let key): signature = Array(try key.signature(for: message))
            case .ecdsaP256(let key): signature = Array(try key.signature(for: message).derRepresentation)
            }
        } catch {
            throw .malformed("the key does not sign")
        }
        return envelope.adding(Envelope.Signature(keyID: publicKey.pemKeyID ?? "", bytes: signature))
    }
}
