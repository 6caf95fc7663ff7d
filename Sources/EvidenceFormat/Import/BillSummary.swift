package import JSONText

/// What can be said of an SBOM without judging it: format, version, number of components.
package struct BillSummary: Hashable, Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case cycloneDX = "CycloneDX"
        case spdx = "SPDX"
    }

    package let format: Format
    /// Of the format, such as `1.5` or `2.3`.
    package let version: String
    package let componentCount: Int

    /// Reads CycloneDX JSON 1.2 to 1.7 (ECMA-424) and SPDX JSON 2.2 and 2.3.
    ///
    /// Components inside components are counted too.
    ///
    /// - Throws: ``ImportRefusal``.
    package init(_ json: JSONValue) throws(ImportRefusal) {
        if json["bomFormat"]?.string == Format.cycloneDX.rawValue {
            guard let version = json["specVersion"]?.string else { throw .malformed("expected \"specVersion\"") }
            guard ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"].contains(version) else {
                throw .version("CycloneDX \(version)")
            }
            self.init(format: .cycloneDX, version: version, componentCount: try Self.components(json))
        } else if let text = json["spdxVersion"]?.string {
            let version = String(text.dropFirst(5))
            guard text.hasPrefix("SPDX-"), ["2.2", "2.3"].contains(version) else { throw .version(text) }
            guard case .array(let packages) = json["packages"] ?? .array([]) else {
                throw .malformed("expected a list \"packages\"")
            }
            self.init(format: .spdx, version: version, componentCount: packages.count)
        } else {
            throw .malformed("expected \"bomFormat\" CycloneDX or \"spdxVersion\"")
        }
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: ``ImportRefusal``.
    package init(_ bytes: [UInt8]) throws(ImportRefusal) {
        let json: JSONValue
        do {
            json = try JSONReader.value(bytes)
        } catch {
            throw .malformed(error.description)
        }
        try self.init(json)
    }

    private init(format: Format, version: String, componentCount: Int) {
        self.format = format
        self.version = version
        self.componentCount = componentCount
    }

    /// The nesting is bounded by the reader of JSON.
    private static func components(_ json: JSONValue) throws(ImportRefusal) -> Int {
        switch json["components"] {
        case nil, .null: return 0
        case .array(let items):
            var count = items.count
            for item in items { count += try components(item) }
            return count
        default: throw .malformed("expected a list \"components\"")
        }
    }
}
