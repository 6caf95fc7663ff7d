extension Unicode.Scalar {
    /// Whether the character has no place in a line that people read: control characters, bidirectional marks and
    /// other characters without a shape of their own (Unicode general categories Cc, Cf, Zl, Zp, Cs, Co, Cn).
    package var isInvisible: Bool {
        if value >= 0x20, value < 0x7F { return false }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return false
        }
    }
}

extension String {
    /// Whether the text is one word: not empty, no white space, nothing invisible.
    package var isPlainWord: Bool {
        var seen = false
        for scalar in unicodeScalars {
            seen = true
            if scalar.value > 0x20, scalar.value < 0x7F { continue }
            guard !scalar.isInvisible, !scalar.properties.isWhitespace else { return false }
        }
        return seen
    }

    /// The printable text as a shell takes it for one word.
    package var shellWord: String {
        let isPlain = utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "_./:=@%,+~^-".utf8.contains(byte)
        }
        return isPlain && !isEmpty ? self : "'\(printable.replacing("'", with: "'\\''"))'"
    }

    /// The text with everything invisible written as `\u{…}`, safe to print on a terminal.
    package var printable: String {
        // Nearly all of them.
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
        guard unicodeScalars.contains(where: \.isInvisible) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isInvisible {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
