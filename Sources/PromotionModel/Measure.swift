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
