import PromotionModel

/// Arrivals only inside an allowed window of local time and in no denied one.
///
/// Several allowed windows add up; a denied one wins over them; with denied ones only, the rest of the week is open.
/// A start or end that a change to summer time skips falls on that change; in an hour that repeats, the first counts.
enum WindowsGate {
    static func judge(_ windows: [Window], zones: [String: ZoneRules], at instant: Timestamp) -> GateResult {
        if let unknown = windows.first(where: { zones[$0.zone] == nil }) {
            return GateResult(.windows, .closed, "time zone \"\(unknown.zone)\" is not known")
        }
        let spans = windows.flatMap { window in
            occurrences(of: window, around: instant, in: zones[window.zone] ?? .utc).map { (window, $0) }
        }
        func isOpen(_ moment: Timestamp) -> Bool {
            let inside = spans.filter { $0.1.from <= moment && moment < $0.1.until }.map(\.0)
            if inside.contains(where: \.isDenied) { return false }
            return !inside.isEmpty || windows.allSatisfy(\.isDenied)
        }
        let open = isOpen(instant)
        // Beyond the horizon spans are missing, and what never changes would seem to change there.
        let horizon = instant + TimeSpan(seconds: horizonDays * 86_400)
        let edges = spans.flatMap { [$0.1.from, $0.1.until] }.filter { $0 > instant && $0 <= horizon }.sorted()
        let change = edges.first { isOpen($0) != open }
        let rule = windows.map(\.description).joined(separator: ", ")
        guard !open else {
            return GateResult(
                .windows, .open, "inside \(rule)\(change.map { ", until \($0)" } ?? "")", nextChange: change)
        }
        guard let change else { return GateResult(.windows, .closed, "\(rule) never opens") }
        return GateResult(.windows, .pending, "outside \(rule); opens at \(change)", nextChange: change)
    }

    /// How far ahead a change is looked for.
    ///
    /// Two weeks, not one, since the change to summer time can swallow a whole occurrence.
    private static let horizonDays: Int64 = 14

    /// The window's spans from a day before `instant` to a day after the horizon, in order.
    private static func occurrences(
        of window: Window, around instant: Timestamp, in zone: ZoneRules
    ) -> [(from: Timestamp, until: Timestamp)] {
        let today = zone.local(instant).seconds.floorDivided(by: 86_400)
        return (today - 1...today + horizonDays + 1).compactMap { day in
            // 1970-01-01, day 0, was a Thursday.
            let weekday = Int((day + 3) - (day + 3).floorDivided(by: 7) * 7) + 1
            guard window.days.contains(weekday) else { return nil }
            let end = window.to > window.from ? day : day + 1
            let from = zone.instant(ofLocal: Timestamp(seconds: day * 86_400 + Int64(window.from) * 60))
            let until = zone.instant(ofLocal: Timestamp(seconds: end * 86_400 + Int64(window.to) * 60))
            return from < until ? (from, until) : nil
        }
    }
}
