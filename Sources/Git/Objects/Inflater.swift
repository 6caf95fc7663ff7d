internal import CZlib

/// Decompresses what is in memory, piece by piece.
///
/// Unlike the loop in libgit2, never asks again for what did not come.
@safe struct Inflater: ~Copyable {
    // On the heap, since zlib keeps the address and refuses to go on if the structure was moved.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: [UInt8]
    private var consumed = 0

    /// Begins at the start of `input`.
    ///
    /// - Throws: ``GitError`` if there is no memory.
    init(_ input: [UInt8]) throws(GitError) {
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        self.input = input
        guard unsafe czlib_inflate_init(stream) == Z_OK else {
            throw GitError(operation: "decompress", code: .failure, category: .compression, message: "out of memory")
        }
    }

    deinit {
        // Harmless on a stream that was not begun.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Whether all of the input was used.
    var isExhausted: Bool { consumed == input.count }

    /// The next `wanted` bytes, or fewer; and whether the stream has come to its end, checksum and all.
    mutating func next(_ wanted: Int) -> (bytes: [UInt8], isAtEnd: Bool) {
        var output = [UInt8](repeating: 0, count: wanted)
        // zlib counts in 32 bits; what is beyond comes with the next call.
        let (offered, room) = (UInt32(clamping: input.count - consumed), UInt32(clamping: wanted))
        let status = unsafe input.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)?.advanced(
                    by: consumed)
                unsafe stream.pointee.avail_in = offered
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = room
                return unsafe inflate(stream, Z_SYNC_FLUSH)
            }
        }
        consumed += unsafe Int(offered - stream.pointee.avail_in)
        unsafe output.removeSubrange(Int(room - stream.pointee.avail_out)...)
        return (output, status == Z_STREAM_END)
    }
}
