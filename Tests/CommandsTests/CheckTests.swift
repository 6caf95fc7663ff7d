import TestSupport
import Testing

/// A pull request, judged before the merge and after it.
@Suite struct CheckTests {
    /// A fleet in which 1.1.0 has been in `dev` since eight o'clock and in `staging` since half past.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        var towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("reconcile").status == 0)
        towpath.at("2026-11-23T08:30:00Z")
        try repository.commit(["environments/staging/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("reconcile").output.contains("promoted"))
        return (repository, towpath)
    }

    private func check(_ towpath: TowpathProgram, _ more: String...) throws -> Program.Run {
        try towpath(["check", "--base", "main", "--head", "topic"] + more)
    }

    /// Proposes `files` on a branch of their own.
    private func propose(_ files: [String: BareRepository.Entry], in repository: BareRepository) throws {
        try repository.commit(files, "Propose", branch: "topic", from: try repository.tip())
    }

    private static let arrival: [String: BareRepository.Entry] = [
        "environments/prod-eu/web.yaml": SampleText.component("web", "1.1.0", 2)
    ]

    @Test func `a pull request is judged as the merge will be, at any time`() throws {
        var (repository, towpath) = try fleet()
        try propose(Self.arrival, in: repository)
        let early = try check(towpath)
        #expect(early.status == 3 && early.output.contains("waiting   prod-eu  web 1.0.0 → 1.1.0"), "\(early.text)")
        #expect(early.output.contains("web: in staging since 2026-11-23T08:30:00Z (now)"), "\(early.text)")
        let later = try check(towpath, "--at", "2026-11-23T09:30:00Z")
        #expect(later.status == 0 && later.output.contains("permitted prod-eu"), "\(later.text)")
        let night = try check(towpath, "--at", "2026-11-23T22:00:00Z")
        #expect(night.status == 3 && night.output.contains("opens at 2026-11-24T09:00:00Z"), "\(night.text)")

        towpath.at("2026-11-23T09:30:00Z")
        let json = try check(towpath, "--output", "json").output
        let id = try #require(json.split(separator: "\"").first { $0.hasPrefix("prod-eu.") })
        try repository.merge("topic", "Merge it")
        let tick = try towpath("reconcile").output
        #expect(tick.contains("promoted   prod-eu  web 1.1.0"))
        #expect(!tick.contains("next change"), "the end of the window is nothing to what is there: \(tick)")
        let recorded = try repository.git("log", "-1", "--format=%(trailers:key=Promotion-Id,valueonly)", "main")
        #expect(recorded.contains(id), "the check and the tick name the same promotion")
        try repository.expectSound()
    }

    @Test func `the comment says what, from where, since when and what is missing, and quotes nobody`() throws {
        let (repository, towpath) = try fleet()
        try propose(
            ["environments/prod-eu/web.yaml": SampleText.component("web", "1.1.0", 2, config: "x: '@everyone'")],
            in: repository)
        let markdown = try check(towpath, "--output", "markdown").output
        #expect(markdown.hasPrefix("<!-- towpath check -->\n### Towpath: ⏳"))
        for part in [
            "| ⏳ | prod-eu | web | 1.0.0 `111111111111` | 1.1.0 `222222222222` | waiting |",
            "- **web** in staging since 2026-11-23T08:30:00Z (now)", "| soak | ⏳ pending |", "What would make it move",
            "judged by `policies/prod.yaml@",
        ] {
            #expect(markdown.contains(part), "\(part) in \(markdown)")
        }
        #expect(!markdown.contains("@everyone"))
        #expect(!markdown.contains("\n\n\n"))
        #expect(try towpath("plan", "--output", "markdown").status == 64)
    }

    @Test(arguments: [
        ["policies/prod.yaml": SampleText.contract(to: "prod-eu", from: "staging")],
        ["policies/prod.yaml": .gone, "policies/lax.yaml": SampleText.contract(to: "prod-eu", from: "dev")],
        ["policies/prod.yaml": SampleText.contract(to: "prod-eu")],
    ])
    func `a change that loosens the contract it is judged by is held to the old one`(
        policies: [String: BareRepository.Entry]
    ) throws {
        var (repository, towpath) = try fleet()
        try propose(Self.arrival.merging(policies) { $1 }, in: repository)
        let check = try check(towpath)
        #expect(check.status == 3, "\(check.text)")
        #expect(
            check.output.contains(/by policies\/prod\.yaml@[0-9a-f]{12} as it was before this change/),
            "\(check.text)")

        try repository.merge("topic", "Merge it all the same")
        let tick = try towpath("reconcile")
        #expect(tick.output.contains("as it was before this change"), "\(tick.text)")
        #expect(try repository.file("environments/prod-eu/environment.lock").contains(SampleText.digest(1)))
        #expect(try towpath("reconcile").output.contains("nothing to do"), "a second tick believes it no more")
        towpath.at("2026-11-23T09:30:00Z")
        #expect(try towpath("reconcile").output.contains("promoted"), "the old contract permits it in time")
        try repository.expectSound()
    }

    @Test func `a contract that was loosened by itself judges what waits from then on`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit(Self.arrival)
        #expect(try towpath("reconcile").output.contains("waiting    prod-eu"))
        try propose(["policies/prod.yaml": SampleText.contract(to: "prod-eu", from: "staging")], in: repository)
        let check = try check(towpath)
        #expect(check.status == 0, "\(check.text)")
        #expect(
            check.output.contains("affects   prod-eu  web 1.0.0 → 1.1.0: waiting now, permitted after the change"),
            "\(check.text)")
        try repository.merge("topic", "Loosen the contract")
        #expect(try towpath("reconcile").output.contains("promoted   prod-eu"))
    }

    @Test func `a change may not touch a lock`() throws {
        let (repository, towpath) = try fleet()
        let path = "environments/prod-eu/environment.lock"
        let lock = try repository.file(path)
        try propose(
            [path: .text(lock.replacing(SampleText.digest(1), with: SampleText.digest(6)))], in: repository)
        let check = try check(towpath)
        #expect(check.status == 3 && check.errors.contains("\(path): changed by hand"), "\(check.text)")
    }

    @Test func `a base that moved on is merged with, and a conflict is told`() throws {
        let (repository, towpath) = try fleet()
        try propose(Self.arrival, in: repository)
        try repository.commit(["README.md": "Changed.\n"])
        let references = try repository.references()
        let check = try check(towpath, "--at", "2026-11-23T09:30:00Z")
        #expect(check.status == 0 && check.output.contains("permitted prod-eu"), "\(check.text)")
        #expect(try repository.references() == references)
        try repository.commit(["environments/prod-eu/web.yaml": SampleText.component("web", "1.2.0", 3)])
        let conflict = try self.check(towpath)
        #expect(conflict.status == 65, "\(conflict.text)")
        #expect(conflict.errors.contains("both sides changed environments/prod-eu/web.yaml"))
        try repository.expectSound()
    }

    @Test func `a change that promotes nothing is said to`() throws {
        let (repository, towpath) = try fleet()
        try propose(["README.md": "Other.\n"], in: repository)
        let check = try check(towpath)
        #expect(check.status == 0 && check.output.contains("it promotes nothing"), "\(check.text)")
        #expect(try towpath("check", "--head", "nowhere").status == 65)
    }
}
