import Testing

@testable import EvidenceFormat

/// Signatures made by the real `ssh-keygen`.
struct SSHSignatureTests {
    let programs: OtherPrograms
    let message = Array("what is signed\n".utf8)

    init() throws {
        programs = try OtherPrograms()
    }

    struct KeyCase: Sendable, CustomTestStringConvertible {
        let type: String
        let bits: Int?
        var testDescription: String { "\(type) \(bits ?? 0)" }
    }

    static let keys = [
        KeyCase(type: "ed25519", bits: nil), KeyCase(type: "ecdsa", bits: 256), KeyCase(type: "ecdsa", bits: 384),
        KeyCase(type: "ecdsa", bits: 521),
    ]

    @Test(arguments: keys, ["sha256", "sha512"])
    func `a signature by ssh-keygen verifies`(key: KeyCase, hash: String) throws {
        let line = try programs.makeSSHKey("key", type: key.type, bits: key.bits)
        let armored = try programs.sign(message, with: "key", namespace: "git", options: ["-O", "hashalg=\(hash)"])
        let signature = try SSHSignature(armored: armored)
        #expect(signature.key == (try PublicKey(sshLine: line)))
        #expect(signature.hash.rawValue == hash)
        #expect(signature.namespace == "git")
        #expect(throws: Never.self) { try signature.verify(message, namespace: "git") }
        #expect(throws: SSHRefusal.badSignature) { try signature.verify(message + [0], namespace: "git") }
        #expect(throws: SSHRefusal.wrongNamespace(found: "git", expected: Envelope.namespace)) {
            try signature.verify(message, namespace: Envelope.namespace)
        }
    }

    @Test(arguments: keys)
    func `the fingerprint is the one that ssh-keygen prints`(key: KeyCase) throws {
        let line = try programs.makeSSHKey("key", type: key.type, bits: key.bits)
        let printed = try programs.run("ssh-keygen", ["-l", "-f", "key.pub"])
        let fingerprint = try PublicKey(sshLine: line).fingerprint
        #expect(printed.split(separator: " ")[1] == fingerprint)
        #expect(try PublicKey(sshLine: line).sshLine + " a comment" == line)
    }

    @Test func `RSA is refused by name`() throws {
        let line = try programs.makeSSHKey("key", type: "rsa", bits: 2048)
        #expect(throws: KeyRefusal.rsa) { try PublicKey(sshLine: line) }
        let armored = try programs.sign(message, with: "key")
        #expect(throws: SSHRefusal.key(.rsa)) { try SSHSignature(armored: armored) }
    }

    @Test(arguments: 0..<8)
    func `every signature of many verifies, whatever its numbers begin with`(round: Int) throws {
        _ = try programs.makeSSHKey("key", type: "ecdsa", bits: [256, 521][round % 2])
        for index in 0..<8 {
            let text = Array("\(round) \(index)".utf8)
            let signature = try SSHSignature(armored: try programs.sign(text, with: "key"))
            #expect(throws: Never.self) { try signature.verify(text, namespace: Envelope.namespace) }
        }
    }

    // MARK: - Blobs that somebody changed

    private func blob() throws -> [UInt8] {
        _ = try programs.makeSSHKey("key", type: "ed25519")
        return try SSHSignature(armored: try programs.sign(message, with: "key")).blob
    }

    /// A blob like ssh-keygen's, from its parts.
    private func assemble(
        version: UInt32 = 1, key: [UInt8], namespace: String = "n", hash: String = "sha512",
        type: String = "ssh-ed25519", value: [UInt8] = [UInt8](repeating: 7, count: 64), tail: [UInt8] = []
    ) -> [UInt8] {
        SSHSignature.magic + SSHWire.uint32(version) + SSHWire.string(key) + SSHWire.string(namespace)
            + SSHWire.string("") + SSHWire.string(hash)
            + SSHWire.string(SSHWire.string(type) + SSHWire.string(value)) + tail
    }

    private func refusal(_ blob: [UInt8]) -> SSHRefusal? {
        do {
            _ = try SSHSignature(blob: blob)
            return nil
        } catch {
            return error
        }
    }

    @Test func `each kind of wrong signature has its own reason`() throws {
        let signature = try SSHSignature(blob: try blob())
        let key = signature.key.sshBlob
        #expect(refusal(assemble(key: key)) == nil)
        #expect(refusal(assemble(version: 2, key: key)) == .version(2))
        #expect(refusal(assemble(version: 0, key: key)) == .version(0))
        #expect(refusal(assemble(key: key, hash: "sha1")) == .wrongHash("sha1"))
        #expect(refusal(assemble(key: key, hash: "")) == .wrongHash(""))
        #expect(refusal(assemble(key: key, namespace: "")) == .malformed("expected a namespace"))
        #expect(refusal(assemble(key: key, tail: [0])) == .trailingBytes)
        #expect(
            refusal(assemble(key: key, type: "ssh-rsa"))
                == .wrongSignatureType(found: "ssh-rsa", expected: "ssh-ed25519"))
        #expect(
            refusal(assemble(key: key, value: [1])) == .malformed("expected 64 bytes of Ed25519"))
        #expect(refusal(assemble(key: SSHWire.string("ssh-dss"))) == .key(.dsa))
        #expect(refusal(assemble(key: SSHWire.string("ssh-rsa"))) == .key(.rsa))
        #expect(
            refusal(assemble(key: SSHWire.string("ssh-ed25519-cert-v01@openssh.com"))) == .key(.certificate))
        #expect(refusal(assemble(key: SSHWire.string("ssh-new"))) == .key(.unknownKind("ssh-new")))
        #expect(refusal(assemble(key: key + [0])) == .key(.malformed("bytes after the key")))
        #expect(refusal([]) == .malformed("expected SSHSIG"))
        #expect(refusal([UInt8](repeating: 0, count: 20_000)) == .oversized(byteCount: 20_000))
    }

    @Test func `a blob cut anywhere is refused`() throws {
        let blob = try blob()
        for count in 0..<blob.count { #expect(refusal(Array(blob[..<count])) != nil) }
    }

    @Test func `a point that is not on the curve is refused`() {
        for kind in [KeyKind.ecdsaP256, .ecdsaP384, .ecdsaP521] {
            let point = [4] + [UInt8](repeating: 1, count: 2 * kind.width)
            #expect(throws: KeyRefusal.self) { try PublicKey(kind, point: point) }
        }
        #expect(throws: KeyRefusal.self) { try PublicKey(.ecdsaP256, point: [0]) }
        #expect(throws: KeyRefusal.self) { try PublicKey(.ed25519, point: [1]) }
    }

    @Test func `armour is read strictly`() throws {
        _ = try programs.makeSSHKey("key", type: "ed25519")
        let armored = try programs.sign(message, with: "key")
        #expect(throws: Never.self) { try SSHSignature(armored: armored.replacing("\n", with: "\r\n")) }
        #expect(throws: SSHRefusal.trailingBytes) { try SSHSignature(armored: armored + "x") }
        #expect(throws: SSHRefusal.trailingBytes) { try SSHSignature(armored: armored + armored) }
        #expect(throws: SSHRefusal.self) { try SSHSignature(armored: " " + armored) }
        #expect(throws: SSHRefusal.self) { try SSHSignature(armored: String(armored.dropLast(20))) }
        #expect(throws: SSHRefusal.self) { try SSHSignature(armored: armored.replacing("AAAA", with: "AA!A")) }
        #expect(throws: SSHRefusal.self) { try SSHSignature(armored: "") }
        let long = armored.replacing("\n-----END", with: String(repeating: "\n", count: 30_000) + "\n-----END")
        #expect(throws: SSHRefusal.oversized(byteCount: long.utf8.count)) { try SSHSignature(armored: long) }
    }

    @Test func `numbers of a signature stand in their shortest form`() {
        func number(_ bytes: [UInt8]) -> [UInt8]? {
            var reader = SSHWireReader(SSHWire.string(bytes))
            return reader.unsigned(width: 2)
        }
        #expect(number([]) == [0, 0])
        #expect(number([1]) == [0, 1])
        #expect(number([0, 0x80]) == [0, 0x80])
        #expect(number([0, 0xFF, 1]) == [0xFF, 1])
        #expect(number([0x80]) == nil)
        #expect(number([0]) == nil)
        #expect(number([0, 1]) == nil)
        #expect(number([1, 2, 3]) == nil)
    }
}
