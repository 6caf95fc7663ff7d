package import Git
import ManifestFormat
package import PromotionModel

/// Reads the lock of an environment.
package enum RecordReader {
    /// The largest lock that is read: a thousand components with all their reasons have a tenth of it.
    private static let maximumBytes = 4 * 1_048_576

    /// The record of `name` at the commit tree `tree`.
    ///
    /// - Throws: ``GitError`` where git itself fails; a bad lock, or a folder that is damaged, is an answer.
    package static func record(
        of name: EnvironmentName, at tree: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> ObservedEnvironment.RecordReading {
        let path = FleetLayout.lockPath(of: name)
        let found: TreeEntry?
        do {
            found = try repository.entry(at: path, in: tree)
        } catch  where error.code == .corrupt || error.code == .notFound {
            return .unreadable(Problem(Place(file: path), error.summary))
        }
        guard let entry = found else { return .absent }
        guard entry.kind == .blob || entry.kind == .executable else {
            return .unreadable(Problem(Place(file: path), "expected a file; it is never followed"))
        }
        let bytes: [UInt8]
        do {
            bytes = try repository.blob(entry.id, limit: maximumBytes)
        } catch {
            return .unreadable(Problem(Place(file: path), "\(error.summary)"))
        }
        do {
            return .present(try LockReader.record(bytes, file: path, environment: name))
        } catch {
            return .unreadable(error)
        }
    }
}
