internal import Synchronization

/// What this module does beside what it was asked for, told to whoever wants to know.
///
/// One place for the process, as there is one library: a lock that is removed is news wherever it was in the way.
package enum Notices {
    private static let handler = Mutex<@Sendable (String) -> Void>({ _ in })

    /// Has `handle` called with every notice from now on, one sentence without an end.
    package static func handle(_ handle: @escaping @Sendable (String) -> Void) {
        handler.withLock { $0 = handle }
    }

    static func post(_ notice: String) {
        let handle = handler.withLock { $0 }
        handle(notice)
    }
}
