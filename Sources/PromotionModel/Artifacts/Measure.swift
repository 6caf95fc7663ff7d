/// A finite decimal number as evidence and rules write it: the text is kept, and compared digit by digit.
///
/// The grammar is that of JSON (RFC 8259 §6). What floating point would make of other texts, such as infinity of
/// `1e400`, eight of `0x1p3` and a value that compares false both ways of `NaN`, is refused.
package struct Measure: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The longest text that is read.
    static let maximumBytes = 64
    /// The greatest exponent, and the smallest with a minus: those of a 64-bit float.
    static let maximumExponent = 308

    /// As written.
    package let description: String
    private let isNegative: Bool
    /// Without zeros at either end; empty for zero.
    private let digits: [UInt8]
    /// The power of ten by which `0.digits` is multiplied; 0 for zero.
    private let exponent: Int

    /// Reads `text`.
    ///
    /// - Throws: ``Malformed`` with what is wrong.
    package init(_ text: String) throws(Malformed) {
        guard text.utf8.count <= Self.maximumBytes else {
            throw Malformed(
                text: String(text.prefix(Self.maximumBytes)), reason: "longer than \(Self.maximumBytes) bytes")
        }
        guard let parts = Parts(text) else {
            throw Malformed(text: text, reason: "expected a finite decimal number")
        }
        guard let power = Int(parts.exponent), (-Self.maximumExponent...Self.maximumExponent).contains(power) else {
            throw Malformed(text: text, reason: "the exponent is beyond \(Self.maximumExponent)")
        }
        let all = parts.whole + parts.fraction
        let leading = all.prefix { $0 == UInt8(ascii: "0") }.count
        let trailing = all.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        description = text
        digits = leading == all.count ? [] : Array(all[leading..<(all.count - trailing)])
        exponent = digits.isEmpty ? 0 : parts.whole.count - leading + power
        isNegative = parts.isNegative && !digits.isEmpty
        guard digits.isEmpty || abs(exponent) <= Self.maximumExponent + 1 else {
            throw Malformed(text: text, reason: "the number is beyond the range of ten to the \(Self.maximumExponent)")
        }
    }

    /// A whole number.
    package init(_ value: Int) {
        let text = String(value)
        let all = Array(String(value.magnitude).utf8)
        let trailing = all.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        description = text
        digits = value == 0 ? [] : Array(all.dropLast(trailing))
        exponent = value == 0 ? 0 : all.count
        isNegative = value < 0
    }

    /// Whether the numbers are the same, however they are written.
    package static func == (left: Measure, right: Measure) -> Bool {
        left.isNegative == right.isNegative && left.exponent == right.exponent && left.digits == right.digits
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(isNegative)
        hasher.combine(exponent)
        hasher.combine(digits)
    }

    /// The number, if it is whole and not too large for one.
    package var wholeNumber: Int? {
        guard !digits.isEmpty else { return 0 }
        guard exponent >= digits.count, exponent <= 19 else { return nil }
        let zeros = String(repeating: "0", count: exponent - digits.count)
        return Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) + zeros)
    }

    package static func < (left: Measure, right: Measure) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
    }

    /// Compares without signs.
    private func isSmaller(than other: Measure) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
        if exponent != other.exponent { return exponent < other.exponent }
        return digits.lexicographicallyPrecedes(other.digits)
    }

    /// Why a text is no number to compare.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let text: String
        package let reason: String

        package var description: String {
            "\"\(text.printable)\" is no number: \(reason)"
        }
    }
}

extension Measure {
    /// The most digits that a sum or product may have: beyond them nothing is rounded, it is refused.
    static let maximumDigits = 256

    /// Why a sum or product is not given.
    package struct OutOfRange: Error, Hashable, CustomStringConvertible {
        package var description: String {
            "the result needs more than \(Measure.maximumDigits) digits, or is beyond ten to the "
                + "\(Measure.maximumExponent)"
        }
    }

    /// The exact sum.
    ///
    /// - Throws: ``OutOfRange`` where it cannot be held.
    package static func + (left: Measure, right: Measure) throws(OutOfRange) -> Measure {
        guard !left.digits.isEmpty else { return right }
        guard !right.digits.isEmpty else { return left }
        let lowest = min(left.lowest, right.lowest)
        let count = max(left.exponent, right.exponent) - lowest
        guard count <= maximumDigits else { throw OutOfRange() }
        let (one, two) = (left.values(from: lowest, count: count), right.values(from: lowest, count: count))
        guard left.isNegative != right.isNegative else {
            return try Measure(
                values: zip(one, two).map { $0 + $1 }, isNegative: left.isNegative, exponent: lowest + count)
        }
        // The smaller is taken from the greater, so that no digit has to be borrowed from nothing.
        let isSmaller = left.isSmaller(than: right)
        let difference = zip(one, two).map { isSmaller ? $1 - $0 : $0 - $1 }
        return try Measure(
            values: difference, isNegative: isSmaller ? right.isNegative : left.isNegative, exponent: lowest + count)
    }

