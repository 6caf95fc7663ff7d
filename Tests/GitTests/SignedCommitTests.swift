import Git
import TestSupport
import Testing

/// Commits taken apart for verification, byte for byte.
@Suite struct SignedCommitTests {
    private static let armour = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\nAAAA\n-----END SSH SIGNATURE-----"
    private static let signature = "gpgsig " + armour.replacing("\n", with: "\n ") + "\n"
    private static let head = """
        tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
        parent 1111111111111111111111111111111111111111
        author Ada <ada@x> 1700000000 +0100
        committer Grace <grace@x> 1700000001 +0000

        """
    private static let message = "\nsubject\n\nbody\n"

    private func read(_ text: String) -> SignedCommit.Reading {
        SignedCommit.reading(Array(text.utf8))
    }

    private func flaw(_ text: String) -> String? {
        if case .malformed(let reason) = read(text) { reason } else { nil }
    }

    @Test(arguments: ["", "encoding ISO-8859-1\n", "mergetag object 11\n type commit\n tag x\n gpgsig no header\n"])
    func `a commit is what is left without the signature`(other: String) throws {
        for text in [
            Self.head + other + Self.signature + Self.message, Self.head + Self.signature + other + Self.message,
        ] {
            guard case .signed(let commit) = read(text) else {
                Issue.record("\(read(text))")
                continue
            }
            #expect(commit.payload == Array((Self.head + other + Self.message).utf8))
            #expect(commit.armour == Self.armour)
            #expect(commit.format == .ssh && commit.committedAt == 1_700_000_001 && !commit.hasOtherSignature)
        }
    }

    @Test func `an OpenPGP signature has an empty line, and libgit2 leaves one more behind it`() throws {
        let armour = "-----BEGIN PGP SIGNATURE-----\n\nabcd\n=ab12\n-----END PGP SIGNATURE-----"
        for ending in ["", "\n"] {
            let header = "gpgsig " + (armour + ending).replacing("\n", with: "\n ") + "\n"
            guard case .signed(let commit) = read(Self.head + header + Self.message) else {
                Issue.record("\(read(Self.head + header + Self.message))")
                return
            }
            #expect(commit.armour == armour + ending && commit.format == .openPGP)
            #expect(commit.payload == Array((Self.head + Self.message).utf8))
        }
    }

    @Test func `a signature over SHA-256 ids is left out and noted`() throws {
        let other = Self.signature.replacing("gpgsig", with: "gpgsig-sha256")
        for headers in [Self.signature + other, other + Self.signature] {
            guard case .signed(let commit) = read(Self.head + headers + Self.message) else {
                Issue.record("\(headers)")
                return
            }
            #expect(commit.hasOtherSignature && commit.payload == Array((Self.head + Self.message).utf8))
        }
        #expect(flaw(Self.head + other + Self.message) == "the commit is signed for repositories with SHA-256 ids only")
    }

