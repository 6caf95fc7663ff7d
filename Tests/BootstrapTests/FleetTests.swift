import Bootstrap
import Foundation
import PromotionModel
import TestSupport
import Testing

@Suite struct FleetTests {
    private func settings(_ repository: BareRepository) -> OperatorSettings {
        OperatorSettings(repository: repository.path, now: Timestamp("2026-11-23T08:00:00Z"))
    }

    private func reference(_ settings: OperatorSettings) throws -> String {
        try Fleet(settings).reference
    }

    private func refusal(_ body: () throws -> Void) throws -> Refusal {
        try #require(throws: Refusal.self, performing: body)
    }

    @Test func `the watched branch is what the operator says, then what the fleet says, then the default`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        #expect(try reference(settings(repository)) == "refs/heads/main")
        try repository.commit([
            "towpath.yaml": "apiVersion: towpath.dev/v1\nkind: Fleet\nspec: {watch: release}\n"
        ])
        #expect(try reference(settings(repository)) == "refs/heads/release")
        var given = settings(repository)
        given.reference = "topic"
        #expect(try reference(given) == "refs/heads/topic")
        given.reference = "refs/heads/x/y"
        #expect(try reference(given) == "refs/heads/x/y")
    }

    @Test func `a HEAD that names no branch is refused with the option that does`() throws {
        let repository = try BareRepository()
        let tip = try repository.commit(SampleText.fleet)
        try repository.git("update-ref", "--no-deref", "HEAD", tip)
        let refusal = try refusal { _ = try Fleet(settings(repository)) }
        #expect(refusal.kind == .badInput && refusal.hint == "name the branch: --ref main")
    }

    @Test func `a layout from outside replaces the repository's own`() throws {
        let repository = try BareRepository()
        try repository.commit([
            "towpath.yaml": "no layout at all\n", "clusters/east/web.yaml": SampleText.component("web", "1.0.0", 1),
        ])
        let file = repository.directory.file("outside.yaml")
        let text = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec: {environments: [{name: "{env}", paths: ["clusters/{env}/**"]}]}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        var given = settings(repository)
        given.fleetFile = file
        let inventory = try Fleet(given).inventory()
        #expect(inventory.environments.map(\.name.description) == ["east"])
        #expect(inventory.allProblems.isEmpty)
        given.fleetFile = repository.directory.file("absent.yaml")
        #expect(try refusal { _ = try Fleet(given) }.message.hasSuffix("absent.yaml: cannot be read"))
    }

    @Test(arguments: [
        "nobody", "Name <>", "<a@example.invalid>", "Name <a@example.invalid", "N\nSigned-off-by: M <m@x> <a@x>",
        "Name <a@x> <b@x>",
    ])
    func `an identity that a sign-off cannot hold is a usage error before anything is written`(text: String) throws {
        let repository = try BareRepository()
        let tip = try repository.commit(SampleText.fleet)
        var given = settings(repository)
        given.identity = text
        let refusal = try refusal { _ = try Fleet(given).reconcile(ReconcileOptions()) }
        #expect(refusal.kind == .usage)
        #expect(try repository.tip() == tip)
    }

    @Test func `reading needs no identity and writes nothing`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let before = try repository.references()
        let fleet = try Fleet(settings(repository))
        #expect(try fleet.review(withDrift: true).plan.environments.count == 3)
        #expect(try fleet.inventory(of: EnvironmentName("dev")).environments.count == 1)
        #expect(try repository.references() == before)
        let isCheckedOut = fleet.isCheckedOut
        #expect(!isCheckedOut)
    }
}
