/// Where everything that happens by chance in a simulation comes from: the same seed gives the same numbers anywhere.
///
/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A source of its own: what is drawn from one does not change what the other gives.
    mutating func fork() -> Chance {
        Chance(seed: next())
    }

    /// Whether something happens that happens `share` times in a thousand.
    mutating func happens(_ share: Int) -> Bool {
        Int(next() % 1_000) < share
    }

    /// A number of `range`.
    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// One of `items`; `nil` where there is none.
    mutating func pick<Item>(_ items: [Item]) -> Item? {
        items.isEmpty ? nil : items[number(in: 0...items.count - 1)]
    }

    /// One of `items`, each as likely as its weight says.
    ///
    /// - Precondition: some weight is above zero.
    mutating func pick<Item>(weighted items: [(weight: Int, item: Item)]) -> Item {
        var drawn = number(in: 0...items.reduce(0) { $0 + $1.weight } - 1)
        for (weight, item) in items {
            if drawn < weight { return item }
            drawn -= weight
        }
        preconditionFailure("the weights add up to what was drawn from")
    }
}
