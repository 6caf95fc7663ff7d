import FoundationEssentials

/// How many processors may be used.
package enum ProcessorCount {
    /// The processors that the system lets this process run on, as it was when that was asked first: to find out takes
    /// several files of the system.
    package static let available = ProcessInfo.processInfo.activeProcessorCount
}
