/// One step that a repository takes into the world: what can fail, be late, or be the last thing a process does.
package enum RepositoryEffect: Hashable, Sendable {
    /// The reference of this full name is read.
    case readReference(String)
    /// An object is written, to which nothing refers yet.
    case writeObject(ObjectKind)
    /// So many objects are written in one file, to which nothing refers yet.
    case writePack(objects: Int)
    /// The reference of this full name is moved by compare-and-swap; nil stands for its absence.
    case moveReference(String, from: ObjectID?, to: ObjectID?)
    /// The references of a server are listed.
    case listRemote
    /// References by their full names, or commits, are fetched from a server.
    case fetch([String])
    /// A server is asked to move references, each from where it was seen.
    case push([ReferenceUpdate])
}

/// Comes between repositories and the world, to make the world misbehave where it can: for simulation.
///
/// In a process that simulates nothing there is none, and nothing of it is ever asked.
package protocol Interference: Sendable {
    /// Told of `effect` before it happens; where it throws, it does not.
    func willPerform(_ effect: RepositoryEffect) throws(GitError)

    /// Told of `effect` after it happened; where it throws, only its answer is lost.
    func didPerform(_ effect: RepositoryEffect) throws(GitError)
}

/// Where the interference of a task, or of a thread, is found.
package enum Interferences {
    /// What comes between the repositories that this task uses and the world.
    @TaskLocal package static var current: (any Interference)?
}

extension RepositoryEffect {
    /// Runs `body`, which performs the effect, with whatever comes between.
    package func performed<Result: ~Copyable>(_ body: () throws(GitError) -> Result) throws(GitError) -> Result {
        guard let interference = Interferences.current else { return try body() }
        try interference.willPerform(self)
        let result = try body()
        try interference.didPerform(self)
        return result
    }
}
