import Foundation
import TestSupport
import Testing

/// Every place that a secret can be given in holds one, and nothing that comes out does.
@Suite struct RemoteSecretTests {
    /// What stands in for every secret; the parts that the tests add tell where it came from.
    private static let canary = "canary"

    /// A `git` that keeps a list of all that it is called with.
    private func listening(_ fleet: inout RemoteFleet) throws -> String {
        let list = fleet.cache.file("arguments")
        try FileManager.default.createDirectory(atPath: fleet.cache.file("bin"), withIntermediateDirectories: true)
        try ExecutableScript.install(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'\(list)'\nexec /usr/bin/git \"$@\"\n", at: fleet.cache.file("bin/git"))
        fleet.towpath.set("PATH", fleet.cache.file("bin") + ":/usr/bin:/bin")
        return list
    }

    private func expectNoCanary(
        _ text: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let encoded = [Self.canary, Data("bot:\(RemoteFleet.password)".utf8).base64EncodedString()]
        for secret in encoded {
            #expect(!text.contains(secret), "\(what): \(text)", sourceLocation: sourceLocation)
        }
    }

    /// Every file below `folder`, as text.
    private func contents(_ folder: String) throws -> String {
        let run = try Program("/bin/grep", in: folder, environment: [:]).run(["-rhaI", "", "."])
        return run.output
    }

    @Test func `a token is in no argument, no message, no file and no commit`() throws {
        var fleet = try RemoteFleet(.https)
        let list = try listening(&fleet)
        // The server says it back.
        let words = "\(RemoteFleet.password) $(printf 'bot:%s' \(RemoteFleet.password) | base64)"
        try fleet.install(hook: "pre-receive", "echo \"\(words)\" >&2; [ ! -e refuse ]")
        var said = ""
        for command in [
            ["status"], ["reconcile", "--verbose"], ["reconcile"], ["hold", "dev", "--reason", "x"],
            ["promote", "staging"], ["drift", "--output", "json"], ["history", "dev"],
        ] {
            said += try fleet.towpath(command).text
        }
        try Data().write(to: URL(fileURLWithPath: fleet.repository.path + "/refuse"))
        let refused = try fleet.towpath("release", "dev")
        #expect(refused.status == 73 && refused.errors.contains("***"), "\(refused.text)")
        let called = try String(contentsOfFile: list, encoding: .utf8)
        #expect(called.contains("ls-remote") && called.contains("push") && called.contains("fetch"))
        expectNoCanary(said + refused.text, "messages")
        expectNoCanary(called, "arguments")
        expectNoCanary(try contents(fleet.cache.file("cache")), "files")
        expectNoCanary(try fleet.repository.git("log", "--all", "--format=raw"), "commits")
    }

    @Test func `secrets in every other place stay where they are`() throws {
        var fleet = try RemoteFleet(.https)
        let list = try listening(&fleet)
        let file = fleet.cache.file("token")
        try Data("canary-in-file".utf8).write(to: URL(fileURLWithPath: file))
        let settings: [[String: String?]] = [
            ["TOWPATH_GIT_TOKEN": "canary-wrong"], ["TOWPATH_GIT_TOKEN": "canary\nline"],
            ["TOWPATH_GIT_TOKEN": nil, "TOWPATH_GIT_TOKEN_FILE": file],
            ["TOWPATH_GIT_TOKEN": nil, "TOWPATH_GIT_TOKEN_FILE": file, "TOWPATH_GIT_USERNAME": "canary-user"],
            ["TOWPATH_REPO": fleet.address.replacing("://", with: "://bot:canary-in-address@")],
            ["TOWPATH_REPO": fleet.address.replacing("://", with: "://canary-name@"), "TOWPATH_GIT_TOKEN": nil],
            ["TOWPATH_REPO": "https://git.invalid/x", "https_proxy": "http://user:canary-proxy@127.0.0.1:1"],
            [
                "TOWPATH_REPO": "https://git.invalid/x",
                "https_proxy": "http://user:canary-proxy@no-such-host.invalid:1",
            ],
            ["TOWPATH_REPO": "ssh://git:canary-in-address@127.0.0.1/x"], ["TOWPATH_REPO": "canary:canary@host:x"],
        ]
        var said = ""
        for variables in settings {
            var towpath = fleet.towpath
            for (name, value) in variables { towpath.set(name, value) }
            let run = try towpath("status", "--git-timeout", "5s")
            #expect([64, 69].contains(run.status), "\(variables): \(run.text)")
            said += run.text
        }
        expectNoCanary(said, "messages")
        expectNoCanary(try String(contentsOfFile: list, encoding: .utf8), "arguments")
        expectNoCanary(try contents(fleet.cache.file("cache")), "files")
    }
}
