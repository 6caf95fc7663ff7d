import Auditing
import LedgerFormat
import ManifestFormat
import PromotionModel
import Testing

/// The reference leaves nothing out and makes nothing up.
@Suite struct ReferenceTests {
    private let documentation: Documentation

    init() throws {
        documentation = try Documentation.checkout.get()
    }

    @Test func `every command has its heading, and every heading its command`() throws {
        // A command of a command has both names in its heading.
        let words = try cli.headings.compactMap { heading in
            heading.wholeMatch(of: /towpath ([a-z-]+(?: [a-z-]+)*)/).map { String($0.1) }
        }.flatMap { $0.split(separator: " ").map(String.init) }
        let names = documentation.commands.values.flatMap { source in
            source.matches(of: /commandName:\s*"([a-z-]+)"/).map { String($0.1) }
        }
        #expect(Set(words).sorted() == Set(names.filter { $0 != "towpath" }).sorted())
    }

    @Test func `every option is documented, and every documented option exists`() throws {
        let declared = Set(documentation.commands.values.flatMap(longOptions))
        let text = try cli.prose + cli.blocks.map(\.text).joined()
        let mentioned = Set(text.matches(of: /--([a-z][a-z-]*)/).map { String($0.1) })
        #expect(declared.count > 10)
        #expect(declared.subtracting(mentioned).sorted() == [])
        #expect(mentioned.subtracting(declared).subtracting(["help", "version"]).sorted() == [])
    }

    @Test(arguments: ["README.md", "docs/reference/cli.md"])
    func `every exit code is explained`(_ path: String) throws {
        let source = try #require(documentation.commands["Sources/Commands/Options/Exit.swift"])
        let codes = source.matches(of: /case \w+ = (\d+)/).map { String($0.1) }
        let rows = try documentation.page(path).prose.matches(of: /\n\| (\d+) \|/).map { String($0.1) }
        #expect(codes.count > 5)
        #expect(rows == codes)
    }

    @Test func `every gate has its row`() throws {
        try expect(GateName.allCases.map(\.rawValue), in: "docs/reference/contract.md")
    }

    @Test func `every gate that a contract names has a guide and its fields`() throws {
        let reference = try documentation.page("docs/reference/contract.md")
        for gate in PolicyFields.byKind["PromotionContract.gates"] ?? [] {
            let guide = try documentation.page("docs/guides/gates/\(gate).md")
            #expect(guide.blocks.contains { $0.info == ["yaml", "policy"] && $0.text.contains("\(gate):") }, "\(gate)")
            #expect(reference.anchors.contains(gate.lowercased()), "\(gate)")
            #expect(reference.prose.contains("](../guides/gates/\(gate).md)"), "\(gate)")
        }
        for (path, fields) in PolicyFields.byKind where path.hasPrefix("PromotionContract.") && !path.hasSuffix("gates")
        {
            for field in fields {
                #expect(reference.prose.contains("`\(field)`"), "contract.md says nothing of \(path).\(field)")
            }
        }
    }

    @Test func `every kind of evidence has its row`() throws {
        try expect(PolicyFields.evidenceKinds, in: "docs/reference/contract.md")
    }

    @Test func `every kind of drift has its heading`() throws {
        let headings = try documentation.page("docs/reference/drift.md").headings
        #expect(DriftFinding.Kind.allCases.map(\.rawValue).filter { !headings.contains($0) } == [])
    }

    @Test func `every claim of the audit has its row, in order`() throws {
        let page = try documentation.page("docs/reference/audit.md")
        let rows = page.prose.matches(of: /\n\| `([a-zA-Z]+)` \|/).map { String($0.1) }
        #expect(rows == AuditClaim.allCases.map(\.rawValue))
    }

    @Test func `every state of a component has its row`() throws {
        try expect(ComponentStatus.State.allCases.map(\.rawValue), in: "docs/reference/json.md")
    }

    @Test func `the trailers are listed in their order`() throws {
        let prose = try documentation.page("docs/reference/ledger.md").prose
        let rows = prose.matches(of: /\n\| `([A-Z][A-Za-z-]+)` \|/).map { String($0.1) }
        #expect(rows == TrailerKey.allCases.map(\.rawValue))
    }

    private var cli: MarkdownPage {
        get throws { try documentation.page("docs/reference/cli.md") }
    }

    /// Expects a table row that begins with each of `names`.
    private func expect(_ names: [String], in path: String) throws {
        let prose = try documentation.page(path).prose
        #expect(names.filter { !prose.contains("\n| `\($0)` |") } == [], "\(path) has no row for these")
    }

    /// The long names of the options and flags that a source declares.
    private func longOptions(_ source: String) -> [String] {
        source.matches(of: /@(?:Option|Flag)\b/).compactMap { match in
            let rest = source[match.range.upperBound...]
            guard let variable = rest.firstMatch(of: /\bvar (\w+)/) else { return nil }
            let attribute = rest[..<variable.range.lowerBound]
            if let custom = attribute.firstMatch(of: /customLong\("([a-z-]+)"/) { return String(custom.1) }
            return String(variable.1).reduce(into: "") { name, letter in
                name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
            }
        }
    }
}
