import Foundation
import JSONText
import TestSupport
import Testing

/// Evidence and consent as people and builds make them, with real keys.
@Suite struct EvidenceTests {
    private let repository: BareRepository
    private var towpath: TowpathProgram
    private let tools: TemporaryDirectory

    private static let report = """
        <testsuite name="unit" tests="2"><testcase name="a"/><testcase name="b"/></testsuite>
        """

    init() throws {
        repository = try BareRepository()
        tools = try TemporaryDirectory("keys")
        towpath = try TowpathProgram(in: repository)
        towpath.set("PATH", "/usr/bin:/bin")
        try Data(Self.report.utf8).write(to: URL(fileURLWithPath: tools.file("junit.xml")))
        var lines: [String] = []
        for (name, type) in [("ada", "ed25519"), ("grace", "ecdsa"), ("mallory", "ed25519")] {
            let run = try program("ssh-keygen").run(["-q", "-t", type, "-N", "", "-f", tools.file(name)])
            #expect(run.status == 0, "\(run.text)")
            let key = try String(contentsOfFile: tools.file("\(name).pub"), encoding: .utf8).split(separator: " ")
            if name != "mallory" { lines.append("\(name)@x.invalid \(key[0]) \(key[1])") }
        }
        for (name, options) in [("ci", ["ed25519"]), ("ec", ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"])] {
            let openssl = try program("openssl")
            #expect(
                try openssl.run(["genpkey", "-out", tools.file("\(name).pem"), "-algorithm"] + options).status == 0)
            let pkey = ["pkey", "-in", tools.file("\(name).pem"), "-pubout", "-out", tools.file("\(name).pub.pem")]
            #expect(try openssl.run(pkey).status == 0)
        }
        // ssh-keygen of this age converts the curve, not Ed25519, whose 32 bytes end the DER.
        let line = try program("ssh-keygen").run(["-i", "-m", "PKCS8", "-f", tools.file("ec.pub.pem")]).output
        lines.append("ec@x.invalid \(line.trimmingCharacters(in: .newlines))")
        lines.append("ci@x.invalid ssh-ed25519 \(try Self.sshBlob(ofPEM: tools.file("ci.pub.pem")))")
        var files = SampleText.fleet
        files["policies/allowed_signers"] = .text(lines.joined(separator: "\n") + "\n")
        try repository.commit(files, "Begin the fleet")
    }

    private static func sshBlob(ofPEM path: String) throws -> String {
        let text = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().dropLast()
        let der = try #require(Data(base64Encoded: text.joined()))
        func string(_ bytes: [UInt8]) -> [UInt8] { [0, 0, 0, UInt8(bytes.count)] + bytes }
        return Data(string(Array("ssh-ed25519".utf8)) + string(Array(der.suffix(32)))).base64EncodedString()
    }

    private func program(_ name: String) throws -> Program {
        Program("/usr/bin/\(name)", in: tools.path, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
    }

    private func attest(_ key: String, _ more: String...) throws -> Program.Run {
        try towpath(
            [
                "attest", "web", "--env", "dev", "--type", "tests", "--from", tools.file("junit.xml"), "--key",
                tools.file(key),
            ]
                + more)
    }

    private func json(_ run: Program.Run) throws -> JSONValue {
        try JSONReader.value(run.outputBytes)
    }

    private func items(_ arguments: String...) throws -> [JSONValue] {
        let run = try towpath(["evidence", "--output", "json"] + arguments)
        guard case .array(let items) = try json(run)["evidence"] else { return [] }
        return items
    }

    /// The envelope that an attestation stored, in a file.
    private func envelope(_ run: Program.Run) throws -> String {
        let match = run.output.firstMatch(of: /"([0-9a-f\/]+\.json)"/)
        let path = String(try #require(match, "\(run.text)").1)
        try Data(try repository.file(path, at: "towpath/evidence").utf8)
            .write(to: URL(fileURLWithPath: tools.file("envelope.json")))
        return tools.file("envelope.json")
    }

    @Test(arguments: ["ada", "grace", "ci.pem", "ec.pem"])
    func `what a key signs is verified by us and by others`(key: String) throws {
        let run = try attest(key, "--name", "unit", "--output", "json")
        #expect(run.status == 0, "\(run.text)")
        #expect(try json(run)["accepted"] == .bool(true), "\(run.text)")
        let trust =
            key.hasSuffix(".pem")
            ? [tools.file("\(key.dropLast(4)).pub.pem")] : [tools.file("signers"), "\(key)@x.invalid"]
        try Data(try repository.file("policies/allowed_signers").utf8)
            .write(to: URL(fileURLWithPath: tools.file("signers")))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Support/verify_dsse.py"
        let other = try program("python3").run([script, try envelope(run)] + trust)
        #expect(other.output == "https://in-toto.io/attestation/test-result/v0.1\n", "\(other.text)")
        let item = try #require(try items("web", "--env", "dev").first)
        #expect(item["state"] == "verified" && item["name"] == "unit" && item["values"]?["failed"] == .number("0"))
        #expect(item["firstSeen"] == "2026-11-23T08:00:00Z")
        try repository.expectSound()
    }

    @Test func `the public half is enough where an agent holds the key`() throws {
        let run = try towpath(
            "attest", "web", "--type", "tests", "--from", tools.file("junit.xml"), "--ssh-key", tools.file("ada"))
        #expect(run.status == 0, "\(run.text)")
        try FileManager.default.removeItem(atPath: tools.file("grace"))
        let without = try attest("grace.pub")
        #expect(without.status == 73 && without.errors.contains("ssh-keygen did not sign"), "\(without.text)")
        #expect(try repository.git("rev-list", "--count", "towpath/evidence") == "1")
    }

    @Test func `a key that nobody allowed signs, and both commands say that it does not count`() throws {
        let run = try attest("mallory")
        #expect(run.status == 0)
        #expect(run.errors.contains("warning: the signature does not count by policies/allowed_signers"))
        let listed = try towpath("evidence", "--strict")
        #expect(listed.status == 3)
        #expect(listed.output.contains("refused: signature 1: the key SHA256:"))
        #expect(try towpath("evidence").status == 0)
    }

    @Test func `secrets and strange keys stay out of messages`() throws {
        let secret = try String(contentsOfFile: tools.file("ci.pem"), encoding: .utf8).split(separator: "\n")[1]
        let broken = "-----BEGIN PRIVATE KEY-----\n\(secret.dropLast(4))\n-----END PRIVATE KEY-----\n"
        for (text, status) in [(broken, 64), ("\(secret)\n", 64), ("-----BEGIN RSA PRIVATE KEY-----\n\(secret)", 64)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: tools.file("bad.pem")))
            let run = try attest("bad.pem")
            #expect(Int(run.status) == status && !run.text.contains(secret.prefix(12)), "\(run.text)")
        }
    }

