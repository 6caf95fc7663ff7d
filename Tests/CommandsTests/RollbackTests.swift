import JSONText
import TestSupport
import Testing

/// Going back, and not going where one has been.
@Suite struct RollbackTests {
    private let web = "environments/dev/web.yaml"

    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    @Test func `a component that is new stays where it is, and the rest goes back`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit([
            web: SampleText.component("web", "1.1.0", 2),
            "environments/dev/catalog.yaml": SampleText.component("catalog", "3.0.0", 3),
        ])
        #expect(try towpath("reconcile").status == 0)
        let run = try towpath("rollback", "dev", "--reason", "broken", "--output", "json")
        #expect(run.status == 0, "\(run.text)")
        #expect(
            run.errors
                == "note: catalog has had 3.0.0 only: there is nothing to go back to, so it stays\n")
        let json = try JSONReader.value(run.outputBytes)
        #expect(json["components"] == ["web"])
        #expect(
            json["skipped"] == [
                ["component": "catalog", "reason": "catalog has had 3.0.0 only: there is nothing to go back to"]
            ])
        #expect(try repository.file(web).contains(SampleText.digest(1)))
        #expect(try repository.file("environments/dev/catalog.yaml").contains(SampleText.digest(3)))
        try repository.expectSound()
    }

    @Test func `where none can go back nothing is written`() throws {
        let (repository, towpath) = try fleet()
        let before = try repository.references()
        let run = try towpath("rollback", "dev", "--reason", "broken")
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors == "towpath: web has had 1.0.0 only: there is nothing to go back to\n")
        #expect(try repository.references() == before)
    }

    @Test(arguments: [BareRepository.Entry.text("spec: [\n"), .gone])
    func `what no manifest can be set back for is not rolled back`(_ manifest: BareRepository.Entry) throws {
        let (repository, towpath) = try fleet()
        try repository.commit(["towpath.yaml": SampleText.publishing])
        try repository.commit([web: SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([web: manifest])
        let before = try repository.references()
        let run = try towpath("rollback", "dev", "web", "--reason", "broken")
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors.contains("environments/dev: no manifest that can be read declares web"), "\(run.errors)")
        #expect(try repository.references() == before)
    }

    @Test func `a version that was rolled back is not gone back to after its release`() throws {
        let (repository, towpath) = try fleet()
        for (version, digit) in [("1.1.0", 2), ("1.2.0", 3)] {
            try repository.commit([web: SampleText.component("web", version, digit)])
            #expect(try towpath("reconcile").status == 0)
        }
        for expected in ["web 1.2.0 → 1.1.0", "web 1.1.0 → 1.0.0"] {
            let run = try towpath("rollback", "dev", "--reason", "broken")
            #expect(run.status == 0 && run.output.contains("rolled back dev: \(expected)\n"), "\(run.text)")
            #expect(try towpath("release", "dev", "web").status == 0)
        }
        let run = try towpath("rollback", "dev", "--reason", "broken")
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors.contains("every other version that web has had was rolled back"))
        #expect(try repository.file(web).contains(SampleText.digest(1)))
        try repository.expectSound()
    }
}
