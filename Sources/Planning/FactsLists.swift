import Crypto
import PolicyRules
import PromotionModel

/// Everything that waits in an environment, as JSON; of the items each promotion leaves its own out.
struct CompanionList {
    let changes: [Promotion.Change]
    /// SHA-256 over the whole list, in hexadecimal digits.
    let digest: String
    /// The items with commas between.
    private let bytes: [UInt8]
    /// Where each item begins and ends.
    private let items: [Range<Int>]
    private let places: [ComponentName: [Int]]

    init(_ changes: [Promotion.Change]) {
        self.changes = changes
        let sorted = changes.sorted { $0.component < $1.component }
        var bytes: [UInt8] = []
        var items: [Range<Int>] = []
        for text in FactsDocument.companionTexts(of: sorted) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            let start = bytes.count
            bytes += text.utf8
            items.append(start..<bytes.count)
        }
        self.bytes = bytes
        self.items = items
        places = Dictionary(grouping: sorted.indices) { sorted[$0].component }
        digest = Fingerprint.hex(SHA256.hash(data: [UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")]))
    }

    /// The list without the changes of the components `mine`.
    func excerpt(without mine: [ComponentName]) -> ListExcerpt {
        var runs: [Range<Int>] = []
        var start = 0
        for place in mine.flatMap({ places[$0] ?? [] }).sorted() {
            if start < place { runs.append(start..<place) }
            start = place + 1
        }
        if start < items.count { runs.append(start..<items.count) }
        return ListExcerpt(
            bytes, runs: runs.map { items[$0.lowerBound].lowerBound..<items[$0.upperBound - 1].upperBound })
    }
}

/// When promotions arrived before, and those that arrive one after the other at the present instant.
struct ArrivalList {
    let earlier: [Timestamp]
    /// An opening bracket and the earlier ones, sorted, with commas between.
    private let begin: String
    private let latest: Timestamp?
    /// A hash over ``begin`` and the present instant so many times.
    private var begun: (instant: Timestamp, count: Int, hash: SHA256)?

    init(_ earlier: [Timestamp]) {
        self.earlier = earlier
        latest = earlier.max()
        begin = "[" + earlier.sorted().map(FactsDocument.arrivalText).joined(separator: ",")
    }

    /// The whole list as JSON.
    func text(with present: Facts.PresentArrivals) -> String {
        guard present.count > 0 else { return begin + "]" }
        let all = earlier + Array(repeating: present.instant, count: present.count)
        return "[" + all.sorted().map(FactsDocument.arrivalText).joined(separator: ",") + "]"
    }

    /// SHA-256 over ``text(with:)``, in hexadecimal digits.
    mutating func digest(with present: Facts.PresentArrivals) -> String {
        // What is recorded ahead of the clock would have to stand behind the present.
        guard present.count == 0 || latest.map({ $0 <= present.instant }) ?? true else {
            return Fingerprint.hex(SHA256.hash(data: Array(text(with: present).utf8)))
        }
        var reached: (instant: Timestamp, count: Int, hash: SHA256)
        if let begun, begun.instant == present.instant, begun.count <= present.count {
            reached = begun
        } else {
            reached = (present.instant, 0, SHA256())
            reached.hash.update(data: Array(begin.utf8))
        }
        while reached.count < present.count {
            let comma = earlier.isEmpty && reached.count == 0 ? "" : ","
            reached.hash.update(data: Array((comma + FactsDocument.arrivalText(present.instant)).utf8))
            reached.count += 1
        }
        begun = reached
        reached.hash.update(data: [UInt8(ascii: "]")])
        return Fingerprint.hex(reached.hash.finalize())
    }
}
