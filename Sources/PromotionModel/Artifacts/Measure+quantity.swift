extension Measure {
    /// Reads a quantity of Kubernetes: a number with a suffix, such as `250m`, `1.5`, `512Mi`, `2G` or `1e3`.
    ///
    /// `m` is a thousandth, `k`, `M`, `G`, `T`, `P`, `E` are powers of 1,000, and `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei`
    /// powers of 1,024; the value is exact. As in Kubernetes, `.5`, `5.` and `+5` are numbers.
    ///
    /// - Throws: ``Malformed`` with what is wrong.
    package init(quantity text: String) throws(Malformed) {
        guard text.utf8.count <= Self.maximumBytes else {
            throw Malformed(
                text: String(text.prefix(Self.maximumBytes)), reason: "longer than \(Self.maximumBytes) bytes")
        }
        let expected = Malformed(text: text, reason: "expected a quantity such as 250m, 1.5 or 512Mi")
        let (number, suffix) = Self.split(text)
        guard let written = Self.canonical(number) else { throw expected }
        let base: Measure
        let factor: Measure
        if suffix.isEmpty {
            base = try Measure(written)
            factor = Measure(1)
        } else if let scale = Self.scale(suffix) {
            base = try Measure(written)
            factor = try Measure(scale)
        } else if let first = suffix.first, first == "e" || first == "E" {
            // With a sign or without; what is no number behind it is refused by the grammar.
            base = try Measure(written + suffix)
            factor = Measure(1)
        } else {
            throw expected
        }
        do {
            self = try base * factor
        } catch {
            throw Malformed(text: text, reason: "\(error)")
        }
    }

    /// The number as a quantity of bytes in Kubernetes, exact: `10Gi`, `1500M`, `1025`.
    ///
    /// In the largest unit of which it is a whole number, of 1,024 before 1,000.
    package var quantityOfBytes: String {
        guard let bytes = wholeNumber, bytes != 0 else { return description }
        for (base, units) in [(1_024, ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]), (1_000, ["k", "M", "G", "T", "P", "E"])] {
            var (rest, unit) = (bytes, "")
            for larger in units where rest % base == 0 { (rest, unit) = (rest / base, larger) }
            if !unit.isEmpty { return "\(rest)\(unit)" }
        }
        return description
    }

    private static func split(_ text: String) -> (number: Substring, suffix: Substring) {
        let end = text.firstIndex { !isDigit($0) && $0 != "." && $0 != "+" && $0 != "-" } ?? text.endIndex
        return (text[..<end], text[end...])
    }

    /// The number in the grammar of JSON, which has no `+`, and digits on both sides of a point.
    private static func canonical(_ text: Substring) -> String? {
        var rest = text
        var sign = ""
        if rest.first == "+" || rest.first == "-" {
            if rest.first == "-" { sign = "-" }
            rest.removeFirst()
        }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard rest.contains(where: { $0 != "." }), parts.allSatisfy({ $0.allSatisfy(isDigit) }) else {
            return nil
        }
        let whole = parts[0].drop { $0 == "0" }
        let fraction = parts.count > 1 ? parts[1] : ""
        return sign + (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isNumber
    }

    /// What the suffix multiplies by; `nil` for one that is none.
    private static func scale(_ suffix: Substring) -> String? {
        switch suffix {
        case "n": "1e-9"
        case "u": "1e-6"
        case "m": "1e-3"
        case "k": "1e3"
        case "M": "1e6"
        case "G": "1e9"
        case "T": "1e12"
        case "P": "1e15"
        case "E": "1e18"
        case "Ki": "1024"
        case "Mi": "1048576"
        case "Gi": "1073741824"
        case "Ti": "1099511627776"
        case "Pi": "1125899906842624"
        case "Ei": "1152921504606846976"
        default: nil
        }
    }
}
