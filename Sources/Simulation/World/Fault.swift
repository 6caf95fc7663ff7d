import Git

/// A way for the world to misbehave.
enum Fault: String, CaseIterable {
    /// Somebody pushes right before the branch is moved.
    case moved = "ref-moved"
    /// The server says no, whatever the branch is at.
    case refused = "push-refused"
    /// The move is done and its answer is lost.
    case answerLost = "answer-lost"
    /// Nothing is done, and no answer comes.
    case unreachable
    /// There is no room for an object, or for anything for a while.
    case diskFull = "disk-full"
    /// Another process holds the lock of the branch, or left it behind.
    case locked
    /// The process is gone, between two effects.
    case crash
    /// The process stands still while the world goes on.
    case pause
    /// A clock is suddenly ahead, or behind.
    case clockAhead = "clock-ahead"
    case clockBack = "clock-back"
    /// A replica is told of something that did not happen.
    case duplicate = "duplicate-trigger"
    /// The branch is set back by force.
    case rewound
    /// The mark of what was seen of the branch is gone, or set back.
    case forgotten
    /// Somebody edits a lock by hand.
    case tampered

    /// What a process is told, where the fault is an answer.
    var error: GitError? {
        switch self {
        case .refused: Self.error("push", .failure, "refused by a rule of the server: protected branch")
        case .answerLost, .unreachable: Self.error("reach the server", .failure, "the connection was lost")
        case .diskFull: Self.error("write", .failure, "No space left on device")
        case .locked: Self.error("lock", .locked, "the lock file has been there for 7 seconds")
        default: nil
        }
    }

    /// What a process is told where the repository is on a server, or on its own disk beside that.
    var remoteError: GitError? {
        switch self {
        case .refused: Self.error("push", .declined, "refused by a rule of the server: protected branch")
        case .answerLost, .unreachable: Self.error("reach the server", .unreachable, "the connection was lost")
        default: error
        }
    }

    private static func error(_ operation: String, _ code: GitError.Code, _ message: String) -> GitError {
        GitError(operation: operation, code: code, category: .system, message: message)
    }
}

/// How far an effect reaches, and so what can go wrong with it.
struct Reach {
    /// Whether it moves what counts.
    let isMove: Bool
    let needsServer: Bool
    /// Whether something is written on the machine, or where the repository is.
    let needsRoom: Bool
    let faults: [Fault]

    init(_ effect: RepositoryEffect, isRemote: Bool) {
        switch (effect, isRemote) {
        case (.moveReference, false):
            (isMove, needsServer, needsRoom) = (true, true, true)
            faults = [.moved, .rewound, .refused, .unreachable, .diskFull, .locked, .crash, .pause]
        // A branch of the copy, which anybody may lose.
        case (.moveReference, true):
            (isMove, needsServer, needsRoom) = (false, false, true)
            faults = [.diskFull, .locked, .crash, .pause]
        case (.push, _):
            (isMove, needsServer, needsRoom) = (true, true, false)
            faults = [.moved, .rewound, .refused, .unreachable, .crash, .pause]
        case (.writeObject, _), (.writePack, _):
            (isMove, needsServer, needsRoom) = (false, false, true)
            faults = [.diskFull, .crash, .pause]
        case (.fetch, _):
            (isMove, needsServer, needsRoom) = (false, true, true)
            faults = [.unreachable, .diskFull, .crash, .pause]
        case (.listRemote, _), (.readReference, false):
            (isMove, needsServer, needsRoom) = (false, true, false)
            faults = [.unreachable, .crash, .pause]
        case (.readReference, true):
            (isMove, needsServer, needsRoom) = (false, false, false)
            faults = [.crash, .pause]
        }
    }
}

/// How often each fault happens in one world, in a thousand chances; most worlds know a few kinds only.
struct FaultRates {
    private let rates: [Fault: Int]

    /// - Parameters:
    ///   - spared: What never happens.
    ///   - wanted: What happens often.
    init(_ chance: inout Chance, never spared: Set<Fault>, always wanted: Set<Fault>) {
        var rates: [Fault: Int] = [:]
        // What came later is not drawn for, so that worlds stay as they were.
        for fault in Fault.allCases where fault != .forgotten {
            rates[fault] = chance.pick(weighted: [(4, 0), (4, 20), (2, 80)])
        }
        for fault in spared { rates[fault] = 0 }
        for fault in wanted { rates[fault] = 80 }
        self.rates = rates
    }

    /// No fault at all.
    init() {
        rates = [:]
    }

    subscript(fault: Fault) -> Int {
        rates[fault] ?? 0
    }
}
