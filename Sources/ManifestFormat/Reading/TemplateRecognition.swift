import YAMLSource

/// Tells templates of YAML from broken YAML.
enum TemplateRecognition {
    /// Whether the text holds a template's action on or before the line where YAML ended to make sense.
    static func isTemplate(_ bytes: [UInt8], failingLine: Int) -> Bool {
        var line = 1
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if line > failingLine { return false }
            let opens = previous == UInt8(ascii: "{") && (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "%"))
            if opens || (previous == UInt8(ascii: "<") && byte == UInt8(ascii: "#")) { return true }
            previous = byte
        }
        return false
    }
}

extension YAMLNode {
    /// Whether the node is a template's action that YAML can read too, or a text with one in it.
    ///
    /// `{{ .Values.image }}`, unquoted, is a mapping whose only key is a mapping; an expression of Terraform is rendered too.
    var isTemplate: Bool {
        switch kind {
        case .scalar:
            if style == .expression { return true }
            // Every image of a fleet is asked: no text is made of it.
            return withUTF8 { text in
                var previous: UInt8 = 0
                for index in text.indices {
                    if text[index] == UInt8(ascii: "{"), previous == UInt8(ascii: "{") { return true }
                    previous = text[index]
                }
                return false
            }
        case .sequence: return false
        case .mapping:
            var pairs = pairs
            guard style == .flow, let key = pairs.next()?.key, key.kind == .mapping, key.style == .flow else {
                return false
            }
            return key.byteRange.lowerBound == byteRange.lowerBound + 1
        }
    }

    /// Whether the node is one value, or will be when it is rendered.
    var isOneValue: Bool {
        kind == .scalar || isTemplate
    }

    /// Whether the node is one value that says something: neither null nor empty.
    var isDeclared: Bool {
        isOneValue && !isNull && text != ""
    }
}
