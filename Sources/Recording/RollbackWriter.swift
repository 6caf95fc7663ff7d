package import Git
import ManifestFormat
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

    /// The manifests as they are to be, by path: `declarations` set to `artifacts` at `basis`.
    ///
    /// Asked before anything is published: what cannot be set back in its manifest is not rolled back at all.
    ///
    /// - Throws: ``Problem`` where a manifest does not declare what is to be set back, or cannot be edited safely;
    ///   ``GitError``.
    package borrowing func manifests(
        setting artifacts: [ComponentName: Artifact], of declarations: [Declaration], in environment: EnvironmentName,
        at basis: ObjectID
    ) throws -> [String: ObjectID] {
        let change = ManifestChange(reader: reader)
        let unreachable = change.unreachable(artifacts, in: declarations)
        guard unreachable.isEmpty else {
            let names = unreachable.map(\.description).joined(separator: ", ")
            throw Problem(
                Place(file: "\(FleetLayout.environmentsFolder)/\(environment)"),
                "no manifest that can be read declares \(names), so none can be set back; mend it, or name the "
                    + "components that are to be rolled back without \(unreachable.count == 1 ? "it" : "them")")
        }
        let tree = try repository.commit(basis).tree
        return try change.blobs(setting: artifacts, of: declarations, at: tree, in: repository)
    }

    /// Records `plan`, whose entry rolls back, with `manifests` on top of `basis`.
    ///
    /// - Throws: ``GitError``.
    package borrowing func write(
        _ plan: EnvironmentPlan, manifests: [String: ObjectID], basis: ObjectID
    ) throws(GitError) -> Ports.Recording {
        try LedgerBranch(reference: reference, identity: identity, publisher: publisher)
            .record([plan], manifests: manifests, on: basis, in: repository)
    }
}
