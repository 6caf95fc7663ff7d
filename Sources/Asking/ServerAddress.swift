/// Where OPA's REST API is.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address without a trailing slash.
    package let description: String

    /// The address in `text`; `nil` where it is none of ours.
    ///
    /// It has the scheme `http` or `https`, a host, and at most a port and a path. A name and password in it would
    /// end in messages, so there are none.
    package init?(_ text: String) {
        var text = Substring(text)
        while text.last == "/" { text.removeLast() }
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: text.hasPrefix), text.utf8.count <= 1024 else { return nil }
        let rest = text.dropFirst(scheme.count)
        guard let first = rest.first, first != "/", first != ":", rest.utf8.allSatisfy(Self.isPlain) else { return nil }
        description = String(text)
    }

    /// Letters, digits and what a host, a port or a path needs; no `@`, quotes, query or fragment.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~:/%[]".utf8.contains(byte)
        }
    }
}
