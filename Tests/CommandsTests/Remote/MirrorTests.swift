import Foundation
import TestSupport
import Testing

/// The copy of a remote: what happens to it is never more than a loss of time.
@Suite struct MirrorTests {
    private func mirror(_ fleet: RemoteFleet) throws -> String {
        let folder = fleet.cache.file("cache/remotes")
        let name = try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".git") }
        return folder + "/" + (try #require(name))
    }

    private func shell(_ script: String, _ argument: String) throws {
        let run = try Program("/bin/sh", in: "/", environment: ["PATH": "/usr/bin:/bin"]).run(["-c", script, argument])
        try #require(run.status == 0, "\(run.text)")
    }

    @Test(arguments: [
        "rm -rf \"$0/objects\"", "rm -rf \"$0/refs\" \"$0/packed-refs\"", ": >\"$0/HEAD\"",
        "find \"$0/objects\" -type f -exec rm -f {} +", "echo 'ref: refs/heads/elsewhere' >\"$0/HEAD\"",
        "echo broken >\"$0/refs/heads/main\"", "echo '[broken' >\"$0/config\"",
        "printf '[core]\\n\\thooksPath = /tmp\\n[protocol]\\n\\tallow = always\\n' >>\"$0/config\"",
        "touch \"$0/HEAD.lock\" \"$0/refs/heads/main.lock\" \"$0/packed-refs.lock\" \"$0/objects/pack/tmp_pack_1\"",
        "echo /nonexistent >\"$0/objects/info/alternates\"", "rm -rf \"$0\"", "mkdir \"$0.new\"; rm -rf \"$0\"",
    ])
    func `a copy that was damaged is mended, or made anew`(damage: String) throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("reconcile").status == 0)
        let path = try mirror(fleet)
        try shell(damage, path)
        let run = try fleet.towpath("hold", "dev", "--reason", "a try")
        #expect(run.status == 0, "\(run.text)")
        #expect(try fleet.towpath("status").output.contains("held by"))
        let config = try String(contentsOfFile: path + "/config", encoding: .utf8)
        #expect(!config.contains("hooksPath") && !FileManager.default.fileExists(atPath: path + "/HEAD.lock"))
        try fleet.repository.expectSound()
    }

    @Test func `a pack that was cut short is noticed`() throws {
        var files = SampleText.fleet
        for index in 0..<150 { files["environments/dev/note-\(index).txt"] = "note \(index)\n" }
        let fleet = try RemoteFleet(.http, files)
        #expect(try fleet.towpath("status").status == 0)
        let path = try mirror(fleet)
        try shell("for f in \"$0\"/objects/pack/*.pack; do chmod u+w \"$f\"; truncate -s -30 \"$f\"; done", path)
        let run = try fleet.towpath("status")
        #expect(run.status == 0 && run.errors.contains("is fetched anew"), "\(run.text)")
    }

    @Test func `a copy that others may write to is left alone`() throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("status").status == 0)
        try shell("chmod 777 \"$0\"", try mirror(fleet))
        let run = try fleet.towpath("status")
        #expect(run.status == 65 && run.errors.contains("nobody else may write to"), "\(run.text)")
    }

    @Test func `a copy in use is waited for, and not for ever`() throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("status").status == 0)
        let lock = try mirror(fleet).dropLast(4) + ".lock"
        let holder = Program("/usr/bin/flock", in: "/", environment: ["PATH": "/usr/bin:/bin"])
        let long = try holder.start([String(lock), "sleep", "60"])
        try waitUntil { try holder.run(["-n", String(lock), "true"]).status != 0 }
        let run = try fleet.towpath("status", "--git-timeout", "2s")
        #expect(run.status == 75 && run.errors.contains("waiting for it"), "\(run.text)")
        _ = try long.stop()
    }

    @Test func `only what is needed is fetched, and what is gone goes`() throws {
        let files = SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 }
        let fleet = try RemoteFleet(.http, files)
        for index in 1...20 { try fleet.repository.commit(["x": "\(index)\n"], branch: "topic-\(index)") }
        #expect(try fleet.towpath("reconcile").status == 0)
        #expect(try fleet.towpath("status").status == 0)
        let git = fleet.repository.git
        let path = try mirror(fleet)
        let names = { try git("--git-dir=\(path)", "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads") }
        #expect(try names() == "env/dev\nenv/prod-eu\nenv/staging\nmain")
        try git("update-ref", "-d", "refs/heads/env/dev")
        #expect(try fleet.towpath("status").status == 0)
        #expect(try names() == "env/prod-eu\nenv/staging\nmain")
    }

    @Test func `no place for a copy is said`() throws {
        var fleet = try RemoteFleet(.http)
        fleet.towpath.set("TOWPATH_CACHE_DIR", nil)
        let run = try fleet.towpath("status")
        #expect(run.status == 64 && run.errors.contains("--cache-dir"), "\(run.text)")
    }
}
