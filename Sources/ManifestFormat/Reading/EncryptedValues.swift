import YAMLSource

/// Files and values that are encrypted where they lie: what they declare is not known, and never edited.
enum EncryptedValues {
    /// What a file that git-crypt has encrypted begins with.
    static let gitCryptMark: [UInt8] = [0] + Array("GITCRYPT".utf8) + [0]

    /// The block of SOPS in `document` whose code of authentication an edit of any value would break; `nil` for none.
    ///
    /// With `mac_only_encrypted` the clear values are not covered by it.
    static func seal(of document: YAMLNode) -> YAMLNode? {
        guard let block = document["sops"], block["mac"] != nil else { return nil }
        return block["mac_only_encrypted"]?.equals("true") == true ? nil : block
    }
}

extension YAMLNode {
    /// Whether the node is a value that SOPS has encrypted: `ENC[AES256_GCM,data:…]`.
    var isEncrypted: Bool {
        // Most values need no copy to tell.
        let mayBe = withUTF8 { $0.count > 4 && $0[0] == UInt8(ascii: "E") && $0[3] == UInt8(ascii: "[") }
        guard mayBe, kind == .scalar, let text, text.hasPrefix("ENC["), text.hasSuffix("]") else { return false }
        return text.contains(",data:")
    }
}
