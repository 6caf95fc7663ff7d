package import EvidenceFormat
package import Git
package import PromotionModel

/// Who may sign what, as `policies/allowed_signers` says at one commit.
package struct SignersReading: Hashable, Sendable {
    /// `nil` where the file cannot be used: then nothing verifies.
    package let signers: AllowedSigners?
    /// The git blob that was read, 40 hexadecimal digits; `nil` where there is none.
    package let blob: String?
    /// Why nothing verifies, and what to do about it.
    package let problem: Problem?

    /// Whether there is no such file at all.
    package let isAbsent: Bool

    private init(_ signers: AllowedSigners?, blob: String?, problem: Problem?, isAbsent: Bool = false) {
        self.signers = signers
        self.blob = blob
        self.problem = problem
        self.isAbsent = isAbsent
    }

    /// The file at the commit tree `tree`, which the caller trusts: never that of the change that is judged.
    ///
    /// A missing file, one that is no plain file and one with a bad line are answers.
    ///
    /// - Throws: ``GitError`` where the folder could not be read.
    package init(at tree: ObjectID, in repository: borrowing Repository) throws(GitError) {
        try self.init(try repository.entry(at: FleetLayout.signersPath, in: tree), in: repository)
    }

    private init(_ entry: TreeEntry?, in repository: borrowing Repository) throws(GitError) {
        let place = Place(file: FleetLayout.signersPath)
        guard let entry else {
            let message =
                "there is no such file, so no signature counts; write a line for each key: "
                + "PRINCIPAL namespaces=\"\(Envelope.namespace)\" KEYTYPE KEY"
            self.init(nil, blob: nil, problem: Problem(place, message), isAbsent: true)
            return
        }
        guard entry.kind == .blob || entry.kind == .executable else {
            self.init(nil, blob: nil, problem: Problem(place, "expected a file; it is never followed"))
            return
        }
        do throws(GitError) {
            let bytes = try repository.blob(entry.id, limit: AllowedSigners.maximumBytes)
            do throws(Problem) {
                self.init(
                    try AllowedSigners(bytes, name: FleetLayout.signersPath), blob: entry.id.hex, problem: nil)
            } catch {
                self.init(nil, blob: entry.id.hex, problem: error)
            }
        } catch {
            self.init(nil, blob: entry.id.hex, problem: Problem(place, error.summary))
        }
    }
}
