import PromotionModel

/// What depends on what, in both directions, and what depends on itself by some way.
struct DependencyGraph {
    /// By component what it needs, each once, sorted.
    private let needs: [ComponentName: [ComponentName]]
    /// By component what needs it, each once, sorted.
    private let dependents: [ComponentName: [ComponentName]]
    /// For what depends on itself, the circle or the knot of circles that it is in.
    private let knots: [ComponentName: Int]

    init(_ dependencies: [ComponentName: [ComponentName]]) {
        needs = dependencies.mapValues { Set($0).sorted() }
        var dependents: [ComponentName: [ComponentName]] = [:]
        for (component, needs) in needs.sorted(by: { $0.key < $1.key }) {
            for needed in needs { dependents[needed, default: []].append(component) }
        }
        self.dependents = dependents
        knots = KnotSearch(needs).knots
    }

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
        guard let knot = knots[start] else { return nil }
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
    /// The number of its knot for each component that depends on itself by some way.
    private(set) var knots: [ComponentName: Int] = [:]

    private let needs: [ComponentName: [ComponentName]]
    private var indices: [ComponentName: Int] = [:]
    private var lowest: [ComponentName: Int] = [:]
    private var open: [ComponentName] = []
    private var isOpen: Set<ComponentName> = []
    /// The way to where the search is, each with how many of its needs have been looked at.
    private var way: [(name: ComponentName, next: Int)] = []

    init(_ needs: [ComponentName: [ComponentName]]) {
        self.needs = needs
        for name in needs.keys where indices[name] == nil {
            enter(name)
            while !way.isEmpty { step() }
        }
    }

    private mutating func enter(_ name: ComponentName) {
        lowest[name] = indices.count
        indices[name] = indices.count
        open.append(name)
        isOpen.insert(name)
        way.append((name, 0))
    }

    private mutating func step() {
        let (name, next) = way[way.count - 1]
        let all = needs[name] ?? []
        guard next < all.count else {
            leave(name)
            return
        }
        way[way.count - 1].next += 1
        let needed = all[next]
        if let index = indices[needed] {
            if isOpen.contains(needed) { lower(name, to: index) }
        } else {
            enter(needed)
        }
    }

    private mutating func leave(_ name: ComponentName) {
        way.removeLast()
        if let before = way.last?.name { lower(before, to: lowest[name] ?? 0) }
        guard lowest[name] == indices[name] else { return }
        var knot: [ComponentName] = []
        repeat {
            let member = open.removeLast()
            isOpen.remove(member)
            knot.append(member)
        } while knot[knot.count - 1] != name
        guard knot.count > 1 || needs[name]?.contains(name) ?? false else { return }
        for member in knot { knots[member] = indices[name] }
    }

    private mutating func lower(_ name: ComponentName, to index: Int) {
        lowest[name] = min(lowest[name] ?? index, index)
    }
}
