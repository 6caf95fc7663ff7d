import Foundation
import JSONText
import TestSupport
import Testing

/// What promotions are judged by: now, and as the ledger recorded it.
@Suite struct FactsTests {
    private let repository: BareRepository
    private var towpath: TowpathProgram

    /// 1.1.0 went to `staging` and waits in production for half an hour.
    init() throws {
        repository = try BareRepository()
        towpath = try TowpathProgram(in: repository)
        try repository.commit(
            SampleText.fleet.merging([
                "policies/prod.yaml": SampleText.contract(
                    to: "prod-eu", from: "staging", gates: "{soak: 30m}")
            ]) { $1 })
        #expect(try towpath("reconcile").status == 0)
        for (environment, minute) in [("dev", "00"), ("staging", "15"), ("prod-eu", "20")] {
            towpath.at("2026-11-23T09:\(minute):00Z")
            try repository.commit([
                "environments/\(environment)/web.yaml": SampleText.component("web", "1.1.0", 2)
            ])
            #expect(try towpath("reconcile").status == 0)
        }
    }

    /// The ids of the commits on the watched branch that hold `trailer`, newest first.
    private func entries(_ trailer: String) throws -> [String] {
        try repository.git("log", "--format=%H", "--grep", "^\(trailer)", "main").split(separator: "\n").map(
            String.init)
    }

    private func promotions(_ run: Program.Run) throws -> [JSONValue] {
        guard case .array(let items)? = try JSONReader.value(run.outputBytes)["promotions"] else { return [] }
        return items
    }

    @Test func `every entry was judged by the facts that are derived anew, whatever came later`() throws {
        var towpath = towpath
        towpath.at("2027-02-01T09:00:00Z")
        try repository.commit(["policies/prod.yaml": .gone, "policies/allowed_signers": "# nobody\n"])
        try repository.commit(["ab/any.json": "{}"], branch: "towpath/evidence")
        let commits = try entries("Facts: ")
        #expect(commits.count == 3)
        for commit in commits {
            let run = try towpath("facts", commit)
            #expect(run.status == 0 && run.output.contains("the same"), "\(run.text)")
        }
        let adopted = try #require(try entries("Result: adopted").first)
        #expect(try towpath("facts", adopted).output.contains("nothing was judged"))
    }

    @Test func `the digest is that of the digests of the members`() throws {
        let commit = try #require(try entries("Facts: ").first)
        let item = try #require(try promotions(towpath("facts", commit, "prod-eu", "--output", "json")).first)
        #expect(item["recorded"] == item["derived"] && item["recorded"] != .null)
        guard case .object(let members)? = item["members"] else { return }
        let lines = members.map { "\($0.key) \($0.value.string ?? "")\n" }.joined()
        let file = repository.directory.file("members")
        try Data(lines.utf8).write(to: URL(fileURLWithPath: file))
        let sum = Program("/usr/bin/sha256sum", in: repository.directory.path, environment: [:])
        #expect(try "sha256:" + sum(file).prefix(64) == item["recorded"]?.string)
        #expect(
            try repository.git("log", "-1", "--format=%(trailers:key=Facts,valueonly)", commit).contains(
                sum(file).prefix(64)))
    }

    @Test func `another digest than the one derived is a difference, and so is a promotion nobody asked for`() throws {
        let commit = try #require(try entries("Facts: ").first)
        let message = try repository.git("log", "-1", "--format=%B", commit)
        let facts = try #require(message.firstMatch(of: /Facts: (sha256:[0-9a-f]{64})/)).1
        let id = try #require(message.firstMatch(of: /Promotion-Id: prod-eu\.([0-9a-f]{16})/)).1
        for (old, new, told) in [
            (facts, Substring(SampleText.digest(7)), "777777777777 recorded, "),
            (id, "0123456789abcdef", "its basis asks for no promotion prod-eu.0123456789abcdef"),
        ] {
            let forged = try repository.git(
                "commit-tree", "\(commit)^{tree}", "-p", "\(commit)^", "-m", message.replacing(old, with: new))
            let run = try towpath("facts", forged)
            #expect(run.status == 2 && run.output.contains("differs   \(told)"), "\(run.text)")
            #expect(try promotions(towpath("facts", forged, "--output", "json")).first?["difference"] != .null)
        }
    }

    @Test func `what waits now has facts, of one environment and one component too`() throws {
        var towpath = towpath
        towpath.at("2026-11-23T09:25:00Z")
        let all = try promotions(towpath("facts", "--output", "json"))
        #expect(all.map { $0["environment"]?.string } == ["prod-eu"])
        let facts = try #require(all.first?["facts"])
        #expect(facts["kind"]?.string == "Facts" && facts["at"]?.string == "2026-11-23T09:25:00Z")
        #expect(facts["waitingSince"]?.string == "2026-11-23T09:20:00Z")
        #expect(all.first?["recorded"] == .null && all.first?["result"]?.string == "waiting")
        #expect(try towpath("facts", "dev").output.hasPrefix("nothing waits at "))
        #expect(try promotions(towpath("facts", "prod-eu", "--component", "web", "--output", "json")).count == 1)
        #expect(try promotions(towpath("facts", "prod-eu", "--component", "api", "--output", "json")).isEmpty)
        #expect(try towpath("facts").output.contains("\n  waitingSince"))
    }

    @Test func `what is no entry is told of`() throws {
        let plain = try repository.commit(["README.md": "Another.\n"])
        let run = try towpath("facts", plain)
        #expect(run.status == 65 && run.errors.contains("is no entry of the ledger: Change the fleet"), "\(run.text)")
        #expect(try towpath("facts", "nowhere").status == 65)
        let commit = try #require(try entries("Facts: ").first)
        let other = try towpath("facts", commit, "dev")
        #expect(other.status == 65 && other.errors.contains("it is an entry of prod-eu"), "\(other.text)")
    }
}
