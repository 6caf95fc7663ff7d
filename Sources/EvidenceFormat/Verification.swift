package import PromotionModel

/// Judges evidence: a function of its bytes, the trust given to it, and instants.
package struct Verification: Hashable, Sendable {
    /// The most keys that are tried on signatures without a key inside, for one envelope: some 35 µs each.
    package static let maximumTries = 512

    /// What came of it.
    package enum Result: Hashable, Sendable {
        case verified(VerifiedStatement)
        /// Why not; never empty.
        case refused([EvidenceRefusal])
    }

    package let signers: AllowedSigners
    /// The namespace that SSH signatures must carry and keys must be allowed for.
    package let namespace: String
    /// How many distinct people must have signed, by distinct keys; less than one refuses everything.
    package let threshold: Int

    package init(signers: AllowedSigners, namespace: String = Envelope.namespace, threshold: Int = 1) {
        self.signers = signers
        self.namespace = namespace
        self.threshold = threshold
    }

    /// Whether the envelope in `bytes` states something of type `predicateType` about `digest`, signed by who may.
    ///
    /// In the order of DSSE's `protocol.md`: signatures first, then the type of the payload, and only then is the
    /// payload read.
    ///
    /// - Parameters:
    ///   - bytes: The envelope as it was stored.
    ///   - digest: The artifact that the statement must be about.
    ///   - predicateType: The type that the statement must have; `nil` where any will do.
    ///   - claimed: When it was signed, as its surroundings say; `nil` where nothing says so but `firstSeen`.
    ///   - firstSeen: When we first saw it.
    package func judge(
        _ bytes: [UInt8], about digest: Digest, predicateType: String? = nil, claimed: Timestamp? = nil,
        firstSeen: Timestamp
    ) -> Result {
        let envelope: Envelope
        do {
            envelope = try Envelope(bytes)
        } catch {
            return .refused([.envelope(error)])
        }
        guard threshold >= 1 else { return .refused([.threshold(required: threshold, found: 0)]) }
        guard !envelope.signatures.isEmpty else { return .refused([.unsigned]) }
        var tally = SignatureTally(self, claimed: claimed ?? firstSeen, firstSeen: firstSeen)
        tally.judge(envelope)
        let people = Signer.peopleCount(tally.signers)
        guard people >= threshold else {
            let findings = tally.ignored.map(EvidenceRefusal.signature)
            // Where one signature is asked for, those that do not count say all there is to say.
            guard threshold > 1 || findings.isEmpty else { return .refused(findings) }
            return .refused(findings + [.threshold(required: threshold, found: people)])
        }
        return read(envelope, tally, about: digest, predicateType: predicateType)
    }

    private func read(
        _ envelope: Envelope, _ tally: SignatureTally, about digest: Digest, predicateType: String?
    ) -> Result {
        guard envelope.payloadType == Envelope.statementType else {
            return .refused([.payloadType(String(envelope.payloadType.prefix(200)))])
        }
        let statement: Statement
        let payloadDigest: Digest
        do {
            statement = try Statement(envelope.payload)
        } catch {
            return .refused([.statement(error)])
        }
        do {
            payloadDigest = try Digest.sha256(of: envelope.payload)
        } catch {
            return .refused([.statement(.text(error.description))])
        }
        var reasons: [EvidenceRefusal] = []
        if let mismatch = statement.mismatch(with: digest) { reasons.append(.subject(mismatch)) }
        // By bytes: `==` would take characters that Unicode calls equivalent, such as the sign for kelvin, for "K".
        if let predicateType, !statement.predicateType.utf8.elementsEqual(predicateType.utf8) {
            reasons.append(.statement(.predicateType(found: statement.predicateType, expected: predicateType)))
        }
        guard reasons.isEmpty else { return .refused(reasons) }
        return .verified(
            VerifiedStatement(
                statement: statement, signers: tally.signers, payloadDigest: payloadDigest, ignored: tally.ignored))
    }
}
