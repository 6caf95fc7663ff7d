/// The order of tags of releases: runs of digits count as numbers, and a pre-release comes before its release.
package enum VersionOrder {
    /// Whether `one` is older than `other`.
    ///
    /// `v1.9.0` before `v1.10.0-rc.1` before `v1.10.0`; what differs in nothing of it is ordered by its bytes.
    package static func isOlder(_ one: String, than other: String) -> Bool {
        let (left, right) = (parts(of: one), parts(of: other))
        for (a, b) in zip(left, right) where a != b { return a < b }
        return one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// A run of digits, or of anything else, or the end.
    private struct Part: Comparable {
        /// What goes on with a dash is a pre-release of what ends there.
        enum Rank: Int { case prerelease, end, number, text }

        let rank: Rank
        /// Of a number without leading zeroes.
        let text: [UInt8]

        static func < (left: Part, right: Part) -> Bool {
            guard left.rank == right.rank else { return left.rank.rawValue < right.rank.rawValue }
            if left.rank == .number, left.text.count != right.text.count { return left.text.count < right.text.count }
            return left.text.lexicographicallyPrecedes(right.text)
        }
    }

    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            let isNumber = (0x30...0x39).contains(first)
            let run = rest.prefix { (0x30...0x39).contains($0) == isNumber }
            rest = rest.dropFirst(run.count)
            if isNumber {
                parts.append(Part(rank: .number, text: Array(run.drop { $0 == 0x30 })))
            } else {
                parts.append(Part(rank: first == UInt8(ascii: "-") ? .prerelease : .text, text: Array(run)))
            }
        }
        return parts + [Part(rank: .end, text: [])]
    }
}
