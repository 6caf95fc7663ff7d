import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2000-02-29T12:00:00Z", 951_825_600),
        ("2026-11-21T09:30:00Z", 1_795_253_400),
        ("2026-11-21T10:30:00+01:00", 1_795_253_400),
        ("2026-11-21T04:00:00-05:30", 1_795_253_400),
        ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("0000-01-01T00:00:00Z", -62_167_219_200),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("2106-02-07T06:28:16Z", 4_294_967_296),
    ])
    func `an instant is read`(_ text: String, _ seconds: Int64) {
        #expect(Timestamp(text)?.seconds == seconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21 09:30:00Z", "2026-11-21t09:30:00z", "2026-11-21T09:30Z",
        "2026-11-21T09:30:00.5Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-06-30T23:59:60Z", "10000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z", "2026-11-21T09:30:00+1:00", "2026-11-21T09:30:00+24:00", "2026-11-21T09:30:00+01:60",
        "2026-11-21T09:30:00+0100", "2026-11-21T09:30:00 01:00", "+026-11-21T09:30:00Z", "２026-11-21T09:30:00Z",
        "2026-11-21T09:30:00Z\n", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+00:01",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: 0..<UInt64(256))
    func `an instant reads back what it writes`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let instant = random.instant()
        #expect(Timestamp(instant.description) == instant)
        #expect(Timestamp(instant.fields) == instant)
    }

    @Test func `every day of four centuries follows the last`() {
        var previous = Timestamp(seconds: -86_400).fields
        for day in 0..<146_097 as Range<Int64> {
            let fields = Timestamp(seconds: day * 86_400).fields
            let isNext =
                (fields.year, fields.month, fields.day) == (previous.year, previous.month, previous.day + 1)
                || fields.day == 1 && previous.day >= 28
                    && (fields.year * 12 + fields.month == previous.year * 12 + previous.month + 1)
            guard isNext else {
                Issue.record("\(fields) does not follow \(previous)")
                return
            }
            previous = fields
        }
        #expect((previous.year, previous.month, previous.day) == (2369, 12, 31))
    }

    @Test func `adding a span never overflows`() {
        #expect(Timestamp(seconds: .max) + "1d" == Timestamp(seconds: .max))
        #expect(Timestamp(seconds: 5) - Timestamp(seconds: 3) == TimeSpan(seconds: 2))
        #expect(Timestamp(seconds: 253_402_300_800).description == "10000-01-01T00:00:00Z")
    }
}

@Suite struct TimeSpanTests {
    @Test(arguments: [
        ("30m", 1_800), ("1h30m", 5_400), ("7d", 604_800), ("2w", 1_209_600), ("1w1d1h1m1s", 694_861), ("0s", 0),
        ("90m", 5_400), ("007s", 7), ("3653d", 315_619_200),
    ])
    func `a span is read`(_ text: String, _ seconds: Int64) throws {
        #expect(try TimeSpan(text).seconds == seconds)
    }

    @Test(arguments: [
        "", "0", "30", "m", "-5m", "+5m", "1y", "1.5h", "30m1h", "1m1m", "1h 30m", " 1h", "1H", "1ms", "１m", "1h30",
        "1µs", "m1",
    ])
    func `anything else is no duration`(_ text: String) {
        #expect(errorText { try TimeSpan(text) }?.hasPrefix("\"\(text)\" is no duration: expected") == true)
    }

    @Test(arguments: ["99999999h", "3654d", "521w6d1h", "999999999999999999999999s"])
    func `more than ten years is refused`(_ text: String) {
        #expect(
            errorText { try TimeSpan(text) } == "\"\(text)\" is longer than the ten years that a policy may ask for")
    }

    @Test(arguments: 0..<UInt64(256))
    func `a span reads back what it writes`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        let span = TimeSpan(seconds: Int64(random.number(0...Int(TimeSpan.longest.seconds))))
        #expect(try TimeSpan(span.description) == span)
    }

    @Test(arguments: [(0, "0s"), (119, "119s"), (120, "2m"), (7_199, "119m"), (7_200, "2h"), (172_800, "2d")])
    func `a rough span names its largest unit only`(_ seconds: Int64, _ text: String) {
        #expect(TimeSpan(seconds: seconds).rough == text)
    }
}
