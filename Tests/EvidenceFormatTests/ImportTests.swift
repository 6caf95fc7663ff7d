import EvidenceFormat
import Testing

struct ImportTests {
    private func sarif(_ run: String) throws -> AnalyzerReport {
        try AnalyzerReport(sarif: Array(#"{"version":"2.1.0","runs":[\#(run)]}"#.utf8))
    }

    @Test func `SARIF is counted by level and by security severity`() throws {
        let report = try sarif(
            """
            {"tool":{"driver":{"name":"lint","rules":[
               {"id":"A","defaultConfiguration":{"level":"error"},"properties":{"security-severity":"9.1"}},
               {"id":"B","properties":{"security-severity":"x"}},{"id":"C"}]},
              "extensions":[{"name":"pack","rules":[{"id":"D","properties":{"security-severity":"7.0"}}]}]},
             "results":[{"ruleId":"A"},{"ruleIndex":0,"level":"note"},{"ruleId":"B","level":"warning"},{"ruleId":"C"},
               {"ruleId":"A","kind":"pass"},{"ruleId":"A","baselineState":"absent"},{"ruleId":"unknown"},
               {"ruleId":"C","level":"error","suppressions":[{"kind":"inSource"}]},
               {"rule":{"id":"D","index":0,"toolComponent":{"index":0}}}]}
            """)
        #expect(report.tools == ["lint"])
        #expect(report.counts == FindingCounts(errors: 2, warnings: 4, notes: 1, suppressed: 1))
        #expect(report.severities == SeverityCounts([.critical: 2, .high: 1, .unknown: 1]))
    }

    @Test(arguments: [
        ("", "no run"),
        ("{}", "tool with a name"),
        (#"{"tool":{"driver":{"name":"l"}}}"#, "no results"),
        (#"{"tool":{"driver":{"name":"l"}},"results":null}"#, "no results"),
        (#"{"tool":{"driver":{"name":"l"}},"results":[7]}"#, "objects as results"),
        (#"{"tool":{"driver":{"name":"l"}},"results":[{"level":"bad"}]}"#, "as level"),
        (
            #"{"tool":{"driver":{"name":"l"}},"results":[],"invocations":[{"executionSuccessful":false}]}"#,
            "did not end well"
        ),
    ])
    func `SARIF that proves nothing is refused`(run: String, reason: String) throws {
        let error = try #require(throws: ImportRefusal.self) { try sarif(run) }
        #expect(error.description.contains(reason))
    }

    @Test func `SARIF of another version is refused`() {
        #expect(throws: ImportRefusal.version("SARIF 2.0.0")) {
            try AnalyzerReport(sarif: Array(#"{"version":"2.0.0","runs":[]}"#.utf8))
        }
    }

    @Test(arguments: [
        (#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"components":[{},{}]},{}]}"#, "CycloneDX 1.5 4"),
        (#"{"bomFormat":"CycloneDX","specVersion":"1.4"}"#, "CycloneDX 1.4 0"),
        (#"{"spdxVersion":"SPDX-2.3","packages":[{},{}]}"#, "SPDX 2.3 2"),
    ])
    func `an SBOM is summed up`(text: String, expected: String) throws {
        let summary = try BillSummary(Array(text.utf8))
        #expect("\(summary.format.rawValue) \(summary.version) \(summary.componentCount)" == expected)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"bomFormat":"CycloneDX"}"#, #"{"bomFormat":"CycloneDX","specVersion":"9"}"#,
        #"{"spdxVersion":"SPDX-3.0"}"#, #"{"spdxVersion":"2.3"}"#, #"{"spdxVersion":"SPDX-2.3","packages":{}}"#,
        #"{"bomFormat":"CycloneDX","specVersion":"1.5","components":7}"#,
    ])
    func `what is no SBOM is refused`(text: String) {
        #expect(throws: ImportRefusal.self) { try BillSummary(Array(text.utf8)) }
    }

    @Test func `LCOV is added up, with totals or without`() throws {
        let text = """
            TN:
            SF:a.swift
            FNF:2
            FNH:1
            BRF:4
            BRH:3
            DA:1,5
            LF:10
            LH:9
            end_of_record
            SF:b.swift\r
            DA:1,0\r
            DA:2,3,checksum\r
            end_of_record\r

            """
        let counts = try CoverageCounts(lcov: Array(text.utf8))
        #expect(counts.lines == CoverageCounts.Share(covered: 10, of: 12))
        #expect(counts.branches == CoverageCounts.Share(covered: 3, of: 4))
        #expect(counts.functions == CoverageCounts.Share(covered: 1, of: 2))
        #expect(counts.lines.basisPoints == 8_333)
    }

    @Test(arguments: [
        "", "SF:a\n", "end_of_record\n", "SF:a\nend_of_record\n", "SF:a\nSF:b\nend_of_record\n",
        "SF:a\nLF:1\nLH:2\nend_of_record\n", "SF:a\nLF:x\nend_of_record\n", "SF:a\nDA:1\nend_of_record\n",
        "SF:a\nLH:2\nend_of_record\n", "SF:a\nLF:-1\nend_of_record\n",
        "SF:a\nLF:99999999999999999999\nend_of_record\n",
    ])
    func `LCOV that cannot be is refused`(text: String) {
        #expect(throws: ImportRefusal.self) { try CoverageCounts(lcov: Array(text.utf8)) }
    }

    @Test func `nothing of nothing is no coverage`() {
        #expect(CoverageCounts.Share(covered: 0, of: 0)?.basisPoints == nil)
        #expect(CoverageCounts.Share(covered: 2, of: 1) == nil)
        #expect(CoverageCounts.Share(covered: .max, of: .max)?.basisPoints == 10_000)
    }
}
