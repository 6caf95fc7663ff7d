internal import Dispatch
internal import Synchronization

/// Compresses many pieces of memory on all cores.
enum ParallelDeflation {
    /// How many pieces a worker takes at a time.
    private static let chunk = 64

    /// Each of `texts` as a stream of its own, in their order.
    ///
    /// - Throws: ``GitError`` as ``Deflater``.
    static func compressed(_ texts: [[UInt8]]) throws(GitError) -> [[UInt8]] {
        let chunks = (texts.count + chunk - 1) / chunk
        let results = Mutex<[[[UInt8]]]>(Array(repeating: [], count: chunks))
        let failure = Mutex<GitError?>(nil)
        DispatchQueue.concurrentPerform(iterations: chunks) { number in
            do throws(GitError) {
                let deflater = try Deflater()
                var pieces: [[UInt8]] = []
                for text in texts[number * chunk..<min((number + 1) * chunk, texts.count)] {
                    var piece: [UInt8] = []
                    try deflater.deflate(text, into: &piece)
                    pieces.append(piece)
                }
                results.withLock { $0[number] = pieces }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.withLock { $0.flatMap(\.self) }
    }
}
