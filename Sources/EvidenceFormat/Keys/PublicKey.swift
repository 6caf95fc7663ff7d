import Crypto

/// A public key that can count as a signer; two are equal when they are the same key, whatever form they came in.
package struct PublicKey: Hashable, Sendable {
    package let kind: KeyKind
    /// 32 bytes of Ed25519 (RFC 8032 §5.1.5), or an uncompressed point (SEC 1 §2.3.3).
    let point: [UInt8]
    /// What a security key was made for, such as `ssh:`; empty for other keys.
    let application: String

    /// Checks that `point` is a key of `kind`.
    ///
    /// - Throws: ``KeyRefusal/malformed(_:)`` for a point that is not on the curve or has another length.
    init(_ kind: KeyKind, point: [UInt8], application: String = "") throws(KeyRefusal) {
        do {
            switch kind {
            case .ed25519, .securityKeyEd25519: _ = try Curve25519.Signing.PublicKey(rawRepresentation: point)
            case .ecdsaP256, .securityKeyP256: _ = try P256.Signing.PublicKey(x963Representation: point)
            case .ecdsaP384: _ = try P384.Signing.PublicKey(x963Representation: point)
            case .ecdsaP521: _ = try P521.Signing.PublicKey(x963Representation: point)
            }
        } catch {
            throw .malformed("no \(kind.rawValue) key has this value")
        }
        guard kind.curve == nil || point.first == 4 else { throw .malformed("expected an uncompressed point") }
        self.kind = kind
        self.point = point
        self.application = application
    }
}

extension PublicKey {
    /// Whether `signature`, r‖s or 64 bytes of Ed25519, was made over `message` by this key.
    func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 2 * kind.width else { return false }
        do {
            switch kind {
            case .ed25519, .securityKeyEd25519:
                return try Curve25519.Signing.PublicKey(rawRepresentation: point)
                    .isValidSignature(signature, for: message)
            case .ecdsaP256, .securityKeyP256:
                return try P256.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(P256.Signing.ECDSASignature(rawRepresentation: signature), for: message)
            case .ecdsaP384:
                return try P384.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(P384.Signing.ECDSASignature(rawRepresentation: signature), for: message)
            case .ecdsaP521:
                return try P521.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(P521.Signing.ECDSASignature(rawRepresentation: signature), for: message)
            }
        } catch {
            return false
        }
    }

    /// Whether `signature`, not an SSH one, was made over `message`: Ed25519, or ECDSA P-256 in DER or as r‖s.
    ///
    /// Keys of other kinds sign in SSH's format only.
    func isValid(plain signature: [UInt8], over message: [UInt8]) -> Bool {
        switch kind {
        case .ed25519: return isValid(signature, over: message)
        case .ecdsaP256:
            if isValid(signature, over: message) { return true }
            guard signature.first == 0x30, signature.count <= 72 else { return false }
            do {
                let parsed = try P256.Signing.ECDSASignature(derRepresentation: signature)
                return isValid(Array(parsed.rawRepresentation), over: message)
            } catch {
                return false
            }
        case .ecdsaP384, .ecdsaP521, .securityKeyEd25519, .securityKeyP256: return false
        }
    }
}
