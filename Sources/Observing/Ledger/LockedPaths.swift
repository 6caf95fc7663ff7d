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
    /// - Parameter wanted: the environments whose locks matter; `nil` for all.
    mutating func mayChange(at position: Int, since parent: Int, of wanted: Wanted? = nil) -> Bool {
        if let few = wanted?.few {
            return index.hasChange(position, since: parent) { Self.isLock($0, of: few) } ?? true
        }
        guard let paths = index.changedPaths(of: position, since: parent) else { return true }
        return paths.contains { number in
            switch owner(of: number) {
            case .nobody: false
            case .noEnvironment: wanted == nil
            case .environment(let name): wanted?.names.contains(name) ?? true
            }
        }
    }

    /// Environments to be told from others.
    struct Wanted {
        let names: Set<EnvironmentName>
        /// Their names as bytes, where they are so few that paths are compared with each of them sooner than parsed.
        fileprivate let few: [[UInt8]]?

        init(_ names: Set<EnvironmentName>) {
            self.names = names
            few = names.count <= Self.maximumFew ? names.map { Array($0.description.utf8) } : nil
        }

        private static let maximumFew = 4
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
        let found = firstLook(at: number)
        owners[number] = found
        return found
    }

    /// Whether the path is a lock, or may be below one, of an environment whose name is among `names`.
    private static func isLock(_ path: Span<UInt8>, of names: [[UInt8]]) -> Bool {
        guard let place = lockedName(in: path) else { return false }
        let name = path.extracting(place)
        for wanted in names where name.hasBytes(of: wanted) { return true }
        return false
    }

    private static let root = Array((FleetLayout.environmentsFolder + "/").utf8)
    private static let lock = Array(("/" + FleetLayout.lockName).utf8)

    /// Where the name stands of the folder whose lock the path is, or may be below; `nil` where it is no part of a lock.
    private static func lockedName(in path: Span<UInt8>) -> Range<Int>? {
        guard path.count > root.count, path.extracting(first: root.count).hasBytes(of: root) else { return nil }
        var end = root.count
        while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
        // A step that begins with the name of the lock, at whatever depth: what becomes of it is looked at then.
        var start = end
        while start + lock.count <= path.count {
            if path[start] == UInt8(ascii: "/"), path.extracting(start..<(start + lock.count)).hasBytes(of: lock) {
                return root.count..<end
            }
            start += 1
        }
        return nil
    }

    private func firstLook(at number: Int) -> Owner {
        let name = index.withPath(number) { path in
            Self.lockedName(in: path).map { name in
                unsafe path.extracting(name).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
            }
        }
        guard let name else { return .nobody }
        do throws(InvalidName) {
            return .environment(try EnvironmentName(name))
        } catch {
            return .noEnvironment
        }
    }
}

extension Span<UInt8> {
    /// Whether it has the bytes of `other`, and no more.
    fileprivate func hasBytes(of other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
