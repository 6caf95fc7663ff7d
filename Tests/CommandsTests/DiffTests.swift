import JSONText
import TestSupport
import Testing

/// What two environments differ in, and when versions came to them, as it is told.
@Suite struct DiffTests {
    private static let staging = "environments/staging/web.yaml"

    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet, "begin", date: 1_700_000_000)
        try repository.commit(
            [
                "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2, config: "replicas: 3"),
                "environments/dev/api.yaml": SampleText.component("api", "1.0.0", 1),
            ], "grow", date: 1_700_003_600)
        try repository.commit(
            [Self.staging: SampleText.component("web", "1.1.0", 2)], "follow", date: 1_700_010_800)
        return (repository, try TowpathProgram(in: repository))
    }

    @Test func `artifacts are paired by component, and settings compared`() throws {
        let (_, towpath) = try fleet()
        let run = try towpath("diff", "dev", "staging")
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.text)")
        #expect(
            run.output == """
                COMPONENT  DEV    STAGING                     DECLARED AT
                api        1.0.0  –        not in the target  environments/dev/api.yaml:10:13
                1 of 2 components are the same

                4 settings differ:
                  api.yaml#Component/api:apiVersion: towpath.dev/v1 → –
                  api.yaml#Component/api:spec.config.logLevel: warn → –
                  web.yaml#Component/web:spec.config.logLevel: – → warn
                  web.yaml#Component/web:spec.config.replicas: 3 → –

                """, "\(run.output)")
        #expect(try towpath("diff", "dev", "staging", "--exit-code").status == 2)
        #expect(try towpath("diff", "dev", "dev", "--exit-code").status == 0)
        #expect(try towpath("diff", "dev", "staging", "--component", "web", "--exit-code").status == 0)
    }

    @Test(arguments: ["main~1", "2023-11-14T23:59:59Z"]) func `as of a commit and as of an instant`(
        point: String
    ) throws {
        let (repository, towpath) = try fleet()
        let run = try towpath("diff", "dev", "staging", "--component", "web", "--at", point, "--output", "json")
        let json = try JSONReader.value(run.outputBytes)
        #expect(json["basis"]?.string == (try repository.git("rev-parse", "main~1")), "\(run.text)")
        let pair = json["components"]?.elements?.first
        #expect(pair?["relation"]?.string == "differs")
        #expect(pair?["source"]?["tag"]?.string == "1.1.0" && pair?["target"]?["tag"]?.string == "1.0.0")
        #expect(json["settings"] == .null)
    }

    @Test(
        arguments: [
            (["diff", "dev", "stagin"], 65, "there is no environment \"stagin\"\nhint: did you mean \"staging\"?"),
            (
                ["diff", "dev", "staging", "--component", "wbe"], 65,
                "staging has no component \"wbe\"\nhint: did you mean \"web\"?"
            ),
            (
                ["diff", "dev", "staging", "--at", "2001-01-01T00:00:00Z"], 65,
                "could not find the commit of 2001-01-01T00:00:00Z: the branch began after that"
            ),
            (["history"], 64, "name an environment, or give --matrix and --component"),
            (["history", "--matrix"], 64, "--matrix needs --component"),
            (["history", "dev", "--matrix", "--component", "web"], 64, "--matrix shows all environments: name none"),
            (
                ["history", "--matrix", "--component", "wbe"], 65,
                "no environment ever had a component \"wbe\"\nhint: did you mean \"web\"?"
            ),
        ]) func `what cannot be compared is told with the way out`(
            arguments: [String], status: Int32, told: String
        ) throws
    {
        let (_, towpath) = try fleet()
        let run = try towpath(arguments)
        #expect(run.status == status && run.errors.contains(told), "\(run.text)")
    }

    @Test func `a secret in plain text is never shown`() throws {
        let (repository, towpath) = try fleet()
        let secret = "hunter2-Zk81xQp0LmVw9Rt3"
        try repository.commit(
            [Self.staging: SampleText.component("web", "1.1.0", 2, config: "password: \(secret)")], "leak")
        for format in ["text", "json"] {
            let run = try towpath("diff", "dev", "staging", "--all", "--output", format)
            #expect(run.output.contains("spec.config.password") && !run.text.contains(secret), "\(run.text)")
        }
    }

    @Test func `the matrix tells when each version came where`() throws {
        let (_, towpath) = try fleet()
        let run = try towpath("history", "--matrix", "--component", "web")
        #expect(run.status == 0, "\(run.text)")
        let lines = run.output.split(separator: "\n").map { line in
            String(line).replacing(#/  +/#, with: " | ")
        }
        #expect(
            lines.prefix(2) == [
                "VERSION | dev | prod-eu | staging".uppercased(),
                "1.1.0 (\(SampleText.digest(2).dropFirst(7).prefix(12))) | 2023-11-14 23:13 * | – | 2023-11-15 01:13 +2h *",
            ], "\(run.output)")
    }
}
