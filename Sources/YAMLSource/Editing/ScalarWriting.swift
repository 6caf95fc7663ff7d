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
    static func doubleQuoted(_ text: String) -> String {
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

/// Writes keys and values in the language of Terraform.
enum HCLWriting {
    /// `text` in quotes.
    static func string(_ text: String) -> String {
        ScalarWriting.doubleQuoted(text)
    }

    /// `key`, in quotes where its neighbour is, or where it is no name.
    static func key(_ key: String, like style: YAMLStyle) -> String {
        let isName =
            key.utf8.first.map { !(0x30...0x39).contains($0) } == true
            && key.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
        return style == .doubleQuoted || !isName ? string(key) : key
    }
}
