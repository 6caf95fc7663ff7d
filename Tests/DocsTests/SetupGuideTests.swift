import Foundation
import TestSupport
import Testing

/// The scripts of the guides for a CI job, a line of cron and a daemon do what the guides say.
@Suite struct SetupGuideTests {
    private let fleet: BareRepository

    init() throws {
        fleet = try BareRepository()
        try fleet.commit(SampleText.fleet)
    }

    /// The script of shell below `heading` of the guide `name`, or the first.
    private func script(of name: String, below heading: String? = nil) throws -> String {
        let page = try Documentation.checkout.get().page("docs/guides/\(name).md")
        let line = try heading.map { try #require(page.lines(of: $0).first) } ?? 0
        return try #require(page.blocks.first { $0.line > line && $0.info.first == "sh" }).text
    }

    /// Runs `script` beside the fleet, with `towpath` in the path and where the guides look for the fleet.
    private func run(_ script: String) throws -> Program.Run {
        let folder = fleet.directory.file("job")
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
        let setting = """
            cd '\(folder)' && ln -sf "$0" bin/towpath && export PATH="$PWD/bin:$PATH" STATE_DIRECTORY="$PWD/state"
            export TOWPATH_REPO='\(fleet.path)' FLEET_URL='\(fleet.path)'

            """
        return try TowpathProgram(in: fleet.directory).inShell(setting + script)
    }

    private func merge(_ minor: Int) throws {
        try fleet.commit(["environments/dev/web.yaml": SampleText.component("web", "1.\(minor).0", minor)])
    }

    @Test func `a job in CI records what was merged, and remembers the branch`() throws {
        let job = try script(of: "ci")
        let first = try run(job)
        #expect(first.status == 0, "\(first.text)")
        try merge(2)
        let second = try run(job)
        #expect(second.status == 0, "\(second.text)")
        #expect(try fleet.git("log", "-1", "--format=%s").hasPrefix("promote(dev)"))
        #expect(try fleet.git("rev-parse", "refs/towpath/seen/main") == fleet.git("rev-parse", "main"))
        try fleet.expectSound()
    }

    @Test func `a job in CI fails where something has drifted`() throws {
        let reconciled = try run(try script(of: "ci"))
        #expect(reconciled.status == 0, "\(reconciled.text)")
        let job = try script(of: "ci", below: "On a schedule: drift")
        #expect(try run("rm -rf fleet.git\n" + job).status == 0)
        try fleet.commit(["environments/dev/environment.lock": "apiVersion: towpath.dev/v1\n"])
        let found = try run("rm -rf fleet.git\n" + job)
        #expect(found.status == 2 && found.output.contains("tampered"), "\(found.text)")
    }

    @Test func `a line of cron speaks when the drift has changed`() throws {
        let line = try script(of: "cron")
        #expect(try run("towpath reconcile --repo \"$TOWPATH_REPO\"").status == 0)
        _ = try run(line)
        let quiet = try run(line)
        #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty, "\(quiet.text)")
        try fleet.commit(["environments/dev/environment.lock": "apiVersion: towpath.dev/v1\n"])
        let found = try run(line)
        #expect(found.status == 0 && found.output.contains("tampered"), "\(found.text)")
        #expect(try run(line).output.isEmpty)
        let failed = try run("export TOWPATH_REPO=/nowhere\n" + line)
        #expect(failed.status != 0 && failed.output.isEmpty && !failed.errors.isEmpty, "\(failed.text)")
        #expect(try run(line).output.isEmpty)
    }

    @Test func `a daemon records what was merged, until it is stopped`() throws {
        let daemon = try script(of: "daemon")
        #expect(try run("towpath reconcile --repo \"$TOWPATH_REPO\"").status == 0)
        try merge(2)
        let ended = try run(
            """
            (\(daemon)) & daemon=$!
            i=0
            while [ $i -lt 400 ]; do
                git -C "$TOWPATH_REPO" log -1 --format=%s main | grep -q '^promote(dev)' && break
                sleep 0.05
                i=$((i + 1))
            done
            kill $daemon; wait $daemon; echo "ended with $?"
            """)
        #expect(ended.output.hasSuffix("ended with 143\n"), "\(ended.text)")
        #expect(try fleet.git("log", "-1", "--format=%s").hasPrefix("promote(dev)"))
    }
}
