import Foundation
import TestSupport
import Testing

/// Others push too, take back, and refuse: a push is a comparison and a swap.
@Suite struct RemoteRaceTests {
    /// A commit to `repository` that a hook makes once, between a look at the branch and the push that follows.
    private func rival(_ fleet: RemoteFleet, _ commands: String) throws {
        // Before the server looks at the references of a push it runs this, so the push loses.
        try fleet.install(
            hook: "pre-receive",
            """
            unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
            [ -e rival ] && exit 0
            touch rival
            \(commands)
            """)
    }

    @Test func `a rival's push between the look and the push is seen, and what it changed is judged`() throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("reconcile").status == 0)
        let change = try fleet.repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        let rivals = try fleet.repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.2.0", 3)], branch: "rival", from: change)
        try rival(fleet, "git update-ref refs/heads/main \(rivals)")
        let run = try fleet.towpath("reconcile", "--verbose")
        #expect(run.status == 0 && run.output.hasPrefix("promoted   dev  web 1.2.0\n"), "\(run.text)")
        #expect(run.errors.contains("attempt 2"))
        #expect(try fleet.repository.git("log", "--format=%H", "main").contains(rivals))
        #expect(try fleet.repository.git("rev-list", "--merges", "--count", "main") == "0")
        try fleet.repository.expectSound()
    }

    @Test func `a commit that was withdrawn is not published again`() throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("reconcile").status == 0)
        let before = try #require(try fleet.repository.tip())
        let withdrawn = try fleet.repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "6.6.6", 6)])
        // To whoever pushes on top of it, the way from the former tip is forward.
        try rival(fleet, "git update-ref refs/heads/main \(before)")
        let run = try fleet.towpath("reconcile")
        #expect(run.status == 65, "\(run.text)")
        #expect(run.output.hasPrefix("nothing is done at \(before.prefix(12))"), "\(run.text)")
        #expect(run.errors.contains("refs/heads/main") && run.errors.contains("was rewritten"), "\(run.text)")
        #expect(try fleet.repository.tip() == before)
        #expect(try !fleet.repository.git("log", "--format=%H", "--all").contains(withdrawn))
    }

    @Test func `a hold that loses the race lands on the new tip`() throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("reconcile").status == 0)
        let tip = try #require(try fleet.repository.tip())
        let rivals = try fleet.repository.commit(["README.md": "Changed.\n"], branch: "rival", from: tip)
        try rival(fleet, "git update-ref refs/heads/main \(rivals)")
        let run = try fleet.towpath("hold", "dev", "--reason", "a try")
        #expect(run.status == 0, "\(run.text)")
        #expect(try fleet.repository.git("rev-parse", "main~1") == rivals)
    }

    @Test func `a hook that refuses is told apart from a race, in the server's own words`() throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("reconcile").status == 0)
        try fleet.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        let tip = try fleet.repository.tip()
        try fleet.install(
            hook: "pre-receive", "echo \"only release managers may, \(RemoteFleet.password)\" >&2; exit 1")
        let run = try fleet.towpath("reconcile")
        #expect(run.status == 73, "\(run.text)")
        #expect(run.errors.contains("only release managers may, ***"), "\(run.text)")
        #expect(run.errors.contains("does not accept it"), "\(run.text)")
        #expect(try fleet.towpath("hold", "dev", "--reason", "x").status == 73)
        #expect(try fleet.repository.tip() == tip)
        #expect(try fleet.towpath("promote", "staging").status == 0)
    }

    @Test func `a published branch that nobody may push to stops no other environment`() throws {
        let files = SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 }
        let fleet = try RemoteFleet(.http, files)
        try fleet.install(
            hook: "update", "case $1 in refs/heads/env/staging) echo 'this branch is protected' >&2; exit 1;; esac")
        let run = try fleet.towpath("reconcile")
        #expect(run.status == 73, "\(run.text)")
        #expect(run.errors.contains("staging is not recorded") && run.errors.contains("this branch is protected"))
        #expect(try fleet.repository.tip("env/staging") == nil)
        for name in ["dev", "prod-eu"] {
            #expect(try fleet.repository.tip("env/\(name)") != nil)
            #expect(try fleet.repository.file("environments/\(name)/environment.lock").contains("1.0.0"))
        }
        #expect(throws: (any Error).self) { try fleet.repository.file("environments/staging/environment.lock") }
        try fleet.repository.expectSound()
    }

    @Test func `where the ledger is not accepted, nothing is published either`() throws {
        let files = SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 }
        let fleet = try RemoteFleet(.http, files)
        try fleet.install(hook: "update", "case $1 in refs/heads/main) echo 'main is protected' >&2; exit 1;; esac")
        let run = try fleet.towpath("reconcile")
        #expect(run.status == 73 && run.errors.contains("main is protected"), "\(run.text)")
        #expect(try fleet.repository.git("for-each-ref", "--format=%(refname)") == "refs/heads/main")
    }

    @Test func `a server that cannot take several references at once gets them in order`() throws {
        let files = SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 }
        let fleet = try RemoteFleet(.http, files)
        try fleet.repository.git("config", "receive.advertiseAtomic", "false")
        let run = try fleet.towpath("reconcile")
        #expect(run.status == 0, "\(run.text)")
        #expect(try fleet.repository.tip("env/staging") != nil)
        #expect(try fleet.towpath("reconcile").output.hasPrefix("nothing to do"))
    }

    @Test func `six writers lose nothing, double nothing and leave one line of commits`() throws {
        let names = (1...6).map { "lab-\($0)" }
        var files: [String: BareRepository.Entry] = [:]
        for name in names {
            files["environments/\(name)/web.yaml"] = SampleText.component("web", "1.0.0", 1)
            files["policies/\(name).yaml"] = SampleText.contract(to: name)
        }
        let fleet = try RemoteFleet(.http, files)
        #expect(try fleet.towpath("reconcile").status == 0)
        // By one name at one instant they would write the very same commits, and nobody would lose.
        let writers = try (1...6).map { number in
            var writer = try fleet.another()
            writer.towpath.set("TOWPATH_IDENTITY", "Towpath \(number) <towpath@example.invalid>")
            return writer
        }
        for round in 1...3 {
            var change: [String: BareRepository.Entry] = [:]
            for name in names {
                change["environments/\(name)/web.yaml"] = SampleText.component("web", "1.\(round).0", round + 1)
            }
            try fleet.repository.commit(change)
            let running = try writers.map { try $0.towpath.start("reconcile") }
            for run in try running.map({ try $0.finish() }) {
                #expect(run.status == 0, "round \(round): \(run.text)")
            }
        }
        // Each holds an environment of its own, all at once.
        let running = try zip(writers, names).map { try $0.towpath.start("hold", $1, "--reason", "a try") }
        for run in try running.map({ try $0.finish() }) { #expect([0, 75].contains(run.status), "\(run.text)") }
        let promoted = try fleet.promotions()
        #expect(promoted.count == 24 && Set(promoted).count == 24)
        #expect(try fleet.repository.git("rev-list", "--merges", "--count", "main") == "0")
        try fleet.repository.expectSound()
    }

    @Test func `writers that share a copy do not get in each other's way`() throws {
        let fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("reconcile").status == 0)
        let running = try ["dev", "staging", "prod-eu", "dev", "staging"].enumerated().map {
            try fleet.towpath.start("hold", $1, "--reason", "try \($0)")
        }
        for run in try running.map({ try $0.finish() }) { #expect(run.status == 0, "\(run.text)") }
        #expect(
            try fleet.repository.git("log", "--format=%s", "--grep=^hold", "main").split(separator: "\n").count == 5)
        try fleet.repository.expectSound()
    }
}
