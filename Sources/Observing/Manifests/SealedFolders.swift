package import Git
import ManifestFormat
package import PromotionModel

/// A folder that is all of one environment and of nobody else, so that its id stands for the environment's files.
package struct SealedFolder: Hashable, Sendable {
    /// The path of the folder that it is in, with a slash at the end; "" in the root of the repository.
    let parent: String
    let name: String
    package internal(set) var tree: ObjectID
    /// Folders above it.
    let depth: Int

    /// Path from the root of the repository.
    package var path: String { parent + name }

    private static let above = FleetLayout.environmentsFolder + "/"

    /// Whether the lock of the environment `name` is in it.
    func hasLock(of name: EnvironmentName) -> Bool {
        parent == Self.above && self.name == name.description
    }
}

/// The folders of environments that are one each, by the names of these.
package struct SealedFolders: Hashable, Sendable {
    /// Sorted; none twice.
    private(set) var names: [EnvironmentName] = []
    /// In the order of the names.
    private(set) var folders: [SealedFolder] = []

    init() {}

    /// Those of `found` whose environment has but one; in any order, but quicker in that of the names.
    init(_ found: [(name: EnvironmentName, folder: SealedFolder)]) {
        let isOrdered = found.indices.dropFirst().allSatisfy { found[$0 - 1].name < found[$0].name }
        let chosen = isOrdered ? found : Self.single(of: found)
        names.reserveCapacity(chosen.count)
        folders.reserveCapacity(chosen.count)
        for (name, folder) in chosen {
            names.append(name)
            folders.append(folder)
        }
    }

    /// Those whose environment has but one, in the order of the names.
    private static func single(
        of found: [(name: EnvironmentName, folder: SealedFolder)]
    ) -> [(name: EnvironmentName, folder: SealedFolder)] {
        let sorted = found.sorted { $0.name < $1.name }
        return sorted.indices.filter { place in
            (place == 0 || sorted[place - 1].name != sorted[place].name)
                && (place + 1 == sorted.count || sorted[place + 1].name != sorted[place].name)
        }.map { sorted[$0] }
    }

    package var count: Int { names.count }

    /// Whether each has the lock of its environment in it.
    var areHomes: Bool { names.indices.allSatisfy { folders[$0].hasLock(of: names[$0]) } }

    package subscript(name: EnvironmentName) -> SealedFolder? {
        place(of: name).map { folders[$0] }
    }

    private func place(of name: EnvironmentName) -> Int? {
        var (start, end) = (0, names.count)
        while start < end {
            let middle = (start + end) / 2
            if names[middle] < name { start = middle + 1 } else { end = middle }
        }
        return start < names.count && names[start] == name ? start : nil
    }

    /// Notes that the folder of `name` is the tree `tree` now.
    mutating func move(_ name: EnvironmentName, to tree: ObjectID) {
        if let place = place(of: name) { folders[place].tree = tree }
    }

    mutating func remove(_ name: EnvironmentName) {
        guard let place = place(of: name) else { return }
        names.remove(at: place)
        folders.remove(at: place)
    }

    mutating func removeAll(of others: Set<EnvironmentName>) {
        guard !others.isEmpty else { return }
        let left = names.indices.filter { !others.contains(names[$0]) }
        (names, folders) = (left.map { names[$0] }, left.map { folders[$0] })
    }
}
