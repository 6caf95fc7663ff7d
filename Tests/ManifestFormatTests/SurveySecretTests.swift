import ManifestFormat
import PromotionModel
import Testing

/// What is taken for a secret in plain text, and what is not.
@Suite struct SurveySecretTests {
    /// Text that no scanner of this repository should find, because nobody has written it.
    private static func made(_ parts: String...) -> String {
        parts.joined()
    }

    private static let random = "q7Zf2LxP9vTbN4wRk8HsJ3mC"

    private static let positives: [String] = [
        "password: hunter2", "passwd: x1", "DB_PASSWORD: \"s3cr3t pass\"", "adminPassword: changeme",
        "clientSecret: abcdef", "client-secret: abcdef", "apiKey: abc123def", "api_key: abc", "APIKEY: abc",
        "private_key: abc", "secretAccessKey: abc", "token: 3f9c1b7e5d204a68", "secret: q7Zf2LxP9vTb",
        "accessKey: q7Z2f4LxP9vTb", "secret: changeme", "authToken: abc", "password2: hunter2", "db.password: hunter2",
        "a/b.password: hunter2", "authorization: Bearer q7Zf2LxP9vTb", "Authorization: Basic dXNlcjpwYXNz",
        "env: [{name: DB_PASSWORD, value: hunter2}]", "parameters: [{name: auth.password, value: hunter2}]",
        "environment: [\"DB_PASSWORD=hunter2\"]", "args: [\"--db-password=hunter2\"]",
        "url: postgres://app:hunter2@db/app", "x: \"see https://u:p4ss@host/path\"",
        "connectionString: \"Server=db;User Id=app;Password=hunter2;\"",
        "x: \"DefaultEndpointsProtocol=https;AccountKey=abc==\"",
        "x: " + made("gh", "p_", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"),
        "x: " + made("AK", "IA", "Q7ZF2LXP9VTBN4WR"), "x: " + made("xo", "xb-", "1234567890-abcdefghij"),
        "x: " + made("gl", "pat-", "A1b2C3d4E5f6G7h8I9j0"),
        "x: " + made("ey", "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiIxIn0.abcdefghijklmnop"),
        "x: \(random)", "x: \"\(random)==\"", "x: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIE\n",
        "x: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlF", "x: |\n  user = app\n  password = hunter2\n",
        "x: |\n  {\n    \"password\": \"hunter2\",\n  }\n",
        "x: |\n  export API_KEY\n  api_key: 'abc def'\n  api_key: \"abc\"\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {user: app}",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: YXBw}",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: YXBw}\nsops: {mac: x}",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nsecretGenerator: [{name: s, literals: [user=app]}]",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: s}\nx: https://u:p4ss@host",
    ]

    @Test(arguments: positives)
    func `a secret in plain text is found and not kept`(_ text: String) throws {
        let survey = try SurveyText.survey(text + "\n")
        let found = try #require(survey.plainSecrets.first, "nothing found")
        #expect(survey.plainSecrets.count == 1)
        #expect(survey.settings[found.path] == "(secret)")
        #expect(found.place.file == "environments/prod/a.yaml" && found.place.line > 0)
        for value in ["hunter2", "q7Z", "YXBw", "MIIE", "p4ss", "s3cr3t", "changeme"] where text.contains(value) {
            #expect(!SurveyText.text(survey).contains(value))
        }
    }

    private static let negatives: [String] = [
        "password: \"\"", "password: null", "password: ${DB_PASSWORD}", "password: $(DB_PASSWORD)",
        "password: $DB_PASSWORD", "password: \"{{ .Values.password }}\"", "password: <password>",
        "password: ref+vault://secret/db#password", "password: vault:secret/data/db#password",
        "password: ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]", "password: true", "password: 12345",
        "password: /var/run/secrets/db", "password: \"****\"", "password: REDACTED", "password: PLACEHOLDER",
        "password: !vault db/password", "password: op://vault/item/field", "password: arn:aws:secretsmanager:x",
        "passwordPolicy: strict", "tokenUrl: https://id.example/token", "secretName: web-tls", "existingSecret: bank",
        "passwordSecretRef: {name: db, key: password}", "secret: web-tls", "token: db-credentials-v2",
        "secretKey: DATABASE_PASSWORD", "accessKey: access-key", "tokenExpiry: 1h", "passwordFile: pw.txt",
        "automountServiceAccountToken: \"false\"", "authorization: enabled", "auth: none", "bypass: everything",
        "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
        "env: [{name: DB_PASSWORD_FILE, value: /run/secrets/db}]", "env: [{name: DB_PASSWORD, value: $(OTHER)}]",
        "url: postgres://db/app", "url: postgres://app@db/app", "url: \"postgres://app:${PW}@db/app\"",
        "url: \"postgres://app:<password>@db/app\"", "x: \"Server=db;Password=${PW}\"", "x: git@github.com:a/b",
        "x: https://host:8080/a@b", "x: 2f7a1c9e-4b3d-4e5f-8a6b-0c1d2e3f4a5b",
        "sha: \(random)", "checksum: \(random)", "imageDigest: \(random)", "revision: \(random)",
        "caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM", "x: sha256-q7Zf2LxP9vTbN4wRk8HsJ3mCq7Zf2LxP9vTb",
        "x: MultiKueueBatchJobWithManagedBy2", "x: 0123456789abcdef0123456789abcdef01234567",
        "x: registry.example/Shop/web1:1.4.2-Beta3", "x: " + made("gh", "p_", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        "x: " + made("AK", "IA", "IOSFODNN7EXAMPLE"), "x: |\n  -----BEGIN CERTIFICATE-----\n  MIIE\n",
        "x: |\n  client_secret=web-client-secret\n  password=$(cat x)\n  self.key = private_key\n  token: string\n",
        "x: |\n  # password: hunter2 is bad\n  The password: choose well and long\n",
        "kind: CustomResourceDefinition\nmetadata: {name: x}\nspec: {password: hunter2}",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: s}\nspec: {password: db, x: \(random)}",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\nspec: {encryptedData: {password: AgBy}}",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: \"${A}\", b: 'ENC[x]', c: '', d: <x>}",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: Opaque",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nsecretGenerator: [{name: s, files: [password.txt]}]",
    ]

