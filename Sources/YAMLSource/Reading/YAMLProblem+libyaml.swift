import CLibyaml

extension YAMLProblem {
    /// What `parser` stopped at, in words that say what to do where libyaml's do not.
    init(of parser: UnsafePointer<yaml_parser_t>, in text: SourceText) {
        let problem = unsafe Self.string(parser.pointee.problem) ?? "out of memory"
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            let value = unsafe parser.pointee.problem_value
            let (line, column) = text.position(at: text.characterStart(at: unsafe parser.pointee.problem_offset))
            self.init(line: line, column: column, message: Self.readerMessage(problem, value: value))
            return
        }
        let mark = unsafe parser.pointee.problem_mark
        let offset = text.offset(ofCharacter: mark.index)
        var message = Self.explanation(of: problem, at: offset < text.count ? text[offset] : nil)
        var hasTemplate = text.lineHasTemplate(at: offset)
        if let context = unsafe Self.string(parser.pointee.context), context != "while scanning for the next token" {
            let start = unsafe parser.pointee.context_mark
            message += ", \(context)"
            if start.line != mark.line {
                message += " that starts on line \(start.line + 1)"
            }
            hasTemplate = hasTemplate || text.lineHasTemplate(at: text.offset(ofCharacter: start.index))
        }
        if hasTemplate {
            message += "; a template expression such as {{ … }} must stand inside quotes"
        }
        self.init(line: mark.line + 1, column: mark.column + 1, message: message)
    }

    private static func string(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    private static func readerMessage(_ problem: String, value: Int32) -> String {
        let hexadecimal = String(UInt32(bitPattern: value), radix: 16, uppercase: true)
        if problem == "control characters are not allowed" {
            let padding = String(repeating: "0", count: max(0, 4 - hexadecimal.count))
            return "the character U+\(padding)\(hexadecimal) is not allowed"
        }
        return "the file is not UTF-8: \(problem)" + (value >= 0 ? " (byte 0x\(hexadecimal))" : "")
    }

    private static func explanation(of problem: String, at byte: UInt8?) -> String {
        switch (problem, byte) {
        case ("found character that cannot start any token", UInt8(ascii: "\t")?):
            return "found a tab where indentation was expected"
        case ("found character that cannot start any token", let byte?) where byte < 0x80:
            return "a plain value cannot start with \"\(Character(UnicodeScalar(byte)))\"; quote it"
        case ("found a tab character where an indentation space is expected", _),
            ("found a tab character that violates indentation", _):
            return "found a tab where indentation was expected"
        case ("mapping values are not allowed in this context", _):
            return "a mapping cannot start here; indent the key or quote the value"
        default:
            return problem
        }
    }
}

extension SourceText {
    /// The offset of the first byte of the character that `offset` lies in, of an incomplete one too.
    func characterStart(at offset: Int) -> Int {
        var start = min(offset, count)
        while start > 0, start > offset - 3, self[start - 1] & 0xC0 == 0x80 { start -= 1 }
        guard start > 0, self[start - 1] >= 0xC0 else { return offset }
        let width = self[start - 1] >= 0xF0 ? 4 : self[start - 1] >= 0xE0 ? 3 : 2
        return start - 1 + width > offset ? start - 1 : offset
    }

    /// The offset of the character number `index`, from 0; the end for one past the last.
    func offset(ofCharacter index: Int) -> Int {
        guard !isASCII else { return index }
        var cursor = CharacterCursor()
        return unsafe cursor.offset(ofCharacter: index, in: bytes)
    }
}
