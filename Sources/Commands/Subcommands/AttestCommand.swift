import ArgumentParser
import Bootstrap
import FoundationEssentials
import JSONText
import PromotionModel

struct AttestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest", _superCommandName: "towpath",
        abstract: "Sign a tool's report as evidence about a digest.",
        discussion: """
            Reads the report, signs what it says about the digest and stores it on the evidence branch, where \
            contracts ask for it. The format is told by the file: tests take JUnit XML, coverage Cobertura XML or \
            LCOV, analysis SARIF, vulnerabilities SARIF or an in-toto list, sbom CycloneDX or SPDX JSON, provenance a \
            SLSA v1 predicate, performance {"metric": {"value": 1, "unit": "ms"}}; a type of your own, which is a \
            URI, takes any JSON object.

            EXAMPLES
              towpath attest web --env dev --type tests --name integration --from build/junit.xml --key ci.pem
              towpath attest sha256:… --type vulnerabilities --from scan.sarif --ssh-key ~/.ssh/id_ed25519
              syft -o cyclonedx-json … | towpath attest web --type sbom --from -
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var signing: SigningOptions

    @Argument(help: ArgumentHelp("The digest, or a component that declares it.", valueName: "component|digest"))
    var subject: String

    @Option(
        help: ArgumentHelp(
            "tests, coverage, analysis, vulnerabilities, sbom, provenance, performance, or a URI.", valueName: "type"),
        completion: .list([
            "tests", "coverage", "analysis", "vulnerabilities", "sbom", "provenance", "performance",
        ]))
    var type: String

    @Option(help: ArgumentHelp("The report; \"-\" is standard input.", valueName: "file"), completion: .file())
    var from: String

    @Option(help: "What was run or scanned, such as integration.")
    var name: String?

    @Option(help: ArgumentHelp("The environment whose digest of the component is meant.", valueName: "env"))
    var env: EnvironmentArgument?

    func run() throws {
        try perform {
            let kind = try Self.kind(type)
            if let name, !name.isPlainWord || name.utf8.count > 200 {
                throw Refusal(.usage, "--name is one word of at most 200 bytes")
            }
            let key = try signing.signingKey()
            let fleet = try Fleet(try common.settings())
            let request = AttestationRequest(
                subject: subject, environment: env?.name, kind: kind, name: name, report: try report())
            let attestation = try fleet.attest(request, with: key)
            switch common.output {
            case .json: Console.write(JSONWriter.document(Reports.attestation(attestation)))
            case .text, .markdown:
                let name = attestation.name.map { " \"\($0.printable)\"" } ?? ""
                Console.line("attested \(attestation.kind)\(name) of \(attestation.digest.short)")
                Console.line(
                    "stored on \(attestation.stored.branch) in \(attestation.stored.commit.prefix(12))"
                        + EvidenceText.signature(attestation.stored))
            }
            EvidenceText.warn(attestation.stored)
            return .done
        }
    }

    /// The kinds that reports are taken for.
    private static let kinds: [EvidenceKind] = [
        .tests, .coverage, .analysis, .vulnerabilities, .billOfMaterials, .provenance, .performance,
    ]

    private static func kind(_ text: String) throws(Refusal) -> EvidenceKind {
        if let known = kinds.first(where: { $0.description == text }) { return known }
        guard AttestationRequest.isFreeType(text) else {
            let words = kinds.map(\.description)
            throw Refusal(
                .usage, "\"\(text.printable)\" is no type of evidence",
                hint: "expected \(words.joined(separator: ", ")) or a URI")
        }
        return EvidenceKind(text)
    }

    private func report() throws(Refusal) -> [UInt8] {
        let limit = Fleet.maximumReportBytes + 1
        let start = from == "-" ? FileStart.readInput(upTo: limit) : FileStart.read(from, upTo: limit)
        guard let bytes = start else { throw Refusal(.badInput, "\(from): cannot be read") }
        guard bytes.count <= Fleet.maximumReportBytes else {
            throw Refusal(.badInput, "\(from): larger than \(Fleet.maximumReportBytes >> 20) MiB")
        }
        return bytes
    }
}
