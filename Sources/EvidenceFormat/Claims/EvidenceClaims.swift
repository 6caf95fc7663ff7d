import JSONText
package import PromotionModel

/// What a statement claims, in the words that contracts use: its kind, its name, its values by path.
package struct EvidenceClaims: Hashable, Sendable {
    /// The most values of one statement: what is cut off might be what a rule has to see.
    static let maximumValues = 10_000

    package let kind: EvidenceKind
    /// What was run or scanned; `nil` where the statement does not say.
    package let name: String?
    package let values: [String: Evidence.Value]

    /// Reads a statement that is no consent.
    ///
    /// - Parameter digest: The artifact that it is read for, whose subject may carry the name.
    /// - Throws: ``StatementMalformed`` where the predicate is not what its type says.
    package init(_ statement: Statement, about digest: Digest) throws(StatementMalformed) {
        let type = statement.predicateType
        guard !EvidenceKind.known.contains(where: { $0.description == type }) else {
            throw .predicate(field: "predicateType", reason: "\"\(type)\" is a word of contracts, and no type")
        }
        let label = statement.subjects.lazy.filter { $0.digests["sha256"] == String(digest.hex) }
            .compactMap { $0.annotations[Statement.Subject.labelKey] }.first
        let json = statement.predicate
        let found: (name: String?, values: [String: Evidence.Value])
        let kind = EvidenceKind(predicateType: type)
        switch kind {
        case .tests: found = (json["name"]?.string ?? Self.configurationName(json), Self.values(try TestResult(json)))
        case .coverage: found = (json["name"]?.string, Self.values(try Coverage(json)))
        case .analysis:
            let analysis = try StaticAnalysis(json)
            found = (json["name"]?.string ?? analysis.tool, Self.values(analysis))
        case .vulnerabilities:
            let scan = try Vulnerabilities(json)
            found = (json["name"]?.string ?? scan.scanner, Self.values(scan.counts))
        case .billOfMaterials: found = (nil, Self.values(try BillOfMaterials(json).summary))
        case .provenance: found = (nil, Self.values(try Provenance(json)))
        case .performance: found = (json["name"]?.string, Self.values(try Performance(json)))
        default:
            var flat = FlatValues()
            flat.add(json, at: "")
            found = (json["name"]?.string, flat.values)
        }
        guard found.values.count < Self.maximumValues else {
            throw .predicate(field: "predicate", reason: "more than \(Self.maximumValues) values")
        }
        (self.kind, name, values) = (kind, label ?? found.name, found.values)
    }

    /// The name of what was run, as in-toto's `configuration` gives it.
    private static func configurationName(_ json: JSONValue) -> String? {
        guard case .array(let items) = json["configuration"] else { return nil }
        return items.first?["name"]?.string
    }

    private static func values(_ result: TestResult) -> [String: Evidence.Value] {
        var values: [String: Evidence.Value] = ["result": .text(result.result.rawValue)]
        guard let counts = result.counts else { return values }
        values["passed"] = .number(Measure(counts.passed))
        values["failed"] = .number(Measure(counts.failed))
        values["skipped"] = .number(Measure(counts.skipped))
        values["total"] = .number(Measure(counts.passed + counts.warned + counts.failed + counts.skipped))
        return values
    }

    private static func values(_ coverage: Coverage) -> [String: Evidence.Value] {
        var values: [String: Evidence.Value] = [:]
        values["line"] = coverage.counts.lines.basisPoints.map(percent)
        values["branch"] = coverage.counts.branches?.basisPoints.map(percent)
        return values
    }

    /// Hundredths of a percent as percent: `8437` is `84.37`.
    private static func percent(_ basisPoints: Int) -> Evidence.Value {
        let (whole, rest) = basisPoints.quotientAndRemainder(dividingBy: 100)
        let text = "\(whole).\(rest < 10 ? "0" : "")\(rest)"
        do {
            return .number(try Measure(text))
        } catch {
            return .incomparable(text)
        }
    }

    private static func values(_ analysis: StaticAnalysis) -> [String: Evidence.Value] {
        [
            "error": .number(Measure(analysis.counts.errors)), "warning": .number(Measure(analysis.counts.warnings)),
            "note": .number(Measure(analysis.counts.notes)),
        ]
    }

    /// What nobody has rated may be the worst, so it counts as critical too.
    private static func values(_ counts: SeverityCounts) -> [String: Evidence.Value] {
        var values: [String: Evidence.Value] = [:]
        for severity in SeverityCounts.Severity.allCases {
            values[severity.rawValue] = .number(Measure(counts[severity]))
        }
        values["critical"] = .number(Measure(counts[.critical] + counts[.unknown]))
        return values
    }

    private static func values(_ bill: BillSummary) -> [String: Evidence.Value] {
        [
            "format": .text(bill.format.rawValue.lowercased()), "version": .text(bill.version),
            "components": .number(Measure(bill.componentCount)),
        ]
    }

    private static func values(_ provenance: Provenance) -> [String: Evidence.Value] {
        var flat = FlatValues()
        flat.add(.object(provenance.externalParameters), at: "externalParameters")
        flat.values["builder.id"] = .text(provenance.builderID)
        flat.values["buildType"] = .text(provenance.buildType)
        let sources = provenance.resolvedDependencies.map(\.uri).filter { !$0.isEmpty }
        for (index, source) in sources.prefix(maximumValues).enumerated() {
            flat.values[index == 0 ? "source.uri" : "source.uri.\(index)"] = .text(source)
        }
        return flat.values
    }

    private static func values(_ performance: Performance) -> [String: Evidence.Value] {
        var values: [String: Evidence.Value] = [:]
        for value in performance.values {
            values[value.name] = .number(value.value)
            values["\(value.name).unit"] = .text(value.unit)
        }
        return values
    }
}

/// The values of a JSON object by path, names joined by dots.
private struct FlatValues {
    var values: [String: Evidence.Value] = [:]

    /// Adds `json`, which stands at `path`; where two paths come out the same, neither can be compared.
    mutating func add(_ json: JSONValue, at path: String) {
        guard values.count < EvidenceClaims.maximumValues else { return }
        guard case .object(let members) = json else {
            guard !path.isEmpty else { return }
            let value = Self.value(json)
            values[path] = values[path] == nil ? value : .incomparable("stands twice")
            return
        }
        for member in members {
            add(member.value, at: path.isEmpty ? member.key : "\(path).\(member.key)")
        }
    }

    private static func value(_ json: JSONValue) -> Evidence.Value {
        switch json {
        case .string(let text): return .text(text)
        case .bool(let flag): return .flag(flag)
        case .number(let text):
            do {
                return .number(try Measure(text))
            } catch {
                return .incomparable(text)
            }
        case .null: return .incomparable("null")
        case .array: return .incomparable("a list")
        case .object: return .incomparable("a mapping")
        }
    }
}
