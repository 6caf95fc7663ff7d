import JSONText
import TestSupport
import Testing

/// What was recorded at some point of the past.
@Suite struct ReplayTests {
    private let repository: BareRepository

    init() throws {
        repository = try BareRepository(copying: try AuditedFleet.shared.get().repository)
    }

    private func replay(_ arguments: String...) throws -> Program.Run {
        var towpath = try TowpathProgram(in: repository)
        towpath.at(AuditedFleet.now)
        return try towpath(["replay"] + arguments)
    }

    /// `environment version` of every component, and `held` and `waiting` where something was.
    private func state(_ point: String, _ more: String...) throws -> [String] {
        var towpath = try TowpathProgram(in: repository)
        towpath.at(AuditedFleet.now)
        let run = try towpath(["replay", "--at", point, "--output", "json"] + more)
        #expect(run.status == 0, "\(run.text)")
        return try JSONReader.value(run.outputBytes)["environments"]?.elements?.flatMap { environment -> [String] in
            let name = environment["name"]?.string ?? ""
            let versions = environment["components"]?.elements?.compactMap { $0["tag"]?.string } ?? []
            let stops = environment["holds"]?.elements?.compactMap { $0["scope"]?.string } ?? []
            let waiting = environment["pending"]?.elements?.compactMap { $0["result"]?.string } ?? []
            return versions.map { "\(name) \($0)" } + stops.map { "\(name) held \($0)" }
                + waiting.map { "\(name) \($0)" }
        } ?? []
    }

    @Test(arguments: [
        ("2026-11-23T07:59:59Z", [String]()), ("2026-11-23T08:00:00Z", ["dev 1.1.0", "prod 1.0.0"]),
        ("2026-11-23T08:01:00Z", ["dev 1.1.0", "prod 1.0.0", "prod waiting"]),
        ("2026-11-23T08:40:00Z", ["dev 1.1.0", "prod 1.1.0"]), ("2026-11-23T08:54:00Z", ["dev 1.2.0", "prod 1.2.0"]),
        ("2026-11-23T09:45:00Z", ["dev 1.2.0", "dev held *", "prod 1.1.0", "prod held web"]),
        ("26d", ["dev 1.3.0", "prod 1.1.0", "prod waiting"]),
    ])
    func `an instant has the record that the entries until then give`(_ point: String, _ expected: [String]) throws {
        let state = try state(point)
        #expect(state == expected)
    }

    @Test func `a revision has the record of its own ledger, as its locks have it`() throws {
        for commit in try AuditedFleet.shared.get().history().dropFirst(3) {
            for name in ["dev", "prod"] {
                let lock = try repository.file("environments/\(name)/environment.lock", at: commit)
                let components = lock.split(separator: "\nconfiguration:")[0]
                let versions = components.matches(of: /version: "?([0-9.]+)"?/).map { "\(name) \($0.1)" }
                let found = try state(commit, name)
                #expect(found.prefix(versions.count) == versions[...], "\(commit): \(found)")
            }
        }
        #expect(try replay("--at", "nowhere").status == 65)
        #expect(try replay("--at", "main", "nowhere").status == 65)
        #expect(try replay().status == 64)
    }

    @Test func `a lock that is not what the ledger gives is not believed, and told`() throws {
        let path = "environments/prod/environment.lock"
        try repository.commit([path: .text(try repository.file(path).replacing("1.1.0", with: "9.9.9"))])
        let run = try replay("--at", "main")
        #expect(run.status == 65 && run.output.contains("1.1.0") && !run.output.contains("9.9.9"), "\(run.text)")
        #expect(run.errors.contains("\(path): is not what the ledger gives"), "\(run.text)")
        #expect(try replay("--at", "main~1").status == 0)
        #expect(try replay("--at", "main~1").output.contains("waiting since 2026-11-23T10:00:00Z: web 1.2.0"))
    }

    @Test func `an environment that was taken away is there before, and not after`() throws {
        try repository.commit(
            ["environments/dev": .gone, "policies/dev.yaml": .gone], "Close dev", date: 1_795_700_000)
        #expect(try !state("main").contains { $0.hasPrefix("dev") })
        #expect(try state("2026-11-23T10:00:00Z").contains("dev 1.3.0"))
        #expect(try !state("2026-11-30T10:00:00Z").contains("dev 1.3.0"))
    }
}
