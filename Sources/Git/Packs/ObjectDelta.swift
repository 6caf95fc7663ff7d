/// How to make one object of another: what they share at the beginning and at the end is copied.
///
/// Enough for a folder in which one entry changes, which is what is written again and again.
///
/// *gitformat-pack, "Deltified representation"*
struct ObjectDelta {
    let bytes: [UInt8]

    /// Nil where the two share too little for it to be worth while.
    init?(from base: [UInt8], to target: [UInt8]) {
        let limit = min(base.count, target.count)
        let (start, end) = Self.common(base, target)
        guard limit > 0, start + end >= target.count / 2 else { return nil }
        var bytes: [UInt8] = []
        Self.append(size: base.count, to: &bytes)
        Self.append(size: target.count, to: &bytes)
        Self.append(copyOf: 0..<start, to: &bytes)
        Self.append(target[start..<(target.count - end)], to: &bytes)
        Self.append(copyOf: (base.count - end)..<base.count, to: &bytes)
        guard bytes.count < target.count / 2 else { return nil }
        self.bytes = bytes
    }

    /// How many bytes are the same at the beginning, and of the rest at the end; eight at a time as far as that goes.
    private static func common(_ base: [UInt8], _ target: [UInt8]) -> (start: Int, end: Int) {
        unsafe base.withUnsafeBytes { base in
            unsafe target.withUnsafeBytes { target in
                let limit = min(base.count, target.count)
                let differs = { (one: Int, other: Int) in
                    unsafe base.loadUnaligned(fromByteOffset: one, as: UInt64.self)
                        != target.loadUnaligned(fromByteOffset: other, as: UInt64.self)
                }
                var start = 0
                while start + 8 <= limit, !differs(start, start) { start += 8 }
                while start < limit, unsafe base[start] == target[start] { start += 1 }
                let (last, other) = (base.count, target.count)
                var end = 0
                while start + end + 8 <= limit, !differs(last - end - 8, other - end - 8) { end += 8 }
                while start + end < limit, unsafe base[last - end - 1] == target[other - end - 1] { end += 1 }
                return (start, end)
            }
        }
    }

    private static func append(size: Int, to bytes: inout [UInt8]) {
        var rest = size
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// "Instruction to copy from base object": at most 64 KiB at a time, which is written as no size at all.
    private static func append(copyOf range: Range<Int>, to bytes: inout [UInt8]) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(range.upperBound - offset, 0x10000)
            let numbers = [
                UInt8(offset & 0xFF), UInt8(offset >> 8 & 0xFF), UInt8(offset >> 16 & 0xFF), UInt8(offset >> 24 & 0xFF),
                UInt8(count & 0xFF), UInt8(count >> 8 & 0xFF),
            ]
            var instruction: UInt8 = 0x80
            for (bit, number) in numbers.enumerated() where number != 0 { instruction |= 1 << UInt8(bit) }
            bytes.append(instruction)
            bytes += numbers.filter { $0 != 0 }
            offset += count
        }
    }

    /// "Instruction to add new data": at most 127 bytes at a time.
    private static func append(_ added: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        var rest = added
        while !rest.isEmpty {
            let piece = rest.prefix(0x7F)
            bytes.append(UInt8(piece.count))
            bytes += piece
            rest = rest.dropFirst(piece.count)
        }
    }
}
