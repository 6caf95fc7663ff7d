import Ports
import PromotionModel
import Reconciling
import Testing

@Suite struct WatchScheduleTests {
    private static let start = Timestamp(seconds: 1_795_420_800)

    private static func wait(_ seconds: Int64) -> WatchSchedule.Step {
        .wait(TimeSpan(seconds: seconds))
    }

    private static let steps: [(event: WatchSchedule.Event, step: WatchSchedule.Step)] = [
        (.tickFinished(stableUntil: nil), wait(30)),
        (.tickFinished(stableUntil: start + TimeSpan(seconds: 3_600)), wait(30)),
        (.tickFinished(stableUntil: start + TimeSpan(seconds: 7)), wait(7)),
        (.tickFinished(stableUntil: start), wait(1)),
        (.tickFinished(stableUntil: Timestamp(seconds: 0)), wait(1)),
        (.tickRecorded, wait(0)),
        (.tickFailed(.retry), wait(1)),
        (.tickFailed(.waitForChange), wait(1)),
        (.tickFailed(.halt), .stop),
    ]

    @Test(arguments: steps)
    func `the next tick comes when the branch can have moved or a gate can open`(
        event: WatchSchedule.Event, step: WatchSchedule.Step
    ) {
        var schedule = WatchSchedule(interval: TimeSpan(seconds: 30))
        #expect(schedule.step(after: event, at: Self.start) == step)
    }

    @Test func `failures are met more and more slowly, up to five minutes, until one tick goes through`() {
        var schedule = WatchSchedule(interval: TimeSpan(seconds: 30))
        let waits = (1...12).map { _ in schedule.step(after: .tickFailed(.retry), at: Self.start) }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map(Self.wait))
        #expect(schedule.step(after: .tickFinished(stableUntil: nil), at: Self.start) == Self.wait(30))
        #expect(schedule.step(after: .tickFailed(.retry), at: Self.start) == Self.wait(1))
    }

    @Test(arguments: [
        (-1, nil, false), (0, nil, true), (9, 10, true), (10, 10, false), (11, 10, false), (500, nil, true),
    ])
    func `a mark holds from its instant until the next gate opens by itself`(
        seconds: Int64, stableUntil: Int64?, holds: Bool
    ) {
        let mark = SettledMark(
            tip: "", scope: "", settledAt: Self.start,
            stableUntil: stableUntil.map { Self.start + TimeSpan(seconds: $0) }, nextChange: nil, hasRefusals: false)
        #expect(mark.holds(at: Self.start + TimeSpan(seconds: seconds)) == holds)
        #expect(mark.moved(to: "x").holds(at: Self.start + TimeSpan(seconds: seconds)) == holds)
    }
}
