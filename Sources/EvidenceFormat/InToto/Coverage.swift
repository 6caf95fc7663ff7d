package import JSONText

/// How much of a program its tests ran; our own type.
package struct Coverage: Predicate {
    package static let type = "https://towpath.dev/attestation/coverage/v1"

    package let counts: CoverageCounts

    package init(_ counts: CoverageCounts) {
        self.counts = counts
    }

    package init(_ json: JSONValue) throws(StatementMalformed) {
        let reader = try PredicateReader(json)
        guard let lines = try Self.share(reader, "lines") else {
            throw reader.refusal("lines", "expected an object")
        }
        counts = CoverageCounts(
            lines: lines, branches: try Self.share(reader, "branches"), functions: try Self.share(reader, "functions"))
    }

    private static func share(
        _ reader: PredicateReader, _ field: String
    ) throws(StatementMalformed) -> CoverageCounts.Share? {
        guard let object = try reader.optionalObject(field) else { return nil }
        guard let share = CoverageCounts.Share(covered: try object.count("covered"), of: try object.count("total"))
        else { throw reader.refusal(field, "more is covered than there is") }
        return share
    }

    package var json: JSONValue {
        func write(_ share: CoverageCounts.Share) -> JSONValue {
            ["covered": .integer(share.covered), "total": .integer(share.total)]
        }
        return .members([
            ("lines", write(counts.lines)), ("branches", counts.branches.map(write)),
            ("functions", counts.functions.map(write)),
        ])
    }
}
