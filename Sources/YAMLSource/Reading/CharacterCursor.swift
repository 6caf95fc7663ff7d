/// Converts character numbers to byte offsets by moving to and fro over UTF-8.
///
/// libyaml numbers characters; events come nearly in order, so that all moves together cost one pass over the bytes.
struct CharacterCursor {
    private var character = 0
    private var offset = 0

    /// The offset of the character number `index`, from 0, in `bytes`.
    ///
    /// Stops at either end; on bytes that are no UTF-8 the answer is some offset within bounds.
    mutating func offset(ofCharacter index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        while character < index, offset < bytes.count {
            offset += 1
            while offset < bytes.count, unsafe bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            character += 1
        }
        while character > index, offset > 0 {
            offset -= 1
            while offset > 0, unsafe bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
            character -= 1
        }
        return offset
    }
}
