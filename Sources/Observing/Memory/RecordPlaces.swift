/// Where the records of a file are, by key: most of them as they were when the file was looked at before, and few that
/// were added since, so that looking at it again costs what was added.
struct RecordPlaces: Sendable {
    struct Place: Sendable {
        let offset: Int
        let head: RecordHead
        var end: Int { offset + RecordHead.byteCount + head.byteCount }
        var byteCount: Int { end - offset }
    }

    private var older: RecordList
    /// Counts before ``older``.
    private var newer: [DeclarationKey: Place] = [:]
    private(set) var count: Int
    /// Of all records together.
    private(set) var byteCount: Int

    /// So many that were added are copied with each look, and always an eighth of the others.
    private static let mostNewer = 64

    /// The places of `list`.
    init(_ list: RecordList = RecordList()) {
        older = list
        (count, byteCount) = (list.count, list.byteCount)
    }

    /// No places yet, with room for so many.
    init(reserving count: Int) {
        self.init()
        newer.reserveCapacity(count)
    }

    subscript(key: DeclarationKey) -> Place? {
        newer[key] ?? older[key]
    }

    /// The places in no order.
    var all: [Place] {
        Array(newer.values) + older.places.filter { newer[$0.head.key] == nil }
    }

    mutating func add(_ place: Place) {
        let key = place.head.key
        if let former = newer.updateValue(place, forKey: key) ?? older[key] {
            byteCount -= former.byteCount
        } else {
            count += 1
        }
        byteCount += place.byteCount
    }

    /// The same, ready to be shared with whoever looks next.
    mutating func settle() {
        guard newer.count > max(Self.mostNewer, older.count / 8) else { return }
        older = list
        newer = [:]
    }

    /// All of them.
    var list: RecordList {
        newer.isEmpty ? older : RecordList(all)
    }
}
