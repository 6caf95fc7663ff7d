internal import CZlib

/// Compresses one piece of memory after the other.
@safe struct Deflater: ~Copyable {
    // On the heap, since zlib keeps the address and refuses to go on if the structure was moved.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: ``GitError`` if there is no memory.
    init() throws(GitError) {
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_deflate_init(stream, Z_BEST_SPEED) == Z_OK else {
            throw GitError(operation: "compress", code: .failure, category: .compression, message: "out of memory")
        }
    }

    deinit {
        // Harmless on a stream that was not begun.
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends `bytes` to `output`, as a stream of its own.
    ///
    /// - Parameter bytes: less than 4 GiB.
    /// - Throws: ``GitError`` if zlib does not bring it to an end, which it does not do by itself.
    borrowing func deflate(_ bytes: [UInt8], into output: inout [UInt8]) throws(GitError) {
        let start = output.count
        unsafe deflateReset(stream)
        output += [UInt8](repeating: 0, count: Int(unsafe deflateBound(stream, UInt(bytes.count))))
        let status = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(input.count)
                unsafe stream.pointee.next_out = output.baseAddress?.advanced(by: start)
                unsafe stream.pointee.avail_out = UInt32(output.count - start)
                return unsafe CZlib.deflate(stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else {
            throw GitError(
                operation: "compress", code: .failure, category: .compression, message: "zlib says \(status)")
        }
        unsafe output.removeLast(Int(stream.pointee.avail_out))
    }
}
