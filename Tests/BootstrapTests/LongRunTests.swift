import Bootstrap
import Foundation
import PromotionModel
import TestSupport
import Testing

/// What a process that ticks for ever may not gather.
@Suite struct LongRunTests {
    /// What this process holds, beside time.
    private struct Holdings {
        let kilobytes: Int
        let descriptors: Int
        let threads: Int

        init() throws {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
            func number(_ name: String) -> Int {
                status.first { $0.hasPrefix(name + ":") }.flatMap { Int($0.filter(\.isNumber)) } ?? 0
            }
            kilobytes = number("VmRSS")
            threads = number("Threads")
            descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
    }

    @Test func `hundreds of ticks take no memory, no descriptor, no thread and no file`() async {
        await #expect(processExitsWith: .success) {
            let repository = try BareRepository()
            try repository.commit(SampleText.fleet)
            for name in 0..<8 { try repository.git("config", "branch.b\(name).remote", "origin") }
            let settings = OperatorSettings(
                repository: repository.path, identity: "Towpath <towpath@example.invalid>",
                cacheDirectory: repository.directory.file("cache"), now: Timestamp("2026-11-23T08:00:00Z"))
            // Every second look reads everything, the others find that nothing has changed.
            func tick(_ count: Int) throws {
                for index in 0..<count {
                    _ = try Fleet(settings).reconcile(ReconcileOptions(repairs: index.isMultiple(of: 2)))
                }
            }
            func files() throws -> Int {
                try FileManager.default.subpathsOfDirectory(atPath: repository.directory.path).count
            }
            try tick(100)
            let (before, filesBefore) = (try Holdings(), try files())
            try tick(300)
            let (after, filesAfter) = (try Holdings(), try files())
            precondition(after.kilobytes - before.kilobytes < 6 << 10, "\(after.kilobytes - before.kilobytes) KiB more")
            precondition(after.descriptors <= before.descriptors && after.threads <= before.threads)
            precondition(filesAfter == filesBefore, "\(filesAfter - filesBefore) files more")
        }
    }
}
