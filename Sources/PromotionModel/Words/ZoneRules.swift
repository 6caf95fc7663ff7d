/// The offsets of one time zone over a stretch of time, as the system's zone database has them.
///
/// A value, so that a judgement depends only on what it was given: the edge reads the database, the rules do not.
package struct ZoneRules: Hashable, Sendable {
    /// An instant from which another offset holds.
    package struct Transition: Hashable, Sendable {
        package let at: Timestamp
        /// Seconds east of UTC from `at` on.
        package let offset: Int64

        package init(at: Timestamp, offset: Int64) {
            self.at = at
            self.offset = offset
        }
    }

    /// IANA name.
    package let name: String
    /// Seconds east of UTC before the first transition.
    package let firstOffset: Int64
    /// In order of time.
    package let transitions: [Transition]

    package init(name: String, firstOffset: Int64, transitions: [Transition] = []) {
        self.name = name
        self.firstOffset = firstOffset
        self.transitions = transitions
    }

    /// Coordinated universal time.
    package static let utc = ZoneRules(name: "UTC", firstOffset: 0)

    /// Seconds east of UTC at `instant`.
    package func offset(at instant: Timestamp) -> Int64 {
        transitions.last { $0.at <= instant }?.offset ?? firstOffset
    }

    /// The local wall clock at `instant`, as an instant of a zone without offset.
    package func local(_ instant: Timestamp) -> Timestamp {
        Timestamp(seconds: instant.seconds + offset(at: instant))
    }

    /// The first instant at which the local wall clock shows `local`.
    ///
    /// Where a change to summer time skips it, the instant of that change; an hour that repeats counts once, at its
    /// first pass.
    package func instant(ofLocal local: Timestamp) -> Timestamp {
        var best: Timestamp?
        for offset in Set(transitions.map(\.offset) + [firstOffset]).sorted() {
            let candidate = Timestamp(seconds: local.seconds - offset)
            if self.offset(at: candidate) == offset { best = best.map { min($0, candidate) } ?? candidate }
        }
        if let best { return best }
        let skipped = transitions.first {
            self.local($0.at) > local && $0.at.seconds + 86_400 > local.seconds - $0.offset
        }
        return skipped?.at ?? Timestamp(seconds: local.seconds - firstOffset)
    }
}
