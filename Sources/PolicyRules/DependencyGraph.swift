import PromotionModel

/// What depends on what, in both directions, and what depends on itself by some way.
final class DependencyGraph {
    /// By component what it needs, each once, sorted.
    private let needs: [ComponentName: [ComponentName]]
    /// For what depends on itself, the circle or the knot of circles that it is in.
    private let knots: [ComponentName: Int]

    init(_ dependencies: [ComponentName: [ComponentName]]) {
        needs = dependencies.mapValues { names in
            let isSorted = names.indices.dropFirst().allSatisfy { names[$0 - 1] < names[$0] }
            return isSorted ? names : Set(names).sorted()
        }
        knots = KnotSearch.knots(in: needs)
    }

    /// By component what needs it, each once, sorted; made when something would go.
    private lazy var dependents: [ComponentName: [ComponentName]] = {
        var dependents: [ComponentName: [ComponentName]] = [:]
        for (component, needs) in needs.sorted(by: { $0.key < $1.key }) {
            for needed in needs { dependents[needed, default: []].append(component) }
        }
        return dependents
    }()

    /// What needs `component`, sorted.
    func dependents(of component: ComponentName) -> [ComponentName] {
        dependents[component] ?? []
    }

    /// What `component` needs, sorted.
    func needs(of component: ComponentName) -> [ComponentName] {
        needs[component] ?? []
    }

    /// A shortest way from `start` back to itself; cycles elsewhere are not its own.
    func cycle(from start: ComponentName) -> [ComponentName]? {
        // Whatever lies on a way back is in the same knot.
        guard !knots.isEmpty, let knot = knots[start] else { return nil }
        var previous: [ComponentName: ComponentName] = [:]
        var visited: Set<ComponentName> = []
        var queue = [start]
        var next = 0
        while next < queue.count {
            let name = queue[next]
            next += 1
            for needed in needs(of: name) where knots[needed] == knot {
                if needed == start {
                    var way = [name]
                    while let before = previous[way[way.count - 1]] { way.append(before) }
                    return way.reversed() + [start]
                }
                guard visited.insert(needed).inserted else { continue }
                previous[needed] = name
                queue.append(needed)
            }
        }
        return nil
    }
}

/// Finds the strongly connected components of a graph (Tarjan 1972), without a call of a function for each step.
private struct KnotSearch {
    /// For each node the nodes that it needs.
    private let needs: [[Int]]
    /// When each node was entered first; -1 where it was not.
    private var indices: [Int]
    private var lowest: [Int]
    private var open: [Int] = []
    private var isOpen: [Bool]
    /// The way to where the search is, each with how many of its needs have been looked at.
    private var way: [(node: Int, next: Int)] = []
    private var enteredCount = 0
    /// The number of its knot for each node that depends on itself by some way.
    private var knots: [(node: Int, knot: Int)] = []

    /// The number of its knot for each component that depends on itself by some way.
    static func knots(in needs: [ComponentName: [ComponentName]]) -> [ComponentName: Int] {
        var numbers: [ComponentName: Int] = [:]
        numbers.reserveCapacity(needs.count)
        let names = Array(needs.keys)
        for (number, name) in names.enumerated() { numbers[name] = number }
        // What needs nothing is in no knot, so nothing is lost where what is needed has no entry.
        var search = KnotSearch(names.map { name in (needs[name] ?? []).compactMap { numbers[$0] } })
        search.run()
        return Dictionary(search.knots.map { (names[$0.node], $0.knot) }) { first, _ in first }
    }

    private init(_ needs: [[Int]]) {
        self.needs = needs
        indices = Array(repeating: -1, count: needs.count)
        lowest = indices
        isOpen = Array(repeating: false, count: needs.count)
    }

    private mutating func run() {
        for node in needs.indices where indices[node] < 0 {
            enter(node)
            while !way.isEmpty { step() }
        }
    }

    private mutating func enter(_ node: Int) {
        lowest[node] = enteredCount
        indices[node] = enteredCount
        enteredCount += 1
        open.append(node)
        isOpen[node] = true
        way.append((node, 0))
    }

    private mutating func step() {
        let (node, next) = way[way.count - 1]
        guard next < needs[node].count else {
            leave(node)
            return
        }
        way[way.count - 1].next += 1
        let needed = needs[node][next]
        if indices[needed] < 0 {
            enter(needed)
        } else if isOpen[needed] {
            lowest[node] = min(lowest[node], indices[needed])
        }
    }

    private mutating func leave(_ node: Int) {
        way.removeLast()
        if let before = way.last?.node { lowest[before] = min(lowest[before], lowest[node]) }
        guard lowest[node] == indices[node] else { return }
        var knot: [Int] = []
        repeat {
            let member = open.removeLast()
            isOpen[member] = false
            knot.append(member)
        } while knot[knot.count - 1] != node
        guard knot.count > 1 || needs[node].contains(node) else { return }
        for member in knot { knots.append((member, indices[node])) }
    }
}
