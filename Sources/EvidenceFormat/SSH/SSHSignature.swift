/// A detached signature by an SSH key (openssh PROTOCOL.sshsig), parsed and not verified.
///
/// Signers of git commits use the namespace `git`, signers of our envelopes ``Envelope/namespace``.
package struct SSHSignature: Hashable, Sendable {
    /// The longest signature that is read; the longest of ours, ECDSA P-521, needs 500 bytes.
    package static let maximumBytes = 16 << 10
    /// What signatures of commits and tags are made for (git's gpg-interface.c).
    package static let gitNamespace = "git"

    /// How the message is hashed before it is signed.
    package enum HashName: String, Sendable, CaseIterable {
        case sha256
        case sha512

        func hash(_ message: [UInt8]) -> [UInt8] {
            switch self {
            case .sha256: Hash.sha256(message)
            case .sha512: Hash.sha512(message)
            }
        }
    }

    /// What a security key adds to what it signs (openssh PROTOCOL.u2f).
    struct Presence: Hashable, Sendable {
        /// Bit 0: somebody touched the key.
        let flags: UInt8
        let counter: [UInt8]
    }

    static let magic = Array("SSHSIG".utf8)

    package let key: PublicKey
    package let namespace: String
    package let hash: HashName
    /// Kept, since the signature covers it; empty in all signatures of today.
    let reserved: [UInt8]
    /// r‖s or 64 bytes of Ed25519.
    let value: [UInt8]
    /// `nil` for a key that is no security key.
    let presence: Presence?
    /// The bytes it was read from, without armour: the value of a DSSE signature.
    package let blob: [UInt8]

    /// Checks that this signature was made over `message` for `namespace`.
    ///
    /// It says nothing of whose key that is: see ``AllowedSigners``.
    ///
    /// - Throws: ``SSHRefusal``.
    package func verify(_ message: [UInt8], namespace expected: String) throws(SSHRefusal) {
        guard namespace == expected, !expected.isEmpty else {
            throw .wrongNamespace(found: namespace, expected: expected)
        }
        var signed =
            Self.magic + SSHWire.string(namespace) + SSHWire.string(reserved) + SSHWire.string(hash.rawValue)
            + SSHWire.string(hash.hash(message))
        if let presence {
            guard presence.flags & 1 == 1 else { throw .userNotPresent }
            signed =
                Hash.sha256(Array(key.application.utf8)) + [presence.flags] + presence.counter + Hash.sha256(signed)
        }
        guard key.isValid(value, over: signed) else { throw .badSignature }
    }
}
