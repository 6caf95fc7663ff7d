import Foundation
import JSONText
import TestSupport
import Testing

extension JSONValue {
    /// The names of the value's members, nested as they are: what a script can rely on.
    ///
    /// Of an array the fullest element speaks for all.
    fileprivate var shape: String {
        switch self {
        case .null, .bool, .number, .string: ""
        case .array(let values):
            "[" + (values.map(\.shape).max { ($0.count, $0) < ($1.count, $1) } ?? "") + "]"
        case .object(let members):
            "{"
                + members.map { member in
                    let shape = member.value.shape
                    return shape.isEmpty ? member.key : "\(member.key): \(shape)"
                }.joined(separator: ", ") + "}"
        }
    }
}

/// What scripts and terminals get.
@Suite struct OutputTests {
    /// A fleet in which something is in every list: a wait, a refusal, a configuration, a published branch, a problem.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2, config: "logLevel: debug"),
            "environments/staging/web.yaml": SampleText.component("web", "1.1.0", 2),
            "environments/staging/bad.yaml": "kind: [\n",
        ])
        return (repository, towpath)
    }

    private static let artifact = "{name, tag, digest}"
    private static let problems = "problems: [{file, line, column, severity, message}]"
    private static let plan =
        "{apiVersion, kind, basis, at, actions: [{action, environment, components: [], promotion, digests: {web}, "
        + "configuration, verdict: {result, contract, source, gates: [{gate, result, reason, nextChange, evidence: []}]}}], "
        + "nextChange, \(problems)}"

    private static let shapes: [(arguments: [String], kind: String, exit: Int32, shape: String)] = [
        (
            ["inventory"], "Inventory", 65,
            "{apiVersion, kind, basis, environments: [{name, artifacts: [{component, kind, name, tag, digest, format, "
                + "file, line, column, sharedWith: []}]}], \(problems)}"
        ),
        (
            ["status"], "Status", 0,
            "{apiVersion, kind, basis, at, environments: [{name, components: [{name, artifact, declared: \(artifact), "
                + "recorded: \(artifact), observed: \(artifact), state, reason, since, nextChange, promotion}], "
                + "configuration: {declared, recorded, state, reason, nextChange, promotion}}], \(problems)}"
        ),
        (["plan"], "Plan", 65, plan),
        (
            ["drift"], "DriftReport", 2,
            "{apiVersion, kind, basis, checkedAt, findings: [{id, kind, environment, component, expected, actual, file, "
                + "line, message}]}"
        ),
        (
            ["history", "dev"], "History", 0,
            "{apiVersion, kind, environment, walk, entries: [{commit, at, author, subject, promotion, promotions: [], "
                + "result, signature, emergencies: [], changes: [{component, name, from: {tag, digest}, to: {tag, digest}, "
                + "result}]}]}"
        ),
        (
            ["promote", "dev", "--from", "staging"], "Proposal", 0,
            "{apiVersion, kind, environment, source, promotion, branch, commit, changes: [{component, name, from: "
                + "{tag, digest}, to: {tag, digest}, taken, sharedWith: []}], pins: [], ambiguous: []}"
        ),
        (
            ["hold", "prod-eu", "--reason", "x"], "Hold", 0,
            "{apiVersion, kind, environment, scopes: [], reason, until, commit}"
        ),
        (
            ["reconcile"], "Reconciliation", 65,
            "{apiVersion, kind, basis, at, result, commits: [], outcomes: [{environment, result, reason}], nextChange, "
                + "plan: \(plan)}"
        ),
    ]

    @Test func `every command writes one JSON object with the documented members`() throws {
        for (arguments, kind, exit, shape) in Self.shapes {
            let (_, towpath) = try fleet()
            let run = try towpath(arguments + ["--output", "json"])
            #expect(run.status == exit, "\(arguments): \(run.text)")
            let json = try JSONReader.value(run.outputBytes)
            #expect(json["apiVersion"]?.string == "towpath.dev/v1")
            #expect(json["kind"]?.string == kind)
            #expect(json.shape == shape, "\(arguments)")
            #expect(run.output.hasSuffix("}\n"))
        }
    }

    @Test func `a release, a rollback and a beginning are JSON objects too`() throws {
        let (repository, towpath) = try fleet()
        #expect(try towpath("reconcile").status == 65)
        let rollback = try JSONReader.value(
            try towpath("rollback", "dev", "--reason", "x", "--output", "json").outputBytes)
        #expect(
            rollback.shape
                == "{apiVersion, kind, environment, promotion, commit, components: [], alsoArrived: [], "
                + "skipped: []}")
        let nothing = try JSONReader.value(try towpath("promote", "prod-eu", "--output", "json").outputBytes)
        #expect(
            nothing.shape
                == "{apiVersion, kind, environment, source, promotion, branch, commit, changes: [], pins: [], ambiguous: []}"
        )
        let release = try JSONReader.value(try towpath("release", "dev", "web", "--output", "json").outputBytes)
        #expect(release.shape == "{apiVersion, kind, environment, scopes: [], commit}")
        let folder = try TemporaryDirectory("init")
        let begun = try TowpathProgram(in: folder.path)("init", "--output", "json")
        #expect(
            try JSONReader.value(begun.outputBytes).shape
                == "{apiVersion, kind, written: [], partlyGuarded: [], problems: []}")
        try repository.expectSound()
    }

    @Test(arguments: [
        [], ["no-such-command"], ["inventory", "--no-such-option"], ["inventory", "--output", "xml"],
        ["inventory", "--color", "pink"], ["history"], ["history", "a..b"], ["history", "dev", "--limit", "0"],
        ["history", "dev", "--limit", "many"], ["hold", "dev"], ["hold", "dev", "--reason", ""],
        ["hold", "dev", "--reason", "two\nlines"], ["hold", "dev", "--reason", "x", "--until", "tomorrow"],
        ["rollback", "dev"], ["status", "--now", "yesterday"], ["reconcile", "--watch", "--interval", "-1s"],
        ["reconcile", "--identity", "nobody"], ["reconcile", "--adopt", "../dev"], ["promote", "dev", "a b"],
        ["status", "dev", "staging"],
    ])
    func `what cannot be meant is a usage error that changes nothing`(arguments: [String]) throws {
        let (repository, towpath) = try fleet()
        let before = try repository.references()
        let run = try towpath(arguments)
        // Without a command the help is printed, as a success.
        #expect(run.status == (arguments.isEmpty ? 0 : 64), "\(run.text)")
        #expect(arguments.isEmpty || run.output.isEmpty && !run.errors.isEmpty)
        #expect(try repository.references() == before)
    }

    /// A command is parsed as a program of its own where it stands alone; nobody shall see that.
    @Test(arguments: ["plan", "reconcile", "history", "hold"])
    func `a command speaks as a part of the whole`(command: String) throws {
        let towpath = try TowpathProgram(in: try TemporaryDirectory())
        let help = try towpath(command, "--help")
        let whole = try towpath("help", command)
        #expect(help.status == 0 && help.output == whole.output)
        #expect(help.output.contains("USAGE: towpath \(command) "), "\(help.output)")
        let (version, ours) = (try towpath(command, "--version"), try towpath("--version"))
        #expect(version.status == 0 && version.output == ours.output)
        let wrong = try towpath(command, "--no-such-option")
        #expect(wrong.status == 64 && wrong.errors.contains("See 'towpath \(command) --help'"), "\(wrong.errors)")
        let completions = try towpath(command, "--generate-completion-script", "bash")
        let script = try towpath("--generate-completion-script", "bash")
        #expect(!script.output.isEmpty && completions.output == script.output)
    }

    @Test func `an environment that is not there is named with the nearest that is`() throws {
        let (_, towpath) = try fleet()
        for arguments in [["inventory"], ["status"], ["plan"], ["drift"], ["history"], ["promote"], ["rollback"]] {
            let reason = arguments == ["rollback"] ? ["--reason", "x"] : []
            let run = try towpath(arguments + ["stagin"] + reason)
            #expect(run.status == 65, "\(run.text)")
            #expect(
                run.errors.contains("\"stagin\"") && run.errors.contains("did you mean \"staging\"?"), "\(run.errors)")
        }
    }

    @Test func `nobody writes without an identity, and everybody reads`() throws {
        var (repository, towpath) = try fleet()
        towpath.set("TOWPATH_IDENTITY", nil)
        let before = try repository.references()
        #expect(try towpath("plan", "prod-eu").status != 64)
        let run = try towpath("reconcile")
        #expect(run.status == 64 && run.errors.contains("hint: say who signs off: --identity"), "\(run.text)")
        #expect(try repository.references() == before)
        towpath.set("GIT_COMMITTER_NAME", "Robot")
        towpath.set("GIT_COMMITTER_EMAIL", "robot@example.invalid")
        #expect(try towpath("reconcile").status == 65)
        #expect(
            try repository.git("log", "-1", "--format=%an <%ae> %cn <%ce>", "main")
                == "Robot <robot@example.invalid> Robot <robot@example.invalid>")
    }

    @Test(
        arguments: [
            (["--color", "always"], nil, true), (["--color", "always"], "1", true), (["--color", "never"], nil, false),
            ([], nil, false), ([], "1", false), (["--color", "auto"], nil, false),
        ] as [([String], String?, Bool)])
    func `colour is for terminals, or for those who ask`(options: [String], noColor: String?, isColored: Bool) throws {
        var (_, towpath) = try fleet()
        towpath.set("NO_COLOR", noColor)
        towpath.set("TERM", "xterm-256color")
        for command in ["inventory", "status", "plan", "drift"] {
            let run = try towpath([command] + options)
            #expect(run.output.contains("\u{1B}[") == isColored, "\(command)")
            #expect(!run.errors.contains("\u{1B}["))
            let json = try towpath([command, "--output", "json"] + options)
            #expect(!json.text.contains("\u{1B}"))
        }
    }

    @Test func `results go to the output and everything else to the error stream`() throws {
        let (_, towpath) = try fleet()
        let run = try towpath("inventory")
        #expect(!run.output.contains("bad.yaml") && run.errors.contains("environments/staging/bad.yaml:2:1"))
        #expect(run.output.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
    }
}
