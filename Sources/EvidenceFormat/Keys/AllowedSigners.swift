package import PromotionModel

/// Who may sign what and when: a file in OpenSSH's `allowed_signers` format (ssh-keygen(1), ALLOWED SIGNERS).
///
/// A key is the same key whatever form a signature comes in, so a CI's Ed25519 or ECDSA P-256 key from a PEM file is
/// listed here in its SSH form (`ssh-keygen -i -m PKCS8 -f key.pem`), and ``PublicKey/sshLine`` gives it too.
///
/// Stricter than OpenSSH: one bad line refuses the whole file, every date ends in `Z`, a file without signers and a
/// principal that is nobody in particular (`*`) are refused, and so are authorities and RSA.
package struct AllowedSigners: Hashable, Sendable {
    /// The longest file that is read.
    package static let maximumBytes = 1 << 20
    /// The most keys that one file may list.
    package static let maximumLines = 10_000

    /// In the order of the file.
    let lines: [SignerLine]
    /// The keys that sign without SSH's format, each once, in the order of the file.
    let plainKeys: [PublicKey]
    private let byKey: [PublicKey: [Int]]
    /// Plain keys by both of their key ids.
    private let byKeyID: [String: [PublicKey]]

    init(lines: [SignerLine]) {
        self.lines = lines
        byKey = Dictionary(grouping: lines.indices) { lines[$0].key }
        var seen: Set<PublicKey> = []
        plainKeys = lines.map(\.key).filter { $0.spki != nil && seen.insert($0).inserted }
        byKeyID = Dictionary(
            plainKeys.flatMap { key in
                [key.fingerprint, key.pemKeyID ?? ""].map { ($0, [key]) }
            }, uniquingKeysWith: +)
    }

    /// The plain keys to try on a signature with the hint `keyID`: those that bear it, or all where none does.
    func plainKeys(hintedBy keyID: String) -> [PublicKey] {
        byKeyID[keyID] ?? plainKeys
    }

    /// Whose key this is, by the first line of the file that allows it.
    ///
    /// - Parameters:
    ///   - key: A key that made a good signature.
    ///   - namespace: What was signed for.
    ///   - claimed: The instant of signing, as the signer says.
    ///   - firstSeen: The instant at which we first saw it; a signer cannot choose it, so both must be covered.
    /// - Throws: ``SignerRefusal`` of the last line with this key.
    package func signer(
        for key: PublicKey, namespace: String, at claimed: Timestamp, firstSeen: Timestamp
    ) throws(SignerRefusal) -> Signer {
        let candidates = (byKey[key] ?? []).map { lines[$0] }
        var refusal = SignerRefusal.unknownKey(fingerprint: key.fingerprint)
        for line in candidates {
            guard let reason = line.refusal(namespace: namespace, at: [claimed, firstSeen]) else {
                return Signer(
                    principal: line.principals.text, key: key, names: line.principals,
                    aliases: candidates.map(\.principals))
            }
            refusal = reason
        }
        throw refusal
    }

    /// Whose key this is, by the line that allows it longest of those that allowed it at `claimed`.
    ///
    /// - Parameters:
    ///   - key: A key that made a good signature.
    ///   - namespace: What was signed for.
    ///   - claimed: The instant of signing, as the signer says.
    /// - Returns: also the first and last instants at which the line allows it; `nil` where there is none.
    /// - Throws: ``SignerRefusal`` of the last line with this key.
    package func standing(
        of key: PublicKey, namespace: String, at claimed: Timestamp
    ) throws(SignerRefusal) -> (signer: Signer, from: Timestamp?, until: Timestamp?) {
        let candidates = (byKey[key] ?? []).map { lines[$0] }
        var refusal = SignerRefusal.unknownKey(fingerprint: key.fingerprint)
        var longest: SignerLine?
        for line in candidates {
            if let reason = line.refusal(namespace: namespace, at: [claimed]) {
                refusal = reason
            } else if longest.map({ $0.ends(before: line) }) ?? true {
                longest = line
            }
        }
        guard let longest else { throw refusal }
        let signer = Signer(
            principal: longest.principals.text, key: key, names: longest.principals,
            aliases: candidates.map(\.principals))
        return (signer, longest.validAfter, longest.validBefore)
    }

    /// The number of lines with a key.
    package var count: Int {
        lines.count
    }
}
