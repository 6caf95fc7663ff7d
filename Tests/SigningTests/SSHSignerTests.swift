import EvidenceFormat
import Foundation
import Signing
import TestSupport
import Testing

/// What becomes of a signature when the program that makes it does not answer.
@Suite struct SSHSignerTests {
    private static let envelope = Envelope(payloadType: "text/plain", payload: Array("x".utf8), signatures: [])

    private func signer(_ script: String, in folder: TemporaryDirectory, limit: Int) throws -> SSHSigner {
        let program = folder.file("ssh-keygen")
        try ExecutableScript.write(script, at: program)
        return SSHSigner(keyFile: folder.file("key"), program: program, limit: limit)
    }

    @Test func `a program that hangs is ended when its time is up`() throws {
        let folder = try TemporaryDirectory("signer")
        let pid = folder.file("pid")
        let signer = try signer("echo $$ > '\(pid)'; exec sleep 60", in: folder, limit: 1)
        let start = ContinuousClock.now
        #expect(errorText { try signer.signing(Self.envelope) } == "ssh-keygen took longer than 1 seconds")
        #expect(ContinuousClock.now - start < .seconds(30))
        let text = try String(contentsOfFile: pid, encoding: .utf8).trimmingCharacters(in: .newlines)
        #expect(kill(try #require(pid_t(text)), 0) == -1, "it is gone, and nobody's zombie")
    }

    @Test func `a program that ends in time is not waited for`() throws {
        let folder = try TemporaryDirectory("signer")
        let start = ContinuousClock.now
        let signer = try signer("exit 7", in: folder, limit: 600)
        #expect(errorText { try signer.signing(Self.envelope) }?.contains("it ended with 7") == true)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `a program that is not there is named with the way out`() throws {
        let folder = try TemporaryDirectory("signer")
        let signer = SSHSigner(keyFile: folder.file("key"), program: folder.file("none"))
        #expect(errorText { try signer.signing(Self.envelope) }?.contains("install OpenSSH's client") == true)
    }
}
