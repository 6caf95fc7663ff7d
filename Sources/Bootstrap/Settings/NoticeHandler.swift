import Git

/// Where notices of git go: what was done beside what was asked for.
package enum NoticeHandler {
    /// Has `handle` called with every notice from now on, one sentence without an end.
    package static func set(_ handle: @escaping @Sendable (String) -> Void) {
        Notices.handle(handle)
    }
}
