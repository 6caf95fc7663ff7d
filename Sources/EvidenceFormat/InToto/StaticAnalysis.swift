package import JSONText

/// What an analyzer found in a program without running it; our own type.
package struct StaticAnalysis: Predicate {
    package static let type = "https://towpath.dev/attestation/static-analysis/v1"

    package let tool: String
    package let counts: FindingCounts

    package init(tool: String, counts: FindingCounts) {
        self.tool = tool
        self.counts = counts
    }

    package init(_ json: JSONValue) throws(StatementMalformed) {
        let reader = try PredicateReader(json)
        let counts = try reader.object("counts")
        tool = try reader.text("tool")
        self.counts = FindingCounts(
            errors: try counts.count("error"), warnings: try counts.count("warning"), notes: try counts.count("note"),
            suppressed: try counts.optionalCount("suppressed") ?? 0)
    }

    package var json: JSONValue {
        [
            "tool": .string(tool),
            "counts": [
                "error": .integer(counts.errors), "warning": .integer(counts.warnings),
                "note": .integer(counts.notes), "suppressed": .integer(counts.suppressed),
            ],
        ]
    }
}
