import PromotionModel

/// Goes through the signatures of one envelope and keeps who signed and what did not count.
struct SignatureTally {
    /// Each key once.
    private(set) var signers: [Signer] = []
    private(set) var ignored: [SignatureFinding] = []

    private let verification: Verification
    private let claimed: Timestamp
    private let firstSeen: Timestamp
    private var tries = 0

    init(_ verification: Verification, claimed: Timestamp, firstSeen: Timestamp) {
        self.verification = verification
        self.claimed = claimed
        self.firstSeen = firstSeen
    }

    mutating func judge(_ envelope: Envelope) {
        let message = envelope.preAuthentication
        for (index, signature) in envelope.signatures.enumerated() {
            do {
                let key =
                    signature.bytes.starts(with: SSHSignature.magic)
                    ? try sshKey(of: signature, over: message) : try plainKey(of: signature, over: message)
                signers.append(try signer(for: key))
            } catch {
                ignored.append(SignatureFinding(number: index + 1, reason: error))
            }
        }
    }

    private func signer(for key: PublicKey) throws(SignatureFinding.Reason) -> Signer {
        guard !signers.contains(where: { $0.key == key }) else { throw .repeated(fingerprint: key.fingerprint) }
        do {
            return try verification.signers.signer(
                for: key, namespace: verification.namespace, at: claimed, firstSeen: firstSeen)
        } catch {
            throw .signer(error)
        }
    }

    /// The key inside an SSH signature; the envelope's key id is not asked, since it proves nothing.
    private func sshKey(
        of signature: Envelope.Signature, over message: [UInt8]
    ) throws(SignatureFinding.Reason) -> PublicKey {
        do {
            let parsed = try SSHSignature(blob: signature.bytes)
            try parsed.verify(message, namespace: verification.namespace)
            return parsed.key
        } catch {
            throw .ssh(error)
        }
    }

    /// The listed key that made `signature`; its key id only says which to try.
    private mutating func plainKey(
        of signature: Envelope.Signature, over message: [UInt8]
    ) throws(SignatureFinding.Reason) -> PublicKey {
        for key in verification.signers.plainKeys(hintedBy: signature.keyID) {
            guard tries < Verification.maximumTries else { throw .tooManyTries }
            tries += 1
            if key.isValid(plain: signature.bytes, over: message) { return key }
        }
        throw .noKey(keyID: String(signature.keyID.prefix(100)))
    }
}
