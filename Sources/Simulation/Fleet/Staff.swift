import EvidenceFormat
import FoundationEssentials
import Programs

/// The people of a simulated fleet, and the service, each with a key of their own.
struct Staff: Sendable {
    struct Person: Hashable, Sendable {
        let name: String
        let email: String
        /// The file of the key that the person signs with.
        let keyFile: String
        /// A line of `allowed_signers`.
        let signerLine: String

        /// `Name <email>`.
        var identity: String { "\(name) <\(email)>" }
    }

    /// Everybody: the first two only write, the third both writes and approves, the others approve.
    let people: [Person]

    /// Who signs off what the loop records.
    static let service = "Towpath <towpath@shop.example>"

    /// Whoever changes manifests and policies.
    var authors: [Person] { Array(people.prefix(3)) }

    /// Whoever approves, holds and rolls back.
    var managers: [Person] { Array(people.dropFirst(2)) }

    /// PrivateKeyInfo of Ed25519 up to the seed: RFC 8410 §7.
    private static let keyPrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// Hires everybody and lays their keys, which are the same in every simulation, into `folder`.
    ///
    /// - Throws: where a key cannot be made or written.
    init(in folder: borrowing ScratchFolder) throws {
        people = try ["Ada", "Linus", "Grace", "Oscar", "Barbara"].enumerated().map { index, name in
            let bytes = Self.keyPrefix + [UInt8](repeating: UInt8(index + 1), count: 32)
            let text = "-----BEGIN PRIVATE KEY-----\n\(Data(bytes).base64EncodedString())\n-----END PRIVATE KEY-----\n"
            let email = "\(name.lowercased())@shop.example"
            let file = "\(name.lowercased()).pem"
            try folder.write(text, to: file)
            return Person(
                name: name, email: email, keyFile: "\(folder.path)/\(file)",
                signerLine: "\(email) \(try SigningKey(pem: text).publicKey.sshLine)")
        }
    }

    /// `policies/allowed_signers`.
    var signers: String {
        managers.map { $0.signerLine + "\n" }.joined()
    }

    /// `policies/roles.yaml`.
    var roles: String {
        """
        apiVersion: towpath.dev/v1
        kind: Roles
        metadata: {name: roles}
        spec:
          roles:
            release-managers: [\(managers.map(\.email).joined(separator: ", "))]

        """
    }
}
