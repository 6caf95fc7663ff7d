import Testing

/// The rules themselves: what each one catches, and what it lets pass.
@Suite struct TidyRuleTests {
    /// A file and everything the rules have to say about it, as `line: message`.
    struct Row: Sendable, CustomTestStringConvertible {
        let path: String
        let text: String
        let expected: [String]
        var isExecutable = false

        var testDescription: String { "\(path): \(text.prefix(60).debugDescription)" }

        var findings: [String] {
            let file = SourceTree.File(path: path, bytes: Array(text.utf8), isExecutable: isExecutable)
            let tree = SourceTree([file])
            return TidyRule.all.flatMap { $0.findings(tree) }.sorted().map { "\($0.line): \($0.message)" }
        }
    }

    @Test(arguments: imports + tokens + lengths + files + scripts)
    func `a file gets exactly its findings`(_ row: Row) {
        #expect(row.findings == row.expected)
    }

    static let imports = [
        row("Planning", "import PolicyRules\npackage import PromotionModel\nimport struct Crypto.SHA256\n"),
        row("Git", "import CLibgit2\nimport Synchronization\n"),
        row("Planning", "f(import: x)\nlet text = \"import Git\" // import Git\n"),
        row("Planning", "import Git\n", "1: Planning may not import Git"),
        row("Planning", "\n@testable import Git\n", "2: Planning may not import Git"),
        row("Planning", "package import struct Git.Repository\n", "1: Planning may not import Git"),
        row("Planning", "import Foundation\n", "1: Planning may not import Foundation"),
        row("Planning", "import Synchronization\n", "1: Planning may not import Synchronization"),
        row("PromotionModel", "import Glibc.stdlib\n", "1: PromotionModel may not import Glibc"),
        row("Ports", "import Observing\n", "1: Ports may not import Observing"),
        row("towpath", "import Commands\nimport Bootstrap\n", "2: towpath may not import Bootstrap"),
        row("Surprise", "let x = 1\n", "1: Sources/Surprise is no target of the table"),
        Row(path: "Tests/GitTests/X.swift", text: "import Foundation\nimport Git\n", expected: []),
    ]

    static let tokens =
        TokenRules.bannedInPure.map { banned in
            row("Planning", "a\n\(banned.spelling)\n", "2: `\(banned.spelling)` is banned in a pure target")
        } + TokenRules.bannedInPure.map { row("Observing", "a\n\($0.spelling)\n") }
        + TokenRules.bannedInSources.map { banned in
            row("Git", "a\n\(banned.spelling)\n", "2: `\(banned.spelling)` is banned in Sources")
        }
        + (TokenRules.bannedInPure + TokenRules.bannedInSources).flatMap { banned in
            [
                row("Planning", "// \(banned.spelling)\n/* /* */ \(banned.spelling) */\n"),
                row("Planning", "let a = \"\(banned.spelling)\"\nlet b = #\"\"\(banned.spelling)\"\"#\n"),
                row("Planning", "let a = \"\"\"\n    \(banned.spelling) \"\n    \"\"\"\n"),
                Row(path: "Tests/GitTests/X.swift", text: banned.spelling, expected: []),
            ]
        } + [
            row("Planning", "Date( )\n", "1: `Date()` is banned in a pure target"),
            row("Planning", "Foundation.Date()\n", "1: `Date()` is banned in a pure target"),
            row("Planning", "Task\n{ }\n", "1: `Task {` is banned in a pure target"),
            row("Planning", "\"\\(await f(\"(\"))\"\n", "1: `await` is banned in a pure target"),
            row("Planning", "let a = /\"/; await b\n", "1: `await` is banned in a pure target"),
            row("Planning", "let a = #/\"\n/#; await b\n", "2: `await` is banned in a pure target"),
            row("Planning", "let a = b / c // \"\nawait d / e\n", "2: `await` is banned in a pure target"),
            row("Planning", "\"\"; await b\n", "1: `await` is banned in a pure target"),
            row("Planning", "#\"\\\"#; await b\n", "1: `await` is banned in a pure target"),
            row("Planning", "#\"\"#; await b\n", "1: `await` is banned in a pure target"),
            row("Planning", "#\"\"\"#; await b\n", "1: `await` is banned in a pure target"),
            row("Planning", "/* \n /* \n */ */ await b\n", "3: `await` is banned in a pure target"),
            row("Planning", "func print(_ a: Int) {}\npage.print(1)\nfacts.nowhere\n`await`\nawaiting(Dates())\n"),
            row("Planning", "let a: String = .public\nfunc `public name`() {}\n"),
            row("Git", "// TODO later\n", "1: TODO is a promise"),
            row("Git", "/*\n FIXME: later */\n", "2: FIXME is a promise"),
            row("Git", "// XXXXXX and todo are words of their own\nlet a = \"XXX\"\n"),
            row("Git", "// The handle is guarded by `lock`.\nfinal class A: @unchecked Sendable {}\n"),
            row("Git", "final class A: @unchecked Sendable {} // Guarded by `lock`.\n"),
            row("Git", "// Guarded by hope.\n\nfinal class A: @unchecked Sendable {}\n", unexplained(3)),
            row("Git", "final class A: @unchecked Sendable {}\n", unexplained(1)),
            row(
                "Git", String(repeating: "// guarded by a\nclass A: @unchecked Sendable {}\n", count: 3),
                "6: `@unchecked Sendable` number 3 of 2"),
        ]

