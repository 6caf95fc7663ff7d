package import Git

/// The references of a remote, as it told of them.
package struct AdvertisedReferences: Hashable, Sendable {
    /// By full name; branches, tags and `HEAD`.
    package let ids: [String: ObjectID]
    /// The branch that `HEAD` names; `nil` where it names none, or none that is there.
    package let head: String?
    /// Whether objects are named by SHA-256 there.
    let namesBySHA256: Bool

    /// The references by full name, where no program printed them.
    package init(_ ids: [String: ObjectID], head: String?) {
        self.ids = ids
        self.head = head
        namesBySHA256 = false
    }

    /// Reads what `git ls-remote --symref` printed.
    ///
    /// What is not well formed is passed over: a reference that is not read is one that is not there.
    package init(_ output: [UInt8]) {
        var ids: [String: ObjectID] = [:]
        var head: String?
        var namesBySHA256 = false
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = String(decoding: parts[1], as: UTF8.self)
            if parts[0].starts(with: Array("ref: ".utf8)) {
                let target = String(decoding: parts[0].dropFirst(5), as: UTF8.self)
                let isBranch = target.hasPrefix("refs/heads/") && Repository.isValidReferenceName(target)
                if name == "HEAD", isBranch { head = target }
                continue
            }
            if parts[0].count == 64 { namesBySHA256 = true }
            guard let id = ObjectID(hex: String(decoding: parts[0], as: UTF8.self)),
                name == "HEAD" || Repository.isValidReferenceName(name)
            else {
                continue
            }
            ids[name] = id
        }
        self.ids = ids
        self.namesBySHA256 = namesBySHA256
        // A server that does not say which branch HEAD is leaves it to be guessed, as git does.
        let guesses =
            ["refs/heads/main", "refs/heads/master"] + ids.keys.filter { $0.hasPrefix("refs/heads/") }.sorted()
        self.head = head ?? ids["HEAD"].flatMap { id in guesses.first { ids[$0] == id } }
    }

    /// Full names of the branches.
    package var branches: [String] {
        ids.keys.filter { $0.hasPrefix("refs/heads/") }
    }
}
