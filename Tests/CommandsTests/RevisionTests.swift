import TestSupport
import Testing

/// Looking at a fleet as it was.
@Suite struct RevisionTests {
    /// A published fleet at its first record, tagged, and then a version further.
    private struct Past: Sendable {
        /// Made once for the tests that only look.
        static let shared = Result { try Past() }

        let repository: BareRepository
        let towpath: TowpathProgram
        /// What each reading command said at the time.
        let told: [[String]: Program.Run]

        static let commands = [
            ["inventory"], ["status"], ["plan"], ["drift"], ["explain", "dev", "web"], ["history", "dev"],
        ]

        init() throws {
            repository = try BareRepository()
            try repository.commit(SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 })
            towpath = try TowpathProgram(in: repository)
            #expect(try towpath("reconcile").status == 0)
            var told: [[String]: Program.Run] = [:]
            for command in Self.commands { told[command] = try towpath(command) }
            self.told = told
            try repository.git("tag", "v1")
            try repository.git("tag", "-a", "-m", "the first", "v1-annotated")
            try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
            #expect(try towpath("reconcile").status == 0)
            try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.2.0", 3)])
        }
    }

    private static let revisions = [
        "v1", "v1-annotated", "refs/tags/v1-annotated", "main~3", "HEAD^^^", "id", "short id",
    ]

    private func resolve(_ revision: String, in repository: BareRepository) throws -> String {
        switch revision {
        case "id": try repository.git("rev-parse", "main~3")
        case "short id": String(try repository.git("rev-parse", "main~3").prefix(9))
        default: revision
        }
    }

    @Test(arguments: revisions)
    func `every command that reads tells of an old revision what it told at the time, and writes nothing`(
        revision: String
    ) throws {
        let past = try Past.shared.get()
        let name = try resolve(revision, in: past.repository)
        let before = try past.repository.references()
        for command in Past.commands {
            let run = try past.towpath(command + ["--ref", name])
            let then = try #require(past.told[command])
            #expect(run.text == then.text, "\(command)")
        }
        #expect(try past.repository.references() == before)
    }

    @Test(arguments: ["v1", "refs/tags/v1-annotated", "main~3", "id"])
    func `a command that records wants a branch`(revision: String) throws {
        let past = try Past.shared.get()
        let name = try resolve(revision, in: past.repository)
        let before = try past.repository.references()
        for command in [
            ["reconcile"], ["hold", "dev", "--reason", "x"], ["release", "dev"], ["rollback", "dev", "--reason", "x"],
        ] {
            let run = try past.towpath(command + ["--ref", name])
            #expect(run.status == 65, "\(command): \(run.text)")
            #expect(run.errors.contains("and no branch\nhint: name a branch: --ref main\n"), "\(run.errors)")
        }
        #expect(try past.repository.references() == before)
    }

    @Test func `a revision that is not behind is compared with what is published`() throws {
        let past = try Past()
        let repository = past.repository
        try repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "6.6.6", 6)], "by hand", branch: "env/dev")
        // What a merge of a pull request would make, and the tip itself by its id.
        let ahead = try repository.commit(
            ["README.md": "Other words.\n"], "ahead", branch: "topic", from: try repository.tip())
        try repository.git("update-ref", "-d", "refs/heads/topic")
        for revision in [ahead, try #require(try repository.tip()), "main"] {
            let drift = try past.towpath("drift", "dev", "--ref", revision)
            #expect(drift.status == 2 && drift.output.contains("mismatched"), "\(revision): \(drift.text)")
        }
        #expect(try past.towpath("drift", "dev", "--ref", "v1").status == 0)
        let head = try #require(try repository.tip())
        try repository.git("update-ref", "--no-deref", "HEAD", head)
        #expect(try past.towpath("drift", "dev", "--ref", "HEAD").status == 2)
        #expect(try past.towpath("drift", "dev", "--ref", "HEAD~3").status == 0)
    }

    @Test func `a name that is no revision is named`() throws {
        let past = try Past.shared.get()
        for command in Past.commands + [["reconcile"]] {
            let run = try past.towpath(command + ["--ref", "v2"])
            #expect(run.status == 65, "\(run.text)")
            #expect(run.errors.contains("\"v2\"") || run.errors.contains("refs/heads/v2"), "\(run.errors)")
        }
    }
}