    /// The exact product.
    ///
    /// - Throws: ``OutOfRange`` where it cannot be held.
    package static func * (left: Measure, right: Measure) throws(OutOfRange) -> Measure {
        let count = left.digits.count + right.digits.count
        guard count <= maximumDigits else { throw OutOfRange() }
        var values = Array(repeating: 0, count: count)
        for (index, digit) in left.digits.enumerated() {
            for (other, factor) in right.digits.enumerated() {
                values[index + other + 1] += Int(digit - UInt8(ascii: "0")) * Int(factor - UInt8(ascii: "0"))
            }
        }
        return try Measure(
            values: values, isNegative: left.isNegative != right.isNegative, exponent: left.exponent + right.exponent)
    }

    /// The power of ten of the last digit.
    private var lowest: Int {
        exponent - digits.count
    }

    /// `count` digits as numbers, the last one of power `from`.
    private func values(from lowest: Int, count: Int) -> [Int] {
        let leading = count - (exponent - lowest)
        let trailing = self.lowest - lowest
        return Array(repeating: 0, count: leading) + digits.map { Int($0 - UInt8(ascii: "0")) }
            + Array(repeating: 0, count: trailing)
    }

    /// The number `0.values` times ten to the `exponent`; values may be of more than one digit, or less than none.
    private init(values: [Int], isNegative: Bool, exponent: Int) throws(OutOfRange) {
        var carry = 0
        var normal: [UInt8] = []
        for value in values.reversed() {
            var sum = value + carry
            carry = sum < 0 ? (sum - 9) / 10 : sum / 10
            sum -= carry * 10
            normal.append(UInt8(sum) + UInt8(ascii: "0"))
        }
        precondition((0...9).contains(carry), "two numbers were aligned and the smaller taken from the greater")
        normal.append(UInt8(carry) + UInt8(ascii: "0"))
        let all = Array(normal.reversed())
        let leading = all.prefix { $0 == UInt8(ascii: "0") }.count
        let trailing = normal.prefix { $0 == UInt8(ascii: "0") }.count
        digits = leading == all.count ? [] : Array(all[leading..<(all.count - trailing)])
        self.exponent = digits.isEmpty ? 0 : exponent + 1 - leading
        self.isNegative = isNegative && !digits.isEmpty
        guard digits.count <= Self.maximumDigits, abs(self.exponent) <= Self.maximumExponent + 1 else {
            throw OutOfRange()
        }
        description = Self.text(digits, isNegative: self.isNegative, exponent: self.exponent)
    }

    /// The number written out, or with an exponent where that would take many zeros.
    private static func text(_ digits: [UInt8], isNegative: Bool, exponent: Int) -> String {
        guard !digits.isEmpty else { return "0" }
        let sign = isNegative ? "-" : ""
        let all = String(decoding: digits, as: UTF8.self)
        switch exponent {
        case digits.count...max(digits.count, 30):
            return sign + all + String(repeating: "0", count: exponent - digits.count)
        case 1..<max(digits.count, 1):
            return sign + all.prefix(exponent) + "." + all.dropFirst(exponent)
        case -30...0:
            return sign + "0." + String(repeating: "0", count: -exponent) + all
        default:
            let rest = all.dropFirst()
            return sign + all.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e\(exponent - 1)"
        }
    }
}

extension Measure {
    /// The parts of a number in the grammar of JSON.
    private struct Parts {
        let isNegative: Bool
        let whole: [UInt8]
        let fraction: [UInt8]
        /// With its sign; `0` where none is written.
        let exponent: String

        init?(_ text: String) {
            var rest = Array(text.utf8)[...]
            isNegative = rest.first == UInt8(ascii: "-")
            if isNegative { rest.removeFirst() }
            whole = Self.digits(&rest)
            guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
            if rest.first == UInt8(ascii: ".") {
                rest.removeFirst()
                fraction = Self.digits(&rest)
                guard !fraction.isEmpty else { return nil }
            } else {
                fraction = []
            }
            guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else {
                exponent = "0"
                guard rest.isEmpty else { return nil }
                return
            }
            rest.removeFirst()
            let isSmall = rest.first == UInt8(ascii: "-")
            if isSmall || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            let power = Self.digits(&rest)
            guard !power.isEmpty, rest.isEmpty else { return nil }
            exponent = (isSmall ? "-" : "") + String(decoding: power, as: UTF8.self)
        }

        private static func digits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
            let found = Array(rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            rest = rest.dropFirst(found.count)
            return found
        }
    }
}
