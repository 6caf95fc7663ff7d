import Testing

/// The checkout keeps the house rules.
@Suite struct TidyTests {
    @Test(arguments: TidyRule.all)
    func `the checkout keeps the rule`(_ rule: TidyRule) throws {
        for finding in try rule.findings(SourceTree.checkout.get()).sorted() {
            Issue.record("\(finding)")
        }
    }

    /// Guards against a green run over an empty list.
    @Test(arguments: [
        "Package.swift", "Makefile", "scripts/setup", ".ci/run", "Sources/PromotionModel/Artifacts/Digest.swift",
        "Tests/TidyTests/TidyTests.swift", "environments/dev/catalog.yaml", "policies/prod.yaml",
    ])
    func `the rules see the whole checkout`(_ path: String) throws {
        #expect(try SourceTree.checkout.get().files.contains { $0.path == path })
    }

    @Test func `the target table points inwards only`() {
        var above: Set<String> = []
        for rule in TargetTable.rows {
            #expect(above.isSuperset(of: rule.own), "\(rule.name) imports what stands below it")
            #expect(above.insert(rule.name).inserted, "\(rule.name) has two rows")
        }
    }
}
