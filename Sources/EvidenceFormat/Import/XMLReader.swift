/// Reads the elements of an XML document that anyone may have written: bounded, no entity but the five of XML itself.
///
/// Reports need elements and attributes only, so text, comments and processing instructions are passed over. A document
/// type may be named and is never fetched; one that declares anything is refused, and with it every entity bomb. UTF-8
/// only. Not a validator: it takes a few documents that XML 1.0 refuses, and gives every one it takes one meaning.
struct XMLReader {
    /// The largest document that is read.
    static let maximumBytes = 256 << 20
    /// The deepest nesting; reports have six levels.
    static let maximumDepth = 64
    /// The longest name and the longest value of an attribute.
    private static let maximumValueBytes = 1 << 20

    /// One start tag.
    struct Element {
        let name: String
        let attributes: [String: String]
        /// 0 for the root.
        let depth: Int
        /// The names of the elements around it, the root first.
        let path: [String]
    }

    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []

    /// Visits the start tags of `bytes` in their order.
    ///
    /// - Throws: ``ImportRefusal``.
    static func read(
        _ bytes: [UInt8], _ visit: (Element) throws(ImportRefusal) -> Void
    ) throws(ImportRefusal) {
        guard bytes.count <= maximumBytes else { throw .malformed("larger than \(maximumBytes >> 20) MiB") }
        var reader = XMLReader(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        var hasRoot = false
        while let start = reader.bytes[reader.position...].firstIndex(of: UInt8(ascii: "<")) {
            reader.position = start + 1
            try reader.markup(&hasRoot, visit)
        }
        guard hasRoot, reader.open.isEmpty else { throw reader.malformed("the document is cut short") }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func malformed(_ reason: String) -> ImportRefusal {
        .malformed("XML at byte \(position): \(reason)")
    }

    private mutating func markup(
        _ hasRoot: inout Bool, _ visit: (Element) throws(ImportRefusal) -> Void
    ) throws(ImportRefusal) {
        if take("!--") {
            try skip(past: "-->")
        } else if take("![CDATA[") {
            try skip(past: "]]>")
        } else if take("!DOCTYPE") {
            guard !hasRoot else { throw malformed("a document type after the root") }
            try skipDocumentType()
        } else if take("?") {
            try declaration()
        } else if take("/") {
            let name = try name()
            skipSpace()
            guard take(">"), open.popLast() == name else { throw malformed("\"\(name)\" ends and did not begin") }
        } else {
            guard !hasRoot || !open.isEmpty else { throw malformed("a second root") }
            hasRoot = true
            try startTag(visit)
        }
    }

    private mutating func startTag(_ visit: (Element) throws(ImportRefusal) -> Void) throws(ImportRefusal) {
        let name = try name()
        var attributes: [String: String] = [:]
        while true {
            let before = position
            skipSpace()
            if take("/>") {
                try visit(Element(name: name, attributes: attributes, depth: open.count, path: open))
                return
            }
            if take(">") { break }
            guard position > before else { throw malformed("expected white space before an attribute") }
            let key = try self.name()
            skipSpace()
            guard take("=") else { throw malformed("expected \"=\" after \(key)") }
            skipSpace()
            guard attributes.updateValue(try value(), forKey: key) == nil else {
                throw malformed("the attribute \(key) stands twice")
            }
        }
        try visit(Element(name: name, attributes: attributes, depth: open.count, path: open))
        guard open.count < Self.maximumDepth else { throw malformed("nested deeper than \(Self.maximumDepth)") }
        open.append(name)
    }

    private mutating func name() throws(ImportRefusal) -> String {
        let word = bytes[position...].prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."), 0x80...:
                true
            default: false
            }
        }
        guard !word.isEmpty, word.count <= 1_000, let text = String(validating: word, as: UTF8.self) else {
            throw malformed("expected a name")
        }
        position = word.endIndex
        return text
    }

    private mutating func value() throws(ImportRefusal) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
        else { throw malformed("expected a quoted value") }
        let quote = bytes[position]
        let raw = bytes[(position + 1)...].prefix { $0 != quote && $0 != UInt8(ascii: "<") }
        guard raw.endIndex < bytes.count, bytes[raw.endIndex] == quote, raw.count <= Self.maximumValueBytes else {
            throw malformed("a value does not end")
        }
        guard let text = String(validating: raw, as: UTF8.self) else { throw malformed("expected UTF-8") }
        position = raw.endIndex + 1
        return text.utf8.contains(UInt8(ascii: "&")) ? try unescaped(text) : text
    }

    /// `text` with the five entities of XML and references to characters replaced.
    private func unescaped(_ text: String) throws(ImportRefusal) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ";"),
                let scalar = Self.character(String(rest[rest.index(after: start)..<end]))
            else { throw malformed("an entity that XML itself does not have") }
            result.unicodeScalars.append(scalar)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func character(_ entity: String) -> Unicode.Scalar? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard entity.hasPrefix("#"), entity.utf8.count <= 9 else { return nil }
            let digits = entity.dropFirst()
            let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return code.flatMap(Unicode.Scalar.init)
        }
    }

    /// `<?xml … ?>` and other instructions; an encoding other than UTF-8 and its part ASCII is refused.
    private mutating func declaration() throws(ImportRefusal) {
        let start = position
        try skip(past: "?>")
        let text = String(decoding: bytes[start..<min(position, start + 200)], as: UTF8.self).lowercased()
        guard text.hasPrefix("xml "), let at = text.firstRange(of: "encoding") else { return }
        let encoding = text[at.upperBound...].drop { " =\"'".contains($0) }.prefix { !"\"' ?".contains($0) }
        guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(encoding) else {
            throw malformed("expected UTF-8, found \(encoding)")
        }
    }

    private mutating func skipDocumentType() throws(ImportRefusal) {
        guard let end = bytes[position...].firstIndex(where: { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "[") }),
            bytes[end] == UInt8(ascii: ">")
        else { throw malformed("the document type declares something: never read") }
        position = end + 1
    }

    private mutating func skip(past mark: StaticString) throws(ImportRefusal) {
        let mark = Array("\(mark)".utf8)
        while position + mark.count <= bytes.count {
            if bytes[position] == mark[0], bytes[position...].starts(with: mark) {
                position += mark.count
                return
            }
            position += 1
        }
        throw malformed("expected \(String(decoding: mark, as: UTF8.self))")
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let text = Array("\(word)".utf8)
        guard bytes[position...].starts(with: text) else { return false }
        position += text.count
        return true
    }
}
