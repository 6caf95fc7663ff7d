import Acting
import Git
import Observing
import Ports
import PromotionModel
import TestSupport
import Testing

@Suite struct BranchPublisherTests {
    private static let branch = "refs/heads/live/dev"

    private func fleet() throws -> BareRepository {
        let repository = try BareRepository()
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.0.0", 1),
            "environments/dev/notes.txt": "kept\n", "README.md": "not published\n",
        ])
        return repository
    }

    private func perform(
        _ repository: BareRepository, branch: String = Self.branch, version: String = "1.0.0", digit: Int = 1,
        takesConfiguration: Bool = true, expected: String? = nil, basis: String? = nil
    ) throws -> Outcome.Result {
        let identity = try Identity(name: "Towpath", email: "towpath@example.invalid")
        let publisher = BranchPublisher(
            repository: try Repository.open(at: repository.path), reader: FleetReader(), identity: identity,
            reserved: ["refs/heads/main"])
        let artifact = try Artifact(parsing: "registry.example/shop/web:\(version)@\(SampleText.digest(digit))")
        let publication = Publication(
            environment: try EnvironmentName("dev"), branch: branch, expected: expected, ground: expected,
            artifacts: [try ComponentName("web"): artifact], takesConfiguration: takesConfiguration, promotions: [])
        let plan = Plan(
            basis: try basis ?? repository.tip() ?? "", at: try #require(Timestamp("2026-11-23T08:00:00Z")),
            environments: [])
        return publisher.perform(publication, of: plan).result
    }

    @Test func `a first publication is a root commit with the environment's files`() throws {
        let repository = try fleet()
        #expect(try perform(repository) == .done)
        let git = repository.git
        #expect(try git("rev-list", "--count", "live/dev") == "1")
        #expect(
            try git("ls-tree", "-r", "--name-only", "live/dev")
                == "environments/dev/notes.txt\nenvironments/dev/web.yaml")
        #expect(try git("rev-parse", "live/dev:environments/dev") == git("rev-parse", "main:environments/dev"))
        #expect(
            try git("log", "-1", "--format=%ct %(trailers:key=Environment,valueonly)", "live/dev") == "1795420800 dev\n"
        )
        try repository.expectSound()
    }

    @Test func `the same publication twice changes nothing`() throws {
        let repository = try fleet()
        #expect(try perform(repository) == .done)
        let tip = try repository.tip("live/dev")
        #expect(try perform(repository, expected: tip) == .alreadyDone)
        #expect(try repository.tip("live/dev") == tip)
    }

    @Test func `a newer state follows the older one`() throws {
        let repository = try fleet()
        #expect(try perform(repository) == .done)
        let tip = try #require(try repository.tip("live/dev"))
        #expect(try perform(repository, version: "1.1.0", digit: 2, expected: tip) == .done)
        #expect(try repository.git("rev-parse", "live/dev^") == tip)
        #expect(try repository.file("environments/dev/web.yaml", at: "live/dev").contains(SampleText.digest(2)))
        #expect(try repository.file("environments/dev/web.yaml", at: "live/dev").contains("# for people"))
        try repository.expectSound()
    }

    @Test func `a branch that somebody else moved is left where it is`() throws {
        let repository = try fleet()
        #expect(try perform(repository) == .done)
        let seen = try repository.tip("live/dev")
        let theirs = try repository.commit(["environments/dev/web.yaml": "theirs\n"], branch: "live/dev")
        #expect(try perform(repository, version: "2", digit: 2, expected: seen) == .lostRace)
        #expect(try repository.tip("live/dev") == theirs)
    }

    @Test func `a rival that published the same is no rival`() throws {
        let repository = try fleet()
        #expect(try perform(repository) == .done)
        let seen = try repository.tip("live/dev")
        #expect(try perform(repository, version: "2", digit: 2, expected: seen) == .done)
        let theirs = try repository.tip("live/dev")
        #expect(try perform(repository, version: "2", digit: 2, expected: seen) == .alreadyDone)
        #expect(try repository.tip("live/dev") == theirs)
    }

    @Test(arguments: [
        "refs/heads/main", "refs/heads/a..b", "HEAD", "live/dev", "refs/heads/x.lock", "refs/heads/-x/../y",
    ])
    func `the watched branch and what is no branch are never published to`(branch: String) throws {
        let repository = try fleet()
        let before = try repository.references()
        guard
            case .failed = try perform(
                repository, branch: branch, expected: branch.hasSuffix("main") ? repository.tip() : nil)
        else {
            Issue.record("published to \(branch)")
            return
        }
        #expect(try repository.references() == before)
    }

    @Test func `without a published state nothing is published of a configuration that is not permitted`() throws {
        let repository = try fleet()
        #expect(
            try perform(repository, takesConfiguration: false)
                == .failed("nothing is published yet and the configuration is not permitted"))
        #expect(try repository.tip("live/dev") == nil)
    }

    @Test func `a declared file that cannot be read fails the publication and moves nothing`() throws {
        let repository = try fleet()
        #expect(try perform(repository) == .done)
        let tip = try repository.tip("live/dev")
        try repository.commit(["environments/dev/bad.yaml": "kind: [\n"])
        guard case .failed(let reason) = try perform(repository, version: "2", digit: 2, expected: tip) else {
            Issue.record("published what could not be read")
            return
        }
        #expect(reason.contains("environments/dev/bad.yaml:2:1"))
        #expect(try repository.tip("live/dev") == tip)
    }
}
