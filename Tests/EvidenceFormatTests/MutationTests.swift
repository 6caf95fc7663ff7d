import PromotionModel
import TestSupport
import Testing

@testable import EvidenceFormat

/// Whatever one byte becomes: nothing new is ever verified, and nothing crashes.
struct MutationTests {
    let people: People

    init() throws {
        people = try People()
    }

    /// What a pass may say: nothing but what the signers said.
    private func expectNothingNew(
        _ result: Verification.Result, than original: VerifiedStatement, _ comment: Comment
    ) {
        guard let verified = result.verified else { return }
        #expect(verified.statement == original.statement, comment)
        #expect(verified.payloadDigest == original.payloadDigest, comment)
        #expect(Set(verified.signers.map(\.key)).isSubset(of: Set(original.signers.map(\.key))), comment)
    }

    @Test func `flipping any byte of an envelope verifies nothing else`() throws {
        let bytes = try people.signed("ada", "grace").bytes
        let verification = Verification(signers: try people.signers())
        let original = try #require(
            verification.judge(bytes, about: people.digest, firstSeen: people.now).verified)
        var random = SeededGenerator(seed: 1)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= UInt8.random(in: 1...255, using: &random)
            let result = verification.judge(changed, about: people.digest, firstSeen: people.now)
            expectNothingNew(result, than: original, "byte \(index)")
        }
    }

    @Test func `flipping any bit of a signature makes it count no more`() throws {
        let signed = try people.signed("ada")
        let verification = Verification(signers: try people.signers())
        let bytes = signed.signatures[0].bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                let envelope = Envelope(
                    payloadType: signed.payloadType, payload: signed.payload,
                    signatures: [Envelope.Signature(keyID: "", bytes: changed)])
                #expect(
                    verification.judge(envelope.bytes, about: people.digest, firstSeen: people.now).verified == nil,
                    "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `flipping any byte of allowed_signers gives no key another meaning`() throws {
        let text = Array(
            "ada@example.invalid namespaces=\"towpath-evidence\",valid-before=\"20300101Z\" \(people.ada)\n".utf8)
        let key = try PublicKey(sshLine: people.ada)
        let bytes = try people.signed("ada").bytes
        var random = SeededGenerator(seed: 2)
        for index in text.indices {
            var changed = text
            changed[index] ^= UInt8.random(in: 1...255, using: &random)
            let signers: AllowedSigners
            do {
                signers = try AllowedSigners(changed, name: "f")
            } catch {
                continue
            }
            let result = Verification(signers: signers)
                .judge(bytes, about: people.digest, firstSeen: people.now)
            // Another principal or date is another file; another key is never taken for this one.
            #expect(result.verified?.signers.allSatisfy { $0.key == key } ?? true, "byte \(index)")
        }
    }

    @Test(arguments: 0..<64)
    func `random bytes, cuts and splices never crash and never verify`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = try people.signed("ada").bytes
        let verification = Verification(signers: try people.signers())
        let original = try #require(
            verification.judge(bytes, about: people.digest, firstSeen: people.now).verified)
        for _ in 0..<64 {
            var changed = bytes
            let start = Int.random(in: 0..<changed.count, using: &random)
            let end = Int.random(in: start..<changed.count, using: &random)
            let count = Int.random(in: 1..<40, using: &random)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            changed.replaceSubrange(start..<end, with: noise)
            expectNothingNew(
                verification.judge(changed, about: people.digest, firstSeen: people.now), than: original,
                "seed \(seed)")
            do { _ = try SSHSignature(blob: SSHSignature.magic + noise) } catch {}
            do { _ = try PublicKey(sshBlob: noise) } catch {}
            do { _ = try PublicKey(spki: noise) } catch {}
            do { _ = try AllowedSigners(Array("a ".utf8) + noise, name: "f") } catch {}
        }
    }
}
