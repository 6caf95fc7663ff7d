import Foundation
import TestSupport
import Testing

/// The calls to the system by which the program changes files, failing one after the other, or its last.
@Suite(.enabled(if: FaultyCalls.library != nil, "there is no compiler for C here"))
struct FaultyCallTests {
    /// A published fleet with a build that waits to arrive in `dev`.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    /// Where the calls of a reconciliation are cut, from one seed on.
    private func cuts(_ seed: UInt64) -> [Int] {
        var random = SeededGenerator(seed: seed)
        return (0..<12).map { $0 * 9 + Int.random(in: 1...9, using: &random) }
    }

    @Test(arguments: [("5", "Input/output error"), ("28", "No space left on device"), ("122", "Disk quota exceeded")])
    func `a call that fails, and all after it, leave nothing half done`(error: String, words: String) throws {
        let (repository, towpath) = try fleet()
        var isCut = false
        for (round, call) in cuts(UInt64(error) ?? 0).enumerated() {
            try repository.commit([
                "environments/dev/web.yaml": SampleText.component("web", "1.\(round).1", 2 + round % 8)
            ])
            let before = try repository.tip()
            let run = try FaultyCalls.run(towpath, ["reconcile"], error: error, at: call)
            isCut = isCut || run.status != 0
            #expect([0, 73].contains(run.status), "call \(call): \(run.text)")
            #expect((run.status == 73) == run.errors.contains(words), "call \(call): \(run.text)")
            #expect(try towpath("status").status == 0)
            try repository.expectSound()
            #expect(try towpath("reconcile").status == 0, "call \(call)")
            #expect(try repository.git("rev-list", "--count", "\(before ?? "")..main") == "1", "call \(call)")
        }
        #expect(isCut, "no call failed")
        #expect(try towpath("audit").status == 0 && towpath("drift").status == 0)
    }

    @Test(arguments: 0..<UInt64(2))
    func `killed before any call, nothing is lost and nothing is done twice`(seed: UInt64) throws {
        let (repository, towpath) = try fleet()
        var kills = 0
        for (round, call) in cuts(seed).enumerated() {
            try repository.commit([
                "environments/dev/web.yaml": SampleText.component("web", "1.\(round).1", 2 + round % 8)
            ])
            let before = try repository.tip()
            let run = try FaultyCalls.run(towpath, ["reconcile"], error: "kill", at: call)
            #expect([0, -9].contains(run.status), "call \(call): \(run.text)")
            kills += run.status == -9 ? 1 : 0
            try repository.expectSound()
            #expect(try towpath("reconcile").status == 0, "call \(call)")
            #expect(try repository.git("rev-list", "--count", "\(before ?? "")..main") == "1", "call \(call)")
            #expect(try repository.git("rev-parse", "refs/towpath/seen/main") == repository.tip())
        }
        #expect(kills > 6, "\(kills)")
        #expect(try towpath("audit").status == 0 && towpath("drift").status == 0)
    }
}

/// Calls to the system that fail when they are told to.
enum FaultyCalls {
    private static let directory = Result { try TemporaryDirectory("faulty") }

    /// The library that comes between, compiled once; `nil` where that is not possible.
    static let library: String? = {
        do {
            let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Support/faulty_calls.c").path
            let made = try directory.get().file("faulty_calls.so")
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            let run = try Program("/usr/bin/env", in: "/", environment: ["PATH": path]).run(
                ["clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", made, source, "-ldl"])
            return run.status == 0 ? made : nil
        } catch {
            return nil
        }
    }()

    /// Runs `towpath`, whose call of the number `call` and all after it fail with `error`, or which is killed there.
    static func run(
        _ towpath: TowpathProgram, _ arguments: [String], error: String, at call: Int
    ) throws -> Program.Run {
        var towpath = towpath
        towpath.set("LD_PRELOAD", library)
        towpath.set("FAULT_ERROR", error)
        towpath.set("FAULT_AT", "\(call)")
        return try towpath.start(arguments).finish()
    }
}
