/// Where a repository is: in a folder of this machine, or on a server.
package enum RepositoryLocation: Hashable, Sendable {
    case folder(String)
    case remote(RemoteAddress)

    /// The place that `text` means, read as git reads it.
    ///
    /// An address over `file://` is the folder that it names: what is here already needs no copy.
    ///
    /// - Parameter isFolder: Whether there is a folder of that path, which goes before an address without a scheme.
    /// - Throws: ``RemoteAddress/Malformed``.
    package init(_ text: String, isFolder: (String) -> Bool) throws(RemoteAddress.Malformed) {
        if let end = text.firstRange(of: "://") {
            let scheme = text[..<end.lowerBound].lowercased()
            guard scheme == "file" else {
                self = .remote(try RemoteAddress(scheme: scheme, rest: text[end.upperBound...]))
                return
            }
            self = .folder(try Self.path(text[end.upperBound...]))
            return
        }
        let head = text.prefix { $0 != "/" }
        if isFolder(text) || !head.contains(":") {
            self = .folder(text)
            return
        }
        guard head.hasPrefix("[") || !head.contains("::") else {
            throw RemoteAddress.Malformed("the address names a helper of git, and none is run")
        }
        self = .remote(try RemoteAddress(short: text))
    }

    /// The path of a `file://` address.
    private static func path(_ rest: Substring) throws(RemoteAddress.Malformed) -> String {
        var rest = rest
        if rest.hasPrefix("localhost/") { rest = rest.dropFirst("localhost".count) }
        guard rest.hasPrefix("/"), let path = PercentText.decoded(rest) else {
            throw RemoteAddress.Malformed("file:// needs the absolute path of a folder on this machine")
        }
        return path
    }
}

/// Text with `%41` for characters that have no place in an address.
enum PercentText {
    /// The text that is meant; `nil` where it holds control characters, or is not well formed.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.prefix(2).allSatisfy({ Character(UnicodeScalar($0)).isHexDigit })
            else { return nil }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
