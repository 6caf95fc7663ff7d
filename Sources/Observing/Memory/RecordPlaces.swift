/// Where the records of a file are, by key: most of them as they were when the file was looked at before, and few that
/// were added since, so that looking at it again costs what was added.
struct RecordPlaces: Sendable {
    struct Place: Sendable {
        let offset: Int
        let head: RecordHead
        var end: Int { offset + RecordHead.byteCount + head.byteCount }
        var byteCount: Int { end - offset }
    }

    private var older: [DeclarationKey: Place] = [:]
    /// Counts before ``older``.
    private var newer: [DeclarationKey: Place] = [:]
    private(set) var count = 0
    /// Of all records together.
    private(set) var byteCount = 0

    /// So many that were added are copied with each look, and always an eighth of the others.
    private static let mostNewer = 64

    init(reserving count: Int = 0) {
        newer.reserveCapacity(count)
    }

    subscript(key: DeclarationKey) -> Place? {
        newer[key] ?? older[key]
    }

    /// The places in no order.
    var all: [Place] {
        Array(newer.values) + older.values.filter { newer[$0.head.key] == nil }
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
        if older.isEmpty {
            older = newer
        } else {
            older.merge(newer) { $1 }
        }
        newer = [:]
    }
}
