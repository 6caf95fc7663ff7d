import YAMLSource

/// What the place of a value says of its being a secret.
struct SecretScope {
    /// What is made of one value.
    enum Judgement: Equatable {
        case harmless
        /// Encrypted in the manifest, as it should be.
        case encrypted
        /// A secret in plain text, and why it is taken for one.
        case plain(String)
    }

    private enum Mode: Equatable {
        case ordinary
        /// Values of a Secret, in base64 or as they are.
        case values(isEncoded: Bool)
        /// Values that only a controller in the cluster can decrypt.
        case sealed
        /// Keys name secrets here, and values are names.
        case names
        /// Schemas: `password` is a field, with a description.
        case schema
    }

    /// API groups of objects that say where secrets come from.
    private static let brokers = [
        "external-secrets.io", "secrets-store.csi.x-k8s.io", "secrets.hashicorp.com", "bitnami.com",
        "generators.external-secrets.io", "redhatcop.redhat.io", "kubernetes-client.io",
    ]

    private var mode: Mode
    /// Keys of the object whose values are a Secret's.
    private let valueKeys: Set<String>

    init(of object: ManifestObject) {
        valueKeys = object.kind == "Secret" ? ["data", "stringData"] : []
        if object.kind == "CustomResourceDefinition" {
            mode = .schema
        } else if Self.brokers.contains(where: object.isOf) {
            mode = .names
        } else {
            mode = .ordinary
        }
    }

    /// The scope of the value under `key`.
    func below(_ key: String, isRoot: Bool) -> SecretScope {
        var below = self
        switch key {
        case _ where isRoot && valueKeys.contains(key): below.mode = .values(isEncoded: key == "data")
        case "encryptedData": below.mode = .sealed
        case "secretGenerator" where isRoot: below.mode = .names
        case "literals" where mode == .names: below.mode = .values(isEncoded: false)
        default: break
        }
        return below
    }

    /// What `text` under `key` is.
    func judge(_ text: String, key: String) -> Judgement {
        if text.utf8.starts(with: Self.cipherMark) { return .encrypted }
        switch mode {
        case .schema: return .harmless
        case .sealed: return text.isEmpty ? .harmless : .encrypted
        case .values(let isEncoded):
            let isHarmless =
                SecretReference.isSubstituted(text) || SecretField.isPublic(key: key, text: text, isEncoded: isEncoded)
            return isHarmless ? .harmless : .plain("a value of a Secret, and not encrypted")
        case .names:
            return SecretContent.reason(in: text).map(Judgement.plain) ?? .harmless
        case .ordinary:
            let reason =
                SecretKey.reason(key: key, text: text) ?? SecretContent.reason(in: text)
                ?? SecretContent.randomness(of: text, key: key)
            return reason.map(Judgement.plain) ?? .harmless
        }
    }

    /// What SOPS begins every encrypted value with.
    private static let cipherMark = Array("ENC[".utf8)

    /// Whether a value of the object's root is what SOPS adds, which changes with every encryption.
    static func isSOPSMetadata(_ node: YAMLNode, key: String) -> Bool {
        key == "sops" && (node["mac"] != nil || node["lastmodified"] != nil)
    }
}
