import PromotionModel
import Testing

@testable import Observing

@Suite struct ZoneFileTests {
    private static let year2026 = Timestamp("2026-01-01T00:00:00Z")

    private func changes(_ rule: String, year: Int = 2026) throws -> [String] {
        let rule = try #require(ZoneRule(rule.utf8))
        let start = try #require(Timestamp("\(year)-01-01T00:00:00Z"))
        let end = try #require(Timestamp("\(year + 1)-01-01T00:00:00Z"))
        return rule.changes(from: start.seconds, until: end.seconds)
            .map { "\(Timestamp(seconds: $0.at)) \($0.offset)" }
    }

    /// Each with the changes of 2026, as `zdump` and `date` tell them.
    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", ["2026-03-29T01:00:00Z 7200", "2026-10-25T01:00:00Z 3600"]),
        ("EST5EDT,M3.2.0,M11.1.0", ["2026-03-08T07:00:00Z -14400", "2026-11-01T06:00:00Z -18000"]),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", ["2026-04-04T16:00:00Z 36000", "2026-10-03T16:00:00Z 39600"]),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", ["2026-03-29T01:00:00Z 3600", "2026-10-25T01:00:00Z 0"]),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", ["2026-03-29T01:00:00Z -3600", "2026-10-25T01:00:00Z -7200"]),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", ["2026-04-04T15:00:00Z 37800", "2026-10-03T15:30:00Z 39600"]),
        ("AAA0BBB,J60/0,J365/0", ["2026-03-01T00:00:00Z 3600", "2026-12-30T23:00:00Z 0"]),
        ("AAA0BBB,59/0,364/0", ["2026-03-01T00:00:00Z 3600", "2026-12-30T23:00:00Z 0"]),
        ("<+0545>-5:45", []),
        ("UTC0", []),
    ]) func `a rule makes the changes of a year`(_ rule: String, _ expected: [String]) throws {
        #expect(try changes(rule) == expected)
    }

    @Test func `the leap day counts in one form and not in the other`() throws {
        #expect(try changes("AAA0BBB,J60/0,J61/0", year: 2028).first == "2028-03-01T00:00:00Z 3600")
        #expect(try changes("AAA0BBB,59/0,61/0", year: 2028).first == "2028-02-29T00:00:00Z 3600")
    }

    @Test(arguments: [
        "", "C-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J5", "CET-1CEST,366,3", "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1",
        "CET-168", "CET-1:60", "CET-99999999999999999999",
    ]) func `what is no rule is none`(_ text: String) {
        #expect(ZoneRule(text.utf8) == nil)
    }

    /// A file as RFC 9636 describes it, with an empty first block.
    private func file(_ changes: [(at: Int64, kind: UInt8)], offsets: [Int32], rule: String) -> [UInt8] {
        func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
            stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
        }
        func header(_ counts: [UInt32]) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap(bytes)
        }
        return header([0, 0, 0, 0, 0, 0]) + header([0, 0, 0, UInt32(changes.count), UInt32(offsets.count), 4])
            + changes.flatMap { bytes($0.at) } + changes.map(\.kind)
            + offsets.flatMap { bytes($0) + [0, 0] } + Array("LMT\0\n\(rule)\n".utf8)
    }

    @Test func `changes come from the file, and then from its rule`() throws {
        let start = try #require(Self.year2026).seconds
        let bytes = file(
            [(start + 100, 1), (start + 200, 1), (start + 300, 0)], offsets: [3_600, 7_200],
            rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        let zone = try #require(ZoneFile(bytes))
        let found = zone.offsets(from: start, until: start + 365 * 86_400)
        #expect(found.first == 3_600)
        #expect(found.changes.map(\.offset) == [7_200, 3_600, 7_200, 3_600])
        #expect(found.changes.prefix(2).map(\.at) == [start + 100, start + 300])
        #expect(Timestamp(seconds: found.changes[2].at) == Timestamp("2026-03-29T01:00:00Z"))
        #expect(zone.offsets(from: start + 250, until: start + 260).first == 7_200)
        #expect(zone.offsets(from: start + 200 * 86_400, until: start + 201 * 86_400).first == 7_200)
    }

    @Test func `a zone without a change has its rule's offset`() throws {
        let zone = try #require(ZoneFile(file([], offsets: [20_700], rule: "<+0545>-5:45")))
        #expect(zone.offsets(from: 0, until: 1 << 33).first == 20_700)
        #expect(zone.offsets(from: 0, until: 1 << 33).changes.isEmpty)
    }

    @Test func `damaged files are no zones, and do no harm`() {
        let sound = file([(0, 1), (100, 0)], offsets: [3_600, 7_200], rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        for count in 0..<(sound.count - 30) { #expect(ZoneFile(Array(sound[..<count])) == nil) }
        #expect(ZoneFile(file([(0, 2)], offsets: [0], rule: "UTC0")) == nil)
        #expect(ZoneFile(file([(5, 0), (5, 0)], offsets: [0], rule: "UTC0")) == nil)
        #expect(ZoneFile(file([], offsets: [], rule: "UTC0")) == nil)
        #expect(ZoneFile(file([], offsets: [0], rule: "no rule")) == nil)
        for place in sound.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var bytes = sound
                bytes[place] = value
                // Whatever it says, it is read to the end.
                _ = ZoneFile(bytes)?.offsets(from: -1 << 33, until: 1 << 33)
            }
        }
    }
}
