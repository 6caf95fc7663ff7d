import Foundation
import TestSupport
import Testing

/// The program killed with no chance to tidy up, and what the next run makes of it.
@Suite struct CrashTests {
    /// A published fleet with a build that waits to arrive in `dev`.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        for (version, digit) in [("1.1.0", 2), ("1.2.0", 3)] {
            #expect(try towpath("reconcile").status == 0)
            try repository.commit(["environments/dev/web.yaml": SampleText.component("web", version, digit)])
        }
        return (repository, towpath)
    }

    /// Runs `arguments` and kills it where it is about to move `reference`.
    ///
    /// A lock of the test's own holds it there, and the program says in `towpath-update` that it has come so far.
    private func kill(
        _ towpath: TowpathProgram, _ arguments: [String], at reference: String, in repository: BareRepository
    ) throws {
        let lock = "\(repository.path)/\(reference).lock"
        let folder = URL(fileURLWithPath: lock).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("held by the test\n".utf8).write(to: URL(fileURLWithPath: lock))
        let run = try towpath.start(arguments)
        let guarding = URL(fileURLWithPath: "\(repository.path)/towpath-update")
        var isThere = false
        for _ in 0..<2_000 where !isThere {
            let said = FileManager.default.contents(atPath: guarding.path) ?? Data()
            isThere = String(decoding: said, as: UTF8.self).hasPrefix(reference + " ")
            if !isThere { usleep(2_000) }
        }
        #expect(try run.stop().status == -9, "\(arguments) did not wait at \(reference)")
        #expect(isThere, "\(arguments) never came to \(reference)")
        try FileManager.default.removeItem(atPath: lock)
    }

    private func promotions(_ repository: BareRepository, _ result: String = "promoted") throws -> [Substring] {
        try repository.git(
            "log", "--format=%(trailers:key=Promotion-Id,valueonly)", "--grep=^Result: \(result)$", "main"
        ).split(separator: "\n")
    }

    @Test(arguments: ["refs/heads/env/dev", "refs/towpath/seen/main", "refs/heads/main"])
    func `a tick that is killed before it moves a reference is made good by the next`(reference: String) throws {
        let (repository, towpath) = try fleet()
        let before = try promotions(repository)
        try kill(towpath, ["reconcile"], at: reference, in: repository)
        try repository.expectSound()
        #expect(try promotions(repository) == before)
        for command in ["status", "plan", "drift"] { #expect(try [0, 2].contains(towpath(command).status)) }
        #expect(try towpath("reconcile").status == 0)
        let after = try promotions(repository)
        #expect(after.count == before.count + 1 && Set(after).count == after.count, "\(after)")
        #expect(try repository.file("environments/dev/web.yaml", at: "env/dev").contains("1.2.0"))
        #expect(try repository.git("rev-parse", "refs/towpath/seen/main") == repository.tip())
        #expect(try towpath("drift").status == 0)
        try repository.expectSound()
    }

    @Test(arguments: [
        (["hold", "dev", "--reason", "R"], "refs/heads/main"),
        (["rollback", "dev", "--reason", "R"], "refs/heads/env/dev"),
        (["rollback", "dev", "--reason", "R"], "refs/heads/main"),
    ])
    func `a hold or a rollback that is killed is done once by saying it again`(
        command: [String], reference: String
    ) throws {
        let (repository, towpath) = try fleet()
        #expect(try towpath("reconcile").status == 0)
        let tip = try repository.tip()
        try kill(towpath, command, at: reference, in: repository)
        #expect(try repository.tip() == tip)
        try repository.expectSound()
        #expect(try towpath(command).status == 0)
        #expect(try repository.git("rev-list", "--count", "\(tip ?? "")..main") == "1")
        #expect(try towpath("reconcile").status == 0)
        #expect(try towpath("drift", "dev").status == 0)
        try repository.expectSound()
    }

    @Test(arguments: 0..<UInt64(2))
    func `killed at any moment, nothing is lost and nothing is done twice`(seed: UInt64) throws {
        let (repository, towpath) = try fleet()
        #expect(try towpath("reconcile").status == 0)
        let start = ContinuousClock.now
        #expect(try towpath("reconcile").status == 0)
        let span = start.duration(to: .now)
        let milliseconds = span.components.seconds * 1_000 + span.components.attoseconds / 1_000_000_000_000_000
        var random = SeededGenerator(seed: seed)
        let known = try promotions(repository).count
        let rounds = 12
        for round in 1...rounds {
            let digit = 4 + round % 6
            try repository.commit([
                "environments/dev/web.yaml": SampleText.component("web", "2.\(round).0", digit)
            ])
            let run = try towpath.start("reconcile")
            usleep(UInt32.random(in: 0...UInt32(clamping: milliseconds * 1_500), using: &random))
            _ = try run.stop()
            try repository.expectSound()
            let next = try towpath("reconcile")
            #expect(next.status == 0, "seed \(seed), round \(round): \(next.text)")
        }
        let all = try promotions(repository)
        #expect(all.count == known + rounds && Set(all).count == all.count, "seed \(seed): \(all)")
        #expect(try repository.file("environments/dev/environment.lock").contains("2.\(rounds).0"))
        #expect(try repository.file("environments/dev/web.yaml", at: "env/dev").contains("2.\(rounds).0"))
        #expect(try towpath("drift").status == 0)
        try repository.expectSound()
    }
}
