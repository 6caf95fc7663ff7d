/// Writes a scalar on one line.
enum ScalarWriting {
    /// Writes `text` in the style of the scalar it replaces, double-quoted where that style cannot hold it.
    static func write(_ text: String, like style: YAMLStyle, inFlow: Bool) -> String {
        switch style {
        case .plain where PlainText.isSafe(text, inFlow: inFlow): text
        case .singleQuoted where PlainText.isPrintable(text): singleQuoted(text)
        default: doubleQuoted(text)
        }
    }

    private static func singleQuoted(_ text: String) -> String {
        var quoted = "'"
        for character in text.unicodeScalars {
            quoted.unicodeScalars.append(character)
            if character == "'" { quoted.unicodeScalars.append(character) }
        }
        return quoted + "'"
    }

    /// Uses only escapes that JSON has too, so that a JSON file stays one.
    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where PlainText.isPrintable(character): quoted.unicodeScalars.append(character)
            default:
                let hexadecimal = String(character.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: max(0, 4 - hexadecimal.count)) + hexadecimal
            }
        }
        return quoted + "\""
    }
}
