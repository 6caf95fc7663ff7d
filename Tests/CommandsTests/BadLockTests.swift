import TestSupport
import Testing

/// A lock that somebody or something else wrote, and what people are told.
struct BadLock: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let told: String
    let change: @Sendable (String) -> BareRepository.Entry

    init(_ name: String, _ told: String, _ change: @escaping @Sendable (String) -> BareRepository.Entry) {
        testDescription = name
        self.told = told
        self.change = change
    }

    static let all: [BadLock] = [
        BadLock("of a newer version", "environment.lock:2:13: written by another version of towpath (towpath.dev/v2)") {
            .text($0.replacing("towpath.dev/v1", with: "towpath.dev/v2"))
        },
        BadLock("with half its bytes", "environment.lock:2:1: \"kind\" is missing") {
            .text(String($0.prefix($0.count / 2)))
        },
        BadLock("without its last line", "environment.lock:2:1: ") {
            .text($0.replacing("kind: EnvironmentLock\n", with: ""))
        },
        BadLock("with an added comment", "not as towpath writes it: was it edited by hand?") { .text($0 + "# mine\n") },
        BadLock("with other line ends", "not as towpath writes it: was it edited by hand?") {
            .text($0.replacing("\n", with: "\r\n"))
        },
        BadLock("with a field of its own", "unknown field \"note\"") {
            .text($0.replacing("    health: assumed", with: "    health: assumed\n    note: \"mine\""))
        },
        BadLock("with conflict marks", "environment.lock:") {
            .text("<<<<<<< HEAD\n\($0)=======\n\($0)>>>>>>> topic\n")
        },
        BadLock("of another environment", "the lock of another environment") {
            .text($0.replacing("environment: dev", with: "environment: staging"))
        },
        BadLock("that is a symbolic link", "expected a file; it is never followed") { _ in
            .link("../staging/environment.lock")
        },
        BadLock("that is empty", "environment.lock: expected one document") { _ in "" },
    ]
}

@Suite struct BadLockTests {
    private func fleet(_ bad: BadLock) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(
            SampleText.fleet.merging([
                "policies/lab.yaml": SampleText.contract(to: "lab"),
                "environments/lab/web.yaml": SampleText.component("web", "1.0.0", 1),
            ]) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/dev/environment.lock": bad.change(try repository.file("environments/dev/environment.lock")),
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
            "environments/lab/web.yaml": SampleText.component("web", "1.1.0", 2),
        ])
        return (repository, towpath)
    }

    @Test(arguments: BadLock.all)
    func `a lock that towpath did not write stops its environment and is never written over`(bad: BadLock) throws {
        let (repository, towpath) = try fleet(bad)
        let lock = try repository.git("ls-tree", "main", "environments/dev/environment.lock")

        let tick = try towpath("reconcile")
        #expect(tick.status == 65, "\(tick.text)")
        #expect(tick.errors.contains(bad.told), "\(tick.errors)")
        #expect(tick.errors.contains("environments/dev/environment.lock"))
        #expect(try repository.git("ls-tree", "main", "environments/dev/environment.lock") == lock)
        #expect(try repository.file("environments/lab/environment.lock").contains("digest: \(SampleText.digest(2))"))

        let status = try towpath("status", "dev")
        #expect(status.output.contains("unknown"), "\(status.output)")
        let drift = try towpath("drift", "dev")
        #expect(drift.status == 2)
        #expect(drift.output.contains("tampered"), "\(drift.output)")
        let hold = try towpath("hold", "dev", "--reason", "to look at it")
        #expect(hold.status == 65, "\(hold.text)")
        #expect(hold.errors.contains("git log -- environments/dev/environment.lock"))
        try repository.expectSound()
    }

    @Test func `a lock that reads well and was edited by hand is told from the ledger's`() throws {
        let (repository, towpath) = try fleet(
            BadLock("", "") { .text($0.replacing("version: \"1.0.0\"", with: "version: \"9.9.9\"")) })
        let drift = try towpath("drift", "dev")
        #expect(drift.status == 2)
        #expect(
            drift.output.contains("changed the lock: no ledger entry, by Ada <ada@example.invalid>: Change the fleet"))
        #expect(drift.output.contains("bypassed"), "\(drift.output)")
        try repository.expectSound()
    }

    @Test func `a lock that was deleted by hand is not adopted anew`() throws {
        let (repository, towpath) = try fleet(BadLock("", "") { _ in .gone })
        let tick = try towpath("reconcile")
        #expect(!tick.output.contains("adopted"), "\(tick.text)")
        let drift = try towpath("drift", "dev")
        #expect(drift.status == 2)
        #expect(drift.output.contains("deleted by Ada"), "\(drift.output)")
        try repository.expectSound()
    }

    @Test(arguments: [
        "Promote\n\nEnvironment: dev\nPromotion-Id: dev.0123456789abcdef\nResult: promoted\n"
            + "Artifact: web registry.example/shop/web:9@\(SampleText.digest(9))\n"
            + "Recorded-At: 2026-11-20T12:00:00Z\nBasis: \(String(repeating: "0", count: 40))\n"
            + "Signed-off-by: Towpath <towpath@example.invalid>",
        "Promote\n\nEnvironment: dev\nRelease: *\nRecorded-At: 2026-11-20T12:00:00Z\n"
            + "Basis: \(String(repeating: "0", count: 40))\nSigned-off-by: Towpath <towpath@example.invalid>",
    ])
    func `trailers that a person wrote are no entry of the ledger`(message: String) throws {
        let (repository, towpath) = try fleet(BadLock("", "") { .text($0) })
        #expect(try towpath("reconcile").status == 0)
        let lock = try repository.file("environments/dev/environment.lock")
        try repository.commit(["environments/staging/web.yaml": SampleText.component("web", "9", 9)], message)
        let untouched = try towpath("reconcile", "--strict")
        #expect(untouched.status == 3, "9 was never in dev, whatever a message says: \(untouched.text)")
        try repository.commit(
            ["environments/dev/environment.lock": .text(lock.replacing("\"1.1.0\"", with: "\"9\""))], message)
        let drift = try towpath("drift", "dev")
        #expect(drift.output.contains("signed off by Towpath <towpath@example.invalid> and committed by another"))
        try repository.expectSound()
    }
}
