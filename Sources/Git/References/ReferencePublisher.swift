/// A move of one reference from where it was seen.
package struct ReferenceUpdate: Hashable, Sendable {
    /// Full name.
    package let name: String
    package let id: ObjectID
    /// Where it was seen; `nil` where it must not exist.
    package let expected: ObjectID?
    /// One line for the reference log.
    package let message: String

    package init(_ name: String, to id: ObjectID, expecting expected: ObjectID?, message: String) {
        self.name = name
        self.id = id
        self.expected = expected
        self.message = message
    }
}

/// What became of moves that belong together.
package enum ReferenceAnswer: Hashable, Sendable {
    case moved
    /// One of the references is no longer where it was seen: read again, decide again.
    case lostRace
    /// Whoever keeps the references does not want the move, and says so in these words.
    case declined(String)
}

/// Moves references by compare-and-swap where they count: in the repository itself, or on the server it is a copy of.
package protocol ReferencePublisher: Sendable {
    /// Forgets what was prepared for the reference `name`.
    func forget(_ name: String)

    /// Moves a reference that a record will speak of: at once, or together with the record where that is possible.
    ///
    /// - Throws: ``GitError``.
    func prepare(
        _ update: ReferenceUpdate, in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer

    /// Moves `update`, if there is one, and what was prepared for `names`: all or none.
    ///
    /// What was prepared stays so until it has moved, or is forgotten.
    ///
    /// - Throws: ``GitError``; `unreachable` where nobody can tell what became of it.
    func move(
        _ update: ReferenceUpdate?, with names: Set<String>, in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer
}

/// The references of the repository itself, each moved for itself and at once.
package struct OwnReferences: ReferencePublisher {
    package init() {}

    package func forget(_ name: String) {}

    package func prepare(
        _ update: ReferenceUpdate, in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer {
        do {
            try repository.updateReference(
                update.name, to: update.id, expecting: update.expected, message: update.message)
            return .moved
        } catch {
            guard error.code == .modified || error.code == .busy else { throw error }
            return .lostRace
        }
    }

    package func move(
        _ update: ReferenceUpdate?, with names: Set<String>, in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer {
        guard let update else { return .moved }
        return try prepare(update, in: repository)
    }
}
