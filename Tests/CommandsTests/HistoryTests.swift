import JSONText
import TestSupport
import Testing

/// How an environment came to be as it is, as it is told.
@Suite struct HistoryTests {
    private static let web = "environments/staging/web.yaml"
    private static let api = "environments/staging/api.yaml"

    /// `staging` with two components; a version of both declared at once, which waits; then another of one.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(
            SampleText.fleet.merging([
                Self.api: SampleText.component("api", "1.0.0", 1),
                "environments/dev/api.yaml": SampleText.component("api", "1.0.0", 1),
            ]) { $1 }, "begin")
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(
            [
                "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
                "environments/dev/api.yaml": SampleText.component("api", "1.1.0", 3),
                Self.web: SampleText.component("web", "1.1.0", 2), Self.api: SampleText.component("api", "1.1.0", 3),
            ], "both")
        for _ in 1...2 { #expect(try towpath("reconcile").status == 0) }
        try repository.commit([Self.web: SampleText.component("web", "6.6.6", 6)], "another")
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    /// `component from → to result`, for each change of each entry, newest first.
    private func changes(_ towpath: TowpathProgram, _ arguments: String...) throws -> [String] {
        let run = try towpath(["history", "staging", "--output", "json"] + arguments)
        #expect(run.status == 0, "\(run.text)")
        guard case .array(let entries)? = try JSONReader.value(run.outputBytes)["entries"] else { return [] }
        return entries.map { entry in
            guard case .array(let changes)? = entry["changes"] else { return "" }
            return changes.map { change in
                let from = change["from"]?["tag"]?.string ?? "–"
                let to = change["to"]?["tag"]?.string ?? "–"
                return "\(change["component"]?.string ?? "") \(from) → \(to) \(change["result"]?.string ?? "declared")"
            }.joined(separator: ", ")
        }
    }

    @Test func `every entry of the ledger tells from what and to what, and what became of it`() throws {
        let (repository, towpath) = try fleet()
        #expect(
            try changes(towpath) == [
                "web 1.0.0 → 6.6.6 refused, web 1.0.0 → 1.1.0 withdrawn", "web 1.1.0 → 6.6.6 declared",
                "api 1.0.0 → 1.1.0 waiting, web 1.0.0 → 1.1.0 waiting",
                "api 1.0.0 → 1.1.0 waiting, web 1.0.0 → 1.1.0 waiting",
                "api 1.0.0 → 1.1.0 declared, web 1.0.0 → 1.1.0 declared",
                "api – → 1.0.0 adopted, web – → 1.0.0 adopted",
                "api – → 1.0.0 declared, web – → 1.0.0 declared",
            ])
        let text = try towpath("history", "staging").output
        #expect(text.contains("  refused   web 1.0.0 → 6.6.6, web 1.0.0 → 1.1.0 withdrawn\n"), "\(text)")
        try repository.expectSound()
    }

    @Test func `the text shows each promotion by its first digits, or in full`() throws {
        let (_, towpath) = try fleet()
        let run = try towpath("history", "staging", "--output", "json")
        let entries = try #require(try JSONReader.value(run.outputBytes)["entries"]?.elements)
        let ids = entries.map { $0["promotions"]?.elements?.compactMap(\.string) ?? [] }
        #expect(ids.map(\.count) == [2, 0, 2, 2, 0, 1, 0])
        let full = try towpath("history", "staging", "--ids").output.split(separator: "\n").dropFirst()
        for (line, ids) in zip(full, ids) {
            #expect(line.dropFirst(14).hasPrefix(ids.isEmpty ? "– " : ids.joined(separator: ", ") + " "), "\(line)")
        }
        let short = try towpath("history", "staging").output.split(separator: "\n").dropFirst()
        for (line, ids) in zip(short, ids) {
            let digits = ids.first.map { String($0.suffix(16).prefix(8)) } ?? "–"
            let expected = digits + (ids.count > 1 ? " +\(ids.count - 1) " : " ")
            #expect(line.dropFirst(14).hasPrefix(expected), "\(line)")
        }
        let only = try towpath("history", "staging", "--component", "web", "--limit", "1", "--output", "json")
        #expect(try JSONReader.value(only.outputBytes)["entries"]?.elements?.first?["promotions"]?.elements?.count == 2)
    }

    @Test func `of one component only its changes are told, in both forms`() throws {
        let (_, towpath) = try fleet()
        #expect(
            try changes(towpath, "--component", "api") == [
                "api 1.0.0 → 1.1.0 waiting", "api 1.0.0 → 1.1.0 waiting", "api 1.0.0 → 1.1.0 declared",
                "api – → 1.0.0 adopted",
                "api – → 1.0.0 declared",
            ])
        #expect(try changes(towpath, "--component", "api", "--limit", "1") == ["api 1.0.0 → 1.1.0 waiting"])
        #expect(try !towpath("history", "staging", "--component", "api").output.contains("web"))
    }

    @Test func `what retires is told with what it was`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit(["environments/dev/api.yaml": .gone], "no api")
        #expect(try towpath("reconcile").status == 0)
        let run = try towpath("history", "dev", "--component", "api", "--limit", "1")
        #expect(run.output.contains("  promoted  api 1.1.0 → removed\n"), "\(run.text)")
    }

    @Test func `of many environments some are named`() throws {
        let (repository, towpath) = try fleet()
        let rings = (100..<130).map {
            ("environments/ring-\($0)/web.yaml", SampleText.component("web", "1.0.0", 1))
        }
        try repository.commit(Dictionary(uniqueKeysWithValues: rings), "rings")
        let run = try towpath("history", "x")
        #expect(run.errors.hasSuffix(", ring-116, ring-117 and 13 more\n"), "\(run.errors)")
    }

    @Test(
        arguments: [
            (
                ["history", "stagin"], 65,
                "towpath: there is no environment \"stagin\"\nhint: did you mean \"staging\"?\n"
            ),
            (
                ["history", "x"], 65,
                "towpath: there is no environment \"x\"\nhint: there are: dev, prod-eu, staging\n"
            ),
            (
                ["history", "staging", "--component", "wbe"], 0,
                "staging never had a component \"wbe\"; did you mean \"web\"?\n"
            ),
        ] as [([String], Int32, String)])
    func `what is not there is named with the nearest that is`(
        arguments: [String], exit: Int32, told: String
    ) throws {
        let (_, towpath) = try fleet()
        let run = try towpath(arguments)
        #expect(run.status == exit && run.errors == told, "\(run.text)")
    }

    @Test func `a shallow clone says where it ends, if the walk comes there`() throws {
        let (repository, _) = try fleet()
        let clone = repository.directory.file("shallow.git")
        try repository.git("clone", "--quiet", "--bare", "--depth", "3", "file://\(repository.path)", clone)
        let towpath = try TowpathProgram(in: clone)
        let boundary = try repository.git("rev-parse", "main~2")
        let whole = try towpath("history", "staging")
        #expect(whole.status == 0)
        #expect(
            whole.errors
                == "note: the clone is shallow and ends at \(boundary.prefix(12)), which seems to declare all that it "
                + "found; for what came before: git fetch --unshallow\n")
        #expect(try towpath("history", "staging", "--limit", "1").errors.isEmpty)
        try repository.expectSound()
    }
}
