/// The operator's token for OPA; it never describes itself.
package struct BearerToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The secret itself, for the one place that sends it.
    let secret: String

    /// The token in `text`, around which white space does not count; `nil` where it is none (RFC 6750, 2.1).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let word = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        let isToken = word.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~+/=".utf8.contains(byte)
            }
        }
        guard isToken, !word.isEmpty, word.count <= 8192 else { return nil }
        secret = String(decoding: word, as: UTF8.self)
    }

    package var description: String { "(a token)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
