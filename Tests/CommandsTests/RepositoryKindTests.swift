import Foundation
import TestSupport
import Testing

/// Every kind of repository that git can make: it is used as it is, or refused at once with the way out.
@Suite struct RepositoryKindTests {
    /// How a repository of a kind is made from `$source` at `$made`, and what becomes of it.
    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        /// What the refusal says; `nil` where it is used.
        var refusal: String?
        /// A command that is the way out.
        var remedy: String?

        var testDescription: String { name }
    }

    static let supported = [
        Kind(name: "bare", script: "git clone -q --bare $source $made"),
        Kind(name: "mirror", script: "git clone -q --mirror $source $made"),
        Kind(name: "with a work tree", script: "git clone -q $source $made"),
        Kind(
            name: "a linked work tree",
            script: "git clone -q $source $made.main; git -C $made.main worktree add -q $made -b other"),
        Kind(
            name: "a linked work tree of a bare repository",
            script: "git clone -q --bare $source $made.git; git -C $made.git worktree add -q $made -b other"),
        Kind(
            name: "a submodule",
            script: """
                git init -q $made.super
                git -C $made.super -c protocol.file.allow=always submodule -q add $source sub; mv $made.super $made.x
                ln -s $made.x/sub $made
                """),
        Kind(
            name: "a git directory beside its work tree",
            script: "git clone -q --separate-git-dir $made.git $source $made"),
        Kind(name: "objects of another repository", script: "git clone -q --bare --shared $source $made"),
        Kind(
            name: "objects of another repository's other",
            script: "git clone -q --bare --shared $source $made.a; git clone -q --bare --shared $made.a $made"),
        Kind(name: "references in one file", script: "git clone -q --bare $source $made; git -C $made pack-refs --all"),
        Kind(
            name: "packed, with indexes of packs and commits",
            script: """
                git clone -q --bare $source $made; git -C $made repack -adq
                git -C $made multi-pack-index write; git -C $made commit-graph write --reachable
                """),
        Kind(
            name: "with a work tree that shows a part",
            script: """
                git clone -q $source $made; git -C $made config core.sparseCheckout true
                echo /README.md >$made/.git/info/sparse-checkout; git -C $made read-tree -mu HEAD
                """),
        Kind(
            name: "with commits that stand in for others",
            script: "git clone -q --bare $source $made; git -C $made replace main main~1"),
        Kind(name: "shallow, with the whole ledger", script: "git clone -q --bare --depth 50 file://$source $made"),
    ]

    static let refused = [
        Kind(
            name: "ids of SHA-256", script: "git init -q --bare --object-format=sha256 -b main $made",
            refusal: "its objects are named by SHA-256, which is not supported"),
        Kind(
            name: "shallow, without the beginning of the ledger",
            script: "git clone -q --bare --depth 1 file://$source $made",
            refusal: "the clone is shallow and ends at ",
            remedy: "git -C $made fetch -q --unshallow"),
        Kind(
            name: "partial, without files", script: "git clone -q --bare --filter=blob:none file://$source $made",
            refusal: "it is a partial clone",
            remedy: """
                git -C $made fetch -q --refetch --no-filter origin; git -C $made config --unset remote.origin.promisor
                """),
        Kind(
            name: "partial, without folders", script: "git clone -q --bare --filter=tree:0 file://$source $made",
            refusal: "it is a partial clone",
            remedy: """
                git -C $made fetch -q --refetch --no-filter origin; git -C $made config --unset remote.origin.promisor
                """),
        Kind(
            name: "objects of another repository that is gone",
            script:
                "git clone -q --bare $source $made.a; git clone -q --bare --shared $made.a $made; mv $made.a $made.b",
            refusal: "it borrows objects from ", remedy: "mv $made.b $made.a"),
        Kind(
            name: "references in tables",
            script: """
                git clone -q --bare $source $made; git -C $made config core.repositoryformatversion 1
                git -C $made config extensions.refStorage reftable
                """,
            refusal: "its references are kept in a format that is not supported"),
    ]

    /// A fleet with a build that waits to arrive in `dev`, and a repository of `kind` made from it.
    private func made(_ kind: Kind) throws -> (source: BareRepository, path: String) {
        let source = try BareRepository()
        try source.commit(SampleText.fleet)
        #expect(try TowpathProgram(in: source)("reconcile").status == 0)
        try source.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        try source.git("config", "uploadpack.allowFilter", "true")
        let path = source.directory.file("made")
        try shell(kind.script, source, path)
        return (source, path)
    }

    @discardableResult
    private func shell(_ script: String, _ source: BareRepository, _ path: String) throws -> String {
        let whole = "set -e; source='\(source.path)'; made='\(path)'\n\(script)"
        let run = try Program("/bin/sh", in: source.directory.path, environment: source.git.environment)
            .run(["-c", whole])
        try #require(run.status == 0, "\(run.text)")
        return run.output
    }

    @Test(arguments: supported) func `is used as it is`(kind: Kind) throws {
        let (source, path) = try made(kind)
        let towpath = try TowpathProgram(in: path)
        #expect(try towpath("plan", "--ref", "main").status == 2)
        let run = try towpath("reconcile", "--ref", "main")
        #expect(run.status == 0 && run.output.contains("promoted   dev  web 1.1.0"), "\(run.text)")
        for command in ["status", "drift", "audit"] {
            let run = try towpath(command, "--ref", "main")
            #expect(run.status == 0, "\(command): \(run.text)")
        }
        let log = try source.git("-C", path, "log", "-1", "--format=%s", "main")
        #expect(log.hasPrefix("promote(dev): web 1.0.0 → 1.1.0"), "\(log)")
        try source.git("-C", path, "fsck", "--strict", "--no-dangling")
        #expect(try source.git("log", "-1", "--format=%s", "main") == "Change the fleet")
    }

    @Test(arguments: refused) func `is refused at once, with the way out`(kind: Kind) throws {
        let (source, path) = try made(kind)
        let towpath = try TowpathProgram(in: path)
        // Some of them git itself cannot list.
        let files = { try shell("grep -rs . $made/refs $made/packed-refs || true", source, path) }
        let before = try files()
        for command in ["status", "plan", "reconcile", "drift", "audit"] {
            let run = try towpath(command, "--ref", "main")
            #expect(run.status == 65 && run.output.isEmpty, "\(command): \(run.text)")
            #expect(run.errors.contains(try #require(kind.refusal)) && run.errors.contains("hint: "), "\(run.errors)")
        }
        #expect(try files() == before)
        guard let remedy = kind.remedy else { return }
        try shell(remedy, source, path)
        let run = try towpath("reconcile", "--ref", "main")
        #expect(run.status == 0 && run.output.contains("promoted   dev  web 1.1.0"), "\(run.text)")
        #expect(try towpath("audit").status == 0)
    }
}
