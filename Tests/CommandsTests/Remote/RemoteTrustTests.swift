import Foundation
import TestSupport
import Testing

/// Who a server is, and who is let in: both fail closed, and say what to do.
@Suite struct RemoteTrustTests {
    private func expectRefused(
        _ run: Program.Run, hint: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == 69 && run.output.isEmpty, "\(run.text)", sourceLocation: sourceLocation)
        #expect(
            run.errors.contains("hint: ") && run.errors.contains(hint), "\(run.text)", sourceLocation: sourceLocation)
    }

    @Test func `a wrong password, and none, say which variables count`() throws {
        var fleet = try RemoteFleet(.https)
        fleet.towpath.set("TOWPATH_GIT_TOKEN", "wrong-password")
        expectRefused(try fleet.towpath("status"), hint: "did not accept the login")
        fleet.towpath.set("TOWPATH_GIT_TOKEN", nil)
        expectRefused(try fleet.towpath("status"), hint: "TOWPATH_GIT_TOKEN_FILE")
    }

    @Test func `a token in a file is read each time`() throws {
        var fleet = try RemoteFleet(.https)
        let file = fleet.cache.file("token")
        fleet.towpath.set("TOWPATH_GIT_TOKEN", nil)
        fleet.towpath.set("TOWPATH_GIT_TOKEN_FILE", file)
        #expect(try fleet.towpath("status").status == 69)
        try Data("old-password\n".utf8).write(to: URL(fileURLWithPath: file))
        expectRefused(try fleet.towpath("status"), hint: "did not accept the login")
        try Data((RemoteFleet.password + "\n").utf8).write(to: URL(fileURLWithPath: file))
        #expect(try fleet.towpath("status").status == 0)
    }

    @Test func `a credential helper that the operator names is asked`() throws {
        var fleet = try RemoteFleet(.https)
        let helper = fleet.cache.file("helper")
        try ExecutableScript.install(
            "#!/bin/sh\n[ \"$1\" = get ] && printf 'username=bot\\npassword=\(RemoteFleet.password)\\n'\n", at: helper)
        fleet.towpath.set("TOWPATH_GIT_TOKEN", nil)
        fleet.towpath.set("TOWPATH_GIT_CREDENTIAL_HELPER", helper)
        let run = try fleet.towpath("status")
        #expect(run.status == 0, "\(run.text)")
    }

    @Test func `the user's configuration counts only where the operator says so`() throws {
        var fleet = try RemoteFleet(.https)
        let helper = "!f() { printf 'username=bot\\\\npassword=\(RemoteFleet.password)\\\\n'; }; f"
        try Data("[credential]\n\thelper = \"\(helper)\"\n".utf8)
            .write(to: URL(fileURLWithPath: fleet.cache.file(".gitconfig")))
        fleet.towpath.set("HOME", fleet.cache.path)
        fleet.towpath.set("TOWPATH_GIT_TOKEN", nil)
        #expect(try fleet.towpath("status").status == 69)
        fleet.towpath.set("TOWPATH_GIT_CONFIG", "user")
        let run = try fleet.towpath("status")
        #expect(run.status == 0, "\(run.text)")
    }

    @Test func `a certificate that nobody vouches for is refused`() throws {
        var fleet = try RemoteFleet(.https)
        fleet.towpath.set("TOWPATH_GIT_CA", nil)
        expectRefused(try fleet.towpath("status"), hint: "--git-ca")
        // Also where another authority is trusted.
        let other = try RemoteFleet(.https)
        expectRefused(try fleet.towpath("status", "--git-ca", other.server.file("ca.crt")), hint: "--git-ca")
        #expect(try fleet.towpath("status", "--git-ca", fleet.server.file("ca.crt")).status == 0)
    }

    @Test(.enabled(if: GitServer.isThere(.ssh)))
    func `a host key that is unknown, or another, is refused`() throws {
        var fleet = try RemoteFleet(.ssh)
        let hosts = fleet.cache.file("hosts")
        try Data().write(to: URL(fileURLWithPath: hosts))
        expectRefused(try fleet.towpath("status", "--git-known-hosts", hosts), hint: "ssh-keyscan -p ")
        // The key of somebody else under the name of the server.
        let known = try String(contentsOfFile: fleet.server.file("known_hosts"), encoding: .utf8)
        let stranger = try String(contentsOfFile: fleet.server.file("stranger.pub"), encoding: .utf8)
        try Data("\(known.prefix { $0 != " " }) \(stranger)".utf8).write(to: URL(fileURLWithPath: hosts))
        fleet.towpath.set("TOWPATH_GIT_KNOWN_HOSTS", hosts)
        expectRefused(try fleet.towpath("status"), hint: "nobody vouches for the server's key")
    }

    @Test(.enabled(if: GitServer.isThere(.ssh)))
    func `a key that the server does not know is refused`() throws {
        let fleet = try RemoteFleet(.ssh)
        expectRefused(
            try fleet.towpath("status", "--git-ssh-key", fleet.server.file("stranger")), hint: "--git-ssh-key")
    }

    @Test func `what is not encrypted is left alone, unless it is allowed`() throws {
        var towpath = try TowpathProgram(in: try TemporaryDirectory())
        towpath.set("TOWPATH_CACHE_DIR", "/nonexistent")
        for address in ["http://git.example.invalid/x", "git://git.example.invalid/x"] {
            let run = try towpath("status", "--repo", address)
            #expect(run.status == 64 && run.errors.contains("TOWPATH_GIT_PLAINTEXT"), "\(run.text)")
        }
    }

    @Test(arguments: [
        ["--git-timeout", "0s"], ["--git-timeout", "2h"], ["--git-timeout", "soon"], ["--git-ca", "/nonexistent/ca"],
        ["--git-ssh-key", "/nonexistent/key"], ["--git-known-hosts", "/nonexistent/hosts"],
    ])
    func `settings that cannot be meant are refused`(arguments: [String]) throws {
        let towpath = try TowpathProgram(in: try TemporaryDirectory())
        #expect(try towpath(["status"] + arguments).status == 64)
    }

    @Test(arguments: [
        ["TOWPATH_GIT_PLAINTEXT": "yes"], ["TOWPATH_GIT_CONFIG": "all"], ["TOWPATH_GIT_MAX_SIZE": "much"],
        ["TOWPATH_GIT_MAX_SIZE": "9999999G"], ["TOWPATH_GIT_TOKEN": "a", "TOWPATH_GIT_TOKEN_FILE": "b"],
        ["TOWPATH_GIT_TOKEN": "line\nline"], ["TOWPATH_GIT_TIMEOUT": "1y"],
    ])
    func `variables that cannot be meant are refused`(variables: [String: String]) throws {
        var towpath = try TowpathProgram(in: try TemporaryDirectory())
        for (name, value) in variables { towpath.set(name, value) }
        #expect(try towpath("status").status == 64)
    }
}
