package import Git
package import Observing
package import Ports
package import PromotionModel

/// Writes a rollback: the last known good set, forward, as one commit that changes manifests and lock together.
package struct RollbackWriter: ~Copyable {
    private let repository: Repository
    /// Full name of the watched branch.
    private let reference: String
    private let reader: FleetReader
    private let identity: Identity
    private let publisher: any ReferencePublisher

    package init(
        repository: consuming Repository, reference: String, reader: FleetReader, identity: Identity,
        publisher: any ReferencePublisher = OwnReferences()
    ) {
        self.repository = repository
        self.reference = reference
        self.reader = reader
        self.identity = identity
        self.publisher = publisher
    }

    /// Records `plan`, whose entry rolls back, on top of `basis`.
    ///
    /// - Parameter declarations: what the environment declares at `basis`.
    /// - Throws: ``Problem`` where a manifest cannot be edited safely: then nothing is written; ``GitError``.
    package borrowing func write(
        _ plan: EnvironmentPlan, artifacts: [ComponentName: Artifact], declarations: [Declaration], basis: ObjectID
    ) throws -> Ports.Recording {
        let tree = try repository.commit(basis).tree
        let blobs = try ManifestChange(reader: reader)
            .blobs(setting: artifacts, of: declarations, at: tree, in: repository)
        return try LedgerBranch(reference: reference, identity: identity, publisher: publisher)
            .record([plan], manifests: blobs, on: basis, in: repository)
    }
}
