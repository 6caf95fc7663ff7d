import FoundationEssentials

/// How many processors may be used.
enum ProcessorCount {
    /// The processors that the system lets this process run on.
    static var available: Int {
        ProcessInfo.processInfo.activeProcessorCount
    }
}
