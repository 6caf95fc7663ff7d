import TestSupport
import Testing

/// A command that cannot be meant as it stands, and what people are told.
struct RefusedCommand: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let exit: Int32
    let message: String
    let hint: String

    init(_ arguments: [String], exit: Int32, _ message: String, hint: String) {
        self.arguments = arguments
        self.exit = exit
        self.message = message
        self.hint = hint
    }

    var testDescription: String { arguments.joined(separator: " ") }

    /// In a fleet in which nothing is held.
    static let unheld: [RefusedCommand] = [
        RefusedCommand(
            ["hold", "dev", "wbe", "--reason", "x"], exit: 65, "dev has no component \"wbe\"",
            hint: "did you mean \"web\"?"),
        RefusedCommand(
            ["hold", "dev", "web", "payments", "--reason", "x"], exit: 65, "dev has no component \"payments\"",
            hint: "it has web"),
        RefusedCommand(
            ["rollback", "dev", "wbe", "--reason", "x"], exit: 65, "dev has no component \"wbe\"",
            hint: "did you mean \"web\"?"),
        RefusedCommand(
            ["promote", "staging", "wbe"], exit: 65, "staging has no component \"wbe\"", hint: "did you mean \"web\"?"),
        RefusedCommand(
            ["explain", "staging", "wbe"], exit: 65, "staging has no component \"wbe\"", hint: "did you mean \"web\"?"),
        RefusedCommand(
            ["hold", "dev", "--reason", "x", "--until", "2026-11-23T07:59:59Z"], exit: 64,
            "--until 2026-11-23T07:59:59Z is past, so the hold would stop nothing",
            hint: "it is 2026-11-23T08:00:00Z now; leave --until out for a hold without an end"),
        RefusedCommand(
            ["rollback", "dev", "--reason", "x", "--until", "2026-11-23T08:00:00Z"], exit: 64,
            "--until 2026-11-23T08:00:00Z is past, so the hold would stop nothing",
            hint: "it is 2026-11-23T08:00:00Z now; leave --until out for a hold without an end"),
        RefusedCommand(["release", "dev"], exit: 65, "dev is not held", hint: "nothing is held there"),
        RefusedCommand(["release", "dev", "web"], exit: 65, "web is not held in dev", hint: "nothing is held there"),
        RefusedCommand(
            ["reconcile", "--adopt", "stagin"], exit: 65, "there is no environment \"stagin\"",
            hint: "did you mean \"staging\"?"),
        RefusedCommand(
            ["reconcile", "--watch", "--adopt", "nope"], exit: 65, "there is no environment \"nope\"",
            hint: "there are: dev, prod-eu, staging"),
    ]

    /// In a fleet in which `dev` is held as a whole, and `web` in `staging`.
    static let held: [RefusedCommand] = [
        RefusedCommand(
            ["release", "dev", "web"], exit: 65, "web is not held in dev",
            hint: "all of dev is held: towpath release dev"),
        RefusedCommand(
            ["release", "staging"], exit: 65, "staging is not held as a whole",
            hint: "web is held: towpath release staging web"),
        RefusedCommand(
            ["release", "staging", "api"], exit: 65, "api is not held in staging",
            hint: "web is held: towpath release staging web"),
    ]
}

@Suite struct HoldTests {
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    private func expect(_ refused: RefusedCommand, of towpath: TowpathProgram, in repository: BareRepository) throws {
        let before = try repository.references()
        let run = try towpath(refused.arguments)
        #expect(run.status == refused.exit, "\(run.text)")
        #expect(run.errors == "towpath: \(refused.message)\nhint: \(refused.hint)\n")
        #expect(run.output.isEmpty)
        #expect(try repository.references() == before)
    }

    @Test(arguments: RefusedCommand.unheld)
    func `what names nothing, or stops nothing, is refused with what is meant`(refused: RefusedCommand) throws {
        let (repository, towpath) = try fleet()
        try expect(refused, of: towpath, in: repository)
    }

    @Test(arguments: RefusedCommand.held)
    func `a release that lifts nothing names what is held`(refused: RefusedCommand) throws {
        let (repository, towpath) = try fleet()
        #expect(try towpath("hold", "dev", "--reason", "incident 1").status == 0)
        #expect(try towpath("hold", "staging", "web", "--reason", "incident 2").status == 0)
        try expect(refused, of: towpath, in: repository)
    }

    @Test func `nothing is held before the ledger has begun, so that all of it can be adopted`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        let refused = RefusedCommand(
            ["hold", "dev", "--reason", "x"], exit: 65, "nothing is recorded yet, so nothing can be held or released",
            hint: "let the ledger begin first: towpath reconcile")
        try expect(refused, of: towpath, in: repository)
        let run = try towpath("reconcile")
        #expect(run.output.contains("adopted    staging"), "\(run.text)")
        #expect(try towpath("hold", "dev", "--reason", "x").status == 0)
    }

    @Test func `a component that is only declared, or only recorded, can be held`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit([
            "environments/dev/web.yaml": .gone,
            "environments/dev/catalog.yaml": SampleText.component("catalog", "1.0.0", 3),
        ])
        let run = try towpath("hold", "dev", "web", "catalog", "--reason", "incident 1")
        #expect(run.status == 0, "\(run.text)")
        #expect(try towpath("release", "dev", "web", "catalog").status == 0)
        try repository.expectSound()
    }

    @Test func `a hold that is said again in the same second is held, and recorded once`() throws {
        let (repository, towpath) = try fleet()
        let first = try towpath("hold", "dev", "--reason", "x")
        try repository.commit(["README.md": "Meanwhile.\n"])
        let again = try towpath("hold", "dev", "--reason", "x")
        #expect(first.status == 0 && again.output == first.output, "\(again.text)")
        #expect(try repository.git("log", "--format=%s", "--grep=^hold", "main").split(separator: "\n").count == 1)
        // With another reason, or another scope, it is another hold.
        #expect(try towpath("hold", "dev", "--reason", "y").status == 0)
        #expect(try towpath("hold", "dev", "web", "--reason", "y").status == 0)
        #expect(try repository.git("log", "--format=%s", "--grep=^hold", "main").split(separator: "\n").count == 3)
        #expect(try towpath("audit").status == 0)
    }
}
