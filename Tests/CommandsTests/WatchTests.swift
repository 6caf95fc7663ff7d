import Foundation
import TestSupport
import Testing

/// A reconciler that runs for ever.
@Suite struct WatchTests {
    @Test(arguments: [nil, "cache"])
    func `a watch says what happens, and nothing while nothing does`(cache: String?) throws {
        let repository = try BareRepository()
        // A window that is open: that it will close is no reason to speak again.
        let gates = "{windows: [{from: \"07:00\", to: \"16:00\", zone: UTC}]}"
        try repository.commit(
            SampleText.fleet.merging(["policies/dev.yaml": SampleText.contract(to: "dev", gates: gates)]) { $1 })
        var towpath = try TowpathProgram(in: repository)
        towpath.set("TOWPATH_CACHE_DIR", cache.map(repository.directory.file))
        #expect(try towpath("reconcile").status == 0)
        let settled = try #require(try repository.tip())
        let watch = try towpath.start("reconcile", "--watch", "--interval", "1s")
        // Long enough for two looks that find nothing.
        Thread.sleep(forTimeInterval: 2.5)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        for _ in 0..<200 where try !repository.git("log", "-1", "--format=%s").hasPrefix("promote(dev)") {
            Thread.sleep(forTimeInterval: 0.05)
        }
        let recorded = try #require(try repository.tip())
        Thread.sleep(forTimeInterval: 1.5)
        let run = try watch.stop()
        #expect(
            run.output == """
                nothing to do at \(settled.prefix(12))
                promoted   dev  web 1.1.0
                recorded in \(recorded.prefix(12))

                """)
        #expect(run.errors.isEmpty)
        try repository.expectSound()
    }

    @Test func `a change in what waits, or in what is broken, is said once`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        let settled = try #require(try repository.tip())
        let watch = try towpath.start("reconcile", "--watch", "--interval", "1s")
        Thread.sleep(forTimeInterval: 0.5)
        let broken = try repository.commit(["environments/dev/bad.yaml": "kind: [\n"])
        Thread.sleep(forTimeInterval: 3.5)
        let run = try watch.stop()
        #expect(run.output == "nothing to do at \(settled.prefix(12))\nnothing to do at \(broken.prefix(12))\n")
        #expect(run.errors.split(separator: "\n").count == 1 && run.errors.contains("bad.yaml:2:1"), "\(run.errors)")
    }

    @Test(arguments: ["0s", "0h", "999ms", "", "soon"])
    func `an interval of nothing is refused, with a watch or without`(interval: String) throws {
        let repository = try BareRepository()
        let tip = try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        for arguments in [["--watch"], []] {
            let run = try towpath(["reconcile", "--interval", interval] + arguments)
            #expect(run.status == 64 && !run.errors.isEmpty, "\(run.text)")
        }
        #expect(try repository.tip() == tip)
    }
}
