import Foundation
import TestSupport
import Testing

/// What a reconcile costs when there is nothing to do.
@Suite struct NoChangeTests {
    /// A settled fleet and its program, with the mark of a tick that found nothing to do.
    private func settled(_ more: [String: BareRepository.Entry] = [:]) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(more) { $1 })
        var towpath = try TowpathProgram(in: repository.path)
        towpath.set("TOWPATH_CACHE_DIR", repository.directory.file("cache"))
        #expect(try towpath("reconcile").output.contains("recorded in"))
        #expect(try towpath("reconcile").output.contains("nothing to do"))
        return (repository, towpath)
    }

    /// Makes every object of `kind` unreadable.
    private func corruptAll(_ kind: String, in repository: BareRepository) throws {
        let list = try repository.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)")
        for line in list.split(separator: "\n") where line.hasPrefix("\(kind) ") {
            try repository.corrupt(String(line.dropFirst(kind.count + 1)))
        }
    }

    @Test func `a second reconcile reads no blob`() throws {
        let (repository, towpath) = try settled()
        try corruptAll("blob", in: repository)
        let again = try towpath("reconcile")
        #expect(again.status == 0, "\(again.text)")
        #expect(again.output.hasPrefix("nothing to do"))
        #expect(try towpath("inventory", "--no-cache").status == 65, "the blobs are unreadable indeed")
    }

    @Test func `what comes and goes between two ticks leaves nothing behind`() throws {
        let (repository, towpath) = try settled()
        let before = try #require(SampleText.fleet["environments/dev/web.yaml"])
        for digit in [2, 3] {
            try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.\(digit)", digit)])
        }
        let tip = try repository.commit(["environments/dev/web.yaml": before])
        #expect(try towpath("reconcile").output.hasPrefix("nothing to do"))
        #expect(try repository.tip() == tip)
    }

    @Test func `a second reconcile of the same commit reads no tree either`() throws {
        let (repository, towpath) = try settled()
        try corruptAll("tree", in: repository)
        #expect(try towpath("reconcile").status == 0)
    }

    @Test func `a commit beside environments and policies costs no blob`() throws {
        let (repository, towpath) = try settled()
        let tip = try repository.commit(["README.md": "Other words.\n", "docs/a.yaml": "kind: Component\n"])
        try corruptAll("blob", in: repository)
        let again = try towpath("reconcile", "--output", "json")
        #expect(again.status == 0, "\(again.text)")
        #expect(again.output.contains("\"basis\": \"\(tip)\"") && again.output.contains("\"unchanged\""))
    }

    @Test(arguments: ["environments/dev/notes.txt", "policies/extra.yaml", "towpath.yaml"])
    func `a commit that a plan may read is looked at again`(path: String) throws {
        let (repository, towpath) = try settled()
        try repository.commit([path: "kind: [\n"])
        try corruptAll("blob", in: repository)
        #expect(try towpath("reconcile").status != 0)
    }

    @Test func `the mark does not outlive the next gate that opens by itself`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        var towpath = try TowpathProgram(in: repository.path)
        towpath.set("TOWPATH_CACHE_DIR", repository.directory.file("cache"))
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
            "environments/staging/web.yaml": SampleText.component("web", "1.1.0", 2),
        ])
        for _ in 1...3 { #expect(try towpath("reconcile").status == 0) }
        towpath.at("2026-11-23T08:09:59Z")
        #expect(try towpath("reconcile").output.contains("nothing to do"))
        towpath.at("2026-11-23T08:10:00Z")
        #expect(try towpath("reconcile").output.contains("promoted"))
    }

    @Test(arguments: ["", "towpath-settled-1\n", "\u{0}\u{1}", String(repeating: "x\n", count: 8)])
    func `a mark that is damaged only costs a full look`(content: String) throws {
        let (repository, towpath) = try settled()
        let folder = repository.directory.file("cache")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("settled-") {
            try Data(content.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        #expect(try towpath("reconcile").output.contains("nothing to do"))
        #expect(try towpath("reconcile").status == 0)
    }

    @Test(
        arguments: [
            (["TOWPATH_CACHE_DIR": "own", "XDG_CACHE_HOME": "xdg", "HOME": "home"], nil, "own"),
            (["TOWPATH_CACHE_DIR": "", "XDG_CACHE_HOME": "xdg", "HOME": "home"], nil, "xdg/towpath"),
            (["XDG_CACHE_HOME": "", "HOME": "home"], nil, "home/.cache/towpath"),
            (["HOME": "home"], "given", "given"), (["HOME": "home"], "", nil), ([:], nil, nil),
        ] as [([String: String], String?, String?)])
    func `the cache folder is found by the documented rules`(
        variables: [String: String], option: String?, folder: String?
    ) throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        var towpath = try TowpathProgram(in: repository.path)
        for (name, path) in variables { towpath.set(name, path.isEmpty ? "" : repository.directory.file(path)) }
        let options = option.map { ["--cache-dir", $0.isEmpty ? "" : repository.directory.file($0)] } ?? []
        for _ in 1...2 { #expect(try towpath(["reconcile"] + options).status == 0) }
        let files = FileManager.default
        for path in ["own", "xdg/towpath", "home/.cache/towpath", "given"] {
            #expect(files.fileExists(atPath: repository.directory.file(path)) == (path == folder), "\(path)")
        }
    }

    @Test func `a cache folder that cannot be written is no reason to fail`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        var towpath = try TowpathProgram(in: repository.path)
        towpath.set("TOWPATH_CACHE_DIR", "/dev/null/cache")
        for _ in 1...2 { #expect(try towpath("reconcile").status == 0) }
    }

    @Test func `a published branch that is deleted comes back, mark or no mark`() throws {
        let (repository, towpath) = try settled(["towpath.yaml": SampleText.publishing])
        let before = try repository.git("rev-parse", "env/dev^{tree}")
        try repository.git("update-ref", "-d", "refs/heads/env/dev")
        #expect(try towpath("reconcile").status == 0)
        #expect(try repository.git("rev-parse", "env/dev^{tree}") == before)
    }

    @Test func `a reconcile that finds nothing writes nothing, however often it runs`() throws {
        let (repository, towpath) = try settled(["towpath.yaml": SampleText.publishing])
        let before = try repository.references()
        for minute in 10...14 {
            var later = towpath
            later.at("2026-11-23T08:\(minute):00Z")
            later.set("TOWPATH_CACHE_DIR", nil)
            #expect(try later("reconcile").status == 0)
        }
        #expect(try repository.references() == before)
    }
}

/// What is kept from one run to the next, as a user sees it.
@Suite struct KeptReadingTests {
    @Test func `what was read is kept in the cache folder, and not with --no-cache`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        var towpath = try TowpathProgram(in: repository.path)
        let cache = repository.directory.file("cache")
        towpath.set("TOWPATH_CACHE_DIR", cache)
        let plain = try towpath("inventory", "--output", "json", "--no-cache")
        #expect(plain.status == 0)
        #expect(!FileManager.default.fileExists(atPath: cache))
        for _ in 1...2 {
            #expect(try towpath("inventory", "--output", "json").output == plain.output)
            #expect(FileManager.default.fileExists(atPath: "\(cache)/declarations"))
        }
    }

    @Test func `what is damaged is told once, and the result is the same`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        var towpath = try TowpathProgram(in: repository.path)
        let cache = repository.directory.file("cache")
        towpath.set("TOWPATH_CACHE_DIR", cache)
        let first = try towpath("inventory", "--output", "json")
        let all = "\(cache)/declarations"
        let folder = try #require(try FileManager.default.contentsOfDirectory(atPath: all).first)
        let file = URL(fileURLWithPath: "\(all)/\(folder)/environments")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 4
        try bytes.write(to: file)
        let damaged = try towpath("inventory", "--output", "json")
        #expect(damaged.output == first.output && damaged.status == first.status)
        #expect(damaged.errors.contains("is damaged; it is read again"))
        let mended = try towpath("inventory", "--output", "json")
        #expect(mended.output == first.output && mended.errors.isEmpty)
    }
}
