import Git
import PromotionModel

/// Tells by an index which commits leave all locks as they were, so that only the others need a look.
struct LockedPaths {
    let index: CommitIndex
    /// Place of the tip.
    let start: Int
    /// Of each path that was met.
    private var owners: [Owner?]

    /// Whose lock a path is, or may be below.
    private enum Owner {
        /// It is no part of a lock.
        case nobody
        /// Of a lock from which nothing is ever read: no environment can have the name.
        case noEnvironment
        case environment(EnvironmentName)
    }

    /// `nil` where there is no index that knows `tip`.
    init?(covering tip: ObjectID, in repository: borrowing Repository) {
        guard let index = repository.commitIndex(covering: tip), let start = index.position(of: tip) else { return nil }
        self.index = index
        self.start = start
        owners = Array(repeating: nil, count: index.pathCount)
    }

    /// Whether the commit at `position` may have another lock than its parent number `parent`, or any where it has none.
    ///
    /// - Parameter names: the environments whose locks matter; `nil` for all.
    mutating func mayChange(at position: Int, since parent: Int, of names: Set<EnvironmentName>? = nil) -> Bool {
        guard let paths = index.changedPaths(of: position, since: parent) else { return true }
        return paths.contains { number in
            switch owner(of: number) {
            case .nobody: false
            case .noEnvironment: names == nil
            case .environment(let name): names?.contains(name) ?? true
            }
        }
    }

    /// What a commit made of a lock.
    enum Touch: Hashable {
        /// Another file.
        case replaced
        /// A file where there was none.
        case begun
        /// It has to be looked at.
        case unclear
    }

    /// Whose locks the commit at `position` has otherwise than its first parent, of `names`; `nil` where the index does
    /// not say so.
    ///
    /// As a comparison of the folders tells: what lies below a lock is none.
    mutating func touches(at position: Int, of names: Set<EnvironmentName>) -> [EnvironmentName: Touch]? {
        guard let paths = index.changedPaths(of: position, since: 0),
            let files = index.changedFiles(of: position, since: 0)
        else { return nil }
        var touches: [EnvironmentName: Touch] = [:]
        for (number, file) in zip(paths, files) {
            guard case .environment(let name) = owner(of: number), names.contains(name),
                file.path == FleetLayout.lockPath(of: name)
            else { continue }
            let (old, new) = (file.old, file.new)
            guard let new, new.isFile, old?.isFile ?? true, old?.id != new.id else {
                touches[name] = .unclear
                continue
            }
            touches[name] = old == nil ? .begun : .replaced
        }
        return touches
    }

    private mutating func owner(of number: Int) -> Owner {
        if let known = owners[number] { return known }
        let found = Self.owner(of: index.path(number))
        owners[number] = found
        return found
    }

    private static let root = Array((FleetLayout.environmentsFolder + "/").utf8)
    private static let lock = Array(("/" + FleetLayout.lockName).utf8)

    private static func owner(of path: String) -> Owner {
        var path = path
        let name = path.withUTF8 { bytes -> String? in
            guard bytes.count > root.count, unsafe bytes.prefix(root.count).elementsEqual(root) else { return nil }
            let below = unsafe bytes[root.count...]
            guard let end = unsafe below.firstIndex(of: UInt8(ascii: "/")) else { return nil }
            // A step that begins with the name of the lock, at whatever depth: what becomes of it is looked at then.
            for start in end..<bytes.count where unsafe bytes[start] == UInt8(ascii: "/") {
                guard unsafe bytes[start...].starts(with: lock) else { continue }
                return unsafe String(decoding: below[..<end], as: UTF8.self)
            }
            return nil
        }
        guard let name else { return .nobody }
        do throws(InvalidName) {
            return .environment(try EnvironmentName(name))
        } catch {
            return .noEnvironment
        }
    }
}
