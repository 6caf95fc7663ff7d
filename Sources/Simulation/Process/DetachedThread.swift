import Glibc

/// A thread of the system that nobody waits for.
enum DetachedThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Runs `body` on a thread of its own.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let passed = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { passed in
                guard let passed = unsafe passed else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(passed).takeRetainedValue().run()
                return nil
            }, passed)
        precondition(status == 0, "the system has no thread left")
        pthread_detach(thread)
    }
}
