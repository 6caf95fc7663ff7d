import PromotionModel

/// Tells which of some environments a path belongs to, each path worked out once.
struct PathOwners {
    private let places: [String: Int]
    private let locks: [String: Int]
    private let matcher: EnvironmentMatcher
    private var byNumber: [[Int]?]
    private var byPath: [String: [Int]] = [:]
    /// What is known of the path of each number: every commit of a history is asked for each of its paths.
    private var answers: [Answer]

    private enum Answer: UInt8 {
        case unknown, concerned, unconcerned
    }

    /// More paths are not remembered.
    private static let maximumPaths = 200_000

    /// - Parameter count: how many paths have numbers.
    init(names: [EnvironmentName], matcher: EnvironmentMatcher, count: Int) {
        places = Dictionary(
            names.enumerated().map { ($1.description, $0) }, uniquingKeysWith: { first, _ in first })
        locks = Dictionary(
            names.enumerated().map { (FleetLayout.lockPath(of: $1), $0) }, uniquingKeysWith: { first, _ in first })
        self.matcher = matcher
        byNumber = Array(repeating: nil, count: count)
        answers = Array(repeating: .unknown, count: count)
    }

    /// Whether one of the environments has a part in the path of that number, or it is the lock of one.
    mutating func concerns(_ number: Int, _ line: HistoryLine) -> Bool {
        switch answers[number] {
        case .concerned: return true
        case .unconcerned: return false
        case .unknown:
            let isConcerned = !places(of: number, line).isEmpty
            answers[number] = isConcerned ? .concerned : .unconcerned
            return isConcerned
        }
    }

    /// The places of the environments that have a part in the path of that number, or whose lock it is; sorted.
    mutating func places(of number: Int, _ line: HistoryLine) -> [Int] {
        if let known = byNumber[number] { return known }
        let found = find(line.path(number))
        byNumber[number] = found
        return found
    }

    /// The places of the environments that have a part in `path`, or whose lock it is; sorted.
    mutating func places(of path: String) -> [Int] {
        if let known = byPath[path] { return known }
        let found = find(path)
        if byPath.count < Self.maximumPaths { byPath[path] = found }
        return found
    }

    private func find(_ path: String) -> [Int] {
        var found = Set(matcher.names(of: path).compactMap { places[$0] })
        if let lock = locks[path] { found.insert(lock) }
        return found.sorted()
    }
}
