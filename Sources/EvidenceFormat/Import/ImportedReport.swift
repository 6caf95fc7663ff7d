package import JSONText
package import PromotionModel

/// The report of a tool as the predicate of a statement.
package struct ImportedReport: Hashable, Sendable {
    /// The largest report that is read.
    package static let maximumBytes = XMLReader.maximumBytes

    package let predicateType: String
    package let predicate: JSONValue

    /// Reads a report for evidence of `kind`; the format is told by the bytes.
    ///
    /// - Throws: ``ImportRefusal``.
    package init(_ bytes: [UInt8], as kind: EvidenceKind) throws(ImportRefusal) {
        switch kind {
        case .tests: self.init(try Self.tests(bytes))
        case .coverage:
            let counts = Self.isXML(bytes) ? try CoverageCounts(cobertura: bytes) : try CoverageCounts(lcov: bytes)
            self.init(Coverage(counts))
        case .analysis:
            let report = try AnalyzerReport(sarif: bytes)
            self.init(StaticAnalysis(tool: report.tools.joined(separator: ", "), counts: report.counts))
        case .vulnerabilities: self.init(try Self.vulnerabilities(bytes))
        case .billOfMaterials:
            let bill = try Self.predicate(BillOfMaterials.self, try Self.json(bytes))
            self.init(
                predicateType: bill.summary.format == .cycloneDX ? BillOfMaterials.type : "https://spdx.dev/Document",
                predicate: bill.json)
        case .provenance:
            // As it is: what this reader does not know stays part of what is signed.
            let json = try Self.json(bytes)
            _ = try Self.predicate(Provenance.self, json)
            self.init(predicateType: Provenance.type, predicate: json)
        case .performance: self.init(try Self.performance(try Self.json(bytes)))
        default:
            guard Self.isURI(kind.description), !Self.isTaken(kind.description) else {
                throw .malformed("\"\(kind.description)\" is no type for a free report")
            }
            let json = try Self.json(bytes)
            guard case .object = json else { throw .malformed("expected an object") }
            self.init(predicateType: kind.description, predicate: json)
        }
    }

    private init(predicateType: String, predicate: JSONValue) {
        self.predicateType = predicateType
        self.predicate = predicate
    }

    private init<Content: Predicate>(_ content: Content) {
        self.init(predicateType: Content.type, predicate: content.json)
    }

    /// Whether a type may stand for evidence without a word of its own: a URI, printable, without white space.
    package static func isURI(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), text.utf8.count <= 500, text.isPlainWord else { return false }
        let scheme = text[..<colon]
        return scheme.first?.isLetter == true && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            && text.utf8.count > scheme.utf8.count + 1
    }

    /// Whether a type has a reader of its own, which a free report would go around.
    private static func isTaken(_ type: String) -> Bool {
        (TestResult.readTypes + Coverage.readTypes + StaticAnalysis.readTypes + Vulnerabilities.readTypes
            + BillOfMaterials.readTypes + Provenance.readTypes + Performance.readTypes + Approval.readTypes)
            .contains(type)
    }

    private static func isXML(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(1_000).first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "<")
    }

    private static func json(_ bytes: [UInt8]) throws(ImportRefusal) -> JSONValue {
        do {
            return try JSONReader.value(bytes)
        } catch {
            throw .malformed(error.description)
        }
    }

    private static func predicate<Content: Predicate>(
        _ type: Content.Type, _ json: JSONValue
    ) throws(ImportRefusal) -> Content {
        do {
            return try Content(json)
        } catch {
            throw .malformed(error.description)
        }
    }

    private static func tests(_ bytes: [UInt8]) throws(ImportRefusal) -> TestResult {
        guard isXML(bytes) else { return try predicate(TestResult.self, try json(bytes)) }
        let counts = try TestCounts(junit: bytes)
        return TestResult(result: counts.failed > 0 ? .failed : .passed, configuration: [], counts: counts)
    }

    /// SARIF, whose results without a severity nobody has rated; or a predicate that is read.
    private static func vulnerabilities(_ bytes: [UInt8]) throws(ImportRefusal) -> Vulnerabilities {
        let json = try json(bytes)
        guard json["runs"] != nil else { return try predicate(Vulnerabilities.self, json) }
        let report = try AnalyzerReport(sarif: bytes)
        var counts = report.severities
        let rated = SeverityCounts.Severity.allCases.reduce(0) { $0 + counts[$1] }
        let found = report.counts.errors + report.counts.warnings + report.counts.notes
        for _ in 0..<max(0, found - rated) { counts.add(.unknown) }
        return Vulnerabilities(scanner: report.tools.joined(separator: ", "), finished: nil, counts: counts)
    }

    /// `{"metric": {"value": 1, "unit": "ms"}}`, or the predicate itself.
    private static func performance(_ json: JSONValue) throws(ImportRefusal) -> Performance {
        if case .array = json["measures"] { return try predicate(Performance.self, json) }
        guard case .object(let members) = json, !members.isEmpty else {
            throw .malformed("expected an object of metrics")
        }
        let items = members.map { member -> JSONValue in
            [
                "name": .string(member.key), "value": member.value["value"] ?? .null,
                "unit": member.value["unit"] ?? .null,
            ]
        }
        return try predicate(Performance.self, ["measures": .array(items)])
    }
}
