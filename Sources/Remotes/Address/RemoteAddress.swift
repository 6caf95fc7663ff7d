import Crypto

/// The address of a repository on a server, checked before a program sees it.
///
/// Its text holds no password, nor the name that one belongs to.
package struct RemoteAddress: Hashable, Sendable, CustomStringConvertible {
    /// How the server is spoken to.
    package enum Scheme: String, Hashable, Sendable, CaseIterable {
        case https, http, ssh, git

        /// Where a server listens if the address does not say.
        fileprivate var port: Int {
            switch self {
            case .https: 443
            case .http: 80
            case .ssh: 22
            case .git: 9418
            }
        }
    }

    /// Why a text is no address of a repository; never quotes it, since it may hold a password.
    package struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
        package let hint: String?

        init(_ description: String, hint: String? = nil) {
            self.description = description
            self.hint = hint
        }
    }

    package let scheme: Scheme
    /// The name before the `@`: that of an account for ssh, that of a login for http.
    package let user: String?
    /// As written; an IPv6 address stands in brackets.
    package let host: String
    private let port: Int?
    /// With a slash in front, except in a short address, where it may begin in the home of the account.
    private let path: String
    /// Whether it is written as `host:path`, which means ssh.
    private let isShort: Bool

    /// Reads what follows `scheme://`.
    init(scheme name: String, rest: Substring) throws(Malformed) {
        guard let scheme = Scheme(rawValue: name) else {
            throw Malformed(
                "\"\(name.printableWord)\" is no way to reach a repository", hint: "https, ssh, http, git and file are")
        }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        let login = authority.lastIndex(of: "@").map { authority[..<$0] }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let (host, port) = try Self.hostAndPort(place)
        try self.init(scheme, login, host: host, port: port, path: String(path), isShort: false)
    }

    /// Reads an address such as `git@example.org:shop/fleet.git`.
    init(short text: String) throws(Malformed) {
        var place = text[...]
        var login: Substring?
        if let at = text.prefix(while: { $0 != "/" && $0 != "[" }).firstIndex(of: "@") {
            login = text[..<at]
            place = text[text.index(after: at)...]
        }
        let host = Self.host(place)
        let rest = place.dropFirst(host.count)
        guard rest.hasPrefix(":") else { throw Malformed("the address has no path after its host") }
        try self.init(
            .ssh, login, host: String(host), port: nil, path: String(rest.dropFirst()), isShort: true)
    }

    private init(
        _ scheme: Scheme, _ login: Substring?, host: String, port: Int?, path: String, isShort: Bool
    ) throws(Malformed) {
        guard host.utf8.count + path.utf8.count <= 2_048 else { throw Malformed("the address is too long") }
        try Self.check(host: host)
        try Self.check(path: path, isShort: isShort)
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.isShort = isShort
        guard let login else {
            user = nil
            return
        }
        guard !login.contains(":") else {
            throw Malformed(
                "the address holds a password",
                hint: "take it out, and give it in the variable TOWPATH_GIT_TOKEN, or in the file that "
                    + "TOWPATH_GIT_TOKEN_FILE names")
        }
        guard let name = PercentText.decoded(login), !name.isEmpty, !name.hasPrefix("-"),
            scheme != .ssh || name.utf8.allSatisfy(Self.isPlain)
        else { throw Malformed("the name before the @ is none that a server knows") }
        guard scheme != .git else { throw Malformed("git:// knows no names: leave out what stands before the @") }
        user = name
    }

    /// What stands in brackets, with them, or else before a colon.
    private static func host(_ text: Substring) -> Substring {
        guard text.hasPrefix("[") else { return text.prefix { $0 != ":" } }
        return text.prefix(text.prefix { $0 != "]" }.count + 1)
    }

    private static func hostAndPort(_ text: Substring) throws(Malformed) -> (String, Int?) {
        let host = host(text)
        let rest = text.dropFirst(host.count)
        guard !rest.isEmpty else { return (String(host), nil) }
        guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65_535).contains(port),
            rest.dropFirst().allSatisfy(\.isNumber)
        else { throw Malformed("the address has no proper host and port") }
        return (String(host), port)
    }

    private static func check(host: String) throws(Malformed) {
        if host.hasPrefix("[") {
            let inner = host.dropFirst().dropLast()
            guard host.hasSuffix("]"), inner.contains(":"),
                inner.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
            else { throw Malformed("the address has no proper host") }
            return
        }
        guard let first = host.utf8.first, first != UInt8(ascii: "-"), host.utf8.allSatisfy(isPlain) else {
            throw Malformed("the address has no proper host", hint: "write it as https://HOST/PATH or ssh://HOST/PATH")
        }
    }

    private static func check(path: String, isShort: Bool) throws(Malformed) {
        let isThere = isShort ? !path.isEmpty : path.hasPrefix("/") && path.utf8.count > 1
        guard isThere else { throw Malformed("the address names a host and no repository on it") }
        // A server runs a program with this; it never may look like an option.
        guard !path.hasPrefix("-") else { throw Malformed("the path of the address begins with a dash") }
        guard isShort || !path.contains(where: { "?#".contains($0) }) else {
            throw Malformed("the address has a query or a fragment, which no repository has")
        }
        guard (isShort ? path : PercentText.decoded(path[...])) != nil,
            path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !path.contains("\\")
        else { throw Malformed("the path of the address holds characters that have no place in one") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._".utf8.contains(byte)
        }
    }

    /// The address as git takes it.
    ///
    /// The name of a login over http is left out: it goes another way.
    package var description: String {
        let name = scheme == .ssh ? user.map { $0 + "@" } ?? "" : ""
        if isShort { return "\(name)\(host):\(path)" }
        return "\(scheme)://\(name)\(host)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    /// Whether nobody but this machine hears what is said.
    package var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name == "[::1]"
            || (name.hasPrefix("127.") && name.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// Whether what is said is encrypted, and the server proves who it is.
    package var isProtected: Bool {
        scheme == .https || scheme == .ssh
    }

    /// Scheme, host and port as a URL, without a path.
    var origin: String {
        "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")"
    }

    /// A name for files of this remote: different for different repositories, the same for ways to write one address.
    package var key: String {
        var path = path[...]
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        let name = scheme == .ssh ? user ?? "" : ""
        let normal = "\(scheme) \(name) \(host.lowercased()) \(port ?? scheme.port) \(isShort ? "~" : "")\(path)"
        return SHA256.hash(data: Array(normal.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension String {
    /// The first letters, digits and signs of the text, for a message.
    fileprivate var printableWord: String {
        String(prefix(20).filter { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
    }
}