    @Test func `a component that differs between environments has to be told apart`() throws {
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        let run = try towpath(
            "attest", "web", "--type", "tests", "--from", tools.file("junit.xml"), "--key", tools.file("ci.pem"))
        #expect(run.status == 64)
        #expect(run.errors.contains("dev: 222222222222, prod-eu: 111111111111"), "\(run.text)")
        let unknown = try towpath("attest", "wbe", "--type", "tests", "--from", "-", "--key", tools.file("ci.pem"))
        #expect(unknown.status == 65 && unknown.errors.contains("did you mean \"web\"?"))
    }

    @Test func `writers at the same time lose nothing`() throws {
        let digest = SampleText.digest(1)
        var program = towpath
        for round in 0..<3 {
            program.at("2026-11-23T08:0\(round):00Z")
            let running = try ["ci.pem", "ec.pem", "ada", "grace"].map { key in
                try program.start(
                    "attest", digest, "--type", "tests", "--from", tools.file("junit.xml"), "--name", key, "--key",
                    tools.file(key))
            }
            for run in try running.map({ try $0.finish() }) { #expect(run.status == 0, "\(run.text)") }
        }
        #expect(try repository.git("rev-list", "--count", "towpath/evidence") == "12")
        let listed = try JSONReader.value(try program("evidence", digest, "--output", "json").outputBytes)
        guard case .array(let items) = listed["evidence"] else { return }
        #expect(items.filter { $0["state"] == "verified" }.count == 12)
        try repository.expectSound()
        #expect(try repository.git("rev-list", "--merges", "--count", "towpath/evidence") == "0")
    }

    @Test func `an approval is bound to its promotion, can be taken back and given again`() throws {
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/staging/web.yaml": SampleText.component("web", "1.1.0", 2)])
        let key = tools.file("ada")
        let unasked = try towpath("approve", "staging", "--key", key)
        #expect(unasked.status == 64 && unasked.errors.contains("--yes"))
        #expect(unasked.output.contains("from     registry.example/shop/web:1.0.0@\(SampleText.digest(1))"))
        #expect(unasked.output.contains("to       registry.example/shop/web:1.1.0@\(SampleText.digest(2))"))
        #expect(try repository.tip("towpath/evidence") == nil)
        let first = try towpath("approve", "staging", "web", "--yes", "--key", key, "--output", "json")
        #expect(first.status == 0, "\(first.text)")
        guard case .array(let promotions) = try json(first)["promotions"] else {
            Issue.record("\(first.text)")
            return
        }
        let id = try #require(promotions.first?["promotion"]?.string)
        #expect(promotions.first?["accepted"] == .bool(true))
        var later = towpath
        later.at("2026-11-23T08:05:00Z")
        #expect(try later("approve", "staging", "--revoke", "--reason", "a leak", "--yes", "--key", key).status == 0)
        later.at("2026-11-23T08:06:00Z")
        #expect(try later("approve", "staging", "--yes", "--key", key).status == 0)
        let run = try later("evidence", "--output", "json")
        guard case .array(let items) = try json(run)["evidence"] else { return }
        #expect(items.map { $0["kind"]?.string } == ["approval", "revocation", "approval"])
        #expect(items.allSatisfy { $0["promotion"]?.string == id })
        #expect(try later("approve", "dev", "--yes", "--key", key).status == 3)
        #expect(try later("approve", "staging", "catalog", "--yes", "--key", key).errors.contains("what waits: web"))
        try repository.expectSound()
    }

    @Test func `what brings no digest is approved all the same`() throws {
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/staging/web.yaml": SampleText.component("web", "1.0.0", 1, config: "logLevel: debug"),
            "policies/staging.yaml": SampleText.contract(to: "staging", from: "dev", gates: "{soak: 300d}"),
            "policies/freeze.yaml": """
            apiVersion: towpath.dev/v1
            kind: Freeze
            metadata: {name: all}
            spec: {environments: ["*"], reason: audit, owner: ada, from: "2026-11-01T00:00:00Z", until: "2026-12-24T00:00:00Z"}

            """,
        ])
        let run = try towpath(
            "approve", "staging", "--emergency", "--reason", "fire", "--yes", "--key", tools.file("ada"))
        #expect(run.status == 0, "\(run.text)")
        let paths = try repository.git("ls-tree", "-r", "--name-only", "towpath/evidence")
        #expect(paths.hasPrefix("promotions/staging."), "\(paths)")
        #expect(try items().map { $0["kind"]?.string } == ["emergency"])
    }

    @Test func `a recorded promotion can be reviewed, another cannot`() throws {
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("reconcile").status == 0)
        let history = try json(try towpath("history", "dev", "--output", "json"))
        guard case .array(let entries) = history["entries"],
            let id = entries.first(where: { $0["result"] == "promoted" })?["promotion"]?.string
        else {
            Issue.record("\(history)")
            return
        }
        let run = try towpath("review", "dev", id, "--reason", "was right", "--yes", "--key", tools.file("grace"))
        #expect(run.status == 0, "\(run.text)")
        #expect(
            run.output.contains("    from     registry.example/shop/web:1.0.0@\(SampleText.digest(1))\n"), "\(run.text)"
        )
        #expect(run.errors.contains("does not count: the promotion skipped no gate"), "\(run.text)")
        let item = try #require(try items("--env", "dev").first)
        #expect(item["kind"] == "review" && item["comment"] == "was right" && item["promotion"]?.string == id)
        let other = try towpath(
            "review", "dev", "dev.0123456789abcdef", "--reason", "x", "--yes", "--key", tools.file("grace"))
        #expect(other.status == 65 && other.errors.contains("was never recorded in dev"))
    }

    @Test(arguments: [
        ("exit 3", "it ended with 3"), ("kill -KILL $$", "it ended with 137"),
        ("exit 0", "a signature that does not count"),
        ("echo nonsense", "a signature that does not count"), ("cat", "a signature that does not count"),
    ])
    func `a signer that fails stores nothing and is no success`(script: String, told: String) throws {
        let folder = try TemporaryDirectory("bin")
        try ExecutableScript.write(script, at: folder.file("ssh-keygen"))
        var towpath = towpath
        towpath.set("PATH", "\(folder.path):/usr/bin:/bin")
        let run = try towpath(
            "attest", "web", "--env", "dev", "--type", "tests", "--from", tools.file("junit.xml"), "--ssh-key",
            tools.file("ada"))
        #expect(run.status == 73 && run.errors.contains(told), "\(run.text)")
        #expect(try repository.tip("towpath/evidence") == nil)
    }

    @Test func `the branch is the one that the layout names`() throws {
        try repository.commit([
            "towpath.yaml": "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  evidence: {branch: proof}\n"
        ])
        #expect(try attest("ci.pem").status == 0)
        #expect(try repository.tip("proof") != nil)
        #expect(try items().count == 1)
        try repository.commit([
            "towpath.yaml": "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  evidence: {branch: main}\n"
        ])
        let run = try attest("ci.pem")
        #expect(run.status == 65 && run.errors.contains("a branch of its own"), "\(run.text)")
    }

    @Test func `a change that adds its own signer is judged by the watched branch`() throws {
        let key = try String(contentsOfFile: tools.file("mallory.pub"), encoding: .utf8)
        let signers = try repository.file("policies/allowed_signers")
        try repository.commit(
            ["policies/allowed_signers": .text(signers + "mallory@x.invalid \(key)")], branch: "topic",
            from: try repository.tip())
        _ = try attest("mallory")
        #expect(try items().map { $0["state"]?.string } == ["refused"])
    }

    @Test(arguments: ["tsets", "approval", "https://in-toto.io/attestation/test-result/v0.1"])
    func `a type that is none is refused`(type: String) throws {
        let run = try towpath(
            "attest", "web", "--type", type, "--from", tools.file("junit.xml"), "--key", tools.file("ci.pem"))
        #expect([64, 65].contains(run.status) && !run.errors.isEmpty, "\(run.text)")
        #expect(try repository.tip("towpath/evidence") == nil)
    }
}
