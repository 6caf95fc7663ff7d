import TestSupport
import Testing

/// A day of a fleet, from its first reconciliation to a lock that somebody edits.
///
/// The whole transcript is a golden: read it first, `Golden/story.txt`.
struct Story {
    let repository: BareRepository
    var transcript: Transcript

    init() throws {
        repository = try BareRepository()
        transcript = Transcript(towpath: try TowpathProgram(in: repository), git: repository.git)
        try repository.commit(
            SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 }, "Begin the fleet")
    }

    /// What somebody merges by way of a pull request.
    private func pullRequest(_ title: String, _ files: [String: BareRepository.Entry]) throws {
        try repository.commit(files, title, branch: "topic", from: try repository.tip())
        try repository.merge("topic", "Merge: \(title)")
        try repository.git("branch", "--quiet", "-D", "topic")
    }

    /// Merges the branch that `towpath promote` wrote last.
    private func mergeProposal() throws {
        let branch = try repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads/towpath/")
        try repository.merge(branch, "Merge the proposal")
        try repository.git("branch", "--quiet", "-D", branch)
    }

    mutating func adopt() throws {
        transcript.note("The fleet is adopted as it is found, and published.")
        try transcript.towpath("08:00", "plan", exit: 2)
        try transcript.towpath("08:00", "reconcile")
        try transcript.towpath("08:01", "status")
        try transcript.towpath("08:01", "drift")
    }

    mutating func promoteToStaging() throws {
        transcript.note("A build arrives in dev by a merged pull request.")
        try pullRequest("web 1.1.0 for dev", ["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        try transcript.towpath("08:05", "reconcile")
        transcript.note("It is proposed to staging, merged, and has to soak in dev for ten minutes.")
        try transcript.towpath("08:06", "promote", "staging")
        try mergeProposal()
        try transcript.towpath("08:10", "reconcile")
        try transcript.towpath("08:12", "reconcile")
        try transcript.towpath("08:12", "status", "staging")
        try transcript.towpath("08:15", "reconcile")
    }

    mutating func promoteToProduction() throws {
        transcript.note("Somebody merges a digest into production that staging never had.")
        try pullRequest("hotfix", ["environments/prod-eu/web.yaml": SampleText.component("web", "6.6.6", 6)])
        try transcript.towpath("08:20", "reconcile", "--strict", exit: 3)
        try transcript.towpath("08:20", "reconcile", "--strict", exit: 3)
        transcript.note("The right one takes its place: it waits for its soak, then for the window, then arrives.")
        try transcript.towpath("08:25", "promote", "prod-eu")
        try mergeProposal()
        try transcript.towpath("08:30", "reconcile")
        try transcript.towpath("08:50", "reconcile")
        try transcript.towpath("08:50", "status", "prod-eu")
        try transcript.towpath("09:00", "reconcile")
        try transcript.towpath("09:01", "status", "prod-eu")
    }

    mutating func driftAndRepair() throws {
        transcript.note("Somebody pushes to the branch that production runs from.")
        try repository.commit(
            ["environments/prod-eu/web.yaml": SampleText.component("web", "6.6.6", 6)], "quick fix",
            branch: "env/prod-eu")
        try transcript.towpath("09:10", "drift", exit: 2)
        try transcript.towpath("09:10", "reconcile")
        try transcript.towpath("09:11", "reconcile", "--repair")
        try transcript.towpath("09:12", "drift")
    }

    mutating func rollback() throws {
        transcript.note("The new version fails; it is rolled back, held, and released.")
        try transcript.towpath("09:20", "rollback", "prod-eu", "--reason", "checkout returns 500")
        try transcript.towpath("09:21", "status", "prod-eu")
        try transcript.towpath("09:22", "promote", "prod-eu", "web")
        try mergeProposal()
        try transcript.towpath("09:23", "reconcile", "--strict", exit: 3)
        try transcript.towpath("09:24", "status", "prod-eu")
        try transcript.towpath("09:30", "release", "prod-eu", "web")
        try transcript.towpath("09:31", "reconcile")
        try transcript.towpath("09:31", "drift")
    }

    mutating func configureAndRetire() throws {
        transcript.note("A change of configuration alone is a promotion of its own.")
        try pullRequest(
            "louder", ["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2, config: "logLevel: debug")])
        try transcript.towpath("09:40", "reconcile")
        transcript.note("A second component comes to dev, and goes again.")
        try pullRequest("catalog", ["environments/dev/catalog.yaml": SampleText.component("catalog", "3.0.0", 3)])
        try transcript.towpath("09:45", "reconcile")
        try pullRequest("no catalog", ["environments/dev/catalog.yaml": .gone])
        try transcript.towpath("09:50", "reconcile")
        try transcript.towpath("09:51", "status", "dev")
    }

    mutating func loseContract() throws {
        transcript.note("Without its contract an environment takes nothing.")
        try pullRequest(
            "no rules",
            ["policies/dev.yaml": .gone, "environments/dev/web.yaml": SampleText.component("web", "1.2.0", 4)])
        try transcript.towpath("10:00", "reconcile", "--strict", exit: 3)
    }

    mutating func tamper() throws {
        transcript.note("Somebody edits a lock.")
        let lock = try repository.file("environments/staging/environment.lock")
        try pullRequest(
            "mend the lock",
            ["environments/staging/environment.lock": .text(lock.replacing("\"1.1.0\"", with: "\"1.1.1\""))])
        try transcript.towpath("10:10", "drift", "staging", exit: 2)
    }

    mutating func tell() throws {
        transcript.note("Git tells the story.")
        try transcript.git("log", "--format=%s", "--", "environments/prod-eu")
        try transcript.git("blame", "-s", "--abbrev=11", "main", "--", "environments/prod-eu/environment.lock")
        try transcript.towpath("10:20", "history", "prod-eu")
        try transcript.git("log", "-1", "--format=%B", "--grep=^promote(prod-eu)", "main")
    }

    mutating func run() throws {
        try adopt()
        try promoteToStaging()
        try promoteToProduction()
        try driftAndRepair()
        try rollback()
        try configureAndRetire()
        try loseContract()
        try tell()
        try tamper()
    }
}

@Suite struct StoryTests {
    @Test func `the story of a fleet is told the same way every time`() throws {
        var story = try Story()
        try story.run()
        Golden.expect(story.transcript.text, is: "story.txt")
        try story.repository.expectSound()
    }

    @Test func `the same repository, clock and identity give the same commit ids`() throws {
        var first = try Story()
        var second = try Story()
        for step in [{ (story: inout Story) in try story.adopt() }, { try $0.promoteToStaging() }] {
            try step(&first)
            try step(&second)
        }
        #expect(try first.repository.references() == second.repository.references())
    }

    @Test func `the ledger is proved from the facts of then, whatever was published since`() throws {
        var story = try Story()
        for step in [
            { (story: inout Story) in try story.adopt() }, { try $0.promoteToStaging() },
            { try $0.promoteToProduction() }, { try $0.rollback() }, { try $0.configureAndRetire() },
        ] {
            try step(&story)
        }
        let audit = try TowpathProgram(in: story.repository)("audit", "--now", "2030-01-01T00:00:00Z")
        #expect(audit.status == 0, "\(audit.text)")
    }

    @Test func `git reads the trailers of the ledger as towpath wrote them`() throws {
        var story = try Story()
        try story.run()
        let git = story.repository.git
        let ids = try git("log", "--format=%H", "--committer=^Towpath <", "main").split(separator: "\n")
        #expect(ids.count > 10)
        for id in ids {
            let message = Array(try git("log", "-1", "--format=%B", String(id)).utf8)
            let parsed = try git.run(["interpret-trailers", "--parse"], input: message).output
            let written = String(decoding: message, as: UTF8.self).split(separator: "\n\n").last.map(String.init)
            #expect(parsed.split(separator: "\n") == written?.split(separator: "\n"), "\(parsed)")
            #expect(parsed.contains("Signed-off-by: Towpath <towpath@example.invalid>\n"))
            #expect(try git("rev-list", "--parents", "-1", String(id)).split(separator: " ").count == 2)
            // A proposal and a rollback edit manifests; everything else that towpath records is the lock alone.
            guard parsed.contains("Recorded-At: "), !parsed.contains("Result: rolled-back") else { continue }
            let touched = try git("diff-tree", "-r", "--name-only", "--no-commit-id", String(id))
            #expect(touched.hasSuffix("/environment.lock") && !touched.contains("\n"), "\(touched)")
        }
    }
}
