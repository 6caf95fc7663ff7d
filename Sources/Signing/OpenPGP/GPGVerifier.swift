package import Ports
import Programs
package import PromotionModel
import Synchronization

/// Verifies OpenPGP signatures with the program `gpg`, by one keyring, in a world of its own.
///
/// Nothing of the operator's GnuPG home takes part: no configuration, no trust database, no agent, no network. Every
/// key of the keyring is trusted, since the operator chose them.
package struct GPGVerifier: OpenPGPVerifier {
    /// The longest signature that is looked at, in bytes of armour.
    package static let maximumBytes = 32 << 10
    private static let limit = Duration.seconds(20)

    /// The longest keyring that is taken.
    package static let maximumKeyringBytes = 16 << 20

    /// Absolute path of the program.
    private let program: String
    /// Public keys as `gpg --export` writes them.
    private let keyring: [UInt8]
    private let spans = Spans()

    /// What was learnt of the keys: a function of the keyring.
    private final class Spans: Sendable {
        let known = Mutex<[String: GPGKeyring.Span]>([:])
    }

    /// - Parameters:
    ///   - program: Absolute path of gpg.
    ///   - keyring: What `gpg --export` wrote: packets, or a keybox. It is copied for each run, since gpg makes a
    ///     keyring that is missing, and may write into one that is there.
    /// - Throws: ``UnusableKeyring``.
    package init(program: String, keyring: [UInt8]) throws(UnusableKeyring) {
        guard keyring.count <= Self.maximumKeyringBytes else {
            throw UnusableKeyring(description: "is longer than \(Self.maximumKeyringBytes) bytes")
        }
        // A packet of tag 6 in the old or the new format (RFC 4880 §4.2), or the magic of a keybox.
        let isKeyring =
            (keyring.first.map { [0x98, 0x99, 0x9A, 0xC6].contains($0) } ?? false)
            || keyring.dropFirst(8).starts(with: "KBXf".utf8)
        guard isKeyring else {
            throw UnusableKeyring(
                description: "holds no OpenPGP keys; write it with gpg --export KEY > FILE, without --armor")
        }
        self.program = program
        self.keyring = keyring
    }

    /// Why a keyring cannot be used, as a phrase that follows its name.
    package struct UnusableKeyring: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    package func finding(on armour: String, over message: [UInt8], at instant: Timestamp) -> OpenPGPFinding {
        guard armour.utf8.count <= Self.maximumBytes else {
            return .refused("the OpenPGP signature has more than \(Self.maximumBytes) bytes")
        }
        do {
            let folder = try ScratchFolder()
            try folder.write(armour, to: "signature.asc")
            try folder.write(keyring, to: "keyring.gpg")
            let verified = try run(
                ["--verify", folder.path + "/signature.asc", "-"], home: folder.path, input: message, at: instant)
            let status = GPGStatus(verified.output)
            let made: Made
            switch Self.judge(status, verified.ending) {
            case .failure(let refusal): return refusal.finding
            case .success(let signature): made = signature
            }
            guard let span = try span(of: made.key, home: folder.path, at: instant) else {
                return .unverified("gpg could not list the key \(made.key)")
            }
            return .good(
                OpenPGPSignature(
                    fingerprint: made.primary.lowercased(), madeAt: made.at, from: span.from, until: span.until))
        } catch let failure as ProgramFailure {
            return .unverified("\(program) \(failure)")
        } catch {
            return .unverified("there is no temporary folder for gpg")
        }
    }

    /// When the key with the fingerprint `key` counts; `nil` where gpg does not tell.
    private func span(
        of key: String, home: String, at instant: Timestamp
    ) throws(ProgramFailure) -> GPGKeyring.Span? {
        if let known = spans.known.withLock({ $0[key] }) { return known }
        let listed = try run(["--with-colons", "--list-keys", key], home: home, input: [], at: instant)
        guard listed.ending == .exited(0), let span = GPGKeyring(listed.output).spans[key] else { return nil }
        spans.known.withLock { $0[key] = span }
        return span
    }

    private func run(
        _ command: [String], home: String, input: [UInt8], at instant: Timestamp
    ) throws(ProgramFailure) -> Completion {
        let invocation = Invocation(
            path: program,
            arguments: [
                "--homedir", home, "--no-options", "--batch", "--no-tty", "--no-autostart", "--lock-never",
                "--disable-dirmngr", "--no-auto-key-retrieve", "--no-auto-check-trustdb", "--trust-model", "always",
                "--no-default-keyring", "--keyring", home + "/keyring.gpg", "--status-fd", "1",
                // As of the instant that is asked for, which does not move meanwhile.
                "--faked-system-time", "\(max(instant.seconds, 1))!",
            ] + command, variables: ["LC_ALL": "C", "HOME": home], input: input, timeLimit: Self.limit,
            outputLimit: 256 << 10)
        return try invocation.run()
    }

    /// A signature by a key of the keyring, as the status describes it.
    private struct Made {
        /// Fingerprint of the key, or subkey, that made it.
        let key: String
        let primary: String
        let at: Timestamp
    }

    private struct Refusal: Error {
        let finding: OpenPGPFinding
    }

    /// Everything but exactly one good signature over bytes is refused; of an expired key, the time is judged later.
    private static func judge(_ status: GPGStatus, _ ending: Completion.Ending) -> Result<Made, Refusal> {
        if let refusal = refusal(status) { return .failure(Refusal(finding: .refused(refusal))) }
        guard ending == .exited(0), status.lines("GOODSIG", "EXPKEYSIG").count == 1,
            let arguments = status.lines("VALIDSIG").first?.arguments
        else {
            let reason = status.failure ?? "it said nothing that can be understood"
            return .failure(Refusal(finding: .unverified("gpg could not verify: \(reason)")))
        }
        guard arguments.count >= 10, arguments[0].utf8.count >= 40, let seconds = Int64(arguments[2]) else {
            return .failure(Refusal(finding: .unverified("gpg described the signature in a way that is not known")))
        }
        guard arguments[8] == "00" else {
            return .failure(Refusal(finding: .refused("the OpenPGP signature is over text, not over bytes")))
        }
        // Public key 17 is DSA; hashes 8 to 11 are the SHA-2 family (RFC 4880 §9.1, §9.4).
        guard arguments[6] != "17", ["8", "9", "10", "11"].contains(arguments[7]) else {
            return .failure(Refusal(finding: .refused("the OpenPGP signature uses DSA, or a hash that is not SHA-2")))
        }
        return .success(Made(key: arguments[0], primary: arguments[9], at: Timestamp(seconds: seconds)))
    }

    /// Why the status lines of one run refuse; `nil` where they do not.
    private static func refusal(_ status: GPGStatus) -> String? {
        if status.lines("NEWSIG").count > 1 || status.lines("VALIDSIG").count > 1 {
            return "there is more than one OpenPGP signature"
        }
        if !status.lines("PLAINTEXT").isEmpty { return "the OpenPGP signature is not detached" }
        if !status.lines("BADSIG").isEmpty { return "the OpenPGP signature is not by this key over these bytes" }
        if !status.lines("REVKEYSIG").isEmpty { return "the OpenPGP key was revoked" }
        if !status.lines("EXPSIG").isEmpty { return "the OpenPGP signature has expired" }
        if !status.lines("NODATA").isEmpty { return "there is no OpenPGP signature in the armour" }
        guard let error = status.lines("ERRSIG").first?.arguments, error.count > 5 else { return nil }
        // The sixth argument: 9 for a missing key, 4 for an algorithm that is not known.
        switch error[5] {
        case "9": return "the OpenPGP key \(error[0]) is not in the operator's keyring"
        case "4": return "the OpenPGP signature uses an algorithm that gpg does not know"
        default: return "the OpenPGP signature by \(error[0]) cannot be verified (\(error[5]))"
        }
    }
}
