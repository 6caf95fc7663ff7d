import Foundation
import JSONText
import TestSupport
import Testing

/// Changed policies, held against what was promoted under the old ones.
@Suite struct SimulatePolicyTests {
    private static let scratch = "policies-to-try"

    /// A history of promotions: 1.1.0 and 1.2.0 through `staging`, an hour apart, and 1.3.0 from `dev` alone, which
    /// the contract of production allowed then.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(
            SampleText.fleet.merging([
                "policies/prod.yaml": SampleText.contract(to: "prod-eu", from: "staging, dev", gates: "{soak: 30m}")
            ]) { $1 })
        var towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        for (hour, version, digit) in [("09", "1.1.0", 2), ("11", "1.2.0", 3)] {
            try promote(version, digit, to: "dev", at: "\(hour):00", &towpath, repository)
            try promote(version, digit, to: "staging", at: "\(hour):15", &towpath, repository)
            try promote(version, digit, to: "prod-eu", at: "\(hour):50", &towpath, repository)
        }
        try promote("1.3.0", 4, to: "dev", at: "13:00", &towpath, repository)
        try promote("1.3.0", 4, to: "prod-eu", at: "15:00", &towpath, repository)
        towpath.at("2026-11-24T08:00:00Z")
        return (repository, towpath)
    }

    private func promote(
        _ version: String, _ digit: Int, to environment: String, at time: String, _ towpath: inout TowpathProgram,
        _ repository: BareRepository
    ) throws {
        towpath.at("2026-11-23T\(time):00Z")
        try repository.commit(["environments/\(environment)/web.yaml": SampleText.component("web", version, digit)])
        let run = try towpath("reconcile")
        #expect(run.output.contains("promoted   \(environment)  web \(version)"), "\(run.text)")
    }

    /// Writes a contract outside of the repository and returns its path.
    private func write(
        _ contract: BareRepository.Entry, _ name: String = "prod.yaml", in repository: BareRepository
    ) throws -> String {
        guard case .text(let text) = contract else { return "" }
        let path = repository.directory.file("\(Self.scratch)/\(name)")
        try FileManager.default.createDirectory(
            atPath: repository.directory.file(Self.scratch), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func simulate(_ towpath: TowpathProgram, _ path: String, _ more: String...) throws -> Program.Run {
        try towpath(["simulate", "policy", "--with", path] + more)
    }

    /// `component version outcome until`, in the order in which they were recorded.
    private func outcomes(_ run: Program.Run) throws -> [String] {
        guard case .array(let promotions)? = try JSONReader.value(run.outputBytes)["promotions"] else { return [] }
        return promotions.map { promotion in
            guard case .array(let changes)? = promotion["changes"] else { return "" }
            let version = changes.first?["to"]?["tag"]?.string ?? ""
            return [
                promotion["environment"]?.string, version, promotion["outcome"]?.string, promotion["until"]?.string,
            ].compactMap(\.self).joined(separator: " ")
        }
    }

    @Test func `a longer soak would have delayed two, and a source less would have refused one`() throws {
        let (repository, towpath) = try fleet()
        let references = try repository.references()
        let path = try write(
            SampleText.contract(to: "prod-eu", from: "staging", gates: "{soak: 1h}"), in: repository)
        let text = try simulate(towpath, path)
        #expect(text.status == 0, "\(text.text)")
        for part in [
            "delayed until 2026-11-23T10:15:00Z", "delayed until 2026-11-23T12:15:00Z", "web 1.1.0 → 1.2.0",
            "1h are full at 2026-11-23T10:15:00Z", "source: web 1.3.0 (444444444444) was never recorded in staging",
            "8 promotions since 2026-08-26T08:00:00Z: 5 the same, 2 delayed, 1 refused, 0 unknown\n",
        ] {
            #expect(text.output.contains(part), "\(part) in \(text.text)")
        }
        #expect(text.errors.isEmpty, "nothing is told of progress where nobody looks")
        #expect(try simulate(towpath, path, "--strict").status == 3)
        #expect(
            try outcomes(simulate(towpath, path, "prod-eu", "--output", "json")) == [
                "prod-eu 1.1.0 delayed 2026-11-23T10:15:00Z", "prod-eu 1.2.0 delayed 2026-11-23T12:15:00Z",
                "prod-eu 1.3.0 refused",
            ])
        #expect(
            try outcomes(simulate(towpath, path, "--since", "20h", "--output", "json")).count == 2,
            "1.3.0 in dev and in production")
        #expect(try repository.references() == references, "nothing is recorded")
        try repository.expectSound()
    }

    @Test func `the JSON has the documented members`() throws {
        let (repository, towpath) = try fleet()
        let path = try write(SampleText.contract(to: "prod-eu", from: "staging", gates: "{soak: 1h}"), in: repository)
        let json = try JSONReader.value(simulate(towpath, path, "--output", "json").outputBytes)
        #expect(json["kind"]?.string == "Simulation")
        #expect(
            names(json) == [
                "apiVersion", "kind", "basis", "at", "since", "summary", "promotions", "shallowAt",
            ])
        #expect(names(json["summary"]) == ["same", "delayed", "refused", "unknown"])
        guard case .array(let promotions)? = json["promotions"] else { return }
        #expect(
            names(promotions.first) == [
                "commit", "at", "basis", "environment", "promotion", "recorded", "changes", "configuration", "outcome",
                "until", "reason", "contracts", "gates",
            ])
    }

    private func names(_ value: JSONValue?) -> [String] {
        guard case .object(let members)? = value else { return [] }
        return members.map(\.key)
    }

    @Test func `the policies of then change nothing, and what was adopted is left out`() throws {
        let (repository, towpath) = try fleet()
        let path = try write(
            SampleText.contract(to: "prod-eu", from: "staging, dev", gates: "{soak: 30m}"), in: repository)
        let run = try simulate(towpath, path, "--strict", "--output", "json")
        #expect(run.status == 0, "\(run.text)")
        #expect(try outcomes(run).allSatisfy { $0.hasSuffix(" same") })
        #expect(try outcomes(run).count == 8)
    }

    @Test func `a rollback is always the same, and hours count by the clock of then`() throws {
        var (repository, towpath) = try fleet()
        #expect(try towpath("rollback", "prod-eu", "--reason", "it fails").status == 0)
        towpath.at("2026-11-25T08:00:00Z")
        let path = try write(
            SampleText.contract(
                to: "prod-eu", from: "staging, dev",
                gates: "{windows: [{days: Mon-Thu, from: \"12:00\", to: \"18:00\", zone: Europe/Berlin}]}"),
            in: repository)
        #expect(
            try outcomes(simulate(towpath, path, "prod-eu", "--output", "json")) == [
                "prod-eu 1.1.0 delayed 2026-11-23T11:00:00Z", "prod-eu 1.2.0 same", "prod-eu 1.3.0 same",
                "prod-eu 1.2.0 same",
            ])
    }

    @Test func `a folder stands for all policies: what it leaves unguarded is refused`() throws {
        let (repository, towpath) = try fleet()
        let path = try write(SampleText.contract(to: "dev"), "dev.yaml", in: repository)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let run = try simulate(towpath, folder, "--output", "json")
        #expect(
            try outcomes(run).map { $0.split(separator: " ").last } == [
                "same", "refused", "refused", "same", "refused", "refused", "same", "refused",
            ])
        #expect(run.output.contains("no contract guards staging"), "\(run.output)")
    }

    @Test func `a file of a work tree takes the place of the one with its path, whatever it is called there`() throws {
        let (repository, towpath) = try fleet()
        let clone = repository.directory.file("clone")
        try repository.git("clone", "--quiet", repository.path, clone)
        let path = clone + "/policies/prod.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("to-prod-eu", with: "renamed").replacing("30m", with: "1h")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(
            try outcomes(simulate(towpath, path, "prod-eu", "--output", "json")).first
                == "prod-eu 1.1.0 delayed 2026-11-23T10:00:00Z")
    }

    @Test func `what a shallow clone does not have is unknown`() throws {
        let (repository, towpath) = try fleet()
        let path = try write(SampleText.contract(to: "prod-eu", from: "staging", gates: "{soak: 1h}"), in: repository)
        let clone = repository.directory.file("shallow")
        try repository.git("clone", "--quiet", "--depth", "6", "file://\(repository.path)", clone)
        let run = try simulate(towpath, path, "--repo", clone)
        #expect(run.status == 0, "\(run.text)")
        #expect(run.output.contains("unknown") && run.output.contains("git fetch --unshallow"), "\(run.text)")
        #expect(run.output.contains(" 0 the same, 0 delayed, 0 refused, "), "\(run.text)")
        #expect(run.errors.contains("note: the clone is shallow and ends at "), "\(run.text)")
    }

    @Test func `a policy that cannot be used is told with its place`() throws {
        let (repository, towpath) = try fleet()
        let rows: [(contract: BareRepository.Entry, told: String)] = [
            (
                SampleText.contract(to: "prod-eu", from: "staging", gates: "{soek: 1h}"),
                ":9:11: unknown gate \"soek\"; did you mean \"soak\"?"
            ),
            (
                SampleText.contract(
                    to: "prod-eu", from: "staging",
                    gates: "{windows: [{from: \"09:00\", to: \"10:00\", zone: Mars/Base}]}"),
                ":1:1: contract \"to-prod-eu\": time zone \"Mars/Base\" is not known"
            ),
            ("# nothing\n", ": no policy to simulate"),
        ]
        for row in rows {
            let path = try write(row.contract, in: repository)
            let run = try simulate(towpath, path)
            #expect(run.status == 65 && run.errors.contains(path + row.told), "\(run.text)")
        }
        #expect(try simulate(towpath, "nowhere.yaml").status == 65)
        let path = try write(SampleText.contract(to: "dev"), in: repository)
        #expect(try simulate(towpath, path, "--since", "long").status == 64)
        #expect(try simulate(towpath, path, "nowhere").status == 65)
    }
}
