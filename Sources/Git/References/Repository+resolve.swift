internal import CLibgit2

extension Repository {
    /// The commit that `revision` names: a full reference name, a branch, a tag, a remote branch, HEAD, or an id or its
    /// first four or more digits; then any of `~N`, `^`, `^N`.
    ///
    /// A name goes before an abbreviated id, as in git. Where git warns that a name is both a branch and a tag, this
    /// refuses: what is promoted must not depend on who made a tag.
    ///
    /// - Throws: ``GitError``: `invalidName` if it is not understood; `notFound`; `ambiguous`; `wrongKind` if it names
    ///   no commit; `shallow` if the way back passes the boundary of a shallow clone.
    /// *libgit2: `git_reference_lookup`, `git_odb_exists_prefix`*
    package borrowing func resolve(_ revision: String) throws(GitError) -> ObjectID {
        let parsed = try Revision(revision)
        let named = try named(parsed.base)
        let operation = "find \"\(revision)\""
        let (peeled, kind) = try peeled(named)
        guard kind == .commit else {
            throw GitError(operation: operation, code: .wrongKind, message: "it names a \(kind.rawValue), no commit")
        }
        var id = peeled
        for suffix in parsed.suffixes {
            switch suffix {
            case .parent(0): continue
            case .parent(let number): id = try parent(number, of: id, operation)
            case .ancestor(let count):
                for _ in 0..<count { id = try parent(1, of: id, operation) }
            }
        }
        return id
    }

    /// What the object `id` marks in the end: annotated tags are followed, anything else is itself.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`; `invalid` for more tags in a row than anybody makes.
    /// *libgit2: `git_odb_read`*
    package borrowing func peeled(_ id: ObjectID) throws(GitError) -> (id: ObjectID, kind: ObjectKind) {
        var current = id
        for _ in 0..<16 {
            let kind = try header(of: current).kind
            guard kind == .tag else { return (current, kind) }
            let target = try unsafe withObject(current, .tag) { (bytes) throws(GitError) -> ObjectID? in
                guard unsafe bytes.starts(with: "object ".utf8) else { return nil }
                return ObjectID(hex: unsafe Array(bytes.dropFirst(7).prefix(ObjectID.hexCount)))
            }
            guard let target else {
                throw GitError(operation: "read tag \(current)", code: .corrupt, message: "it is not well formed")
            }
            current = target
        }
        throw GitError(operation: "read tag \(id)", code: .invalid, message: "it is a tag of a tag, sixteen times")
    }

    private borrowing func parent(
        _ number: Int, of id: ObjectID, _ operation: String
    ) throws(GitError) -> ObjectID {
        let parents = try commitText(id).parents
        if shallowBoundary.contains(id) {
            throw GitError(
                operation: operation, code: .shallow, message: "the clone is shallow and ends at \(id.short)",
                hint: "git fetch --unshallow")
        }
        guard number <= parents.count else {
            throw GitError(
                operation: operation, code: .notFound,
                message: "commit \(id.short) has \(parents.count) parents, so none has the number \(number)")
        }
        return parents[number - 1]
    }

    private borrowing func named(_ base: String) throws(GitError) -> ObjectID {
        if let id = ObjectID(hex: base.lowercased()) { return id }
        if base == "HEAD" || base.hasPrefix("refs/") {
            if let id = try reference(base) { return id }
        } else if let id = try short(base) {
            return id
        } else if let id = try abbreviated(base) {
            return id
        }
        throw GitError(
            operation: "find \"\(base)\"", code: .notFound,
            message: "there is no branch, tag or commit of that name")
    }

    private borrowing func short(_ base: String) throws(GitError) -> ObjectID? {
        var found: [Reference] = []
        let candidates = [
            "refs/\(base)", "refs/tags/\(base)", "refs/heads/\(base)", "refs/remotes/\(base)",
            "refs/remotes/\(base)/HEAD",
        ]
        for name in candidates where Self.isValidReferenceName(name) {
            guard let id = try reference(name) else { continue }
            found.append(Reference(name: name, id: id))
        }
        guard let first = found.first else { return nil }
        guard found.count == 1 else {
            throw GitError(
                operation: "find \"\(base)\"", code: .ambiguous,
                message: "it may be " + found.map { "\"\($0.name)\"" }.joined(separator: " or "),
                hint: "give the full name")
        }
        return first.id
    }

    private borrowing func abbreviated(_ base: String) throws(GitError) -> ObjectID? {
        let digits = base.lowercased()
        guard (4..<ObjectID.hexCount).contains(digits.utf8.count),
            var prefix = ObjectID(hex: digits + String(repeating: "0", count: ObjectID.hexCount - digits.utf8.count))?
                .oid
        else { return nil }
        var full = git_oid()
        do {
            return try unsafe database.withPointer { (database) throws(GitError) in
                try check(
                    "find \"\(base)\"", unsafe git_odb_exists_prefix(&full, database, &prefix, digits.utf8.count))
                return ObjectID(full)
            }
        } catch {
            guard error.code != .notFound else { return nil }
            throw error.explained(hint: "give more digits of the id")
        }
    }
}
