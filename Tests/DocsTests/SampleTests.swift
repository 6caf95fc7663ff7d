import JSONText
import LedgerFormat
import ManifestFormat
import PromotionModel
import Testing
import YAMLSource

/// Whoever copies a sample gets something that works.
@Suite struct SampleTests {
    private static let blob = String(repeating: "0", count: 40)

    @Test func `every YAML block is YAML`() throws {
        try forEachBlock(["yaml"]) { block in
            _ = try YAMLStream(bytes: Array(block.text.utf8))
        }
    }

    @Test func `every policy can be used`() throws {
        try forEachBlock(["yaml", "policy"]) { block in
            #expect(block.text.hasPrefix("# policies/"), "a whole file begins with its path")
            let policies = PolicyDecoder.policies(Array(block.text.utf8), file: "policies/x.yaml", blob: Self.blob)
            #expect(policies.defects.map(\.problem.description) == [])
            let count = policies.contracts.count + policies.freezes.count + policies.ignores.count
            #expect(count + policies.roles.count > 0)
        }
    }

    @Test func `every policy test can be read`() throws {
        try forEachBlock(["yaml", "policy-test"]) { block in
            #expect(block.text.hasPrefix("# policies/"), "a whole file begins with its path")
            let contents = PolicyTestDecoder.contents(Array(block.text.utf8), file: "policies/x.test.yaml")
            #expect(contents.problems.map(\.description) == [])
            #expect(!contents.tests.isEmpty)
        }
    }

    @Test func `every fleet can be used`() throws {
        try forEachBlock(["yaml", "fleet"]) { block in
            #expect(block.text.hasPrefix("# towpath.yaml\n"), "a whole file begins with its path")
            let layout = try FleetDecoder.layout(Array(block.text.utf8), file: "towpath.yaml")
            #expect(!layout.rules.isEmpty)
        }
    }

    @Test func `every native manifest declares its artifact`() throws {
        try forEachBlock(["yaml", "component"]) { block in
            #expect(block.text.hasPrefix("# environments/"), "a whole file begins with its path")
            let contents = ManifestReader().read(Array(block.text.utf8), path: "environments/dev/x.yaml")
            #expect(contents.problems.map(\.description) == [])
            #expect(contents.found.map(\.format) == ["component"])
        }
    }

    @Test func `every lock is as towpath writes it`() throws {
        try forEachBlock(["yaml", "lock"]) { block in
            let name = try EnvironmentName(try #require(block.info.last))
            let file = FleetLayout.lockPath(of: name)
            let record = try LockReader.record(Array(block.text.utf8), file: file, environment: name)
            #expect(!record.components.isEmpty)
        }
    }

    @Test func `every ledger entry can be read back`() throws {
        try forEachBlock(["text", "ledger"]) { block in
            let entry = try #require(try LedgerReader.entry(in: block.text))
            #expect(!entry.isEmpty)
        }
    }

    @Test func `every JSON block is JSON`() throws {
        try forEachBlock(["json"]) { block in
            let value = try JSONReader.value(block.text)
            #expect(value["apiVersion"]?.string == "towpath.dev/v1")
        }
    }

    /// Runs `body` for every block whose info string begins with `info`; one at least has to be there.
    private func forEachBlock(_ info: [String], _ body: (MarkdownPage.Block) throws -> Void) throws {
        var count = 0
        for page in try Documentation.checkout.get().pages.values.sorted(by: { $0.path < $1.path }) {
            for block in page.blocks where block.info.starts(with: info) {
                count += 1
                do {
                    try body(block)
                } catch {
                    Issue.record("\(page.path):\(block.line): \(error)")
                }
            }
        }
        #expect(count > 0, "no block is tagged \(info.joined(separator: " "))")
    }
}
