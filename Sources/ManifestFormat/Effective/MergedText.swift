import PromotionModel
import YAMLSource

/// Merged values written out again, with the place that each line comes from.
struct MergedText {
    /// Who the text is for.
    enum Reader {
        /// Towpath's own readers: JSON, every scalar a string as it is written.
        case towpath
        /// Helm: YAML in which each scalar has the type that it has where it is written, and null takes away.
        case helm
    }

    private(set) var bytes: [UInt8] = []
    /// Of each line, from 1, where the scalar that it begins with is written.
    private var places: [Place?] = [nil, nil]
    private let reader: Reader

    init(_ value: MergedValue, for reader: Reader) {
        self.reader = reader
        write(value)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Where the scalar `node` of the text is written; `nil` for what is no scalar of it.
    func place(of node: YAMLNode) -> Place? {
        places.indices.contains(node.line) ? places[node.line] : nil
    }

    private mutating func write(_ value: MergedValue) {
        switch value.content {
        case .null: write("null")
        case .scalar(let node):
            bytes.append(UInt8(ascii: "\n"))
            places.append(value.place)
            write(node)
        case .sequence(let items):
            write("[")
            for (index, item) in items.enumerated() {
                if index > 0 { write(",") }
                write(item)
            }
            write("]")
        case .mapping(let pairs):
            write("{")
            var isFirst = true
            for key in pairs.keys {
                guard let child = pairs[key] else { continue }
                if reader == .towpath, case .null = child.content { continue }
                if !isFirst { write(",") }
                isFirst = false
                write(quoted: key)
                write(": ")
                write(child)
            }
            write("}")
        }
    }

    private mutating func write(_ node: YAMLNode) {
        let text = node.text ?? String(decoding: node.writtenBytes, as: UTF8.self)
        // What YAML may take for a number or a truth value is of such characters only; all else is text anyway.
        let isBare = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "+-._".utf8.contains(byte)
        }
        let isPlain = node.kind == .scalar && node.style == .plain && node.tag == nil
        if reader == .helm, isPlain, isBare, !text.isEmpty, text.utf8.contains(where: { $0 != UInt8(ascii: "-") }) {
            write(text)
        } else {
            write(quoted: text)
        }
    }

    private mutating func write(_ text: String) {
        bytes += Array(text.utf8)
    }

    private mutating func write(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case ..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                write("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
