import FoundationEssentials
import Glibc

/// Why something could not be done with a file.
package enum FileTrouble {
    /// The system's words for what is behind `error`, such as "No space left on device".
    package static func reason(_ error: any Error) -> String {
        if let error = error as? POSIXError { return unsafe String(cString: strerror(error.code.rawValue)) }
        guard let error = error as? CocoaError else { return "\(error)" }
        if let cause = error.underlying { return reason(cause) }
        return switch error.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: reason(POSIXError(.ENOENT))
        case .fileReadNoPermission, .fileWriteNoPermission: reason(POSIXError(.EACCES))
        case .fileWriteFileExists: reason(POSIXError(.EEXIST))
        case .fileWriteOutOfSpace: reason(POSIXError(.ENOSPC))
        case .fileWriteVolumeReadOnly: reason(POSIXError(.EROFS))
        default: "the system refused it (\(error.code.rawValue))"
        }
    }
}
