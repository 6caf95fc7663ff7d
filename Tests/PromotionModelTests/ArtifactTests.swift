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
