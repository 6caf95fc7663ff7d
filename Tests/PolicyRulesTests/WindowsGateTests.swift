import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@Suite struct WindowsGateTests {
    private static let office = Window(days: [1, 2, 3, 4], from: 540, to: 960, zone: "Europe/Berlin")
    private static let night = Window(days: [5], from: 1_320, to: 360, zone: "UTC")
    private static let weekend = Window(days: [5, 6, 7, 1], from: 0, to: 1_440, zone: "UTC")
    private static let noFriday = Window(days: [5], from: 0, to: 1_440, zone: "UTC", isDenied: true)
    private static let lunch = Window(days: Set(1...7), from: 720, to: 780, zone: "UTC", isDenied: true)
    private static let always = Window(days: Set(1...7), from: 0, to: 1_440, zone: "UTC")
    private static let skipped = Window(days: [7], from: 135, to: 165, zone: "Europe/Berlin")
    private static let early = Window(days: [7], from: 60, to: 150, zone: "Europe/Berlin")
    private static let late = Window(days: [7], from: 150, to: 240, zone: "Europe/Berlin")
    private static let newYork = Window(days: [7], from: 90, to: 180, zone: "America/New_York")

    /// `state`, and the next change.
    private static func state(_ windows: [Window], at instant: Timestamp) -> String {
        let world = World { $0.gates = [.windows(windows)] }
        let result = world.verdict(at: instant).gates.first { $0.gate == .windows }
        return "\(result?.state.rawValue ?? "") \(result?.nextChange?.description ?? "-")"
    }

    @Test(
        arguments: [
            // Office hours of a winter week in Berlin, an hour east of UTC.
            ([office], "2026-11-23T07:59:59Z", "pending 2026-11-23T08:00:00Z"),
            ([office], "2026-11-23T08:00:00Z", "open 2026-11-23T15:00:00Z"),
            ([office], "2026-11-23T14:59:59Z", "open 2026-11-23T15:00:00Z"),
            ([office], "2026-11-23T15:00:00Z", "pending 2026-11-24T08:00:00Z"),
            ([office], "2026-11-26T15:00:00Z", "pending 2026-11-30T08:00:00Z"),
            // The same hours in summer.
            ([office], "2026-07-06T06:59:59Z", "pending 2026-07-06T07:00:00Z"),
            ([office], "2026-07-06T07:00:00Z", "open 2026-07-06T14:00:00Z"),
            // Over midnight: it belongs to the day on which it opens.
            ([night], "2026-11-20T21:59:59Z", "pending 2026-11-20T22:00:00Z"),
            ([night], "2026-11-20T22:00:00Z", "open 2026-11-21T06:00:00Z"),
            ([night], "2026-11-21T05:59:59Z", "open 2026-11-21T06:00:00Z"),
            ([night], "2026-11-21T06:00:00Z", "pending 2026-11-27T22:00:00Z"),
            ([night], "2026-11-20T05:00:00Z", "pending 2026-11-20T22:00:00Z"),
            // Friday to Monday is one stretch.
            ([weekend], "2026-11-20T00:00:00Z", "open 2026-11-24T00:00:00Z"),
            ([weekend], "2026-11-24T00:00:00Z", "pending 2026-11-27T00:00:00Z"),
            // Denied ones win over allowed ones, and alone leave the rest open.
            ([noFriday], "2026-11-19T12:00:00Z", "open 2026-11-20T00:00:00Z"),
            ([noFriday], "2026-11-20T12:00:00Z", "pending 2026-11-21T00:00:00Z"),
            ([weekend, noFriday], "2026-11-20T12:00:00Z", "pending 2026-11-21T00:00:00Z"),
            ([weekend, noFriday], "2026-11-21T12:00:00Z", "open 2026-11-24T00:00:00Z"),
            ([office, lunch], "2026-11-23T11:59:00Z", "open 2026-11-23T12:00:00Z"),
            ([office, lunch], "2026-11-23T12:30:00Z", "pending 2026-11-23T13:00:00Z"),
            // Allowed ones add up.
            ([office, night], "2026-11-20T23:00:00Z", "open 2026-11-21T06:00:00Z"),
            ([office, night], "2026-11-21T06:00:00Z", "pending 2026-11-23T08:00:00Z"),
            ([night, office], "2026-11-23T09:00:00Z", "open 2026-11-23T15:00:00Z"),
            // What never opens, and what never closes.
            (
                [weekend, Window(days: Set(1...7), from: 0, to: 1_440, zone: "UTC", isDenied: true)],
                "2026-11-21T12:00:00Z", "closed -"
            ),
            ([always], "2026-11-21T12:00:00Z", "open -"),
            // Year end and leap day.
            (
                [Window(days: [4], from: 1_380, to: 60, zone: "UTC")], "2026-12-31T23:30:00Z",
                "open 2027-01-01T01:00:00Z"
            ),
            (
                [Window(days: [4], from: 1_380, to: 60, zone: "UTC")], "2027-01-01T00:59:59Z",
                "open 2027-01-01T01:00:00Z"
            ),
            (
                [Window(days: [2], from: 0, to: 1_440, zone: "UTC")], "2028-02-28T23:59:59Z",
                "pending 2028-02-29T00:00:00Z"
            ),
            ([Window(days: [2], from: 0, to: 1_440, zone: "UTC")], "2028-02-29T12:00:00Z", "open 2028-03-01T00:00:00Z"),
            // The hour that the change to summer time skips: a start or an end in it falls on the change.
            ([late], "2026-03-29T00:59:59Z", "pending 2026-03-29T01:00:00Z"),
            ([late], "2026-03-29T01:00:00Z", "open 2026-03-29T02:00:00Z"),
            ([early], "2026-03-29T00:00:00Z", "open 2026-03-29T01:00:00Z"),
            ([early], "2026-03-29T01:00:00Z", "pending 2026-04-04T23:00:00Z"),
            ([skipped], "2026-03-28T12:00:00Z", "pending 2026-04-05T00:15:00Z"),
            ([skipped], "2026-03-22T12:00:00Z", "pending 2026-04-05T00:15:00Z"),
            ([skipped], "2026-03-29T01:00:00Z", "pending 2026-04-05T00:15:00Z"),
            ([newYork], "2026-03-08T06:30:00Z", "open 2026-03-08T07:00:00Z"),
            // The hour that repeats: its first pass counts, for a start and for an end.
            ([late], "2026-10-25T00:30:00Z", "open 2026-10-25T03:00:00Z"),
            ([early], "2026-10-25T00:29:59Z", "open 2026-10-25T00:30:00Z"),
            ([early], "2026-10-25T00:30:00Z", "pending 2026-11-01T00:00:00Z"),
            ([newYork], "2026-11-01T05:30:00Z", "open 2026-11-01T08:00:00Z"),
        ] as [([Window], Timestamp, String)])
    func `windows open and close by the local clock`(_ windows: [Window], _ instant: Timestamp, _ expected: String) {
        #expect(Self.state(windows, at: instant) == expected)
        #expect(Self.state(windows.reversed(), at: instant) == expected)
    }

    @Test func `the reason names the windows and the instant`() {
        func result(_ windows: [Window], _ zones: [String: ZoneRules], at instant: Timestamp) -> String {
            World { world in
                world.gates = [.windows(windows)]
                world.zones = zones
            }.result(of: .windows, at: instant)
        }
        let zones = ["UTC": ZoneRules.utc, "Europe/Berlin": .berlin]
        #expect(
            result([Self.office, Self.lunch], zones, at: "2026-11-23T09:00:00Z")
                == "open: inside Mon-Thu 09:00-16:00 Europe/Berlin, not Mon-Sun 12:00-13:00 "
                + "UTC, until 2026-11-23T12:00:00Z [2026-11-23T12:00:00Z]")
        #expect(
            result([Self.night], zones, at: "2026-11-21T12:00:00Z")
                == "pending: outside Fri 22:00-06:00 UTC; opens at 2026-11-27T22:00:00Z [2026-11-27T22:00:00Z]")
        #expect(
            result([Self.office], ["UTC": .utc], at: "2026-11-23T09:00:00Z")
                == "closed: time zone \"Europe/Berlin\" is not known")
    }

    @Test(arguments: 0..<UInt64(256))
    func `the next change is the first instant with another answer`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        let windows = (0..<random.number(1...3)).map { _ in
            let from = random.number(0...23) * 60
            return Window(
                days: Set((0..<random.number(1...3)).map { _ in random.number(1...7) }), from: from,
                to: (from + random.number(1...23) * 60) % 1_440, zone: random.pick(["UTC", "Europe/Berlin"]),
                isDenied: random.chance(30))
        }
        let start: Timestamp = random.pick(["2026-03-25T00:00:00Z", "2026-10-21T00:00:00Z", "2026-12-28T00:00:00Z"])
        let instant = Timestamp(seconds: start.seconds + Int64(random.number(0...170)) * 3_600)
        func isOpen(_ seconds: Int64) -> Bool {
            Self.state(windows, at: Timestamp(seconds: seconds)).hasPrefix("open")
        }
        let next = World { $0.gates = [.windows(windows)] }.verdict(at: instant).gates.first { $0.gate == .windows }?
            .nextChange
        let now = isOpen(instant.seconds)
        let end = next?.seconds ?? instant.seconds + 7 * 86_400
        for seconds in stride(from: instant.seconds, to: end, by: 3_600) where isOpen(seconds) != now {
            Issue.record("\(Timestamp(seconds: seconds)) comes before \(next?.description ?? "never")")
            return
        }
        if let next { #expect(isOpen(next.seconds) != now) }
    }
}
