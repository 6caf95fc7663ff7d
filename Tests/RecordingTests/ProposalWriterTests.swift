import Git
import Observing
import Planning
import Ports
import PromotionModel
import Recording
import TestSupport
import Testing

@Suite struct ProposalWriterTests {
    private let file = "environments/staging/web.yaml"

    private func write(_ version: String, _ digit: Int, in fleet: Recorded) throws -> Proposal.Outcome {
        let repository = try Repository.open(at: fleet.repository.path)
        let basis = try #require(ObjectID(hex: try fleet.repository.tip() ?? ""))
        let component = try ComponentName("web")
        let staging = try EnvironmentName("staging")
        let artifact = try Artifact(parsing: "registry.example/shop/web:\(version)@\(SampleText.digest(digit))")
        let change = Promotion.Change(component: component, from: nil, to: artifact, supersedes: nil)
        let promotion = Promotion(
            id: Fingerprint.promotion(environment: staging, changes: [change], configuration: nil),
            environment: staging,
            changes: [change], configuration: nil)
        let proposal = Proposal(promotion: promotion, source: try EnvironmentName("dev"), since: [:])
        let tree = try repository.commit(basis).tree
        let reader = FleetReader()
        let layout = try reader.layout(at: tree, in: repository)
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        let declared = reader.declared(staging, files: files.files[staging] ?? [], layout: layout, in: repository)
        return try ProposalWriter(repository: repository, reader: reader, identity: fleet.identity).write(
            proposal, declarations: declared.declarations, basis: basis,
            at: try #require(Timestamp("2026-11-23T08:00:00Z")))
    }

    private func branch(_ fleet: Recorded) throws -> String {
        try fleet.repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads/towpath/promote/")
    }

    @Test func `a proposal changes the values of the artifact and no other byte`() throws {
        let fleet = try Recorded()
        let before = try fleet.repository.file(file)
        let main = try fleet.repository.tip()
        _ = try write("1.1.0", 2, in: fleet)
        let branch = try branch(fleet)
        #expect(branch.hasPrefix("towpath/promote/staging."))
        let after = try fleet.repository.file(file, at: branch)
        let expected = before.replacing("\"1.0.0\"", with: "\"1.1.0\"")
            .replacing(SampleText.digest(1), with: SampleText.digest(2))
        #expect(after == expected)
        #expect(try fleet.repository.git("diff", "--name-only", "main", branch) == file)
        #expect(try fleet.repository.tip() == main)
        try fleet.repository.expectSound()
    }

    @Test func `the same proposal twice is one branch and one commit`() throws {
        let fleet = try Recorded()
        guard case .written(let commit) = try write("1.1.0", 2, in: fleet) else {
            Issue.record("nothing was written")
            return
        }
        #expect(try write("1.1.0", 2, in: fleet) == .alreadyProposed(commit: commit))
        #expect(try branch(fleet).split(separator: "\n").count == 1)
    }

    @Test func `a branch of that name with other content is left alone`() throws {
        let fleet = try Recorded()
        _ = try write("1.1.0", 2, in: fleet)
        let branch = try branch(fleet)
        let tip = try fleet.repository.commit(["README.md": "mine\n"], branch: branch)
        let failure = try #require(throws: PortFailure.self) { _ = try write("1.1.0", 2, in: fleet) }
        #expect(failure.hint?.contains("git branch -D \(branch)") == true)
        #expect(try fleet.repository.tip(branch) == tip)
    }
}
