package import PromotionModel

extension AllowedSigners {
    /// Reads the file `name`.
    ///
    /// - Throws: `Problem` with file and line for the first line that is wrong, or for a file without a signer.
    package init(_ bytes: [UInt8], name: String) throws(Problem) {
        guard bytes.count <= Self.maximumBytes else {
            throw Problem(Place(file: name), "longer than \(Self.maximumBytes) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(Place(file: name), "expected UTF-8")
        }
        var lines: [SignerLine] = []
        let rows = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() {
            let place = Place(file: name, line: index + 1)
            var row = Array(row)
            if row.last == UInt8(ascii: "\r") { row.removeLast() }
            guard row.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
                throw Problem(place, "a control character")
            }
            do {
                if let line = try AllowedSignersLineReader.line(row, at: place) { lines.append(line) }
            } catch {
                throw Problem(place, error.description)
            }
            guard lines.count <= Self.maximumLines else {
                throw Problem(place, "more than \(Self.maximumLines) signers")
            }
        }
        guard !lines.isEmpty else { throw Problem(Place(file: name), "no signer is listed") }
        self.init(lines: lines)
    }
}