    private static let flaws: [(name: String, text: String, reason: String)] = [
        ("two signatures", head + signature + signature + message, "more than one signature"),
        ("two apart", head + signature + "encoding x\n" + signature + message, "more than one signature"),
        (
            "two over SHA-256",
            head + signature + (signature + signature).replacing("gpgsig", with: "gpgsig-sha256") + message,
            "more than one signature"
        ),
        ("a name that git takes out as well", head + "gpgsigx y\n" + signature + message, "looks like a signature"),
        ("no value", head + "gpgsig\n" + message, "neither one of SSH nor one of OpenPGP"),
        ("an empty value", head + "gpgsig \n" + message, "neither one of SSH nor one of OpenPGP"),
        (
            "another kind", head + "gpgsig -----BEGIN SIGNED MESSAGE-----\n abc\n" + message,
            "neither one of SSH nor one of OpenPGP"
        ),
        ("CRLF", head + signature.replacing("\n", with: "\r\n") + message, "carriage return"),
        ("CR in one line", head + signature.replacing("U1NIU0lH", with: "U1NIU0lH\r") + message, "carriage return"),
        ("a letter that is no ASCII", head + signature.replacing("U1NI", with: "Ü1NI") + message, "printable ASCII"),
        ("a tabulator", head + signature.replacing("U1NI", with: "\tU1N") + message, "printable ASCII"),
        ("NUL in the message", head + signature + message + "\0more", "NUL"),
        ("NUL in a name", head.replacing("Ada", with: "A\0a") + signature + message, "NUL"),
        (
            "oversized", head + signature.replacing("AAAA", with: String(repeating: "A", count: 40_000)) + message,
            "bytes, 32768 allowed"
        ),
        ("before the author", head.replacing("author", with: signature + "author") + message, "not in their order"),
        ("before everything", signature + head + message, "not in their order"),
        ("two trees", head + "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n" + signature + message, "in their order"),
        ("two committers", head + "committer E <e@x> 1 +0000\n" + signature + message, "not in their order"),
        ("a parent too late", head + "parent \(String(repeating: "1", count: 40))\n" + signature + message, "order"),
        ("no committer", head.replacing("committer", with: "encoding") + signature + message, "not in their order"),
        ("a tree that is none", head.replacing("4b825d", with: "4B825Q") + signature + message, "not well formed"),
        ("no date", head.replacing("1700000001", with: "noon") + signature + message, "committer is not well formed"),
        ("a line to begin with that continues nothing", " x\n" + head + signature + message, "not in their order"),
    ]

    @Test(arguments: flaws.indices)
    func `what can be read in two ways is refused`(_ index: Int) {
        let row = Self.flaws[index]
        let found = flaw(row.text)
        #expect(found?.contains(row.reason) == true, "\(row.name): \(found ?? "accepted")")
    }

    @Test(arguments: [
        head + message, head + message + signature, head + "\n" + signature, head, "", "\n", signature,
        head.replacing("\ncommitter", with: "\nx\ncommitter") + message,
    ])
    func `a commit without such a header is not signed, whatever else it says`(text: String) {
        #expect(read(text) == .unsigned)
    }

    /// Every signature that is read over some bytes, and the bytes, are those of the object: nothing is made up.
    @Test func `no single change of a byte leaves both signature and payload what they were`() {
        let original = Array((Self.head + Self.signature + Self.message).utf8)
        guard case .signed(let commit) = SignedCommit.reading(original) else {
            Issue.record("not signed")
            return
        }
        for index in original.indices {
            for byte in [0, 0x0A, 0x0D, 0x20, 0x67, original[index] ^ 1, 0xFF] as [UInt8] where byte != original[index]
            {
                var changed = original
                changed[index] = byte
                if case .signed(let other) = SignedCommit.reading(changed) {
                    #expect(
                        other.payload != commit.payload || other.armour != commit.armour, "byte \(byte) at \(index)")
                }
            }
            var shorter = original
            shorter.remove(at: index)
            if case .signed(let other) = SignedCommit.reading(shorter) {
                #expect(other.payload != commit.payload || other.armour != commit.armour, "without \(index)")
            }
        }
    }

    @Test func `the payload of a commit that git signs is what it signed`() throws {
        let fixture = try Fixture()
        let keys = try SSHKeys()
        try keys.make("ada")
        let tree = try fixture.tree(["a": "1"])
        let plain = try fixture.commit(tree, message: "subject\n\nbody\n")
        let id = try #require(
            ObjectID(
                hex: try fixture.git.text(
                    [
                        "-c", "gpg.format=ssh", "-c", "user.signingkey=\(keys.path("ada"))", "commit-tree", "-S",
                        tree.hex,
                    ], input: "subject\n\nbody\n")))
        guard case .signed(let commit) = try fixture.open().signedCommit(id) else {
            Issue.record("not signed")
            return
        }
        #expect(commit.payload == (try fixture.git.bytes(["cat-file", "commit", plain.hex])))
        #expect(try fixture.open().signedCommit(plain) == .unsigned)
        let repository = try fixture.open()
        let error = gitError { () throws(GitError) in _ = try repository.signedCommit(tree) }
        #expect(error?.code == .wrongKind)
    }
}
