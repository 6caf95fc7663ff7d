import JSONText
import TestSupport
import Testing

/// What becomes of a changed configuration, as status tells it.
@Suite struct StatusTests {
    private static let shut = "{windows: [{from: \"09:00\", to: \"10:00\", zone: UTC}]}"

    /// A settled `dev` whose configuration then changes, and its component too, both judged together or each.
    private func fleet(_ unit: String) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.0.0", 1),
            "policies/dev.yaml": SampleText.contract(to: "dev", gates: Self.shut, more: "unit: \(unit)"),
        ])
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2, config: "logLevel: debug")
        ])
        return (repository, towpath)
    }

    private func configuration(_ towpath: TowpathProgram) throws -> JSONValue? {
        let json = try JSONReader.value(try towpath("status", "--output", "json").outputBytes)
        guard case .array(let environments)? = json["environments"] else { return nil }
        return environments.first?["configuration"]
    }

    @Test(arguments: ["each", "together"])
    func `a changed configuration shows both digests, as text and as JSON`(unit: String) throws {
        let (repository, towpath) = try fleet(unit)
        let change = try #require(try configuration(towpath))
        let declared = try #require(change["declared"]?.string)
        let recorded = try #require(change["recorded"]?.string)
        #expect(declared != recorded)
        #expect(try repository.file("environments/dev/environment.lock").contains("  digest: \(recorded)\n"))
        #expect(change["state"] == "waiting" && change["nextChange"] == "2026-11-23T09:00:00Z")
        let row = try towpath("status").output.split(separator: "\n").first { $0.contains("(configuration)") }
        let cells = try #require(row).split(separator: " ").map(String.init)
        #expect(
            cells[2...4] == [
                String(declared.dropFirst(7).prefix(12)), String(recorded.dropFirst(7).prefix(12)), "waiting",
            ])
        try repository.expectSound()
    }

    @Test func `a configuration that nothing records yet has no recorded digest`() throws {
        let repository = try BareRepository()
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.0.0", 1),
            "policies/dev.yaml": SampleText.contract(to: "dev"),
        ])
        let towpath = try TowpathProgram(in: repository)
        #expect(try configuration(towpath)?["recorded"] == .null)
        let text = try towpath("status").output
        #expect(text.contains("  –  ") && text.contains("the next tick records it as found\n"), "\(text)")
    }

    @Test func `a held configuration is held, as its components are`() throws {
        let (_, towpath) = try fleet("each")
        #expect(try towpath("hold", "dev", "--reason", "x").status == 0)
        #expect(try configuration(towpath)?["state"] == "held")
        let rows = try towpath("status").output.split(separator: "\n").dropFirst()
        #expect(rows.count == 2 && rows.allSatisfy { $0.contains("  held  ") }, "\(rows)")
    }

    @Test func `a configuration as it is recorded is no row`() throws {
        let (repository, towpath) = try fleet("each")
        var later = towpath
        later.at("2026-11-23T09:00:00Z")
        #expect(try later("reconcile").status == 0)
        #expect(try configuration(later) == .null)
        #expect(try !later("status").output.contains("configuration"))
        try repository.expectSound()
    }
}
