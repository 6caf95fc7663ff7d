import JSONText

/// The results of an analyzer in SARIF 2.1.0 (OASIS), counted by level and by security severity.
package struct AnalyzerReport: Hashable, Sendable {
    /// The names of the tools, each once, as they stand.
    package let tools: [String]
    package let counts: FindingCounts
    /// By the rule's `security-severity`; results of rules without one are not in here.
    package let severities: SeverityCounts

    /// Reads the bytes of a file.
    ///
    /// Results that are gone (`baselineState` absent) do not count; suppressed ones do, and are told apart.
    ///
    /// - Throws: ``ImportRefusal``; also for a run without results and for a tool that failed.
    package init(sarif bytes: [UInt8]) throws(ImportRefusal) {
        let json: JSONValue
        do {
            json = try JSONReader.value(bytes)
        } catch {
            throw .malformed(error.description)
        }
        guard let version = json["version"]?.string else { throw .malformed("expected \"version\"") }
        guard version == "2.1.0" else { throw .version("SARIF \(version)") }
        guard case .array(let runs) = json["runs"] else { throw .malformed("expected a list \"runs\"") }
        guard !runs.isEmpty else { throw .unfinished("no run") }
        var tally = AnalyzerTally()
        for run in runs { try tally.add(run) }
        tools = tally.tools
        counts = FindingCounts(
            errors: tally.levels["error"] ?? 0, warnings: tally.levels["warning"] ?? 0,
            notes: tally.levels["note"] ?? 0, suppressed: tally.suppressed)
        severities = tally.severities
    }
}
