import EvidenceFormat
import PromotionModel
import Testing

struct AllowedSignersTests {
    private static let ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVWtI8c6J6JYxV6XrZ4a5m3Vw0nQkQ0m8gX8pZt4x2P"
    private static let early = Timestamp(seconds: 1_700_000_000)

    private func read(_ text: String) throws -> AllowedSigners {
        try AllowedSigners(Array(text.utf8), name: "policies/allowed_signers")
    }

    private func signer(_ text: String, namespace: String = "git", at claimed: String, seen: String? = nil) throws
        -> Signer
    {
        try read(text).signer(
            for: try PublicKey(sshLine: Self.ed), namespace: namespace, at: try #require(Timestamp(claimed)),
            firstSeen: try #require(Timestamp(seen ?? claimed)))
    }

    @Test(arguments: [
        "a \(ed)",
        "a \(ed) with a comment",
        "  a\t\(ed)",
        "# who\n\n   # more\na \(ed)\n",
        "a \(ed)\r\nb \(ed)\r\n",
        "\"a b\" \(ed)",
        "a,b,!c \(ed)",
        "*@example.invalid,!mallory@example.invalid \(ed)",
        "a namespaces=\"git,towpath-*\" \(ed)",
        "a NAMESPACES=\"git\",Valid-After=\"20200101Z\" \(ed)",
        "a valid-after=\"202001011200Z\",valid-before=\"20300101120000Z\" \(ed)",
        "a namespaces=\"git, x\" \(ed)",
    ])
    func `what OpenSSH describes is read`(text: String) throws {
        #expect(try signer(text, at: "2025-01-01T00:00:00Z").key == PublicKey(sshLine: Self.ed))
    }

    @Test(arguments: [
        ("", "policies/allowed_signers: no signer is listed"),
        ("# nobody\n", "policies/allowed_signers: no signer is listed"),
        ("a \(ed)\nb", ":2: expected principals, options, key type and key"),
        ("a \(ed)\nb ssh-ed25519", ":2: expected principals, options, key type and key"),
        ("a \(ed)\nb ssh-ed25519 AAAA", ":2: malformed key"),
        ("* \(ed)", ":1: principals \"*\" name everybody"),
        ("a,** \(ed)", "name everybody"),
        ("?* \(ed)", "name everybody"),
        ("!a \(ed)", "name nobody"),
        ("a,,b \(ed)", "expected principals with commas"),
        ("a, \(ed)", "expected principals with commas"),
        ("\"a \(ed)", "a quote is not closed"),
        ("a cert-authority \(ed)", "certificates are not supported"),
        ("a namespaces=git \(ed)", "needs a value in quotes"),
        ("a namespaces=\"\" \(ed)", "needs a value in quotes"),
        ("a namespaces \(ed)", "needs a value in quotes"),
        ("a namespaces=\"!git\" \(ed)", "allow nothing"),
        ("a namespaces=\"git\",namespaces=\"x\" \(ed)", "stands twice"),
        ("a valid-after=\"20200101Z\",VALID-AFTER=\"20210101Z\" \(ed)", "stands twice"),
        ("a valid-after=\"20200101\" \(ed)", "must end in \"Z\""),
        ("a valid-before=\"202001011200\" \(ed)", "must end in \"Z\""),
        ("a valid-before=\"2020Z\" \(ed)", "is not YYYYMMDD"),
        ("a valid-before=\"20201301Z\" \(ed)", "no date that the calendar has"),
        ("a valid-before=\"20200230Z\" \(ed)", "no date that the calendar has"),
        ("a valid-before=\"2020010a Z\" \(ed)", "is not YYYYMMDD"),
        ("a valid-after=\"20210101Z\",valid-before=\"20200101Z\" \(ed)", "is not after valid-after"),
        ("a valid-after=\"20210101Z\",valid-before=\"20210101Z\" \(ed)", "is not after valid-after"),
        ("a no-touch-required \(ed)", "neither a key type nor an option"),
        ("a namespaces=\"git\", \(ed)", "neither a key type nor an option"),
        ("a ssh-rsa AAAA", "RSA keys are not supported"),
        ("a ssh-dss AAAA", "DSA keys are not secure"),
        ("a ssh-ed25519-cert-v01@openssh.com AAAA", "certificates are not supported"),
        ("a ecdsa-sha2-nistp256 \(ed.split(separator: " ")[1])", "the line says ecdsa-sha2-nistp256"),
        ("a \(ed)\u{0}", "a control character"),
        ("a \(ed)\n\u{1B}[2J", ":2: a control character"),
    ])
    func `one bad line refuses the file, with file and line`(text: String, reason: String) throws {
        let problem = try #require(throws: Problem.self) { try read(text) }
        #expect(problem.description.contains(reason), "\(problem)")
        #expect(problem.place.file == "policies/allowed_signers")
    }

    @Test func `bytes that are no text and files that are too long are refused`() {
        #expect(throws: Problem.self) { try AllowedSigners([0xFF, 0x0A], name: "f") }
        let long = [UInt8](repeating: 0x0A, count: AllowedSigners.maximumBytes + 1)
        #expect(throws: Problem.self) { try AllowedSigners(long, name: "f") }
    }

    @Test(arguments: [
        ("2020-01-01T00:00:00Z", nil, true),
        ("2019-12-31T23:59:59Z", nil, false),
        ("2021-01-01T00:00:00Z", nil, true),
        ("2021-01-01T00:00:01Z", nil, false),
        // Back-dated: signed "in time", first seen after the key stopped counting.
        ("2020-06-01T00:00:00Z", "2022-01-01T00:00:00Z", false),
        // Dated later than it was seen.
        ("2022-01-01T00:00:00Z", "2020-06-01T00:00:00Z", false),
    ])
    func `a key counts only at both instants`(claimed: String, seen: String?, counts: Bool) throws {
        let text = "a valid-after=\"20200101Z\",valid-before=\"20210101Z\" \(Self.ed)"
        if counts {
            #expect(throws: Never.self) { try signer(text, at: claimed, seen: seen) }
        } else {
            #expect(throws: SignerRefusal.self) { try signer(text, at: claimed, seen: seen) }
        }
    }

    @Test func `each refusal says why`() throws {
        func reason(_ text: String, namespace: String = "git") -> String {
            do {
                _ = try signer(text, namespace: namespace, at: "2025-01-01T00:00:00Z")
                return "counts"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            reason("a valid-before=\"20200101Z\" \(Self.ed)")
                == "the key of a counted until 2020-01-01T00:00:00Z, not at 2025-01-01T00:00:00Z")
        #expect(
            reason("a valid-after=\"20300101Z\" \(Self.ed)")
                == "the key of a counts from 2030-01-01T00:00:00Z, not at 2025-01-01T00:00:00Z")
        #expect(
            reason("a namespaces=\"git\" \(Self.ed)", namespace: "towpath-evidence")
                == "the key of a may sign for \"git\", not for \"towpath-evidence\"")
        #expect(reason("a namespaces=\"*,!git\" \(Self.ed)").contains("may sign for"))
    }

