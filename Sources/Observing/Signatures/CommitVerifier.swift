import EvidenceFormat
package import Git
package import Ports
package import PromotionModel

/// Says who signed commits.
///
/// SSH signatures are verified here, by `allowed_signers` of commits that are trusted; OpenPGP ones by the operator's
/// keyring, since a fleet has no keys of that kind to list.
package struct CommitVerifier: Sendable {
    private let openPGP: any OpenPGPVerifier
    private let now: Timestamp

    /// - Parameter now: As of when OpenPGP keys are looked at.
    package init(openPGP: any OpenPGPVerifier, at now: Timestamp) {
        self.openPGP = openPGP
        self.now = now
    }

    /// A clock may be ahead by so many seconds without being called wrong.
    private static let tolerance: Int64 = 300

    /// Whether the commit `id` is signed, by the time that it claims.
    ///
    /// - Parameters:
    ///   - former: Who might sign just before the commit; `nil` where nothing was before it.
    ///   - present: Who may sign now, too, where that is asked: a key that was taken away counts no more.
    /// - Throws: ``GitError`` where the commit cannot be read.
    package func signature(
        of id: ObjectID, former: SignersReading?, present: SignersReading? = nil, in repository: borrowing Repository
    ) throws(GitError) -> CommitSignature {
        let commit: SignedCommit
        switch try repository.signedCommit(id) {
        case .unsigned: return .unsigned
        case .malformed(let reason): return .refused(reason)
        case .signed(let signed): commit = signed
        }
        switch commit.format {
        case .ssh: return ssh(commit, former: former, present: present)
        case .openPGP: return openPGP(commit)
        }
    }

    private func ssh(_ commit: SignedCommit, former: SignersReading?, present: SignersReading?) -> CommitSignature {
        let signature: SSHSignature
        do throws(SSHRefusal) {
            signature = try SSHSignature(armored: commit.armour)
            try signature.verify(commit.payload, namespace: SSHSignature.gitNamespace)
        } catch {
            return .refused(error.description)
        }
        guard let former else { return .refused("nothing was before it that says who may sign") }
        guard let trusted = former.signers else {
            return .refused(Self.reason(former, "before it"))
        }
        do throws(SignerRefusal) {
            let first = try Self.signatory(signature.key, commit, trusted)
            guard let present, present != former else { return .signed(first) }
            guard let allowed = present.signers else { return .unverified(Self.reason(present, "now")) }
            let second = try Self.signatory(signature.key, commit, allowed)
            let both = first.principals.filter(second.principals.contains)
            guard !both.isEmpty else {
                return .refused(
                    "the key \(first.key) was \(first.name.printable)'s and is \(second.name.printable)'s now")
            }
            return .signed(
                CommitSignatory(
                    principals: both, key: first.key, from: [first.from, second.from].compactMap(\.self).max(),
                    until: [first.until, second.until].compactMap(\.self).min()))
        } catch {
            return .refused(error.description)
        }
    }

    private static func reason(_ reading: SignersReading, _ when: String) -> String {
        reading.isAbsent
            ? "there is no \(FleetLayout.signersPath) \(when), so no SSH signature counts"
            : "\(when) nobody may sign: \(reading.problem?.description ?? FleetLayout.signersPath)"
    }

    private static func signatory(
        _ key: PublicKey, _ commit: SignedCommit, _ signers: AllowedSigners
    ) throws(SignerRefusal) -> CommitSignatory {
        let standing = try signers.standing(
            of: key, namespace: SSHSignature.gitNamespace, at: Timestamp(seconds: commit.committedAt))
        return CommitSignatory(
            principals: standing.signer.principals, key: key.fingerprint, from: standing.from, until: standing.until)
    }

    private func openPGP(_ commit: SignedCommit) -> CommitSignature {
        switch openPGP.finding(on: commit.armour, over: commit.payload, at: now) {
        case .refused(let reason): return .refused(reason)
        case .unverified(let reason): return .unverified(reason)
        case .good(let signature):
            guard signature.madeAt.seconds <= now.seconds + Self.tolerance else {
                return .refused("the OpenPGP signature claims to be made at \(signature.madeAt), which is to come")
            }
            // A scheme for fingerprints that is registered and that no address can be taken for.
            let name = "openpgp4fpr:\(signature.fingerprint)"
            let signatory = CommitSignatory(
                principals: [name], key: name, from: signature.from, until: signature.until)
            return CommitSignature.signed(signatory).counted(at: Timestamp(seconds: commit.committedAt))
        }
    }
}
