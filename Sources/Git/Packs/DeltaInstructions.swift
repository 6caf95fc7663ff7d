internal import Glibc

/// How an object is made from another one, as a pack says it.
///
/// *gitformat-pack, "Deltified representation"*
@unsafe struct DeltaInstructions {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = bytes
    }

    /// The next of the two sizes that it begins with; `nil` where none stands there.
    mutating func size() -> Int? {
        var (size, shift) = (0, 0)
        while unsafe position < bytes.count, shift < 56 {
            let byte = unsafe bytes[position]
            unsafe position += 1
            size |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return size }
            shift += 7
        }
        return nil
    }

    /// Makes all of `target` of `source`; whether that is what it says.
    mutating func follow(from source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Bool {
        guard let from = source.baseAddress, let to = target.baseAddress, let own = unsafe bytes.baseAddress else {
            return false
        }
        var filled = 0
        while unsafe position < bytes.count {
            let instruction = unsafe bytes[position]
            unsafe position += 1
            if instruction & 0x80 != 0 {
                var (offset, count) = (0, 0)
                for bit in 0..<7 where instruction & 1 << UInt8(bit) != 0 {
                    guard unsafe position < bytes.count else { return false }
                    let value = unsafe Int(bytes[position])
                    unsafe position += 1
                    if bit < 4 { offset |= value << (bit * 8) } else { count |= value << ((bit - 4) * 8) }
                }
                if count == 0 { count = 0x10000 }
                guard offset + count <= source.count, filled + count <= target.count else { return false }
                unsafe memcpy(to + filled, from + offset, count)
                filled += count
            } else {
                let count = Int(instruction)
                guard count > 0, unsafe position + count <= bytes.count, filled + count <= target.count else {
                    return false
                }
                unsafe memcpy(to + filled, own + position, count)
                unsafe position += count
                filled += count
            }
        }
        return filled == target.count
    }
}
