import Foundation
import TestSupport
import Testing

/// A network that fails at the worst moment: nothing is lost, nothing is doubled, and nobody waits for ever.
@Suite struct RemoteFaultTests {
    /// What a client says at the beginning of each step.
    private static let steps = [
        "list": "info/refs?service=git-upload-pack", "list, asking": "POST /fleet.git/git-upload-pack",
        "push": "info/refs?service=git-receive-pack", "push, sending": "POST /fleet.git/git-receive-pack",
    ]

    private func fleet() throws -> RemoteFleet {
        try RemoteFleet(.http, SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 })
    }

    /// Everything recorded once, and a repository that is whole.
    private func expectRecordedOnce(
        _ fleet: RemoteFleet, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let promotions = try fleet.promotions()
        #expect(promotions.count == 3 && Set(promotions).count == 3, "\(promotions)", sourceLocation: sourceLocation)
        #expect(try fleet.repository.git("rev-list", "--count", "main") == "4", sourceLocation: sourceLocation)
        for name in ["dev", "staging", "prod-eu"] {
            #expect(
                try fleet.repository.git("rev-list", "--count", "env/\(name)") == "1", sourceLocation: sourceLocation)
        }
        try fleet.repository.expectSound(sourceLocation: sourceLocation)
    }

    @Test(arguments: steps.keys.sorted())
    func `a request that never arrives is made again`(step: String) throws {
        var fleet = try fleet()
        let wire = try fleet.cut(.lostRequest(try #require(Self.steps[step]), times: 1))
        let run = try withExtendedLifetime(wire) { try fleet.towpath("reconcile") }
        #expect(run.status == 0, "\(run.text)")
        try expectRecordedOnce(fleet)
    }

    @Test(arguments: steps.keys.sorted())
    func `an answer that is lost is looked for, and nothing is done twice`(step: String) throws {
        var fleet = try fleet()
        let wire = try fleet.cut(.lostAnswer(try #require(Self.steps[step]), times: 1))
        let run = try withExtendedLifetime(wire) { try fleet.towpath("reconcile") }
        #expect(run.status == 0 && run.output.contains("recorded in "), "\(run.text)")
        try expectRecordedOnce(fleet)
        #expect(try fleet.towpath("reconcile").output.hasPrefix("nothing to do"))
    }

    @Test(arguments: steps.keys.sorted())
    func `a network that stays broken is given up, and nothing is half done`(step: String) throws {
        var fleet = try fleet()
        let direct = fleet.address
        let wire = try fleet.cut(.lostRequest(try #require(Self.steps[step]), times: 1_000))
        let run = try withExtendedLifetime(wire) { try fleet.towpath("reconcile") }
        #expect(run.status == 69 && run.errors.contains("could not "), "\(run.text)")
        #expect(try fleet.repository.git("rev-list", "--count", "main") == "1")
        fleet.towpath.set("TOWPATH_REPO", direct)
        #expect(try fleet.towpath("reconcile").status == 0)
        try expectRecordedOnce(fleet)
    }

    @Test func `what was accepted while the network went down is not known, and found later`() throws {
        var fleet = try fleet()
        let direct = fleet.address
        let wire = try fleet.cut(.deathAfter("POST /fleet.git/git-receive-pack"))
        let run = try withExtendedLifetime(wire) { try fleet.towpath("reconcile") }
        #expect(run.status == 69 && run.errors.contains("what became of the push is not known"), "\(run.text)")
        try expectRecordedOnce(fleet)
        fleet.towpath.set("TOWPATH_REPO", direct)
        fleet.towpath.at("2026-11-23T08:30:00Z")
        #expect(try fleet.towpath("reconcile").output.hasPrefix("nothing to do"))
        try expectRecordedOnce(fleet)
    }

    @Test func `a program that is killed while it pushes leaves nothing half done`() throws {
        var fleet = try fleet()
        let direct = fleet.address
        let wire = try fleet.cut(.silenceAfter("POST /fleet.git/git-receive-pack"))
        let running = try fleet.towpath.start("reconcile")
        try withExtendedLifetime(wire) {
            try waitUntil { try fleet.repository.tip("env/dev") != nil }
            let run = try running.stop()
            #expect(run.status == -9, "\(run.text)")
        }
        fleet.towpath.set("TOWPATH_REPO", direct)
        #expect(try fleet.towpath("reconcile").output.hasPrefix("nothing to do"))
        try expectRecordedOnce(fleet)
    }

    @Test func `a connection that goes silent in the middle of a push is not waited for`() throws {
        var fleet = try fleet()
        let direct = fleet.address
        // From the push on nothing is heard any more, and the push arrives.
        let wire = try fleet.cut(.silenceAfter("POST /fleet.git/git-receive-pack"))
        let run = try withExtendedLifetime(wire) { try fleet.towpath("reconcile", "--git-timeout", "3s") }
        // The connection of the push is silent; a new one is not, and shows what became of it.
        #expect(run.status == 0, "\(run.text)")
        try expectRecordedOnce(fleet)
        fleet.towpath.set("TOWPATH_REPO", direct)
        #expect(try fleet.towpath("reconcile").output.hasPrefix("nothing to do"))
        try expectRecordedOnce(fleet)
    }

    @Test(arguments: [GitServer.Kind.http, .git])
    func `a silent server is given up in time`(kind: GitServer.Kind) throws {
        var fleet = try RemoteFleet(kind)
        let wire = try fleet.cut(.silence)
        let start = ContinuousClock.now
        let run = try withExtendedLifetime(wire) { try fleet.towpath("status", "--git-timeout", "2s") }
        #expect(run.status == 69 && run.errors.contains("no answer for 2 s"), "\(run.text)")
        let taken = ContinuousClock.now - start
        // Two seconds more than it may take, for a machine that is busy with other tests.
        #expect(taken >= .seconds(2) && taken < .seconds(6), "\(taken)")
    }

    @Test func `a fetch that stops half way is given up, and made anew`() throws {
        var fleet = try RemoteFleet(.http)
        let direct = fleet.address
        let wire = try fleet.cut(.silenceAfter("command=fetch"))
        let run = try withExtendedLifetime(wire) { try fleet.towpath("status", "--git-timeout", "2s") }
        #expect(run.status == 69 && run.errors.contains("could not fetch from"), "\(run.text)")
        fleet.towpath.set("TOWPATH_REPO", direct)
        #expect(try fleet.towpath("status").status == 0)
    }

    @Test func `more than may be fetched is refused`() throws {
        var generator = SeededGenerator(seed: 7)
        let noise = (0..<60_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var files = SampleText.fleet
        for index in 0..<120 { files["environments/dev/noise-\(index)"] = .bytes(noise + [UInt8(index)]) }
        files["environments/dev/noise"] = .bytes(
            (0..<900_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        var fleet = try RemoteFleet(.http, files)
        fleet.towpath.set("TOWPATH_GIT_MAX_SIZE", "500K")
        let run = try fleet.towpath("inventory")
        #expect(run.status == 69 && run.errors.contains("TOWPATH_GIT_MAX_SIZE"), "\(run.text)")
        fleet.towpath.set("TOWPATH_GIT_MAX_SIZE", "50M")
        #expect(try fleet.towpath("inventory").status == 0)
    }
}
