import Foundation
import JSONText
import TestSupport
import Testing

/// What the program prints as JSON is what the reference says of it.
@Suite struct OutputReferenceTests {
    private let page: MarkdownPage
    private let commands: Set<String>

    init() throws {
        let documentation = try Documentation.checkout.get()
        page = try documentation.page("docs/reference/json.md")
        commands = Set(
            try documentation.page("docs/reference/cli.md").headings.filter { $0.hasPrefix("towpath ") }
                .map { String($0.dropFirst("towpath ".count)) })
    }

    /// A way to run each command, in an order in which every one has something to tell.
    private static func runs(report: String, policy: String, samples: String) -> [[String]] {
        [
            ["init"], ["inventory"], ["inventory", "--pairs"], ["inventory", "--effective"], ["status"],
            ["explain", "dev", "web"], ["plan"],
            ["drift"], ["history", "dev"],
            ["history", "--matrix", "--component", "web"], ["diff", "dev", "staging"],
            ["reconcile"], ["reconcile"], ["promote", "staging"], ["promote", "prod-eu"],
            ["check", "--head", "topic"],
            ["attest", "web", "--env", "dev", "--type", "tests", "--from", report], ["evidence"],
            ["review", "dev", "PROMOTION", "--reason", "x", "--yes"],
            ["simulate", "policy", "--with", policy], ["simulate", "loop", "--steps", "5"],
            ["policy", "test", samples], ["facts", "ENTRY"], ["audit"], ["replay", "--at", "main"],
            ["hold", "dev", "--reason", "x"], ["release", "dev"], ["rollback", "dev", "--reason", "x"],
            ["approve", "prod-eu", "--yes"], ["accept-history"], ["accept-history"],
        ]
    }

    /// The kinds that each command prints, and the keys of each kind as they were printed.
    private func printed() throws -> (kinds: [String: Set<String>], keys: [String: Set<[String]>]) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let key = repository.directory.file("key.pem")
        let openssl = Program("/usr/bin/openssl", in: repository.directory.path, environment: [:])
        try openssl("genpkey", "-algorithm", "ed25519", "-out", key)
        let report = repository.directory.file("junit.xml")
        try Data("<testsuite name='unit' tests='1'><testcase name='a'/></testsuite>".utf8)
            .write(to: URL(fileURLWithPath: report))
        let policy = repository.directory.file("dev.yaml")
        if case .text(let text) = SampleText.contract(to: "dev") {
            try Data(text.utf8).write(to: URL(fileURLWithPath: policy))
        }
        var towpath = try TowpathProgram(in: repository)
        towpath.set("TOWPATH_CACHE_DIR", repository.directory.file("cache"))
        towpath.set("TOWPATH_SIGNING_KEY", key)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        try repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.2.0", 3)], branch: "topic",
            from: try repository.tip())
        let empty = try TemporaryDirectory("init")
        let samples = try Documentation.checkout.get().root + "/policies"
        var kinds: [String: Set<String>] = [:]
        var keys: [String: Set<[String]>] = [:]
        var promotion = ""
        var before: String?
        for arguments in Self.runs(report: report, policy: policy, samples: samples) {
            if arguments[0] == "approve" {
                try repository.commit(["environments/prod-eu/web.yaml": SampleText.component("web", "1.1.0", 2)])
            }
            if arguments == ["accept-history"], try repository.tip() == before {
                try repository.git("update-ref", "refs/heads/main", "main~2")
            }
            before = try repository.tip()
            let program = arguments == ["init"] ? try TowpathProgram(in: empty.path) : towpath
            let entry = arguments.contains("ENTRY") ? try repository.tip() ?? "" : ""
            let words = ["PROMOTION": promotion, "ENTRY": entry]
            let run = try program(arguments.map { words[$0] ?? $0 } + ["--output", "json"])
            if arguments == ["reconcile"], promotion.isEmpty {
                let found = try #require(run.output.firstMatch(of: /dev\.[0-9a-f]{16}/), "\(run.text)")
                promotion = String(found.output)
            }
            let json = try JSONReader.value(run.outputBytes)
            let kind = try #require(json["kind"]?.string, "\(arguments): \(run.text)")
            let name = arguments.prefix(2).joined(separator: " ")
            kinds[commands.contains(name) ? name : arguments[0], default: []].insert(kind)
            keys[kind, default: []].insert(json.keys)
        }
        return (kinds, keys)
    }

    @Test func `every command has its kind in the table, and every kind its section with all keys in order`() throws {
        let (kinds, keys) = try printed()
        #expect(Set(kinds.keys) == commands, "a command is not run here")
        let rows = page.prose.matches(of: /\n\| `([a-z -]+)` \| \[([A-Za-z]+)\]\(#([a-z]+)\) \|/)
        let table = Dictionary(rows.map { (String($0.1), Set([String($0.2)])) }, uniquingKeysWith: { $0.union($1) })
        #expect(table == kinds)
        #expect(rows.allSatisfy { $0.2.lowercased() == $0.3 })
        var samples: [String: Set<[String]>] = [:]
        for block in page.blocks where block.info == ["json"] {
            let json = try JSONReader.value(block.text)
            samples[json["kind"]?.string ?? "", default: []].insert(json.keys)
        }
        for (kind, keys) in keys {
            #expect(page.headings.contains(kind), "\(kind) has no section")
            #expect(samples[kind] == keys, "the samples of \(kind) are not as it is printed")
        }
        #expect(Set(samples.keys) == Set(keys.keys))
    }

    @Test func `a key that is printed and null in no sample is explained`() throws {
        for block in page.blocks where block.info == ["json"] {
            let json = try JSONReader.value(block.text)
            for key in json.keys where json[key] == .null {
                #expect(page.prose.contains("`\(key)`"), "\(key) at line \(block.line)")
            }
        }
    }
}

extension JSONValue {
    /// The keys of an object, as they stand.
    fileprivate var keys: [String] {
        if case .object(let members) = self { members.map(\.key) } else { [] }
    }
}
