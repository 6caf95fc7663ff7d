import Git
import PromotionModel
import TestSupport
import Testing

@testable import Observing

/// Which files a layout takes for whose, over real trees.
@Suite struct EnvironmentFilesTests {
    private func files(
        _ files: [String: BareRepository.Entry], environments: String? = nil
    ) throws -> EnvironmentFiles {
        let bare = try BareRepository()
        var files = files
        if let environments {
            files["towpath.yaml"] = """
                apiVersion: towpath.dev/v1
                kind: Fleet
                spec:
                  environments:
                \(environments)

                """
        }
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: try bare.commit(files)))
        let tree = try repository.commit(tip).tree
        let layout = try FleetReader().layout(at: tree, in: repository)
        return try EnvironmentFiles(in: tree, layout: layout, repository: repository)
    }

    private func paths(_ files: EnvironmentFiles, _ name: String) throws -> [String] {
        try files.files[EnvironmentName(name), default: []].map(\.path)
    }

    private func problems(_ files: EnvironmentFiles) -> [String] {
        (files.otherProblems + files.problems.values.joined()).sorted().map(\.description)
    }

    @Test func `every folder below environments is one, with all its files but the lock`() throws {
        let found = try files([
            "environments/dev/a.yaml": "a", "environments/dev/deep/er/b.txt": "b",
            "environments/dev/environment.lock": "lock", "environments/prod/c.yaml": "c", "environments/notes.md": "n",
            "elsewhere/dev/d.yaml": "d",
        ])
        #expect(found.names.map(\.description) == ["dev", "prod"])
        #expect(try paths(found, "dev") == ["environments/dev/a.yaml", "environments/dev/deep/er/b.txt"])
        #expect(problems(found).isEmpty)
    }

    @Test func `links and submodules are told of and never followed, wherever they stand`() throws {
        let found = try files([
            "environments/dev/a.yaml": "a", "environments/dev/link.yaml": .link("a.yaml"),
            "environments/dev/self": .link("self"), "environments/dev/secret.yaml": .link("/etc/passwd"),
            "environments/dev/module": .submodule, "environments/prod": .link("dev"),
            "elsewhere": .link("environments"),
        ])
        #expect(found.names.map(\.description) == ["dev"])
        #expect(try paths(found, "dev") == ["environments/dev/a.yaml"])
        #expect(
            problems(found) == [
                "environments/dev/link.yaml: a symbolic link, never followed",
                "environments/dev/module: a submodule, never followed",
                "environments/dev/secret.yaml: a symbolic link, never followed",
                "environments/dev/self: a symbolic link, never followed",
                "environments/prod: a symbolic link, never followed",
            ])
    }

    @Test(arguments: ["a b", "-dev", "dev.", "a..b", "prod.lock", "d\u{435}v", "dev\u{202E}", "x\ny", ".dev"])
    func `a folder whose name is no environment's is told of, with nothing unprintable`(name: String) throws {
        let found = try files(["environments/\(name)/a.yaml": "a", "environments/dev/a.yaml": "a"])
        #expect(found.names.map(\.description) == ["dev"])
        let told = problems(found)
        #expect(
            told.count == 1 && told.allSatisfy { $0.contains("is no environment name") || $0.contains("control") },
            "\(told)")
        #expect(!told.joined().unicodeScalars.contains { $0.properties.generalCategory == .format || $0 == "\n" })
    }

    @Test func `folders deeper than sixty-four are told of and not entered`() throws {
        let deep = (1...70).map { "d\($0)" }.joined(separator: "/")
        let found = try files(["environments/dev/\(deep)/a.yaml": "a", "environments/dev/b.yaml": "b"])
        #expect(try paths(found, "dev") == ["environments/dev/b.yaml"])
        #expect(
            problems(found).count == 1 && problems(found)[0].hasSuffix("folders are nested deeper than 64: not entered")
        )
    }

    private static let layouts: [(environments: String, claims: [String: [String]])] = [
        ("    - {name: \"{env}\", paths: [\"clusters/{env}/**\"]}", ["east": ["clusters/east/x.yaml"]]),
        (
            "    - {name: one, paths: [\"clusters/east/*\", \"apps/web/one/**\"]}",
            ["one": ["apps/web/one/a.yaml", "apps/web/one/testdata/t.yaml", "clusters/east/x.yaml"]]
        ),
        (
            "    - {name: \"{env}\", paths: [\"apps/*/{env}/**\"], exclude: [\"**/testdata/**\"]}",
            ["one": ["apps/web/one/a.yaml"], "two": ["apps/web/two/b.yaml"]]
        ),
        (
            "    - {name: all, paths: [\"apps/**\"], exclude: [\"**/two/**\", \"**/testdata/**\"]}",
            ["all": ["apps/web/one/a.yaml"]]
        ),
        (
            // What one rule leaves out another may claim, by folder or by file.
            "    - {name: one, paths: [\"apps/**\"], exclude: [\"**/two/**\"]}\n"
                + "    - {name: two, paths: [\"apps/*/two/*.yaml\"]}",
            [
                "one": ["apps/web/one/a.yaml", "apps/web/one/testdata/t.yaml"],
                "two": ["apps/web/two/b.yaml"],
            ]
        ),
        (
            // What a rule leaves out completely makes no environment.
            "    - {name: \"{env}\", paths: [\"apps/web/{env}/**\"], exclude: [\"apps/web/two/**\"]}\n"
                + "    - {name: \"{file}\", paths: [\"{file}.yaml\"], exclude: [other.yaml, towpath.yaml]}",
            ["one": ["apps/web/one/a.yaml", "apps/web/one/testdata/t.yaml"]]
        ),
    ]

    @Test(arguments: layouts)
    func `a layout maps folders as they are`(environments: String, claims: [String: [String]]) throws {
        let found = try files(
            [
                "clusters/east/x.yaml": "x", "apps/web/one/a.yaml": "a", "apps/web/one/testdata/t.yaml": "t",
                "apps/web/two/b.yaml": "b", "other.yaml": "o",
            ], environments: environments)
        #expect(problems(found).isEmpty)
        #expect(Set(found.names.map(\.description)) == Set(claims.keys))
        for (name, expected) in claims { #expect(try paths(found, name) == expected) }
    }

    @Test func `a link that a rule leaves out is no trouble of its environment`() throws {
        let tree: [String: BareRepository.Entry] = ["apps/a.yaml": "a", "apps/link": .link("a.yaml")]
        let rule = "    - {name: one, paths: [\"apps/**\"]"
        #expect(problems(try files(tree, environments: rule + "}")) == ["apps/link: a symbolic link, never followed"])
        let quiet = try files(tree, environments: rule + ", exclude: [apps/link]}")
        #expect(try problems(quiet).isEmpty && paths(quiet, "one") == ["apps/a.yaml"])
    }

    @Test func `a file that two environments claim is neither's, unless both share it`() throws {
        let tree: [String: BareRepository.Entry] = ["base/a.yaml": "a", "one/b.yaml": "b"]
        let torn = try files(
            tree,
            environments: "    - {name: one, paths: [\"base/**\", \"one/**\"]}\n    - {name: two, paths: [\"base/**\"]}"
        )
        #expect(try paths(torn, "one") == ["one/b.yaml"])
        #expect(try paths(torn, "two").isEmpty)
        #expect(
            torn.problems.count == 2
                && problems(torn).allSatisfy {
                    $0
                        == "base/a.yaml: claimed by one and two; in towpath.yaml, exclude it in the rules of all but one, "
                        + "or, if it is a base of both, write \"shared: true\" in the rules of one and two"
                })
        let half = try files(
            tree,
            environments: "    - {name: one, paths: [\"base/**\", \"one/**\"], shared: true}\n"
                + "    - {name: two, paths: [\"base/**\"]}\n    - {name: three, paths: [\"base/**\"], shared: true}")
        #expect(
            problems(half).allSatisfy {
                $0 == "base/a.yaml: claimed by one and three and two; in towpath.yaml, exclude it in the rules of all "
                    + "but one, or, if it is a base of them all, write \"shared: true\" in the rule of two"
            })
        #expect(problems(half).count == 3)
        let shared = try files(
            tree,
            environments: "    - {name: one, paths: [\"base/**\", \"one/**\"], shared: true}\n"
                + "    - {name: two, paths: [\"base/**\"], shared: true}")
        #expect(try paths(shared, "one") == ["base/a.yaml", "one/b.yaml"])
        #expect(try paths(shared, "two") == ["base/a.yaml"])
    }

    /// What happens to files of a fleet; in the second layout an environment is a folder two steps down, or more.
    private static func change(_ random: inout SeededGenerator, _ number: Int) -> [String: BareRepository.Entry] {
        let names = ["dev", "eu-1", "prod", "\u{212A}", "K"]
        let name = names.randomElement(using: &random) ?? "dev"
        let folder =
            ["environments/\(name)", "clusters/x/\(name)", "clusters/y/\(name)"].randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return ["\(folder)/new-\(number).yaml": "\(number)"]
        case 1: return ["environments/fresh-\(number)/a.yaml": "\(number)"]
        case 2: return ["\(folder)/a.yaml": .link("b.yaml")]
        case 3: return ["environments/link-\(number)": .link("dev")]
        case 4: return ["README.md": "\(number)", "policies/p.yaml": "\(number)"]
        case 5: return ["environments/note.md": "\(number)"]
        case 6: return ["\(folder)/deep/er/c.yaml": "\(number)"]
        default: return ["\(folder)/a.yaml": "\(number)"]
        }
    }

    @Test(arguments: UInt64(0)..<12)
    func `what is found by following what moved is what a walk finds`(seed: UInt64) throws {
        let bare = try BareRepository()
        var random = SeededGenerator(seed: seed)
        let rules = [
            nil, "[{name: \"{env}\", paths: [\"clusters/{region}/{env}/**\"]}]",
            "[{name: \"{region}-{env}\", paths: [\"clusters/{region}/{env}/**\"]}, "
                + "{name: \"{env}\", paths: [\"environments/{env}/**\"], publish: {branch: \"env/{env}\"}}]",
        ][Int(seed % 3)]
        var files: [String: BareRepository.Entry] = [:]
        for name in ["dev", "eu-1", "prod"] {
            for folder in ["environments", "clusters/x", "clusters/y"] { files["\(folder)/\(name)/a.yaml"] = "a" }
        }
        if let rules {
            files["towpath.yaml"] = "apiVersion: towpath.dev/v1\nkind: Fleet\nspec: {environments: \(rules)}\n"
        }
        try bare.commit(files)
        let repository = try Repository.open(at: bare.path)
        let memory = FilesMemory()
        for number in 1...20 {
            let tip = try #require(ObjectID(hex: try bare.commit(Self.change(&random, number))))
            let tree = try repository.commit(tip).tree
            let layout = try FleetReader().layout(at: tree, in: repository)
            let found = try memory.files(in: tree, layout: layout, repository: repository)
            let walked = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository)
            #expect(found.tree == tree && found.names == walked.names && found.folders == walked.folders)
            #expect(found.files == walked.files && found.owners == walked.owners && found.branches == walked.branches)
            #expect(problems(found) == problems(walked))
            for name in walked.names {
                #expect(
                    try found.claimed(by: name, in: repository).files == walked.claimed(by: name, in: repository).files)
            }
        }
    }
}
