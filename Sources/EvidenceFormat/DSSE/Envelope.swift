/// A payload with signatures over it, as DSSE v1.0.2 defines it (`envelope.md` and `protocol.md`).
///
/// What is signed is ``preAuthentication``: the type and the very bytes of the payload, so nothing is ever parsed or
/// written a second time between signing and verifying.
///
/// A signature is one of:
///
/// - the blob of an SSH signature (`ssh-keygen -Y sign -n towpath-evidence` over the pre-authentication encoding,
///   without armour); its key id is the `SHA256:…` fingerprint of the key as `ssh-keygen -l` prints it;
/// - an Ed25519 signature (RFC 8032), 64 bytes;
/// - an ECDSA P-256 signature with SHA-256, in DER (SEC 1 §C.5), which is what cosign and securesystemslib write and
///   so what we write, or as raw r‖s, as in the specification's own example. Both of these have as key id `SHA256:`
///   and the unpadded base64 of SHA-256 over the key's SubjectPublicKeyInfo in DER.
package struct Envelope: Hashable, Sendable {
    /// The namespace that SSH signatures over our envelopes carry (PROTOCOL.sshsig).
    package static let namespace = "towpath-evidence"
    /// The type of a payload that is an in-toto statement.
    package static let statementType = "application/vnd.in-toto+json"
    /// The longest envelope that is read.
    package static let maximumBytes = 4 << 20
    /// The most signatures that one envelope may carry: each costs a verification, or several.
    package static let maximumSignatures = 32

    /// One signature, not verified.
    package struct Signature: Hashable, Sendable {
        /// A hint at the key, empty where there is none; never proof of anything.
        package let keyID: String
        package let bytes: [UInt8]

        package init(keyID: String, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    package let payloadType: String
    package let payload: [UInt8]
    package let signatures: [Signature]

    package init(payloadType: String, payload: [UInt8], signatures: [Signature] = []) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// The bytes that are signed: PAE of `protocol.md`, lengths in bytes.
    package var preAuthentication: [UInt8] {
        let type = Array(payloadType.utf8)
        return Array("DSSEv1 \(type.count) ".utf8) + type + Array(" \(payload.count) ".utf8) + payload
    }

    /// The envelope with one more signature, last.
    package func adding(_ signature: Signature) -> Envelope {
        Envelope(payloadType: payloadType, payload: payload, signatures: signatures + [signature])
    }

    /// Why bytes are no envelope.
    package enum Malformed: Error, Hashable, CustomStringConvertible {
        /// Longer than ``Envelope/maximumBytes``.
        case oversized(byteCount: Int)
        /// More signatures than ``Envelope/maximumSignatures``.
        case tooManySignatures(Int)
        /// Not the JSON that RFC 8259 and `envelope.md` ask for.
        case text(String)

        package var description: String {
            switch self {
            case .oversized(let count): "the envelope has \(count) bytes, \(Envelope.maximumBytes) allowed"
            case .tooManySignatures(let count):
                "the envelope has \(count) signatures, \(Envelope.maximumSignatures) allowed"
            case .text(let reason): "the envelope is malformed: \(reason)"
            }
        }
    }
}
