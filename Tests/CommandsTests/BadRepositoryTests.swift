import Foundation
import TestSupport
import Testing

/// What towpath says of a place that is no fleet, or is one in a state that it cannot use.
@Suite struct BadRepositoryTests {
    private static let commands = ["inventory", "status", "plan", "drift", "reconcile"]

    @Test(arguments: commands)
    func `a folder that is no repository is said to be none`(command: String) throws {
        let folder = try TemporaryDirectory("empty")
        let run = try TowpathProgram(in: folder.path)(command)
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors.contains("there is no git repository") && run.errors.contains("hint: "), "\(run.errors)")
        #expect(run.output.isEmpty)
    }

    @Test(arguments: commands)
    func `a repository without a commit is said to have none`(command: String) throws {
        let repository = try BareRepository()
        let run = try TowpathProgram(in: repository)(command)
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors.contains("the repository has no commit yet"), "\(run.errors)")
        #expect(try repository.references().isEmpty)
    }

    @Test(arguments: commands)
    func `a branch that is not there is named`(command: String) throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let run = try TowpathProgram(in: repository)(command, "--ref", "elsewhere")
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors.contains("elsewhere"), "\(run.errors)")
    }

    @Test(arguments: ["-x", "a..b", "refs/heads/x.lock", "a b", "main^{tree}", "main:environments", "\u{1B}[31m"])
    func `a name that is no branch is refused without being run or echoed raw`(name: String) throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let before = try repository.references()
        let run = try TowpathProgram(in: repository)("reconcile", "--ref=\(name)")
        #expect([64, 65].contains(run.status), "\(run.text)")
        #expect(!run.text.contains("\u{1B}"), "\(run.text)")
        #expect(try repository.references() == before)
    }

    @Test(arguments: commands)
    func `a repository without environments is told how to begin`(command: String) throws {
        let repository = try BareRepository()
        let tip = try repository.commit(["README.md": "nothing here\n"])
        let run = try TowpathProgram(in: repository)(command)
        #expect(run.status == (command == "drift" ? 2 : command == "status" ? 0 : 65), "\(run.text)")
        #expect(run.text.contains("there is no folder environments/ with an environment in it"), "\(run.text)")
        #expect(run.text.contains("towpath init"))
        #expect(try repository.tip() == tip)
    }

    @Test(arguments: [
        ("a symbolic link", BareRepository.Entry.link("../dev"), "a symbolic link, never followed"),
        ("a submodule", .submodule, "a submodule, never followed"),
    ])
    func `an environment that is no folder is named and never followed`(
        _: String, entry: BareRepository.Entry, told: String
    ) throws {
        let repository = try BareRepository()
        var files = SampleText.fleet
        files["environments/prod-us"] = entry
        files["environments/dev/inner"] = entry
        try repository.commit(files)
        let towpath = try TowpathProgram(in: repository)
        let inventory = try towpath("inventory")
        #expect(inventory.status == 65)
        #expect(inventory.errors.contains("environments/prod-us: \(told)"), "\(inventory.errors)")
        #expect(inventory.errors.contains("environments/dev/inner: \(told)"), "\(inventory.errors)")
        #expect(inventory.output.split(separator: "\n").count == 4)
        #expect(try towpath("reconcile").status == 65)
        #expect(try repository.file("environments/staging/environment.lock").contains("adopt") == false)
        #expect(try repository.git("ls-tree", "main", "environments/prod-us").contains("environments/prod-us"))
    }

    @Test func `a plain file where environments stand is no environment and no problem`() throws {
        let repository = try BareRepository()
        var files = SampleText.fleet
        files["environments/README.md"] = "What these are.\n"
        try repository.commit(files)
        let run = try TowpathProgram(in: repository)("inventory")
        #expect(run.status == 0, "\(run.text)")
        #expect(run.output.split(separator: "\n").count == 4)
    }

    @Test func `environments that is a file is no fleet`() throws {
        let repository = try BareRepository()
        try repository.commit(["environments": "not a folder\n"])
        let run = try TowpathProgram(in: repository)("inventory")
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors.contains("environments"))
    }

    @Test func `two environments that claim one file are named with it, and the third goes on`() throws {
        let repository = try BareRepository()
        try repository.commit([
            "towpath.yaml": """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments:
                - {name: blue, paths: ["apps/**"]}
                - {name: green, paths: ["apps/**"]}
                - {name: red, paths: ["red/**"]}

            """,
            "apps/web.yaml": SampleText.component("web", "1.0.0", 1),
            "red/web.yaml": SampleText.component("web", "1.0.0", 1),
            "policies/red.yaml": SampleText.contract(to: "red"),
        ])
        let towpath = try TowpathProgram(in: repository)
        let run = try towpath("reconcile")
        #expect(run.status == 65)
        #expect(run.errors.contains("apps/web.yaml: claimed by blue and green"), "\(run.errors)")
        #expect(
            try repository.git("ls-tree", "-r", "--name-only", "main", "environments")
                == "environments/red/environment.lock")
        try repository.expectSound()
    }

    @Test(arguments: [
        ("not YAML", "kind: [\n", "towpath.yaml:2:1"),
        (
            "another kind", "apiVersion: v1\nkind: Fleet\nspec: {}\n",
            "expected apiVersion towpath.dev/v1 and kind Fleet"
        ),
        (
            "an unknown field", "apiVersion: towpath.dev/v1\nkind: Fleet\nspec: {wach: main}\n",
            "towpath.yaml:3:8: unknown field \"wach\""
        ),
    ])
    func `a layout that cannot be understood stops everything`(_: String, content: String, told: String) throws {
        let repository = try BareRepository()
        var files = SampleText.fleet
        files["towpath.yaml"] = .text(content)
        let tip = try repository.commit(files)
        let towpath = try TowpathProgram(in: repository)
        for command in Self.commands {
            let run = try towpath(command)
            #expect(run.status == 65, "\(command): \(run.text)")
            #expect(run.errors.contains(told), "\(command): \(run.errors)")
        }
        #expect(try repository.tip() == tip)
    }

    @Test(arguments: [
        ("a manifest", "main:environments/dev/web.yaml", "environments/dev/web.yaml"),
        ("a lock", "main:environments/dev/environment.lock", "environments/dev/environment.lock"),
        ("a policy", "main:policies/dev.yaml", "policies/dev.yaml"),
        ("the folder of an environment", "main:environments/dev", "environments/dev"),
    ])
    func `an object that cannot be read is named, and other environments go on`(
        _: String, object: String, told: String
    ) throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/staging/web.yaml": SampleText.component("web", "1.0.0", 1, config: "a: 1")]
        )
        let before = try repository.tip()
        try repository.corrupt(object)
        for command in ["inventory", "plan", "reconcile"] where command != "inventory" || object.contains("web") {
            let run = try towpath(command)
            #expect(run.status == 65, "\(command): \(run.text)")
            #expect(run.errors.contains(told), "\(command): \(run.errors)")
        }
        #expect(try repository.tip() != before || object.contains("policies"))
        #expect(try repository.git("rev-list", "--count", "main^{commit}").isEmpty == false)
    }

    @Test(arguments: ["main", "main^{tree}", "main:environments"])
    func `a repository that is damaged at its root ends every command with a reason, not in a crash`(
        object: String
    ) throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        let before = try repository.references()
        try repository.corrupt(object)
        for command in [["inventory"], ["plan"], ["reconcile"], ["drift"], ["status"], ["history", "dev"]] {
            let run = try towpath(command)
            let expected: Set<Int32> =
                switch (command[0], object) {
                // Environments that cannot be listed are a finding, and a reason beside an empty table.
                case ("drift", "main:environments"): [2]
                case ("status", "main:environments"): [0]
                default: [65]
                }
            #expect(expected.contains(run.status), "\(command): \(run.text)")
            let isTold = run.text.contains("could not") || run.text.contains("there is no environment")
            #expect(isTold, "\(command): \(run.text)")
        }
        #expect(try repository.references() == before)
    }

    @Test(arguments: ["main", "env/dev"])
    func `a branch that somebody holds is waited for, then its lock is named with the way out`(branch: String) throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        for (version, digit) in [("1.1.0", 2), ("1.2.0", 3)] {
            try repository.commit(["environments/dev/web.yaml": SampleText.component("web", version, digit)])
            if digit == 2 { #expect(try towpath("reconcile").status == 0) }
        }
        let tip = try repository.tip()
        let lock = "\(repository.path)/refs/heads/\(branch).lock"
        try Data().write(to: URL(fileURLWithPath: lock))
        for command in [["reconcile"], ["rollback", "dev", "--reason", "x"]] {
            let run = try towpath(command)
            #expect(run.status == 73, "\(run.text)")
            #expect(run.errors.contains("\(lock)\" has been there for "), "\(run.errors)")
            #expect(run.errors.contains("delete that file: rm \"\(lock)\""), "\(run.errors)")
            #expect(!run.errors.contains("\\n"), "\(run.errors)")
        }
        #expect(FileManager.default.fileExists(atPath: lock), "the lock is somebody else's")
        #expect(try repository.tip() == tip)
        try FileManager.default.removeItem(atPath: lock)
        #expect(try towpath("reconcile").status == 0)
        try repository.expectSound()
    }
}
