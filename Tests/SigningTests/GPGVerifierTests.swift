import Foundation
import ModelBuilders
import Ports
import PromotionModel
import Signing
import TestSupport
import Testing

/// OpenPGP signatures, judged by a keyring and nothing else, with the real gpg.
@Suite(.enabled(if: OpenPGPHome.isInstalled)) struct GPGVerifierTests {
    private static let message = Array("tree 1\n\nsubject\n".utf8)
    private static let now: Timestamp = "2026-11-23T08:00:00Z"
    private let home: OpenPGPHome

    init() throws {
        home = try OpenPGPHome()
    }

    private func verifier(_ keyring: [UInt8]? = nil) throws -> GPGVerifier {
        try GPGVerifier(program: "/usr/bin/gpg", keyring: try keyring ?? home.keyring())
    }

    private func refusal(_ finding: OpenPGPFinding) -> String? {
        if case .refused(let reason) = finding { reason } else { nil }
    }

    @Test(arguments: ["ed25519", "rsa2048", "nistp256"])
    func `a good signature names the key and its time`(kind: String) throws {
        let key = try home.makeKey("ada@x.invalid", kind: kind, lifetime: "3y")
        let armour = try home.sign(Self.message, with: key)
        let finding = try verifier().finding(on: armour, over: Self.message, at: Self.now)
        #expect(
            finding
                == .good(
                    OpenPGPSignature(
                        fingerprint: key, madeAt: "2026-11-20T12:00:00Z", from: "2025-01-01T00:00:00Z",
                        until: "2028-01-01T00:00:00Z")))
    }

    @Test func `a subkey signs for its primary key, no longer than both count`() throws {
        let primary = try home.makeKey("ada@x.invalid", lifetime: "never")
        try home.gpg(
            "--faked-system-time", "20260101T000000!", "--passphrase", "", "--quick-add-key", primary, "ed25519",
            "sign",
            "1y")
        let armour = try home.sign(Self.message, with: primary)
        guard case .good(let signature) = try verifier().finding(on: armour, over: Self.message, at: Self.now) else {
            Issue.record("not good")
            return
        }
        #expect(signature.fingerprint == primary)
        #expect(signature.from == "2026-01-01T00:00:00Z" && signature.until == "2027-01-01T00:00:00Z")
    }

    @Test func `an expired key still tells when it counted, and one that is to come does not count`() throws {
        let key = try home.makeKey("ada@x.invalid", lifetime: "1y")
        let armour = try home.sign(Self.message, with: key, at: "20250601T000000")
        let verifier = try verifier()
        guard case .good(let signature) = verifier.finding(on: armour, over: Self.message, at: Self.now) else {
            Issue.record("not good")
            return
        }
        #expect(signature.until == "2026-01-01T00:00:00Z")
        let early = verifier.finding(on: armour, over: Self.message, at: "2024-01-01T00:00:00Z")
        #expect(refusal(early)?.contains("cannot be verified") == true, "\(early)")
    }

    @Test func `what is not this key's signature over these bytes is refused, each with its reason`() throws {
        let key = try home.makeKey("ada@x.invalid")
        let armour = try home.sign(Self.message, with: key)
        let stranger = try OpenPGPHome()
        let other = try stranger.sign(Self.message, with: try stranger.makeKey("eve@x.invalid"))
        let text = try home.sign(Self.message, with: key, "--textmode")
        let weak = try home.sign(Self.message, with: key, "--digest-algo", "SHA1", "--allow-weak-digest-algos")
        let rows: [(String, [UInt8], String)] = [
            (armour, Self.message + [0], "is not by this key over these bytes"), (armour, [], "not by this key"),
            (other, Self.message, "is not in the operator's keyring"), (text, Self.message, "over text"),
            (weak, Self.message, "hash that is not SHA-2"), (armour + armour, Self.message, "more than one"),
            (
                "-----BEGIN PGP SIGNATURE-----\n\naGVsbG8=\n-----END PGP SIGNATURE-----\n", Self.message,
                "no OpenPGP signature"
            ),
            (String(repeating: "A", count: 40_000), Self.message, "more than 32768 bytes"),
        ]
        let verifier = try verifier()
        for (armour, message, reason) in rows {
            let finding = verifier.finding(on: armour, over: message, at: Self.now)
            #expect(refusal(finding)?.contains(reason) == true, "\(reason): \(finding)")
        }
    }

    @Test func `a signature that holds what it signs is not detached and verifies nothing`() throws {
        let key = try home.makeKey("ada@x.invalid")
        let whole = try home.gpg("--armor", "--local-user", key, "--output", "-", "--sign", input: Self.message).output
        let finding = try verifier().finding(
            on: whole.replacing("PGP MESSAGE", with: "PGP SIGNATURE"), over: Self.message, at: Self.now)
        if case .good = finding { Issue.record("\(finding)") }
    }

    @Test func `a revoked key counts no more`() throws {
        let key = try home.makeKey("ada@x.invalid")
        let armour = try home.sign(Self.message, with: key)
        let file = home.file("openpgp-revocs.d/\(key.uppercased()).rev")
        // gpg guards the certificate against being used by mistake with a colon.
        let certificate = try String(contentsOfFile: file, encoding: .utf8).replacing(":-----BEGIN", with: "-----BEGIN")
        try home.gpg("--import", input: Array(certificate.utf8))
        let finding = try verifier().finding(on: armour, over: Self.message, at: Self.now)
        #expect(refusal(finding) == "the OpenPGP key was revoked", "\(finding)")
    }

    @Test func `a keyring that is none is said so before anything is verified`() throws {
        _ = try home.makeKey("ada@x.invalid")
        let armoured = try home.gpg("--armor", "--export").outputBytes
        for keyring in [armoured, [], Array("hello".utf8), [UInt8](repeating: 0x99, count: 17 << 20)] {
            #expect(throws: GPGVerifier.UnusableKeyring.self) { try verifier(keyring) }
        }
    }

    @Test(arguments: [
        ("exit 2", "could not verify: it said nothing that can be understood"), ("kill -9 $$", "could not verify"),
        ("echo '[GNUPG:] GOODSIG 1 A'; echo '[GNUPG:] VALIDSIG x'", "in a way that is not known"),
        ("echo 'GOODSIG 1 A'", "said nothing that can be understood"), ("yes", "wrote too much"),
        (
            "echo '[GNUPG:] GOODSIG 1 A'; echo '[GNUPG:] VALIDSIG \(String(repeating: "A", count: 40)) d 1 0 4 0 22 8 00 "
                + "\(String(repeating: "A", count: 40))'", "could not list the key"
        ),
    ])
    func `a program that fails verifies nothing and refuses nothing`(script: String, reason: String) throws {
        let program = home.file("gpg")
        try ExecutableScript.write("cat >/dev/null 2>&1\n\(script)", at: program)
        let finding = try GPGVerifier(program: program, keyring: [0x99, 0x01])
            .finding(on: "x", over: Self.message, at: Self.now)
        guard case .unverified(let found) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(found.contains(reason), "\(found)")
    }

    @Test func `a program that hangs is not waited for again and again`() throws {
        let program = home.file("gpg")
        let runs = home.file("runs")
        try ExecutableScript.write("echo x >> \(runs)\nsleep 60", at: program)
        let verifier = try GPGVerifier(program: program, keyring: [0x99, 0x01], limit: .milliseconds(300))
        for _ in 0..<5 {
            let finding = verifier.finding(on: "x", over: Self.message, at: Self.now)
            #expect(finding == .unverified("gpg took too long"))
        }
        #expect(try String(contentsOfFile: runs, encoding: .utf8) == "x\nx\nx\n")
    }

    @Test func `a program that is not there verifies nothing`() throws {
        let finding = try GPGVerifier(program: "/no/gpg", keyring: [0x99, 0x01])
            .finding(on: "x", over: Self.message, at: Self.now)
        #expect(finding == .unverified("gpg could not be started: No such file or directory"))
    }
}