    @Test func `the first line that allows a key names its principal`() throws {
        let text = "old valid-before=\"20200101Z\" \(Self.ed)\nnew \(Self.ed)\nother \(Self.ed)\n"
        let signer = try signer(text, at: "2025-01-01T00:00:00Z")
        #expect(signer.principal == "new")
        #expect(signer.isNamed("new"))
        #expect(!signer.isNamed("old"))
    }

    @Test(arguments: [
        ("*@example.invalid", "ada@example.invalid", true),
        ("*@example.invalid,!ada@*", "ada@example.invalid", false),
        ("!ada@*,*@example.invalid", "ada@example.invalid", false),
        ("a?a", "ada", true), ("a?a", "aa", false), ("a?a", "adda", false),
        ("a*b*c", "axxbxxbc", true), ("a*b*c", "axxbxx", false), ("ada", "Ada", false), ("ada", "ada2", false),
        ("a*", "a", true),
    ])
    func `patterns match as in ssh_config`(pattern: String, name: String, matches: Bool) throws {
        let signer = try signer("\(pattern) \(Self.ed)", at: "2025-01-01T00:00:00Z")
        #expect(signer.isNamed(name) == matches)
    }

    @Test func `a pattern that takes long for others is quick`() throws {
        let pattern = String(repeating: "a*", count: 200) + "b"
        let signer = try signer("\(pattern) \(Self.ed)", at: "2025-01-01T00:00:00Z")
        #expect(!signer.isNamed(String(repeating: "a", count: 5_000)))
    }
}
