import CLibyaml

extension YAMLStream {
    /// Whether `text`, which is not empty, stands anywhere in the bytes; quick where its first byte is rare.
    package func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first else { return true }
        return unsafe storage.source.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            var start = 0
            while start + wanted.count <= buffer.count,
                let found = unsafe memchr(base + start, Int32(first), buffer.count - start)
            {
                let place = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
                if unsafe buffer[place...].starts(with: wanted) { return true }
                start = place + 1
            }
            return false
        }
    }
}
