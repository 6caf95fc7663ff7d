extension Measure {
    /// Reads an amount as Kubernetes writes it, exactly: `250m` is 0.25, `16Gi` is 17179869184, `1e3` and `1k` are 1000.
    ///
    /// - Throws: ``Malformed`` for another suffix, for a sign, and for what ``init(_:)`` does not read.
    package init(quantity text: String) throws(Malformed) {
        func refusal() -> Malformed {
            Malformed(text: text, reason: "expected an amount such as 8, 250m or 16Gi")
        }
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumBytes, bytes.first.map({ (0x30...0x39).contains($0) }) ?? false else {
            throw refusal()
        }
        let number = bytes.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        let suffix = String(decoding: bytes[number.count...], as: UTF8.self)
        let written = String(decoding: number, as: UTF8.self)
        if let power = Self.decimalPowers[suffix] {
            let plain = try Measure(written)
            // The text of a number without a suffix is kept as it is.
            self = power == 0 ? plain : try Measure(Self.shifted(written, by: power))
        } else if let power = Self.binaryPowers[suffix] {
            _ = try Measure(written)
            self = try Measure(Self.multiplied(written, by1024: power))
        } else if suffix.first == "e" || suffix.first == "E" {
            self = try Measure(text)
        } else {
            throw refusal()
        }
    }

    private static let decimalPowers = [
        "": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
    ]
    private static let binaryPowers = ["Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6]

    /// Moves the decimal point of `number`, which is digits and at most one point.
    private static func shifted(_ number: String, by power: Int) -> String {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        var whole = String(parts[0])
        var fraction = parts.count > 1 ? String(parts[1]) : ""
        for _ in 0..<abs(power) {
            if power > 0 {
                whole.append(fraction.isEmpty ? "0" : fraction.removeFirst())
            } else {
                fraction = (whole.popLast().map(String.init) ?? "0") + fraction
            }
        }
        return trimmed(whole: whole, fraction: fraction)
    }

    /// `number` times 1024 to the power of `power`, digit by digit.
    private static func multiplied(_ number: String, by1024 power: Int) -> String {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        let fractionCount = parts.count > 1 ? parts[1].utf8.count : 0
        // The lowest digit first.
        var digits = number.utf8.filter { $0 != UInt8(ascii: ".") }.reversed().map { Int($0 - 0x30) }
        for _ in 0..<power {
            var carry = 0
            for index in digits.indices {
                let product = digits[index] * 1_024 + carry
                digits[index] = product % 10
                carry = product / 10
            }
            while carry > 0 {
                digits.append(carry % 10)
                carry /= 10
            }
        }
        let text = digits.reversed().map(String.init).joined()
        return trimmed(whole: String(text.dropLast(fractionCount)), fraction: String(text.suffix(fractionCount)))
    }

    /// The number in the grammar of ``init(_:)``, without zeros that say nothing.
    private static func trimmed(whole: String, fraction: String) -> String {
        let whole = whole.drop { $0 == "0" }
        var fraction = fraction
        while fraction.last == "0" { fraction.removeLast() }
        return (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
