internal import CLibgit2

/// Where a repository's HEAD points.
///
/// Names are full, such as `refs/heads/main`.
package enum HeadState: Hashable, Sendable {
    /// At a reference that has a commit.
    case branch(String)
    /// At a commit, without a reference.
    case detached(ObjectID)
    /// At a reference that does not exist yet.
    case unborn(String)
}

/// A reference and the object it leads to.
package struct Reference: Hashable, Sendable {
    /// Full name, such as `refs/heads/main`.
    package let name: String
    /// The object named: for an annotated tag, the tag itself.
    package let id: ObjectID
}

extension Repository {
    /// Where HEAD points.
    ///
    /// - Throws: ``GitError`` if HEAD is missing or not well formed.
    /// *libgit2: `git_reference_lookup`*
    package borrowing func head() throws(GitError) -> HeadState {
        guard let target = try target(of: "HEAD") else {
            throw GitError(operation: "read HEAD", code: .notFound, message: "the repository has no HEAD")
        }
        switch target {
        case .id(let id): return .detached(id)
        case .name(let name): return try reference(name) == nil ? .unborn(name) : .branch(name)
        }
    }

    /// Points HEAD at the branch `name`, a full name, whether there is such a branch or not.
    ///
    /// - Throws: ``GitError``.
    /// *libgit2: `git_repository_set_head`*
    package borrowing func pointHead(at name: String) throws(GitError) {
        let operation = "point HEAD at \"\(name)\""
        guard name.hasPrefix("refs/heads/"), Self.isValidReferenceName(name) else {
            throw GitError(operation: operation, code: .invalidName, message: "that is no name of a branch")
        }
        try unsafe handle.withPointer { (repository) throws(GitError) in
            try check(operation, unsafe git_repository_set_head(repository, name))
        }
    }

    /// The object that the reference `fullName` leads to, through symbolic references; nil if there is none.
    ///
    /// With `peelingTags` an annotated tag is followed to what it marks.
    ///
    /// - Throws: ``GitError``: `invalidName`; `invalid` for a chain of symbolic references without end; what
    ///   ``peeled(_:)`` throws.
    /// *libgit2: `git_reference_lookup`*
    package borrowing func reference(
        _ fullName: String, peelingTags: Bool = false
    ) throws(GitError) -> ObjectID? {
        try RepositoryEffect.readReference(fullName).performed { () throws(GitError) in
            var name = fullName
            // Five, as git does: longer chains are mistakes or malice.
            for _ in 0...5 {
                switch try target(of: name) {
                case .id(let id): return peelingTags ? try peeled(id).id : id
                case .name(let next): name = next
                case nil: return nil
                }
            }
            throw GitError(
                operation: "read reference \"\(fullName)\"", code: .invalid,
                message: "more than five symbolic references follow one another")
        }
    }

    /// All references whose full name begins with `prefix`, ordered by the bytes of their names.
    ///
    /// Symbolic references are followed; those that lead nowhere are left out. HEAD is not among them.
    ///
    /// - Throws: ``GitError`` if a reference cannot be read.
    /// *libgit2: `git_reference_iterator_new`, `git_reference_next_name`*
    package borrowing func references(_ prefix: String = "refs/") throws(GitError) -> [Reference] {
        let operation = "list the references that begin with \"\(prefix)\""
        let names = try unsafe handle.withPointer { (repository) throws(GitError) in
            let iterator = try unsafe Handle<ReferenceIteratorKind>(operation) { made in
                unsafe git_reference_iterator_new(made, repository)
            }
            return try unsafe iterator.withPointer { (iterator) throws(GitError) in
                var names: [String] = []
                var next: UnsafePointer<CChar>?
                while true {
                    let status = unsafe git_reference_next_name(&next, iterator)
                    if status == GIT_ITEROVER.rawValue { break }
                    try check(operation, status)
                    guard let next = unsafe next else { break }
                    let name = unsafe String(cString: next)
                    if name.utf8.starts(with: prefix.utf8) { names.append(name) }
                }
                git_error_clear()
                return names
            }
        }
        var found: [Reference] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            // Deleted since it was listed, or leads nowhere: not there.
            guard let id = try reference(name) else { continue }
            found.append(Reference(name: name, id: id))
        }
        return found
    }

    /// Whether there is no reference at all, as in a repository just created.
    ///
    /// - Throws: ``GitError`` if references cannot be listed.
    package borrowing func isEmpty() throws(GitError) -> Bool {
        try references().isEmpty
    }

    /// Whether git accepts `name` as the full name of a reference.
    ///
    /// *libgit2: `git_reference_name_is_valid`*
    package static func isValidReferenceName(_ name: String) -> Bool {
        // The library crashes over an invalid name before it is started; where it cannot be, no name is of use.
        do throws(GitError) {
            try Library.start()
        } catch {
            return false
        }
        var isValid: Int32 = 0
        guard !name.utf8.contains(0), unsafe git_reference_name_is_valid(&isValid, name) == 0 else {
            git_error_clear()
            return false
        }
        return isValid == 1
    }

    /// What one reference says, without following it.
    private enum Target {
        case id(ObjectID)
        case name(String)
    }

    private borrowing func target(of name: String) throws(GitError) -> Target? {
        let operation = "read reference \"\(name)\""
        guard Self.isValidReferenceName(name) else {
            throw GitError(operation: operation, code: .invalidName, message: "that is no name of a reference")
        }
        do {
            let reference = try lookUp(name, operation)
            return try unsafe reference.withPointer { (reference) throws(GitError) in
                if let oid = unsafe git_reference_target(reference) { return unsafe .id(ObjectID(oid.pointee)) }
                guard let next = unsafe git_reference_symbolic_target(reference) else { return nil }
                return unsafe .name(String(cString: next))
            }
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// The reference `name` as the library has it.
    borrowing func lookUp(_ name: String, _ operation: String) throws(GitError) -> Handle<ReferenceKind> {
        try unsafe handle.withPointer { (repository) throws(GitError) in
            try unsafe Handle<ReferenceKind>(operation) { made in
                unsafe git_reference_lookup(made, repository, name)
            }
        }
    }
}
