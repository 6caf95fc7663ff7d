import Crypto
import Testing

@testable import EvidenceFormat

/// Security keys played in software (openssh PROTOCOL.u2f), with `ssh-keygen -Y verify` as the second opinion.
struct SecurityKeyTests {
    private static let application = "ssh:"
    let programs: OtherPrograms
    let message = Array("what is signed\n".utf8)

    init() throws {
        programs = try OtherPrograms()
    }

    /// The blob that a security key of `kind` gives with `flags`.
    private func signature(_ kind: KeyKind, flags: UInt8) throws -> SSHSignature {
        let counter: [UInt8] = [0, 0, 0, 42]
        let namespace = Envelope.namespace
        let wrapped =
            SSHSignature.magic + SSHWire.string(namespace) + SSHWire.string("") + SSHWire.string("sha512")
            + SSHWire.string(Hash.sha512(message))
        let signed = Hash.sha256(Array(Self.application.utf8)) + [flags] + counter + Hash.sha256(wrapped)
        let key: PublicKey
        let value: [UInt8]
        if kind == .securityKeyEd25519 {
            let secret = Curve25519.Signing.PrivateKey()
            key = try PublicKey(kind, point: Array(secret.publicKey.rawRepresentation), application: Self.application)
            value = Array(try secret.signature(for: signed))
        } else {
            let secret = P256.Signing.PrivateKey()
            key = try PublicKey(kind, point: Array(secret.publicKey.x963Representation), application: Self.application)
            let raw = Array(try secret.signature(for: signed).rawRepresentation)
            value = Self.number(raw[..<32]) + Self.number(raw[32...])
        }
        let blob =
            SSHSignature.magic + SSHWire.uint32(1) + SSHWire.string(key.sshBlob) + SSHWire.string(namespace)
            + SSHWire.string("") + SSHWire.string("sha512")
            + SSHWire.string(SSHWire.string(kind.rawValue) + SSHWire.string(value) + [flags] + counter)
        return try SSHSignature(blob: blob)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let short = Array(bytes.drop { $0 == 0 })
        return SSHWire.string((short.first.map { $0 >= 0x80 } ?? false) ? [0] + short : short)
    }

    /// What `ssh-keygen -Y verify` says.
    private func isAccepted(_ signature: SSHSignature) throws -> Bool {
        let armored =
            "-----BEGIN SSH SIGNATURE-----\n" + Base64.text(signature.blob) + "\n-----END SSH SIGNATURE-----\n"
        try programs.write(Array(armored.utf8), to: "sig")
        try programs.write(Array("ada \(signature.key.sshLine)\n".utf8), to: "allowed")
        do {
            try programs.run(
                "ssh-keygen",
                ["-Y", "verify", "-f", "allowed", "-I", "ada", "-n", Envelope.namespace, "-s", "sig"], input: message)
            return true
        } catch {
            return false
        }
    }

    @Test(arguments: [KeyKind.securityKeyEd25519, .securityKeyP256])
    func `a touched key counts, for ssh-keygen too`(kind: KeyKind) throws {
        for flags: UInt8 in [1, 5] {
            let signature = try signature(kind, flags: flags)
            #expect(throws: Never.self) { try signature.verify(message, namespace: Envelope.namespace) }
            #expect(try isAccepted(signature))
            #expect(throws: SSHRefusal.badSignature) {
                try signature.verify(message + [1], namespace: Envelope.namespace)
            }
        }
    }

    @Test(arguments: [KeyKind.securityKeyEd25519, .securityKeyP256])
    func `a key that nobody touched does not count`(kind: KeyKind) throws {
        for flags: UInt8 in [0, 4] {
            let signature = try signature(kind, flags: flags)
            #expect(throws: SSHRefusal.userNotPresent) {
                try signature.verify(message, namespace: Envelope.namespace)
            }
        }
    }

    @Test(arguments: [KeyKind.securityKeyEd25519, .securityKeyP256])
    func `another application, counter or flag is another signature`(kind: KeyKind) throws {
        let blob = try signature(kind, flags: 1).blob
        for offset in 1...5 {
            var changed = blob
            changed[changed.count - offset] ^= 4
            let signature = try SSHSignature(blob: changed)
            #expect(throws: SSHRefusal.badSignature) {
                try signature.verify(message, namespace: Envelope.namespace)
            }
        }
    }
}
