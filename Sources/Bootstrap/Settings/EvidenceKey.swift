import EvidenceFormat
import FoundationEssentials
import PromotionModel
import Signing

/// The key that evidence is signed with: where it is, never what it is.
package struct EvidenceKey: Sendable {
    private enum Way {
        case pem(SigningKey)
        case ssh(SSHSigner)
    }

    private let way: Way

    /// Takes the key in the file at `path`; its first line tells what it is.
    ///
    /// - Parameter isSSH: Whether it is left to `ssh-keygen` whatever the file holds.
    /// - Throws: ``Refusal``, which never holds any of the key.
    package init(at path: String, isSSH: Bool) throws(Refusal) {
        guard let bytes = FileStart.read(path, upTo: 64 << 10) else {
            throw Refusal(.usage, "the key \(path) cannot be read")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let first = text.prefix { !$0.isNewline }
        let isPublic = ["ssh-", "ecdsa-sha2-", "sk-"].contains(where: first.hasPrefix)
        if isSSH || isPublic || first == "-----BEGIN OPENSSH PRIVATE KEY-----" {
            way = .ssh(SSHSigner(keyFile: path))
            return
        }
        guard first == "-----BEGIN PRIVATE KEY-----" else {
            throw Refusal(
                .usage, "\(path) is neither a PEM key in PKCS#8 without a passphrase nor an OpenSSH key",
                hint: "openssl pkcs8 -topk8 -nocrypt writes PKCS#8; ssh-keygen -t ed25519 makes an OpenSSH key")
        }
        do throws(KeyRefusal) {
            way = .pem(try SigningKey(pem: text))
        } catch {
            throw Refusal(.usage, "the key \(path) cannot be used: \(error)")
        }
    }

    /// `envelope` with one more signature.
    func signing(_ envelope: Envelope) throws(Refusal) -> Envelope {
        switch way {
        case .pem(let key):
            do throws(KeyRefusal) {
                return try key.signing(envelope)
            } catch {
                throw Refusal(.cannotWrite, error.description)
            }
        case .ssh(let signer):
            do throws(SSHSigner.Failure) {
                return try signer.signing(envelope)
            } catch {
                throw Refusal(.cannotWrite, error.description)
            }
        }
    }
}