    static let lengths = [
        row("Git", lines(500)),
        row("Git", lines(501), "501: 501 lines, 500 allowed"),
        Row(path: "Tests/GitTests/X.swift", text: lines(800), expected: []),
        Row(path: "Tests/GitTests/X.swift", text: lines(801), expected: ["801: 801 lines, 800 allowed"]),
        row("Git", "func a() {\n\(lines(68))}\n"),
        row("Git", "func a() {\n\(lines(69))}\n", "1: func a is 71 lines long, 70 allowed"),
        row("Git", "struct A {\n\(lines(80))}\n"),
        row("Git", "\ninit?(a: Int = [1].map { $0 }[0])\n{\n\(lines(69))}\n", "2: init is 72 lines long, 70 allowed"),
        row("Git", "deinit {\n\(lines(69))}\n", "1: deinit is 71 lines long, 70 allowed"),
        row("Git", "subscript(a: Int) -> Int {\n\(lines(69))}\n", "1: subscript is 71 lines long, 70 allowed"),
        row("Git", "func a() {\n\"}}\" // }\n\(lines(70))}\n", "1: func a is 73 lines long, 70 allowed"),
        row("Git", "protocol P {\nfunc a()\nvar b: Int { get }\n}\nstruct S {\n\(lines(80))}\n"),
        row("Git", "protocol P { func a() }\nlet s = {\n\(lines(80))}\n"),
        row("Git", "let a = S.init(b)\nif c {\n\(lines(80))}\n"),
    ]

    /// What the reader says of a list that does not end.
    private static let unclosedList = "did not find expected node content, while parsing a flow node"

    static let files =
        ["Utils", "Helpers", "Common", "Manager", "Types", "GitHelpers"].map { name in
            Row(
                path: "Tests/GitTests/\(name).swift", text: "\n",
                expected: ["1: the file name says nothing about what is inside"])
        } + [
            Row(path: "docs/a.md", text: "see\n/\(machineRoot)/x\n", expected: ["2: a path of one machine"]),
            Row(path: "docs/a.md", text: "\"/\(machineRoot)/x\"\n", expected: ["1: a path of one machine"]),
            Row(path: "docs/a.md", text: "file:///\(machineRoot)/x\n", expected: ["1: a path of one machine"]),
            Row(path: "docs/a.md", text: "**/\(machineRoot)/* ${TOP}/\(machineRoot)/x\n", expected: []),
            Row(path: "docs/a.md", text: "https://example/\(machineRoot)/x and /\(machineRoot)s/\n", expected: []),
            Row(path: "policies/a.rego", text: "a: ü\n", expected: []),
            Row(path: "policies/a.rego", text: "a: b", expected: ["1: no newline at the end"]),
            Row(
                path: "policies/a.yaml", text: "kindd: Freeze\n",
                expected: ["1: unknown field \"kindd\"; did you mean \"kind\"?"]),
            Row(path: "environments/a/b.yaml", text: "a: [\n", expected: ["2: \(unclosedList)"]),
            Row(path: "policies/allowed_signers", text: "# nobody\n", expected: ["0: no signer is listed"]),
            Row(path: "policies/a.yaml", text: "", expected: ["1: no newline at the end"]),
            Row(path: "environments/a/b.yaml", text: "a: b\r\n", expected: ["1: carriage returns"]),
        ]

    static let scripts = [
        Row(path: "scripts/a", text: "#!/bin/sh\nset -eu\n", expected: [], isExecutable: true),
        Row(path: ".ci/a", text: "#!/bin/bash\nset -euo pipefail\n", expected: [], isExecutable: true),
        Row(path: "scripts/a", text: "#!/bin/sh\nset -eu\n", expected: ["1: not executable"]),
        Row(path: "scripts/a", text: "set -eu\n", expected: ["1: no shebang"], isExecutable: true),
        Row(path: "scripts/a", text: "#!/bin/sh\n", expected: ["1: goes on after a failure"], isExecutable: true),
        Row(
            path: "scripts/a",
            text: "#!/bin/sh\nset -eu\ngit commit -q -m x\nrun git merge --no-ff y\ngit commit -s -m 'git commit'\n"
                + "git merge --ff-only y\ngit merge --no-ff --signoff y\ngit revert HEAD\n",
            expected: [
                "3: a commit without a sign-off", "4: a commit without a sign-off", "8: a commit without a sign-off",
            ], isExecutable: true),
        Row(path: "Makefile", text: "# a: b\nA := b\nx ?= a:b\n.PHONY: a\na: b ## Do a\n\tb: c\n", expected: []),
        Row(path: "Makefile", text: "\na-b: c\n", expected: ["2: target a-b is missing from `make help`"]),
    ]

    @Test func `a sample that is not UTF-8 is found`() {
        let file = SourceTree.File(path: "policies/a.rego", bytes: [0xFF, 0x0A], isExecutable: false)
        #expect(SampleRules.findings(in: SourceTree([file])).map(\.message) == ["not UTF-8"])
    }

    @Test func `a finding names the place, the fault and the way out`() {
        let file = SourceTree.File(path: "Sources/Planning/X.swift", bytes: Array("Date()".utf8), isExecutable: false)
        #expect(
            TokenRules.findings(in: SourceTree([file])).map(\.description) == [
                "Sources/Planning/X.swift:1: `Date()` is banned in a pure target; "
                    + "use an instant passed in as an argument instead"
            ])
    }

    private static let machineRoot = "work"

    private static func row(_ target: String, _ text: String, _ expected: String...) -> Row {
        Row(path: "Sources/\(target)/X.swift", text: text, expected: expected)
    }

    private static func lines(_ count: Int) -> String {
        String(repeating: "x\n", count: count)
    }

    private static func unexplained(_ line: Int) -> String {
        "\(line): `@unchecked Sendable` without its guard"
    }
}
