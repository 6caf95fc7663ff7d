/// The rule by which a zone goes on for ever: a variable TZ of POSIX, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule {
    /// A day of each year, and a time of it by the clock that holds until then.
    private struct Turn {
        enum Day {
            /// From 0, with the 29th of February.
            case ofYear(Int)
            /// From 1, without the 29th of February.
            case ofShortYear(Int)
            /// The fifth week is the last; Sunday is 0.
            case ofMonth(Int, week: Int, weekday: Int)
        }

        let day: Day
        /// In seconds from midnight, which may lie on another day.
        let time: Int64
    }

    /// Seconds east of UTC.
    private let standard: Int64
    /// The other offset, if there is one, and when it begins and ends.
    private let summer: (offset: Int64, begins: Turn, ends: Turn)?

    /// Reads a rule; `nil` if it is none.
    init?(_ bytes: some Collection<UInt8>) {
        var reader = Reader(rest: Array(bytes)[...])
        guard reader.skipName(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.rest.isEmpty else {
            summer = nil
            return
        }
        guard reader.skipName() else { return nil }
        var offset = standard + 3_600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let west = reader.time() else { return nil }
            offset = -west
        }
        guard let begins = reader.turn(), let ends = reader.turn(), reader.rest.isEmpty else { return nil }
        summer = (offset, begins, ends)
    }

    /// Seconds east of UTC at `instant`, in seconds since 1970.
    func offset(at instant: Int64) -> Int64 {
        // Two years before, so that there is always a change before the instant.
        changes(from: instant - 800 * 86_400, until: instant + 1).last?.offset ?? standard
    }

    /// The changes from `start` on and before `end`, in order of time.
    func changes(from start: Int64, until end: Int64) -> [ZoneFile.Change] {
        guard let summer, start < end, start > -1 << 40, end < 1 << 40 else { return [] }
        let years = Self.year(of: start) - 1...Self.year(of: end) + 1
        let all = years.flatMap { year in
            [
                ZoneFile.Change(at: Self.local(summer.begins, in: year) - standard, offset: summer.offset),
                ZoneFile.Change(at: Self.local(summer.ends, in: year) - summer.offset, offset: standard),
            ]
        }
        let sorted = all.sorted { $0.at < $1.at }
        // Where one ends as the other begins, as in a zone that has summer time all year, the first is none.
        let real = sorted.indices.filter { $0 + 1 == sorted.count || sorted[$0].at != sorted[$0 + 1].at }
        return real.map { sorted[$0] }.filter { $0.at >= start && $0.at < end }
    }

    /// When a turn is in `year`, in seconds since 1970 by the clock on the wall.
    private static func local(_ turn: Turn, in year: Int64) -> Int64 {
        let day: Int64
        switch turn.day {
        case .ofYear(let number): day = days(before: year, 1) + Int64(number)
        case .ofShortYear(let number):
            let hasLeapDay = days(before: year, 3) - days(before: year, 2) == 29
            day = days(before: year, 1) + Int64(number) - (hasLeapDay && number >= 60 ? 0 : 1)
        case .ofMonth(let month, let week, let weekday):
            let first = days(before: year, Int64(month))
            let next = month == 12 ? days(before: year + 1, 1) : days(before: year, Int64(month) + 1)
            // The first of January 1970 was a Thursday.
            let firstWeekday = ((first + 4) % 7 + 7) % 7
            var found = first + (Int64(weekday) - firstWeekday + 7) % 7 + Int64(week - 1) * 7
            while found >= next { found -= 7 }
            day = found
        }
        return day * 86_400 + turn.time
    }

    private static func year(of instant: Int64) -> Int64 {
        1_970 + instant / 31_556_952
    }

    /// Days from 1970 to the first of a month, by the Gregorian calendar.
    private static func days(before year: Int64, _ month: Int64) -> Int64 {
        // Years are counted from March, so that the leap day is the last one.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Takes a rule apart.
    private struct Reader {
        var rest: ArraySlice<UInt8>

        private mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// Passes over an abbreviation: three letters or more, or anything between angle brackets.
        mutating func skipName() -> Bool {
            if skip("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { 0x61...0x7A ~= $0 | 0x20 }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        private mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix(3).prefix { 0x30...0x39 ~= $0 }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            return range ~= value ? value : nil
        }

        /// Hours, and perhaps minutes and seconds, with a sign.
        mutating func time() -> Int64? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard let hours = number(0...167) else { return nil }
            var seconds = Int64(hours) * 3_600
            for unit in [60, 1] as [Int64] where skip(":") {
                guard let part = number(0...59) else { return nil }
                seconds += Int64(part) * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// A comma, a day of the year and perhaps a time of it; two o'clock is what it means without one.
        mutating func turn() -> Turn? {
            guard skip(","), let day = day() else { return nil }
            guard skip("/") else { return Turn(day: day, time: 7_200) }
            return time().map { Turn(day: day, time: $0) }
        }

        private mutating func day() -> Turn.Day? {
            if skip("J") { return number(1...365).map { .ofShortYear($0) } }
            guard skip("M") else { return number(0...365).map { .ofYear($0) } }
            guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
                let weekday = number(0...6)
            else { return nil }
            return .ofMonth(month, week: week, weekday: weekday)
        }
    }
}
