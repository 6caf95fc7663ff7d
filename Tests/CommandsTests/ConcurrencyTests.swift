import TestSupport
import Testing

/// Two reconcilers on one repository at the same time.
@Suite struct ConcurrencyTests {
    @Test(arguments: [[:], ["towpath.yaml": SampleText.publishing]] as [[String: BareRepository.Entry]])
    func `two reconcilers at once lose nothing, double nothing and leave one line of commits`(
        layout: [String: BareRepository.Entry]
    ) throws {
        let repository = try BareRepository()
        let names = (1...6).map { "lab-\($0)" }
        var files = layout
        for name in names {
            files["environments/\(name)/web.yaml"] = SampleText.component("web", "1.0.0", 1)
            files["policies/\(name).yaml"] = SampleText.contract(to: name)
        }
        try repository.commit(files)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        for round in 1...10 {
            var change: [String: BareRepository.Entry] = [:]
            for name in names {
                change["environments/\(name)/web.yaml"] = SampleText.component("web", "1.\(round).0", round + 1)
            }
            try repository.commit(change)
            let pair = [try towpath.start("reconcile"), try towpath.start("reconcile")]
            for run in try pair.map({ try $0.finish() }) {
                #expect([0, 75].contains(run.status), "round \(round): \(run.text)")
            }
            #expect(try towpath("reconcile").status == 0)
        }
        for name in names {
            #expect(try repository.file("environments/\(name)/environment.lock").contains("version: \"1.10.0\""))
            guard !layout.isEmpty else { continue }
            #expect(try repository.git("rev-list", "--count", "env/\(name)") == "11")
            #expect(try repository.file("environments/\(name)/web.yaml", at: "env/\(name)").contains("\"1.10.0\""))
        }
        let promoted = try repository.git(
            "log", "--format=%(trailers:key=Promotion-Id,valueonly)", "--grep=^Result: promoted", "main"
        ).split(separator: "\n")
        #expect(promoted.count == 60)
        #expect(Set(promoted).count == 60)
        #expect(try repository.git("rev-list", "--merges", "--count", "main") == "0")
        #expect(try repository.git("rev-list", "--count", "main") == "\(1 + 6 + 10 * 7)")
        try repository.expectSound()
    }
}
