/// An instant on the wall clock, in whole seconds since 1970-01-01T00:00:00Z.
///
/// Written and read as RFC 3339 in UTC (`2026-11-21T09:30:00Z`). The calendar is the proleptic Gregorian one; leap
/// seconds do not exist here, as in POSIX.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Seconds since the epoch; negative before 1970.
    package let seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds < right.seconds
    }

    package static func + (instant: Timestamp, span: TimeSpan) -> Timestamp {
        Timestamp(seconds: instant.seconds.addingClamped(span.seconds))
    }

    package static func - (later: Timestamp, earlier: Timestamp) -> TimeSpan {
        TimeSpan(seconds: later.seconds.subtractingReportingOverflow(earlier.seconds).partialValue)
    }
}

extension Timestamp {
    /// Date and time of day of an instant in UTC.
    package struct Fields: Hashable, Sendable {
        package var year: Int64
        /// 1 to 12.
        package var month: Int64
        /// 1 to 31.
        package var day: Int64
        package var hour: Int64
        package var minute: Int64
        package var second: Int64
    }

    /// Date and time of day in UTC.
    ///
    /// Days to civil date as in Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    package var fields: Fields {
        let day = seconds.floorDivided(by: 86_400)
        let rest = seconds - day * 86_400
        let shifted = day + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return Fields(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthIndex + 2) / 5 + 1,
            hour: rest / 3_600, minute: rest / 60 % 60, second: rest % 60)
    }

    /// The instant of `fields` in UTC; fields out of range carry over.
    package init(_ fields: Fields) {
        let year = fields.month <= 2 ? fields.year - 1 : fields.year
        let era = year.floorDivided(by: 400)
        let yearOfEra = year - era * 400
        let monthIndex = fields.month > 2 ? fields.month - 3 : fields.month + 9
        let dayOfYear = (153 * monthIndex + 2) / 5 + fields.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        self.init(seconds: days * 86_400 + fields.hour * 3_600 + fields.minute * 60 + fields.second)
    }

    /// RFC 3339 in UTC with whole seconds.
    package var description: String {
        let fields = fields
        guard (0...9_999).contains(fields.year) else {
            return "\(fields.year.padded(4))-\(fields.month.padded(2))-\(fields.day.padded(2))"
                + "T\(fields.hour.padded(2)):\(fields.minute.padded(2)):\(fields.second.padded(2))Z"
        }
        var bytes = Self.pattern
        bytes.write(fields.year, endingAt: 3)
        for (value, end) in [
            (fields.month, 6), (fields.day, 9), (fields.hour, 12), (fields.minute, 15), (fields.second, 18),
        ] {
            bytes.write(value, endingAt: end)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let pattern = Array("0000-00-00T00:00:00Z".utf8)

    /// Reads RFC 3339: `2026-11-21T09:30:00Z`, also with a numeric offset; a fraction of a second is refused.
    ///
    /// - Returns: `nil` where `text` is anything else, or a date that the calendar does not have.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 || bytes.count == 25 else { return nil }
        func number(_ start: Int, _ count: Int) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[start..<start + count] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        let marks: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1.asciiValue }),
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let fields = Fields(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        let local = Timestamp(fields)
        guard (1...12).contains(month), day >= 1, local.fields == fields else { return nil }
        if bytes.count == 20 {
            guard bytes[19] == UInt8(ascii: "Z") else { return nil }
            self = local
            return
        }
        guard bytes[19] == UInt8(ascii: "+") || bytes[19] == UInt8(ascii: "-"), bytes[22] == UInt8(ascii: ":"),
            let hours = number(20, 2), let minutes = number(23, 2), hours < 24, minutes < 60
        else { return nil }
        let offset = (hours * 60 + minutes) * 60
        self.init(seconds: local.seconds - (bytes[19] == UInt8(ascii: "+") ? offset : -offset))
        // In UTC the year may need a fifth digit, and what is written could not be read back.
        guard (0...9999).contains(self.fields.year) else { return nil }
    }
}

extension [UInt8] {
    /// Writes the decimal digits of `value`, which is not negative, over zeros up to the place `end`.
    fileprivate mutating func write(_ value: Int64, endingAt end: Int) {
        var (rest, place) = (value, end)
        while rest > 0 {
            self[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
            place -= 1
        }
    }
}

extension Int64 {
    /// Quotient rounded towards negative infinity; `divisor` is positive.
    package func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    fileprivate func padded(_ width: Int) -> String {
        let text = String(magnitude)
        return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - text.count)) + text
    }
}
