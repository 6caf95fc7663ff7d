import FoundationEssentials

/// How many processors may be used.
package enum ProcessorCount {
    /// The processors that the system lets this process run on.
    package static var available: Int {
        ProcessInfo.processInfo.activeProcessorCount
    }
}