    @Test(arguments: negatives)
    func `what is no secret is not taken for one`(_ text: String) throws {
        #expect(try SurveyText.survey(text + "\n").plainSecrets.map(\.reason) == [])
    }

    private static let certificate =
        "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\nq7Zf2LxP9v==\n-----END CERTIFICATE-----\n"
    private static let key = made("-----BEGIN PRIVATE", " KEY-----\nMIIBszCC\n-----END PRIVATE", " KEY-----\n")

    /// Fields of a Secret: key, value, and whether everybody may see it.
    private static let fields: [(String, String, Bool)] = [
        ("ca.crt", certificate, true), ("tls.crt", certificate + certificate, true),
        ("tls.crt", "\n" + certificate + "\n", true), ("anything", certificate, true),
        ("id.pub", "-----BEGIN PUBLIC KEY-----\nMCowBQ==\n-----END PUBLIC KEY-----", true),
        ("port", "5432", true), ("DB_PORT", "5432", true), ("timeoutMs", "30000", true), ("ratio", "0.75", true),
        ("offset", "-5", true), ("tls", "true", true), ("signingKeyName", "release-2026", true),
        ("secret-names", "a,b", true), ("empty", "", true),

        ("tls.key", key, false), ("tls.key", certificate + key, false), ("tls.crt", key, false),
        ("tls.pem", certificate + "password: hunter2\n", false),
        ("ca.crt", "-----BEGIN CERTIFICATE-----\nhunter2\n", false),
        ("ca.crt", "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n", false),
        ("ca.crt", "hunter2", false), ("ca.crt", made("-----BEGIN RSA PRIVATE", " KEY-----\nMII=\n"), false),
        ("password", "hunter2", false), ("password", "12345", false), ("password", "true", false),
        ("db-password", "0", false), ("token", "4711", false), ("apiToken", "q7Zf2LxP", false),
        ("pin", "1234", false), ("otpSeed", "123456", false), ("accountKey", "12345", false),
        ("number", "12345678901", false), ("number", "1.2.3.4", false), ("username", "app", false),
        ("user", "app", false), ("url", "https://hooks.example/T0/B0/x", false),
        ("signingKeyName", "q7Zf2LxP9vTbN4wRk8HsJ3mC", false), ("passwordName", "two words", false),
        ("config.yaml", "port: 5432\n", false), (".dockerconfigjson", "{}", false),
    ]

    @Test(arguments: fields)
    func `of a Secret what everybody may see is passed over, and nothing else`(
        key: String, value: String, isPublic: Bool
    ) throws {
        let quoted =
            "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
        let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        let texts = [
            head + "stringData: {\(key): \(quoted)}", head + "data: {\(key): \"\(Self.base64(value))\"}",
        ]
        for text in texts {
            #expect(try SurveyText.survey(text + "\n").plainSecrets.count == (isPublic ? 0 : 1), "\(text)")
        }
    }

    /// `text` in base64, as Kubernetes keeps it.
    private static func base64(_ text: String) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: 3).map { start in
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            let all = [18, 12, 6, 0].map { String(digits[number >> $0 & 63]) }
            return all.prefix(group.count + 1).joined() + String(repeating: "=", count: 3 - group.count)
        }.joined()
    }

    @Test func `literals are judged one by one`() throws {
        let literals = "[port=5432, tls=true, keyName=release, password=hunter2, user=app]"
        let text = "apiVersion: kustomize.config.k8s.io/v1beta1\nsecretGenerator: [{name: s, literals: \(literals)}]\n"
        let found = try SurveyText.survey(text).plainSecrets.map(\.path)
        #expect(found.count == 2 && found[0].hasSuffix("[password]") && found[1].hasSuffix("[user]"), "\(found)")
    }

    private static let references: [(String, [String])] = [
        ("env: [{valueFrom: {secretKeyRef: {name: a, key: k}}}]", ["a"]),
        ("envFrom: [{secretRef: {name: a}}, {secretRef: {name: b}}]", ["a", "b"]),
        ("volumes: [{secret: {secretName: a}}, {projected: {sources: [{secret: {name: b}}]}}]", ["a", "b"]),
        ("auth: {existingSecret: a, metricsExistingSecret: b}", ["a", "b"]),
        ("imagePullSecrets: [{name: a}, b]", ["a", "b"]), ("passwordSecretRef: {name: a}", ["a"]),
        ("valuesFrom: [{kind: Secret, name: a}]", ["a"]), ("secret: text", []), ("secretName: ''", []),
        (
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a}\nspec: {target: {name: b}}",
            ["a", "b"]
        ),
        ("kind: SealedSecret\nmetadata: {name: a}", ["a"]), ("kind: Secret\nmetadata: {name: a}", []),
        ("kind: Secret\nmetadata: {name: a}\nsops: {mac: x}", ["a"]),
        (
            "apiVersion: towpath.dev/v1\nkind: Component\nmetadata: {name: c}\nspec: {secrets: [{name: A}, B]}",
            ["A", "B"]
        ),
    ]

    @Test(arguments: references)
    func `secrets that are referred to are named`(_ text: String, _ names: [String]) throws {
        #expect(try SurveyText.survey(text + "\n").secretNames.sorted() == names)
    }
}
