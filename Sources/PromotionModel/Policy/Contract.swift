/// What an environment demands of what arrives; it names the sources too, so contracts are the pipeline's edges.
///
/// A value that never changes; of a class only so that ten thousand verdicts share one.
package final class Contract: Hashable, Sendable {
    /// Whether a changed set is one promotion or several.
    package enum Unit: String, Sendable, CaseIterable {
        /// Everything that changed in the environment moves as one, or not at all.
        case together
        /// Each component moves as soon as it may.
        case each
    }

    /// `metadata.name`.
    package let name: String
    /// Where the contract is written.
    package let place: Place
    /// The git blob that holds it, 40 hexadecimal digits: what was judged by, for ever.
    package let blob: String
    /// The environments it guards.
    package let to: [NameGlob]
    /// Where artifacts come from, any of; empty marks an entry environment, where builds arrive.
    package let from: [EnvironmentName]
    /// The components it speaks of.
    package let components: [NameGlob]
    package let unit: Unit
    package let gates: [GateSpecification]
    /// Which gates may be skipped in an emergency, and by whom; `nil` where none may.
    package let emergency: EmergencyRule?
    /// What has to fix the content of what arrives.
    package let pinRule: PinRule

    package init(
        name: String, place: Place, blob: String, to: [NameGlob], from: [EnvironmentName], components: [NameGlob],
        unit: Unit, gates: [GateSpecification], emergency: EmergencyRule? = nil
    ) {
        self.name = name
        self.place = place
        self.blob = blob
        self.to = to
        self.from = from
        self.components = components
        self.unit = unit
        self.gates = gates
        self.emergency = emergency
        pinRule = gates.lazy.compactMap { if case .pinning(let rule) = $0 { rule } else { nil } }.first ?? .nothing
    }

    package static func == (left: Contract, right: Contract) -> Bool {
        left === right
            || (left.name == right.name && left.place == right.place && left.blob == right.blob && left.to == right.to
                && left.from == right.from && left.components == right.components && left.unit == right.unit
                && left.gates == right.gates && left.emergency == right.emergency)
    }

    package func hash(into hasher: inout Hasher) {
        // The blob's id says the rest of what differs.
        hasher.combine(place)
        hasher.combine(blob)
        hasher.combine(name)
    }

    /// The contract's file and blob, as the ledger names it: `policies/prod.yaml@0a1b…`.
    package var reference: String {
        "\(place.file)@\(blob)"
    }
}

/// A weekly span of local time in which arrivals are allowed, or denied.
package struct Window: Hashable, Sendable, CustomStringConvertible {
    /// Days of the week on which the window opens; 1 is Monday, 7 is Sunday (ISO 8601).
    package let days: Set<Int>
    /// Minutes after local midnight at which the window opens.
    package let from: Int
    /// Minutes after local midnight at which it closes; not after `from` means on the next day.
    package let to: Int
    /// IANA name of the time zone.
    package let zone: String
    /// Whether the window forbids what it spans.
    package let isDenied: Bool

    package init(days: Set<Int>, from: Int, to: Int, zone: String, isDenied: Bool = false) {
        self.days = days
        self.from = from
        self.to = to
        self.zone = zone
        self.isDenied = isDenied
    }

    /// English short names of the days, Monday first.
    package static let dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    /// For people: `Mon-Thu 09:00-16:00 Europe/Berlin`.
    package var description: String {
        "\(isDenied ? "not " : "")\(dayRanges) \(Self.clock(from))-\(Self.clock(to)) \(zone)"
    }

    /// `Mon-Thu,Sat`: three days or more in a row as a range.
    private var dayRanges: String {
        var ranges: [ClosedRange<Int>] = []
        for day in days.sorted() {
            if let last = ranges.last, last.upperBound == day - 1 {
                ranges[ranges.count - 1] = last.lowerBound...day
            } else {
                ranges.append(day...day)
            }
        }
        return ranges.flatMap { range in
            range.count > 2
                ? ["\(Self.dayNames[range.lowerBound - 1])-\(Self.dayNames[range.upperBound - 1])"]
                : range.map { Self.dayNames[$0 - 1] }
        }.joined(separator: ",")
    }

    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    }
}

/// A dated stop over environments: nothing arrives while it lasts.
package struct Freeze: Hashable, Sendable {
    package let name: String
    package let place: Place
    package let environments: [NameGlob]
    package let reason: String
    package let owner: String
    /// First instant of the freeze; `nil` means it has always been.
    package let from: Timestamp?
    /// First instant after the freeze.
    package let until: Timestamp

    package init(
        name: String, place: Place, environments: [NameGlob], reason: String, owner: String, from: Timestamp?,
        until: Timestamp
    ) {
        self.name = name
        self.place = place
        self.environments = environments
        self.reason = reason
        self.owner = owner
        self.from = from
        self.until = until
    }
}
