/// Numbers for ids, from 0 on in the order in which they came.
///
/// A dictionary for hundreds of thousands: an id is as good as random, so its first bytes are its hash. Whoever chooses
/// objects so that their ids collide there has to make about as many as they are to slow it down, which pays for nobody.
package struct ObjectTable {
    package private(set) var ids: [ObjectID] = []
    /// One more than the number of an id; 0 where there is none.
    private var slots = [UInt32](repeating: 0, count: 1 << 10)

    package init() {}

    /// How many ids there are.
    package var count: Int { ids.count }

    /// The number of `id`; `nil` where it has none.
    package func number(of id: ObjectID) -> Int? {
        var slot = Int(truncatingIfNeeded: id.leadingBytes) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if ids[number] == id { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Gives `id`, which has none, the next number.
    package mutating func append(_ id: ObjectID) {
        ids.append(id)
        if ids.count * 2 > slots.count {
            slots = Array(repeating: 0, count: slots.count * 4)
            for number in ids.indices { put(number) }
        } else {
            put(ids.count - 1)
        }
    }

    private mutating func put(_ number: Int) {
        var slot = Int(truncatingIfNeeded: ids[number].leadingBytes) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(number + 1)
    }
}
