import Git
import TestSupport
import Testing

/// How a signature comes into a commit.
@Suite struct CommitSignerTests {
    /// Answers with a fixed text, or fails.
    private struct FixedSigner: CommitSigner {
        let armour: String?

        func signature(over commit: [UInt8]) throws(GitError) -> String {
            guard let armour else { throw GitError(operation: "sign", code: .unsigned, message: "no key") }
            return armour
        }
    }

    /// A program that stands in for gpg, whose signature is over the very bytes that it was given.
    private static let armour =
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\n=ab12\n-----END PGP SIGNATURE-----\n"

    private func write(_ armour: String?, in fixture: Fixture) throws -> Result<ObjectID, GitError> {
        var repository = try fixture.open()
        repository.commitSigner = FixedSigner(armour: armour)
        let tree = try fixture.tree(["a": "1"])
        let who = Signature(try Identity(name: "Grace", email: "grace@example.invalid"), seconds: 1_700_000_000)
        do throws(GitError) {
            return .success(
                try repository.writeCommit(
                    tree: tree, parents: [], author: who, committer: who, message: "Signed\n\nbody\n"))
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: ["", "\n", "\n\n"])
    func `the header is what git writes, whatever ends the armour`(ending: String) throws {
        let fixture = try Fixture()
        let id = try write(String(Self.armour.dropLast()) + ending, in: fixture).get()
        let expected = """
            tree \(try fixture.tree(["a": "1"]))
            author Grace <grace@example.invalid> 1700000000 +0000
            committer Grace <grace@example.invalid> 1700000000 +0000
            gpgsig -----BEGIN PGP SIGNATURE-----
             
             iQEzBAABCAAdFiEE
             =ab12
             -----END PGP SIGNATURE-----

            Signed

            body

            """
        #expect(try fixture.git.bytes(["cat-file", "commit", id.hex]) == Array(expected.utf8))
        #expect(try fixture.open().commit(id).message == "Signed\n\nbody\n")
        fixture.expectSound()
    }

    @Test(arguments: [
        "", "-----BEGIN PGP SIGNATURE-----\n", "no armour\nat all\n",
        "-----BEGIN PGP SIGNATURE-----\r\nabc\r\n-----END PGP SIGNATURE-----\r\n",
        "-----BEGIN PGP SIGNATURE-----\nä\n-----END PGP SIGNATURE-----\n",
        "-----BEGIN PGP SIGNATURE-----\n\0\n-----END PGP SIGNATURE-----\n",
        "-----BEGIN X-----\n" + String(repeating: "a", count: 40_000) + "\n-----END X-----\n", nil,
    ])
    func `what is no signature leaves no commit behind`(armour: String?) throws {
        let fixture = try Fixture()
        let before = try fixture.git("count-objects", "-v")
        guard case .failure(let error) = try write(armour, in: fixture) else {
            Issue.record("a commit was written")
            return
        }
        #expect(error.code == .unsigned)
        // A tree and a blob were there for the commit; no commit came.
        let objects = try fixture.git.lines("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
        #expect(!objects.contains("commit"), "\(before)")
    }
}
