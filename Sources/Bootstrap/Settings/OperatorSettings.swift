package import PromotionModel

/// What the operator says, on the command line or by variables: never read from the fleet.
package struct OperatorSettings: Sendable {
    /// Folder of the repository, or one below its work tree; or the address of one on a server.
    package var repository: String
    /// Branch, or for reading any revision; `nil` for the fleet's watched branch.
    package var reference: String?
    /// File with a layout from outside the repository.
    package var fleetFile: String?
    /// Who signs off, as `Name <email>`.
    package var identity: String?
    /// Folder for what may be forgotten; `nil` for none.
    package var cacheDirectory: String?
    /// Whether what one run has read is kept for the next.
    package var remembers = true
    /// What a process that goes on keeps from one look to the next; `nil` where there is one look only.
    package var memory: FleetMemory?
    /// What answers rules in Rego.
    package var engine = EngineSettings()
    /// How commits are signed and verified.
    package var signing = CommitSigning()
    /// How a repository on a server is reached.
    package var remote = RemoteAccess()
    /// Whether nothing that was kept of the history counts, as in a proof: all of it is read from the objects now.
    package var readsHistoryAnew = false
    /// Revisions beside ``reference`` that a command asks for.
    package var revisions: [String] = []
    /// The present time, where it is to be another than the system's.
    package var now: Timestamp?

    package init(
        repository: String, reference: String? = nil, fleetFile: String? = nil, identity: String? = nil,
        cacheDirectory: String? = nil, now: Timestamp? = nil
    ) {
        self.repository = repository
        self.reference = reference
        self.fleetFile = fleetFile
        self.identity = identity
        self.cacheDirectory = cacheDirectory
        self.now = now
    }

    /// Folder for what a run has read; `nil` for none.
    var memoryDirectory: String? {
        remembers ? cacheDirectory : nil
    }
}

/// Why a command cannot do what it was asked, with the class of its exit code.
package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        case usage
        case badInput
        case unavailable
        case cannotWrite
        case lostRace
        case refused
        case internalError
    }

    package let kind: Kind
    package let message: String
    /// What to do about it.
    package let hint: String?

    package init(_ kind: Kind, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    package var description: String {
        message
    }
}
