import Foundation
import TestSupport
import Testing

/// A place to write to that takes no more: nothing is half-visible, reading goes on, and so does all when there is room.
@Suite struct FullDiskTests {
    /// A published fleet with a build that waits to arrive in `dev`.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        return (repository, towpath)
    }

    @Test func `a result that cannot be written is said, and is no crash`() throws {
        let (repository, towpath) = try fleet()
        let before = try repository.references()
        for command in ["status", "plan", "inventory", "status --output json"] {
            let run = try towpath.inShell("\"$0\" \(command) > /dev/full")
            #expect(run.status == 73, "\(run.text)")
            #expect(run.errors.contains("the result could not be written: No space left on device"), "\(run.errors)")
        }
        #expect(try repository.references() == before)
        // What was recorded before its result could not be told stays recorded.
        #expect(try towpath.inShell("\"$0\" reconcile > /dev/full").status == 73)
        #expect(try towpath("reconcile").output.contains("nothing to do"))
    }

    @Test func `a limit on the size of files is an error that leaves nothing behind`() throws {
        let (repository, towpath) = try fleet()
        let before = try repository.references()
        let run = try towpath.inShell("ulimit -f 0; (\"$0\" reconcile; echo \"exit $?\") 2>&1 | cat | tail -c 3000 >&2")
        #expect(!run.text.contains("exit 0\n") && !run.text.contains("exit 153"), "\(run.text)")
        #expect(try repository.references() == before)
        try repository.expectSound()
        #expect(try towpath("reconcile").output.contains("recorded in"))
    }

    /// A small disk of memory, which only its script sees and which ends with it: what is run before the script.
    private static let smallDisk = ["-Urm", "-m"].first { option in
        let disk = "mount -t tmpfs -o size=64k none /tmp"
        do {
            return try Program("/usr/bin/unshare", in: "/", environment: ["PATH": path])
                .run([option, "/bin/sh", "-c", disk]).status == 0
        } catch {
            return false
        }
    }
    private static let path = "/usr/sbin:/usr/bin:/sbin:/bin"

    /// Runs `script` with a small disk at `$disk`, the program as `towpath` and a copy of the fleet at `$fleet`.
    private func onSmallDisk(_ repository: BareRepository, _ towpath: TowpathProgram, _ script: String) throws -> String
    {
        let disk = repository.directory.file("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let option = try #require(Self.smallDisk)
        let whole = """
            disk='\(disk)'; source='\(repository.path)'; fleet="$disk/fleet.git"; program=$0
            towpath() { "$program" "$@" --repo "$fleet" >"$disk.out" 2>"$disk.err"; }
            git() { /usr/bin/git --git-dir "$fleet" "$@" >"$disk.git" 2>&1; }
            mount -t tmpfs -o size=3m none "$disk" || exit 99
            cp -a "$source" "$fleet"
            \(script)
            """
        let run = try towpath.inShell(
            "PATH=\(Self.path) exec unshare \(option) /bin/sh -c '\(whole.replacing("'", with: "'\\''"))' \"$0\"")
        #expect(run.status == 0, "\(run.text)")
        return run.output
    }

    @Test(.enabled(if: smallDisk != nil, "no file system may be mounted here"))
    func `a disk that fills up at any point is said, read from, and gone on with`() throws {
        let (repository, towpath) = try fleet()
        // Of every file a page is needed, so the free pages count how far it comes.
        let rounds = try onSmallDisk(
            repository, towpath,
            """
            free=0
            while [ $free -lt 40 ]; do
                rm -rf "$fleet"; cp -a "$source" "$fleet"
                dd if=/dev/zero of="$disk/reserve" bs=4k count=$free 2>/dev/null
                dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null
                rm "$disk/reserve"
                towpath reconcile; first=$?; grep -q "No space left" "$disk.err" && first="$first full"
                line="first $first"
                towpath status; line="$line, status $?"
                git fsck --strict --no-dangling; line="$line, fsck $?"
                rm "$disk/filler"
                towpath reconcile; line="$line, again $?"
                towpath audit; line="$line, audit $?"
                git fsck --strict --no-dangling; line="$line, fsck $?"
                git rev-list --count main; line="$line, commits $(cat "$disk.git")"
                towpath reconcile; line="$line, $(cut -d' ' -f1-3 "$disk.out")"
                echo "$line"
                [ "$first" = 0 ] && break
                free=$((free + 1))
            done
            """
        ).split(separator: "\n")
        let end = ", status 0, fsck 0, again 0, audit 0, fsck 0, commits 6, nothing to do"
        #expect(rounds.count > 5 && rounds.last == "first 0\(end)", "\(rounds)")
        for (free, round) in rounds.dropLast().enumerated() {
            #expect(round == "first 73 full\(end)", "\(free) pages: \(round)")
        }
    }

    @Test(.enabled(if: smallDisk != nil, "no file system may be mounted here"))
    func `a repository that cannot be written to is read, and says so to who would write`() throws {
        let (repository, towpath) = try fleet()
        let told = try onSmallDisk(
            repository, towpath,
            """
            mount -o remount,ro "$disk"
            for command in status plan drift inventory "history dev" audit "explain dev web"; do
                towpath $command; echo "$command: $?"
            done
            for command in reconcile "hold dev --reason R" "rollback dev --reason R" accept-history; do
                towpath $command; echo "$command: $? $(grep -c "Read-only file system" "$disk.err")"
            done
            git fsck --strict --no-dangling; echo "fsck: $?"
            mount -o remount,rw "$disk"
            towpath reconcile; echo "reconcile: $?"
            """)
        #expect(
            told == """
                status: 0
                plan: 2
                drift: 0
                inventory: 0
                history dev: 0
                audit: 0
                explain dev web: 0
                reconcile: 73 1
                hold dev --reason R: 73 1
                rollback dev --reason R: 65 0
                accept-history: 0 0
                fsck: 0
                reconcile: 0

                """, "\(told)")
    }
}
