import Glibc
import Synchronization

/// The system's bounds on what a program may use.
///
/// A program inherits them, and `posix_spawn` cannot set others, so this process takes them on for the moment of the
/// start. They are far above what it needs itself.
enum ResourceLimits {
    /// One start at a time: two would restore each other's bounds.
    private static let turn = Mutex(())

    private static let file = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    private static let memory = __rlimit_resource_t(RLIMIT_AS.rawValue)

    /// What `start` returns, run under `resources`.
    static func holding(_ resources: Invocation.Resources?, _ start: () -> Int32) -> Int32 {
        guard let resources else { return start() }
        return turn.withLock { _ in
            let former = (lower(file, to: resources.fileBytes), lower(memory, to: resources.memoryBytes))
            defer {
                restore(file, former.0)
                restore(memory, former.1)
            }
            return start()
        }
    }

    /// Lowers the bound that can be raised again, and returns what it was; `nil` where it stays.
    private static func lower(_ kind: __rlimit_resource_t, to count: Int) -> rlimit? {
        var former = rlimit()
        guard unsafe getrlimit(kind, &former) == 0, former.rlim_cur > rlim_t(count) else { return nil }
        var next = former
        next.rlim_cur = rlim_t(count)
        return unsafe setrlimit(kind, &next) == 0 ? former : nil
    }

    private static func restore(_ kind: __rlimit_resource_t, _ former: rlimit?) {
        guard var former else { return }
        _ = unsafe setrlimit(kind, &former)
    }
}
