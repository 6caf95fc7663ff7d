import Foundation
import JSONText
import TestSupport
import Testing

/// The promotions of a ledger for auditors, who trust a key and nothing of ours.
@Suite struct AuditExportTests {
    private let repository: BareRepository
    private let folder: TemporaryDirectory

    init() throws {
        repository = try BareRepository(copying: try AuditedFleet.shared.get().repository)
        folder = try TemporaryDirectory("export")
        // Something that is refused: nobody ever had it.
        try repository.commit(["environments/prod/web.yaml": SampleText.component("web", "9.0.0", 9)])
        var towpath = try TowpathProgram(in: repository)
        try towpath.sign()
        towpath.at("2026-11-23T10:10:00Z")
        let run = try towpath("reconcile")
        #expect(run.output.contains("refused"), "\(run.text)")
    }

    private func program(_ name: String) -> Program {
        Program("/usr/bin/\(name)", in: folder.path, environment: ["PATH": "/usr/bin:/bin"])
    }

    private func lines(_ bytes: some Sequence<UInt8>) throws -> [JSONValue] {
        try Array(bytes).split(separator: UInt8(ascii: "\n")).map { try JSONReader.value(Array($0)) }
    }

    @Test(arguments: [["ed25519"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]])
    func `every line verifies with openssl alone, and says who judged what by which contract`(
        _ algorithm: [String]
    ) throws {
        let openssl = program("openssl")
        #expect(try openssl.run(["genpkey", "-out", folder.file("a.pem"), "-algorithm"] + algorithm).status == 0)
        try openssl("pkey", "-in", folder.file("a.pem"), "-pubout", "-out", folder.file("a.pub.pem"))
        let record = folder.file("record.jsonl")
        let run = try repository.audit("--export", record, "--key", folder.file("a.pem"))
        #expect(run.status == 0 && run.output.contains("is sound"), "\(run.text)")
        #expect(run.errors == "9 promotions exported to \(record)\n")
        let envelopes = try String(contentsOfFile: record, encoding: .utf8).split(separator: "\n")
        #expect(envelopes.count == 9)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Support/verify_dsse.py"
        for envelope in envelopes {
            try Data(envelope.utf8).write(to: URL(fileURLWithPath: folder.file("line.json")))
            let other = try program("python3").run([script, folder.file("line.json"), folder.file("a.pub.pem")])
            #expect(other.output == "https://slsa.dev/verification_summary/v1\n", "\(other.text)")
        }
    }

    @Test func `without a key the statements stand by themselves, with what the specification asks for`() throws {
        let run = try repository.audit("--export", "-")
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.text)")
        let statements = try lines(run.outputBytes)
        try #require(statements.count == 9)
        for statement in statements {
            #expect(statement["_type"] == "https://in-toto.io/Statement/v1")
            #expect(statement["subject"]?.elements?.isEmpty == false)
            let predicate = try #require(statement["predicate"])
            for key in ["verifier", "timeVerified", "resourceUri", "policy", "verificationResult", "verifiedLevels"] {
                #expect(predicate[key] != nil, "\(key)")
            }
            #expect(predicate["policy"]?["uri"]?.string?.isEmpty == false)
        }
        let ledger = statements.map { $0["predicate"]?["https://towpath.dev/ledger/v1"] }
        #expect(
            ledger.map { "\($0?["environment"]?.string ?? "") \($0?["result"]?.string ?? "")" } == [
                "dev adopted", "prod adopted", "dev promoted", "prod promoted", "dev promoted", "prod promoted",
                "prod rolled-back", "dev promoted", "prod refused",
            ])
        // The promotion by evidence and approval names both, the one of the emergency no list that is not whole.
        let approved = try #require(statements[3]["predicate"])
        #expect(approved["inputAttestations"]?.elements?.count == 2, "\(run.output)")
        #expect(approved["policy"]?["uri"] == "towpath:policies/prod.yaml")
        let blob = try repository.git("rev-parse", "main:policies/prod.yaml")
        #expect(approved["policy"]?["digest"]?["gitBlob"]?.string == blob)
        #expect(ledger[3]?["approvedBy"]?.elements == ["ada@example.invalid"])
        #expect(statements[3]["subject"]?.elements?.first?["digest"]?["sha256"]?.string == SampleText.digits(2))
        #expect(statements[5]["predicate"]?["inputAttestations"] == nil)
        #expect(ledger[5]?["emergency"]?["reason"] == "incident 41")
        #expect(statements[8]["predicate"]?["verificationResult"] == "FAILED")
        #expect(try repository.audit("--export", "-").outputBytes == run.outputBytes, "the same bytes every time")
    }

    @Test func `since and until take a part of it`() throws {
        let run = try repository.audit(
            "--export", "-", "--since", "2026-11-23T08:50:00Z", "--until", "2026-11-23T09:40:00Z")
        #expect(try lines(run.outputBytes).count == 3, "\(run.text)")
        #expect(try repository.audit("--export", "-", "--until", "main").status == 64)
        #expect(try repository.audit("--until", "2026-11-23T09:40:00Z").status == 64)
        #expect(try repository.audit("--export", folder.file("nowhere/record.jsonl")).status == 73)
    }

    @Test func `what is not sound is not exported`() throws {
        let path = "environments/prod/environment.lock"
        try repository.commit([path: .text(try repository.file(path).replacing("1.1.0", with: "9.9.9"))])
        let record = folder.file("record.jsonl")
        let run = try repository.audit("--export", record)
        #expect(run.status == 3 && run.errors.contains("nothing is exported"), "\(run.text)")
        #expect(!FileManager.default.fileExists(atPath: record))
        #expect(try repository.audit("--export", "-").outputBytes.isEmpty)
        let tip = try #require(try repository.tip())
        #expect(try repository.audit("--export", "-", "--since", tip).status == 0, "what came after has no break")
    }
}
