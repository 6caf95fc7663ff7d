import Git

extension Fleet {
    /// Begins, beside what the caller does, what takes its time before any fleet can be opened.
    package static func prepare() {
        Library.startAhead()
    }

    /// Waits for what ``prepare()`` began; to be called before the process ends.
    package static func finishPreparing() {
        Library.awaitStart()
    }
}
