import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct ArtifactTests {
    private static let pin = "sha256:" + String(repeating: "a", count: 64)

    @Test(
        arguments: [
            ("web", "web", nil, false),
            ("a/b", "a/b", nil, false),
            ("web:1.5.0", "web", "1.5.0", false),
            ("localhost:5000/web", "localhost:5000/web", nil, false),
            ("localhost:5000/web:1", "localhost:5000/web", "1", false),
            ("registry.test/a/b:v1@\(pin)", "registry.test/a/b", "v1", true),
            ("registry.test:443/a@\(pin)", "registry.test:443/a", nil, true),
            ("web:latest", "web", "latest", false),
            ("web:0123", "web", "0123", false),
            ("web:set-by-chartpress", "web", "set-by-chartpress", false),
            ("web:${IMAGE_TAG}", "web", "${IMAGE_TAG}", false),
            ("${IMAGE}", "${IMAGE}", nil, false),
            ("${IMAGE:-web}:${TAG:-1.0}", "${IMAGE:-web}", "${TAG:-1.0}", false),
            ("${REGISTRY:-a:5000/b}/web", "${REGISTRY:-a:5000/b}/web", nil, false),
            ("{value}", "{value}", nil, false),
            ("été/ü:ß", "été/ü", "ß", false),
        ] as [(String, String, String?, Bool)])
    func `a reference splits into its parts and nothing is defaulted`(
        _ text: String, _ repository: String, _ tag: String?, _ isPinned: Bool
    ) throws {
        let artifact = try Artifact(parsing: text)
        #expect(artifact.repository == repository)
        #expect(artifact.tag == tag)
        #expect(artifact.digest?.description == (isPinned ? Self.pin : nil))
        #expect(artifact.description == text)
    }

    @Test(arguments: [
        ("", "the repository is empty"),
        (":1.0", "the repository is empty"),
        ("@\(pin)", "the repository is empty"),
        ("web:", "the tag after \":\" is empty"),
        ("web:@\(pin)", "the tag after \":\" is empty"),
        ("web:1:2", "more than one \":\" after the last \"/\""),
        ("a/web:12:30", "more than one \":\" after the last \"/\""),
        ("web 1.0", "white space, control and invisible characters are not allowed"),
        (" web", "white space, control and invisible characters are not allowed"),
        ("web:1.0\n", "white space, control and invisible characters are not allowed"),
        ("{{ .Values.image }}", "white space, control and invisible characters are not allowed"),
        ("web\u{202E}bew", "white space, control and invisible characters are not allowed"),
        ("web\u{200B}:1", "white space, control and invisible characters are not allowed"),
        ("web\u{A0}:1", "white space, control and invisible characters are not allowed"),
        ("web\u{7F}", "white space, control and invisible characters are not allowed"),
        ("web\0", "white space, control and invisible characters are not allowed"),
    ])
    func `a broken reference is refused with its reason`(_ text: String, _ reason: String) {
        #expect(throws: Artifact.Malformed(text: text, reason: reason)) { try Artifact(parsing: text) }
    }

    @Test(arguments: ["web@", "web@sha256:00", "web@ha256:00", "web@latest", "a@b@\(pin)"])
    func `a broken digest is never taken for a tag`(_ text: String) {
        #expect(throws: Artifact.Malformed.self) { try Artifact(parsing: text) }
    }

    @Test(
        arguments: [
            (.chart, "podinfo:6.1.0", "podinfo", "6.1.0"), (.chart, "repo/podinfo", "repo/podinfo", nil),
            (.chart, "podinfo:>=6.1.0 <7.0.0", "podinfo", ">=6.1.0 <7.0.0"),
            (.chart, "oci://u@host.test:5000/charts/web:1.2.3", "oci://u@host.test:5000/charts/web", "1.2.3"),
            (.oci, "oci://host.test/web:1@\(pin)", "oci://host.test/web", "1"),
            (.oci, "oci://host.test/web:~1.0", "oci://host.test/web", "~1.0"),
            (.git, "https://host.test/org/repo?ref=release/1.2", "https://host.test/org/repo", "release/1.2"),
            (.git, "ssh://git@host.test/repo.git?ref=v1", "ssh://git@host.test/repo.git", "v1"),
            (.git, "git@host.test:org/repo.git?ref=0a1b", "git@host.test:org/repo.git", "0a1b"),
            (.git, "git@host.test:org/repo.git", "git@host.test:org/repo.git", nil),
            (.git, "git::https://host.test/org/repo@path?ref=v1", "git::https://host.test/org/repo@path", "v1"),
            (
                .git, "git::https://host.test/r//path?timeout=9s?ref=v1", "git::https://host.test/r//path?timeout=9s",
                "v1"
            ),
            (.version, "VERSION:1.2.3", "VERSION", "1.2.3"),
        ] as [(ArtifactKind, String, String, String?)])
    func `a reference of another kind reads back with its kind`(
        _ kind: ArtifactKind, _ text: String, _ name: String, _ tag: String?
    ) throws {
        let artifact = try Artifact(parsing: text, as: kind)
        #expect(artifact.kind == kind)
        #expect(artifact.repository == name)
        #expect(artifact.tag == tag)
        #expect(artifact.description == "\(kind.rawValue)::\(text)")
        #expect(try Artifact(parsing: artifact.description) == artifact)
        #expect(try Artifact(kind: kind, name: name, tag: tag, digest: artifact.digest) == artifact)
    }

    @Test(
        arguments: [
            (.chart, "", "1", "the name is empty"), (.git, "", "v1", "the address is empty"),
            (.chart, "a", "1.0 ", "white space, control and invisible characters are not allowed"),
            (.chart, "a", "1\t2", "white space, control and invisible characters are not allowed"),
            (.git, "a", "v1 ", "white space, control and invisible characters are not allowed"),
            (.git, "a", "v1?ref=v2", "a revision holds no \"?\""),
            (.git, "a?ref=b", nil, "the address holds a revision"),
            (.chart, "a@b", "1", "what follows \"@\" is no digest"), (.chart, "a", "x/y", "a tag holds no \"/\""),
            (.chart, "a", "x:y", "a tag holds no \":\""), (.image, "a", "x/y:z", "a tag holds no \"/\""),
        ] as [(ArtifactKind, String, String?, String)])
    func `parts that would read back as others are refused`(
        _ kind: ArtifactKind, _ name: String, _ tag: String?, _ reason: String
    ) throws {
        do {
            let artifact = try Artifact(kind: kind, name: name, tag: tag, digest: nil)
            Issue.record("\(artifact) was not refused")
        } catch {
            #expect(error.reason == reason)
        }
    }

    @Test(
        arguments: [
            (.image, "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", false),
            (.git, "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", true), (.git, "0a1b2c3", false), (.git, "v1", false),
            (.git, "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567", false), (.chart, "1.2.3", false),
        ] as [(ArtifactKind, String, Bool)])
    func `a whole commit id pins a revision of git and nothing else`(
        _ kind: ArtifactKind, _ tag: String, _ isPinned: Bool
    ) {
        #expect(Artifact(kind: kind, repository: "a", tag: tag, digest: nil).isPinned == isPinned)
    }

    @Test func `a refusal is safe to print`() {
        let text = "web\u{1B}[31m"
        #expect(
            errorText { try Artifact(parsing: text) }?.hasPrefix(#""web\u{1b}[31m" is no artifact reference"#) == true)
    }

    @Test(arguments: 0..<UInt64(256))
    func `a reference reads back what it writes`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        let artifact = random.artifact()
        #expect(try Artifact(parsing: artifact.description) == artifact)
    }

    @Test func `what is plain reads back as it is`() throws {
        var random = SeededGenerator(seed: 7)
        let letters: [Character] = [
            "a", "Z", "9", "/", "-", "_", ".", ":", "@", "{", "`", "[", "?", " ", "é", "\u{200B}",
        ]
        func text(_ counts: ClosedRange<Int>) -> String {
            let reach = Bool.random(using: &random) ? 7 : letters.count
            return String(
                (0..<Int.random(in: counts, using: &random)).map { _ in
                    letters[Int.random(in: 0..<reach, using: &random)]
                })
        }
        var plain = 0
        for _ in 0..<2_000 {
            let kind = ArtifactKind.allCases.randomElement(using: &random) ?? .image
            let tag = Bool.random(using: &random) ? text(0...4) : nil
            let artifact = Artifact(kind: kind, repository: text(0...6), tag: tag, digest: nil)
            guard artifact.isPlainImage else { continue }
            plain += 1
            #expect(try Artifact(parsing: artifact.description) == artifact)
        }
        #expect(plain > 50)
    }

    @Test(arguments: [
        ("web:1@\(pin)", "web:2@\(pin)", true),
        ("a/web@\(pin)", "b/web@\(pin)", true),
        ("web:1", "web:1", true),
        ("web:1", "web:2", false),
        ("web:1", "web:1@\(pin)", false),
    ])
    func `content is the digest, and the text where there is none`(_ left: String, _ right: String, _ isSame: Bool)
        throws
    {
        let left = try Artifact(parsing: left)
        let right = try Artifact(parsing: right)
        #expect(left.isSameContent(as: right) == isSame)
        #expect(right.isSameContent(as: left) == isSame)
    }

    @Test func `the version is the tag, else a short digest`() throws {
        #expect((try Artifact(parsing: "web:1@\(Self.pin)")).version == "1")
        #expect((try Artifact(parsing: "web@\(Self.pin)")).version == "aaaaaaaaaaaa")
        let bare = "web"
        #expect((try Artifact(parsing: bare)).version == "unversioned")
    }
}
