import ModelBuilders
import PromotionModel
import Testing

@Suite struct ZoneRulesTests {
    @Test(
        arguments: [
            (ZoneRules.berlin, "2026-03-29T00:59:59Z", "2026-03-29T01:59:59Z"),
            (.berlin, "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"),
            (.berlin, "2026-10-25T00:59:59Z", "2026-10-25T02:59:59Z"),
            (.berlin, "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"),
            (.newYork, "2026-03-08T06:59:59Z", "2026-03-08T01:59:59Z"),
            (.newYork, "2026-03-08T07:00:00Z", "2026-03-08T03:00:00Z"),
            (.newYork, "2026-11-01T05:59:59Z", "2026-11-01T01:59:59Z"),
            (.newYork, "2026-11-01T06:00:00Z", "2026-11-01T01:00:00Z"),
            (.utc, "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"),
        ] as [(ZoneRules, Timestamp, Timestamp)])
    func `the local clock follows the rules`(_ zone: ZoneRules, _ instant: Timestamp, _ local: Timestamp) {
        #expect(zone.local(instant) == local)
    }

    @Test(
        arguments: [
            // Skipped by the change to summer time: the instant of the change.
            (ZoneRules.berlin, "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z"),
            (.berlin, "2026-03-29T02:30:00Z", "2026-03-29T01:00:00Z"),
            (.berlin, "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"),
            (.berlin, "2027-03-28T02:30:00Z", "2027-03-28T01:00:00Z"),
            (.newYork, "2026-03-08T02:30:00Z", "2026-03-08T07:00:00Z"),
            // Repeated by the change back: the first pass.
            (.berlin, "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
            (.newYork, "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"),
            // Ordinary days, and the edges of what is known.
            (.berlin, "2026-07-01T12:00:00Z", "2026-07-01T10:00:00Z"),
            (.berlin, "2026-12-31T23:30:00Z", "2026-12-31T22:30:00Z"),
            (.berlin, "2020-01-01T00:00:00Z", "2019-12-31T23:00:00Z"),
            (.berlin, "2030-07-01T00:00:00Z", "2030-06-30T23:00:00Z"),
            (.utc, "2026-03-29T02:30:00Z", "2026-03-29T02:30:00Z"),
        ] as [(ZoneRules, Timestamp, Timestamp)])
    func `a local time names one instant`(_ zone: ZoneRules, _ local: Timestamp, _ instant: Timestamp) {
        #expect(zone.instant(ofLocal: local) == instant)
    }

    @Test(arguments: [ZoneRules.berlin, .newYork])
    func `local times name instants in their own order`(_ zone: ZoneRules) {
        let start: Timestamp = "2026-01-01T00:00:00Z"
        var previous = Timestamp(seconds: .min)
        for quarter in 0..<(2 * 365 * 96) as Range<Int64> {
            let instant = zone.instant(ofLocal: Timestamp(seconds: start.seconds + quarter * 900))
            guard instant >= previous else {
                Issue.record("\(instant) stands before \(previous) in \(zone.name)")
                return
            }
            previous = instant
        }
    }
}
