import TestSupport
import Testing

/// One file that towpath cannot use, beside others that it can.
struct BadFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let content: BareRepository.Entry
    /// Line and column, and how the reason begins, as people are told after the file's path.
    let told: String
    /// What else they are told.
    let reason: String

    init(_ name: String, _ content: BareRepository.Entry, _ told: String, _ reason: String = "") {
        testDescription = name
        self.content = content
        self.told = told
        self.reason = reason
    }

    /// Whether `text` tells of the file.
    func isTold(in text: String) -> Bool {
        text.contains("environments/dev/bad.yaml:\(told)") && (reason.isEmpty || text.contains(reason))
    }

    /// A native manifest whose digest is written as `text`.
    static func digest(_ name: String, _ text: String, _ told: String, _ reason: String = "") -> BadFile {
        BadFile(
            name,
            """
            apiVersion: towpath.dev/v1
            kind: Component
            metadata: {name: broken}
            spec:
              artifact: {repository: registry.example/broken, version: "1", digest: \(text)}

            """, told, reason)
    }

    /// A native manifest called `text`, written in double quotes.
    static func name(_ name: String, _ text: String, _ told: String, _ reason: String = "") -> BadFile {
        let digest = SampleText.digest(7)
        return BadFile(
            name,
            """
            apiVersion: towpath.dev/v1
            kind: Component
            metadata: {name: "\(text)"}
            spec:
              artifact: {repository: registry.example/broken, digest: "\(digest)"}

            """, told, reason)
    }

    static let unusable: [BadFile] = [
        BadFile(
            "bytes that are no UTF-8", .bytes(Array("a: 1\nb: ".utf8) + [0xC3, 0x28, 0x0A]),
            "2:4: the file is not UTF-8"),
        BadFile("a tab as indentation", "a:\n\tb: 1\n", "2:1: "),
        BadFile("a NUL", .bytes(Array("a: 1\nb: ".utf8) + [0, 0x0A]), "2:4: "),
        BadFile(
            "fifty megabytes", .bytes(Array(repeating: UInt8(ascii: "#"), count: 50 * 1_048_576)),
            " larger than the 8 MiB"),
        BadFile("brackets 20,000 deep", .text(String(repeating: "[", count: 20_000) + "\n"), "1:65: "),
        BadFile("an alias bomb", .text(bomb), "6:10: ", "aliases expand the document to more than"),
        BadFile("an anchor inside itself", "a: &a [1, *a]\n", "1:11: "),
        .digest(
            "a digest in upper case", "\"sha256:\(String(repeating: "A", count: 64))\"", "5:73: ",
            "digits of a digest are lower case"),
        .digest("a short digest", "sha256:abc", "5:73: ", "sha256 needs 64 hexadecimal digits, found 3"),
        .digest(
            "a digest of md5", "\"md5:d41d8cd98f00b204e9800998ecf8427e\"", "5:73: ",
            "algorithm \"md5\" is not one of sha256, sha512"),
        .digest(
            "a digest that YAML takes for a number", "7e12345", "5:73: ",
            "\"7e12345\" is no digest: expected \"sha256:\""),
        .name("a name with a space", "web shop", "5:"),
        .name("a name with a control character", "web\\e[31m", "5:"),
        .name("a name with a bidirectional mark", "web\\u202Etxt", "5:"),
        BadFile(
            "a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n",
            "1: a pointer"),
    ]

    private static var bomb: String {
        (0..<12).map { level in
            let items = (0..<9).map { _ in level == 0 ? "x" : "*a\(level - 1)" }.joined(separator: ",")
            return "a\(level): &a\(level) [\(items)]"
        }.joined(separator: "\n") + "\n"
    }

    /// Content that looks odd and is read all the same, or has nothing to read.
    static let usable: [BadFile] = [
        BadFile("a byte order mark", .bytes([0xEF, 0xBB, 0xBF] + component("odd")), "odd"),
        BadFile(
            "carriage returns", .text(String(decoding: component("odd"), as: UTF8.self).replacing("\n", with: "\r\n")),
            "odd"),
        BadFile("two documents", .bytes(component("odd") + Array("---\n".utf8) + component("even")), "even"),
        BadFile("duplicate keys", .bytes(component("odd") + Array("extra: 1\nextra: 2\n".utf8)), "odd"),
        BadFile("only comments", "# nothing\n# at all\n", ""),
        BadFile("an empty file", "", ""),
        BadFile("a Go template", "kind: {{ .Values.kind }}\n{{- if .x }}\n", ""),
    ]

    private static func component(_ name: String) -> [UInt8] {
        guard case .text(let text) = SampleText.component(name, "1.0.0", 3) else { return [] }
        return Array(text.utf8)
    }
}

