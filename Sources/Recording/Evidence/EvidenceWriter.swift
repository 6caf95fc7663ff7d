package import EvidenceFormat
package import Git
import Observing
package import Ports
package import PromotionModel

/// Adds signed envelopes to the evidence branch: one signed-off commit each, by compare-and-swap.
package struct EvidenceWriter: ~Copyable {
    /// What became of an envelope.
    package struct Addition: Hashable, Sendable {
        /// SHA-256 of the envelope's bytes.
        package let id: Digest
        /// Where it lies, sorted.
        package let paths: [String]
        /// The commit that added it, or the tip that had it already; 40 hexadecimal digits.
        package let commit: String
        package let isNew: Bool
    }

    /// How often a lost race is met with a new tip: somebody wins each time, so it takes as many writers to use it up.
    private static let attempts = 64

    private let repository: Repository
    /// Full name of the evidence branch.
    private let reference: String
    private let identity: Identity
    private let publisher: any ReferencePublisher

    /// - Parameter branch: Short name of the evidence branch.
    package init(
        repository: consuming Repository, branch: String, identity: Identity,
        publisher: any ReferencePublisher = OwnReferences()
    ) {
        self.repository = repository
        reference = "refs/heads/\(branch)"
        self.identity = identity
        self.publisher = publisher
    }

    /// Puts `envelope` into the folder of each of `digests`, and into that of `promotion`.
    ///
    /// The same bytes are added once. No work tree is touched, nothing else on the branch changes, and the first
    /// addition begins the branch without a parent.
    ///
    /// - Parameters:
    ///   - title: What the statement is, such as `tests of 1a2b3c4d5e6f`: the subject of the commit.
    ///   - instant: The clock's, which becomes the first sight.
    /// - Throws: ``PortFailure``.
    package borrowing func add(
        _ envelope: Envelope, to digests: Set<Digest>, promotion: PromotionID? = nil, title: String,
        at instant: Timestamp
    ) throws(PortFailure) -> Addition {
        do throws(GitError) {
            let bytes = envelope.bytes
            let id = try Self.id(of: bytes)
            var folders = digests.map(EvidencePath.folder(of:))
            if let promotion { folders.append(EvidencePath.folder(of: promotion)) }
            let paths = folders.map { "\($0)/\(EvidencePath.file(id))" }.sorted()
            guard !paths.isEmpty, bytes.count <= Envelope.maximumBytes else {
                throw GitError(
                    operation: "add evidence", code: .invalid,
                    message: paths.isEmpty
                        ? "it is about nothing"
                        : "the envelope has \(bytes.count) bytes, \(Envelope.maximumBytes) allowed")
            }
            let blob = try repository.writeBlob(bytes)
            for _ in 0..<Self.attempts {
                if let commit = try append(blob, at: paths, title: title, instant) {
                    return Addition(id: id, paths: paths, commit: commit.id.hex, isNew: commit.isNew)
                }
            }
            throw GitError(
                operation: "add evidence to \(reference)", code: .modified,
                message: "the branch moved \(Self.attempts) times meanwhile", hint: "try again")
        } catch {
            throw PortFailure(error, phase: "record")
        }
    }

    private static func id(of bytes: [UInt8]) throws(GitError) -> Digest {
        do {
            return try Digest.sha256(of: bytes)
        } catch {
            throw GitError(operation: "name evidence", code: .invalid, message: error.description)
        }
    }

    /// One attempt; `nil` where the race was lost.
    private borrowing func append(
        _ blob: ObjectID, at paths: [String], title: String, _ instant: Timestamp
    ) throws(GitError) -> (id: ObjectID, isNew: Bool)? {
        let tip = try repository.reference(reference)
        let tree = try tip.map { (tip) throws(GitError) in try repository.commit(tip).tree }
        if let tip, let tree {
            var isThere = true
            for path in paths where isThere { isThere = try repository.entry(at: path, in: tree)?.id == blob }
            if isThere { return (tip, false) }
        }
        let next = try repository.writeTree(base: tree, changes: paths.map { TreeChange($0, .put(blob, .blob)) })
        let signature = Signature(identity, seconds: instant.seconds)
        let commit = try repository.writeCommit(
            tree: next, parents: tip.map { [$0] } ?? [], author: signature, committer: signature,
            message: "evidence: \(title.printable)\n\nSigned-off-by: \(identity)\n")
        if let tree { try verify(commit, adds: Set(paths), to: tree) }
        let move = ReferenceUpdate(reference, to: commit, expecting: tip, message: "towpath: evidence")
        let answer: ReferenceAnswer
        do throws(GitError) {
            answer = try publisher.move(move, with: [], in: repository)
        } catch {
            guard error.code == .locked else { throw error }
            return nil
        }
        switch answer {
        case .moved: return (commit, true)
        case .lostRace: return nil
        case .declined(let reason):
            throw GitError(
                operation: "add evidence to \(reference)", code: .declined,
                message: "the server does not accept it: \(reason)", hint: "let this login push to that branch")
        }
    }

    /// Reads the commit back: nothing but `paths` may differ from `tree`.
    private borrowing func verify(
        _ commit: ObjectID, adds paths: Set<String>, to tree: ObjectID
    ) throws(GitError) {
        var touched: Set<String> = []
        try repository.changedEntries(from: tree, to: try repository.commit(commit).tree) { path, _, _ in
            touched.insert(path)
            return .next
        }
        guard !touched.isEmpty, touched.isSubset(of: paths) else {
            throw GitError(
                operation: "add evidence", code: .invalid,
                message: "commit \(commit.short) is not as meant: it touches \(touched.sorted())")
        }
    }
}
