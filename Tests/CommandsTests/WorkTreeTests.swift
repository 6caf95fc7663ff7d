import Foundation
import TestSupport
import Testing

/// What people are told who have the watched branch checked out.
@Suite struct WorkTreeTests {
    /// A clone of a settled fleet in which `dev` has had two versions, and the program in it.
    private func clone() throws -> (repository: BareRepository, git: Program, towpath: TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("reconcile").status == 0)
        let work = repository.directory.file("work")
        try repository.git("clone", "--quiet", repository.path, work)
        var git = repository.git
        git.folder = work
        return (repository, git, try TowpathProgram(in: work))
    }

    @Test func `whatever moves the branch that is checked out tells how to bring the files after it`() throws {
        let (repository, git, towpath) = try clone()
        for command in [
            ["hold", "dev", "--reason", "x"], ["release", "dev"], ["rollback", "dev", "--reason", "x"],
            ["release", "dev", "web", "--output", "json"],
        ] {
            let before = try git("rev-parse", "HEAD")
            let run = try towpath(command)
            #expect(run.status == 0, "\(run.text)")
            #expect(
                run.errors == "hint: a work tree has this branch checked out and is now behind: "
                    + "git read-tree -m -u \(before.prefix(12)) HEAD\n")
            try git("read-tree", "-m", "-u", String(before.prefix(12)), "HEAD")
            #expect(try git("status", "--porcelain").isEmpty)
        }
        try repository.expectSound()
    }

    @Test func `whoever has something else checked out is told nothing`() throws {
        let (repository, git, towpath) = try clone()
        try git("checkout", "--quiet", "--detach")
        let aside = try towpath("hold", "dev", "--reason", "x", "--ref", "main")
        #expect(aside.status == 0 && aside.errors.isEmpty, "\(aside.text)")
        try git("checkout", "--quiet", "main")
        let refused = try towpath("release", "dev", "web")
        #expect(refused.status == 65 && !refused.errors.contains("work tree"), "\(refused.text)")
        try repository.expectSound()
    }
}
