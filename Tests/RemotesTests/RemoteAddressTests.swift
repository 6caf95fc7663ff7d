import Remotes
import TestSupport
import Testing

/// What is an address, what it means, and what is refused before a program sees it.
@Suite struct RemoteAddressTests {
    private func location(_ text: String, folders: Set<String> = []) throws -> RepositoryLocation {
        try RepositoryLocation(text, isFolder: folders.contains)
    }

    private func address(_ text: String) throws -> RemoteAddress? {
        if case .remote(let address) = try location(text) { address } else { nil }
    }

    @Test(arguments: [
        ("https://example.org/shop/fleet.git", "https://example.org/shop/fleet.git"),
        ("HTTPS://Example.org:8443/x", "https://Example.org:8443/x"),
        ("https://somebody@example.org/x", "https://example.org/x"),
        ("ssh://git@example.org:2222/srv/git/x.git", "ssh://git@example.org:2222/srv/git/x.git"),
        ("git@example.org:shop/fleet.git", "git@example.org:shop/fleet.git"),
        ("example.org:fleet", "example.org:fleet"),
        ("git://[::1]:9418/x", "git://[::1]:9418/x"),
        ("[::1]:fleet", "[::1]:fleet"),
        ("https://example.org/a%20b/x.git", "https://example.org/a%20b/x.git"),
    ])
    func `an address goes to git as it was checked`(text: String, argument: String) throws {
        #expect(try address(text)?.description == argument)
    }

    @Test(arguments: [
        ("/srv/git/fleet.git", "/srv/git/fleet.git"), (".", "."), ("fleet", "fleet"), ("./a:b", "./a:b"),
        ("file:///srv/a%20b.git", "/srv/a b.git"), ("file://localhost/srv/x", "/srv/x"),
    ])
    func `a path is a folder, and so is an address over file`(text: String, path: String) throws {
        #expect(try location(text) == .folder(path))
    }

    @Test func `a folder that is there goes before a short address`() throws {
        #expect(try location("a:b", folders: ["a:b"]) == .folder("a:b"))
        #expect(try address("a:b")?.scheme == .ssh)
    }

    @Test(arguments: [
        "ext::sh -c true", "ext::sh", "ftp://example.org/x", "https://", "https:///x", "https://example.org",
        "https://example.org/", "https://-oProxyCommand=x/y", "ssh://-oProxyCommand=x/y", "-oProxyCommand=x:y",
        "ssh://-x@example.org/y", "git@example.org:-x", "git@example.org:", "https://example.org/a\nb",
        "https://example.org/a%0d%0ab", "https://example.org/a%00b", "https://example.org/a%zz", "https://exa mple/x",
        "https://example.org:0/x", "https://example.org:99999/x", "https://example.org:80a/x",
        "https://example.org/x?upload-pack=y", "https://example.org/x#y", "file://other.example/srv/x", "file://x",
        "git://somebody@example.org/x", "ssh://a b@example.org/x", "https://ex\u{202E}ample.org/x", "a\\b:c\\d",
        "https://[::1/x", "https://[x]/y", "ssh://example.org\u{0}/x",
    ])
    func `what could mean something else is refused`(text: String) {
        #expect(throws: RemoteAddress.Malformed.self) { try location(text) }
    }

    @Test(arguments: ["https://user:canary@example.org/x", "ssh://git:canary@example.org/x", "user:canary@host:x"])
    func `a password in an address is refused without being said`(text: String) {
        guard let message = errorText({ try location(text) }) else { return #expect(Bool(false), "taken: \(text)") }
        #expect(!message.contains("canary"))
    }

    @Test func `a name before a host over http is never part of a text`() throws {
        let address = try #require(try address("https://canary@example.org/x"))
        #expect(address.user == "canary")
        #expect(!"\(address)".contains("canary"))
    }

    @Test func `ways to write one address have one key, and other repositories another`() throws {
        let keys = { (texts: [String]) in Set(try texts.compactMap { try address($0)?.key }) }
        #expect(
            try keys(["https://example.org/x", "https://EXAMPLE.org:443/x/", "https://me@example.org/x"]).count == 1)
        #expect(try keys(["ssh://git@example.org/x", "ssh://git@example.org:22/x"]).count == 1)
        let different = [
            "https://example.org/x", "https://example.org/X", "http://example.org/x", "https://example.org:8443/x",
            "ssh://git@example.org/x", "ssh://other@example.org/x", "git@example.org:x",
        ]
        #expect(try keys(different).count == different.count)
    }

    @Test(arguments: [
        ("http://127.0.0.1:80/x", true), ("http://localhost/x", true), ("http://[::1]/x", true),
        ("http://127.0.0.1.example.org/x", false), ("http://10.0.0.1/x", false),
        ("http://localhost.example.org/x", false),
    ])
    func `only this machine is this machine`(text: String, isLoopback: Bool) throws {
        #expect(try address(text)?.isLoopback == isLoopback)
    }

    @Test func `what is not encrypted needs to be allowed`() throws {
        var settings = RemoteSettings(git: "/usr/bin/git", variables: [:])
        let plain = try #require(try address("http://example.org/x"))
        #expect(throws: (any Error).self) { try Remote(plain, settings: settings) }
        settings.allowsPlaintext = true
        _ = try Remote(plain, settings: settings)
    }
}
