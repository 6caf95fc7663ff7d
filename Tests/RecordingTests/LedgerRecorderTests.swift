import Foundation
import Git
import Observing
import Planning
import Ports
import PromotionModel
import Recording
import TestSupport
import Testing

/// A fleet in a bare repository, the plan for it, and what records it.
struct Recorded {
    let repository: BareRepository
    let identity: Identity

    static let reference = "refs/heads/main"

    init(_ files: [String: BareRepository.Entry] = SampleText.fleet) throws {
        repository = try BareRepository()
        identity = try Identity(name: "Towpath", email: "towpath@example.invalid")
        try repository.commit(files)
    }

    func plan(_ instant: String = "2026-11-23T08:00:00Z") throws -> Plan {
        let at = try #require(Timestamp(instant))
        let observer = GitObserver(
            repository: try Repository.open(at: repository.path), reference: Self.reference, reader: FleetReader())
        return Planner(identity: identity.description).plan(for: try observer.observe(at: at), at: at)
    }

    func record(_ plan: Plan, on basis: String? = nil) throws -> Ports.Recording {
        let recorder = LedgerRecorder(
            repository: try Repository.open(at: repository.path), reference: Self.reference, identity: identity)
        return try recorder.record(plan.environments, on: basis ?? plan.basis)
    }
}

@Suite struct LedgerRecorderTests {
    @Test func `each environment gets one commit that touches its lock only`() throws {
        let fleet = try Recorded()
        let plan = try fleet.plan()
        guard case .recorded(let tip, let commits, _) = try fleet.record(plan) else {
            Issue.record("nothing was recorded")
            return
        }
        let git = fleet.repository.git
        #expect(try fleet.repository.tip() == tip)
        #expect(commits.count == 3 && commits.last == tip)
        #expect(
            try git("rev-list", "--reverse", "\(plan.basis)..main").split(separator: "\n").map(String.init) == commits)
        for (commit, name) in zip(commits, ["dev", "prod-eu", "staging"]) {
            let touched = try git("diff-tree", "-r", "--name-status", "--no-commit-id", commit)
            #expect(touched == "A\tenvironments/\(name)/environment.lock")
            #expect(
                try git("log", "-1", "--format=%an <%ae> %at", commit) == "Towpath <towpath@example.invalid> 1795420800"
            )
            #expect(
                try git("log", "-1", "--format=%cn <%ce> %ct", commit) == "Towpath <towpath@example.invalid> 1795420800"
            )
        }
        try fleet.repository.expectSound()
    }

    @Test func `nothing is recorded where the branch was set back meanwhile, to where it was observed`() throws {
        let fleet = try Recorded()
        let plan = try fleet.plan()
        let newer = try fleet.repository.commit(["NOTES.md": "A note.\n"])
        try fleet.repository.git("update-ref", "refs/towpath/seen/main", newer)
        try fleet.repository.git("update-ref", "refs/heads/main", plan.basis)
        #expect(try fleet.record(plan) == .lostRace)
        #expect(try fleet.repository.tip() == plan.basis)
        try fleet.repository.git("update-ref", "-d", "refs/towpath/seen/main")
        #expect(try fleet.record(plan) != .lostRace)
    }

    @Test func `a plan of a basis that is no longer the tip is void and moves no branch`() throws {
        let fleet = try Recorded()
        let plan = try fleet.plan()
        let tip = try fleet.repository.commit(["README.md": "meanwhile\n"])
        #expect(try fleet.record(plan) == .lostRace)
        #expect(try fleet.repository.tip() == tip)
        #expect(
            try fleet.repository.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
                == "refs/heads/main \(tip)")
        try fleet.repository.expectSound()
    }

    @Test func `a branch that went away meanwhile is not made anew`() throws {
        let fleet = try Recorded()
        let plan = try fleet.plan()
        try fleet.repository.git("update-ref", "-d", Recorded.reference)
        #expect(try fleet.record(plan) == .lostRace)
        #expect(try fleet.repository.tip() == nil)
    }

    @Test func `the same plan recorded in two copies gives the same commits`() throws {
        let fleet = try Recorded()
        let copy = try BareRepository(copying: fleet.repository)
        let plan = try fleet.plan()
        let first = try fleet.record(plan)
        let recorder = LedgerRecorder(
            repository: try Repository.open(at: copy.path), reference: Recorded.reference, identity: fleet.identity)
        #expect(try recorder.record(plan.environments, on: plan.basis) == first)
    }

    @Test func `recording the same plan twice records it once`() throws {
        let fleet = try Recorded()
        let plan = try fleet.plan()
        _ = try fleet.record(plan)
        let tip = try fleet.repository.tip()
        #expect(try fleet.record(plan) == .lostRace)
        #expect(try fleet.repository.tip() == tip)
        let again = try fleet.plan()
        #expect(again.isEmpty)
        #expect(try fleet.record(again) == .recorded(tip: again.basis, commits: []))
        #expect(try fleet.repository.tip() == tip)
    }

    @Test func `a branch that is locked fails by its name and leaves everything as it was`() throws {
        let fleet = try Recorded()
        let plan = try fleet.plan()
        let lock = "\(fleet.repository.path)/refs/heads/main.lock"
        try Data().write(to: URL(fileURLWithPath: lock))
        let failure = try #require(throws: PortFailure.self) { _ = try fleet.record(plan) }
        #expect(failure.consequence == .retry)
        #expect(failure.message.contains("refs/heads/main.lock"), "\(failure)")
        #expect(try fleet.repository.tip() == plan.basis)
        try FileManager.default.removeItem(atPath: lock)
        try fleet.repository.expectSound()
    }

    @Test(arguments: ["", "main", "0123", String(repeating: "f", count: 40)])
    func `a basis that is no commit fails`(basis: String) throws {
        let fleet = try Recorded()
        let plan = try fleet.plan()
        #expect(throws: PortFailure.self) { try fleet.record(plan, on: basis) }
        #expect(try fleet.repository.tip() == plan.basis)
    }

    @Test func `files beside the lock keep their bytes, modes and order`() throws {
        var files = SampleText.fleet
        files["environments/dev/run.sh"] = .executable("#!/bin/sh\n")
        files["environments/dev/link"] = .link("web.yaml")
        files["environments/dev/z/deep/file"] = "x\n"
        files["vendor"] = .submodule
        let fleet = try Recorded(files)
        let before = try fleet.repository.git("ls-tree", "-r", "main")
        _ = try fleet.record(try fleet.plan())
        let after = try fleet.repository.git("ls-tree", "-r", "main").split(separator: "\n")
        #expect(after.filter { !$0.hasSuffix("environment.lock") } == before.split(separator: "\n"))
        #expect(try fleet.repository.git("rev-list", "--count", "main") == "4")
    }
}