@Suite struct BadManifestTests {
    /// `dev` and `lab`, where builds arrive, both settled; then a commit with the bad file in `dev` and a new digest
    /// of each environment's good component.
    private func fleet(_ bad: BadFile) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.0.0", 1),
            "environments/lab/web.yaml": SampleText.component("web", "1.0.0", 1),
            "policies/dev.yaml": SampleText.contract(to: "dev"),
            "policies/lab.yaml": SampleText.contract(to: "lab"),
        ])
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/dev/bad.yaml": bad.content,
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
            "environments/lab/web.yaml": SampleText.component("web", "1.1.0", 2),
        ])
        return (repository, towpath)
    }

    @Test(arguments: BadFile.unusable)
    func `a file that cannot be used is named with its place and reason, and all else is done`(bad: BadFile) throws {
        let (repository, towpath) = try fleet(bad)

        let inventory = try towpath("inventory")
        #expect(inventory.status == 65)
        #expect(bad.isTold(in: inventory.errors), "\(inventory.errors)")
        #expect(inventory.output.split(separator: "\n").count == 3, "\(inventory.output)")
        #expect(!inventory.text.contains("\u{1B}") && !inventory.text.contains("\u{202E}"))

        let tick = try towpath("reconcile")
        #expect(tick.status == 65)
        #expect(bad.isTold(in: tick.errors), "\(tick.errors)")
        for name in ["dev", "lab"] {
            let lock = try repository.file("environments/\(name)/environment.lock")
            #expect(lock.contains("digest: \(SampleText.digest(2))"), "\(lock)")
            #expect(!lock.contains("broken"), "\(lock)")
        }
        #expect(try repository.git("for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main")
        try repository.expectSound()
    }

    @Test(arguments: BadFile.usable)
    func `a file that only looks odd is read`(odd: BadFile) throws {
        let (repository, towpath) = try fleet(odd)
        let inventory = try towpath("inventory")
        #expect(inventory.status == 0, "\(inventory.text)")
        #expect(odd.told.isEmpty || inventory.output.contains("dev          \(odd.told) "), "\(inventory.output)")
        let tick = try towpath("reconcile")
        #expect(tick.status == 0, "\(tick.text)")
        let lock = try repository.file("environments/dev/environment.lock")
        #expect(odd.told.isEmpty || lock.contains(odd.told))
        try repository.expectSound()
    }

    @Test func `an image that is rendered from a template is named and never retires what stood there`() throws {
        let repository = try BareRepository()
        let path = "environments/dev/app.yaml"
        try repository.commit([
            path: SampleText.deployment("app", ("web", "1", 1), ("side", "1", 1)),
            "policies/dev.yaml": SampleText.contract(to: "dev"),
        ])
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        let image = "registry.example/shop/web:1@\(SampleText.digest(1))"
        let templated = try repository.file(path).replacing(image, with: "{{ .Values.image }}")
        try repository.commit([path: .text(templated)])
        let before = try repository.tip()
        let inventory = try towpath("inventory")
        #expect(inventory.status == 0, "\(inventory.text)")
        #expect(inventory.errors == "\(path):11:18: note: rendered from a template: {{ .Values.image }}\n")
        #expect(try towpath("inventory", "--output", "json").output.contains("\"severity\": \"skipped\""))
        #expect(try towpath("reconcile").status == 0)
        #expect(try repository.tip() == before)
    }

    @Test func `a file that cannot be read never retires what it declared`() throws {
        let (repository, towpath) = try fleet(BadFile("an empty file", "", ""))
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": "a:\n\tb: 1\n"])
        let before = try repository.tip()
        #expect(try towpath("reconcile").status == 65)
        #expect(try repository.tip() == before)
        let status = try towpath("status", "dev")
        #expect(status.output.contains("unknown") && status.output.contains("environments/dev/web.yaml:2:1"))
    }
}
