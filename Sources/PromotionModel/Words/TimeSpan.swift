/// A length of time in whole seconds.
package struct TimeSpan: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// The longest span that a policy may ask for, ten years: more is a typing error.
    package static let longest = TimeSpan(seconds: 3_653 * 86_400)

    /// Reads `30m`, `1h30m`, `7d`, `2w`: whole numbers with the units w, d, h, m, s, from large to small, each once.
    ///
    /// - Throws: ``Malformed`` for anything else, for zero-length text, for a sign, and for more than ``longest``.
    package init(_ text: String) throws(Malformed) {
        var total: Int64 = 0
        var digits: Int64?
        var lastUnit = Int64.max
        for byte in text.utf8 {
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digits = (digits ?? 0) * 10 + Int64(byte - UInt8(ascii: "0"))
                guard let digits, digits <= Self.longest.seconds else { throw Malformed(text: text, tooLong: true) }
                continue
            }
            guard let value = digits, let unit = Self.unit(byte), unit < lastUnit else { throw Malformed(text: text) }
            total += value * unit
            guard total <= Self.longest.seconds else { throw Malformed(text: text, tooLong: true) }
            digits = nil
            lastUnit = unit
        }
        guard digits == nil, lastUnit != .max else { throw Malformed(text: text) }
        seconds = total
    }

    private static func unit(_ byte: UInt8) -> Int64? {
        switch byte {
        case UInt8(ascii: "w"): 7 * 86_400
        case UInt8(ascii: "d"): 86_400
        case UInt8(ascii: "h"): 3_600
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "s"): 1
        default: nil
        }
    }

    package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        left.seconds < right.seconds
    }

    /// The span as ``init(_:)`` reads it: `1d2h`, `30m`, `0s`.
    package var description: String {
        var rest = seconds.magnitude
        var text = seconds < 0 ? "-" : ""
        for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")] as [(UInt64, String)] where rest >= unit
        {
            text += "\(rest / unit)\(name)"
            rest %= unit
        }
        return seconds == 0 ? "0s" : text
    }

    /// The span for people, in its largest unit only: `3d`, `5h`, `12m`, `40s`.
    package var rough: String {
        let magnitude = seconds.magnitude
        switch magnitude {
        case 172_800...: return "\(magnitude / 86_400)d"
        case 7_200...: return "\(magnitude / 3_600)h"
        case 120...: return "\(magnitude / 60)m"
        default: return "\(magnitude)s"
        }
    }

    /// Why a text is no span of time.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let text: String
        package var tooLong = false

        package var description: String {
            tooLong
                ? "\"\(text.printable)\" is longer than the ten years that a policy may ask for"
                : "\"\(text.printable)\" is no duration: expected whole numbers with w, d, h, m, s, such as 30m or 1h30m"
        }
    }
}
