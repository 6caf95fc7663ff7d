import CResources
import Glibc

/// The system's bounds on what a program may use.
///
/// `posix_spawn` cannot set them, and taking them on for the moment of a start would bind the other threads of this
/// process too; so they are laid on the program as soon as it has been started, before it gets any input. What it starts then inherits them.
enum ResourceLimits {
    /// Lays `resources` on the program that has just been started as `process`.
    ///
    /// - Returns: 0, or the number of the system's error: then some are not in force.
    static func lay(_ resources: Invocation.Resources, on process: pid_t) -> Int32 {
        let status = lower(Int32(RLIMIT_FSIZE.rawValue), to: resources.fileBytes, of: process)
        return status == 0 ? lower(Int32(RLIMIT_AS.rawValue), to: resources.memoryBytes, of: process) : status
    }

    /// Lowers a bound for good, unless it is as low already.
    private static func lower(_ kind: Int32, to count: Int, of process: pid_t) -> Int32 {
        var bound = cresources_bound()
        let status = unsafe cresources_prlimit(process, kind, nil, &bound)
        guard status == 0 else { return status }
        bound.maximum = min(bound.maximum, UInt64(count))
        bound.current = min(bound.current, bound.maximum)
        return unsafe cresources_prlimit(process, kind, &bound, nil)
    }
}
