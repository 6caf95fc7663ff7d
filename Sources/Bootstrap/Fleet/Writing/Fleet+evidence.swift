import EvidenceFormat
import Git
import ManifestFormat
import Observing
import Ports
package import PromotionModel
import Recording

/// A report to be signed as evidence.
package struct AttestationRequest: Sendable {
    /// A digest, or the name of a component.
    package let subject: String
    /// Where the component's digest is read; `nil` where it is the same everywhere.
    package let environment: EnvironmentName?
    package let kind: EvidenceKind
    /// What was run or scanned.
    package let name: String?
    package let report: [UInt8]

    package init(
        subject: String, environment: EnvironmentName?, kind: EvidenceKind, name: String?, report: [UInt8]
    ) {
        self.subject = subject
        self.environment = environment
        self.kind = kind
        self.name = name
        self.report = report
    }

    /// Whether `text` can be a type of the user's own: a URI.
    package static func isFreeType(_ text: String) -> Bool {
        ImportedReport.isURI(text)
    }
}

/// What was signed and stored.
package struct StoredEvidence: Hashable, Sendable {
    /// SHA-256 of the envelope's bytes.
    package let id: Digest
    package let paths: [String]
    /// 40 hexadecimal digits.
    package let commit: String
    /// Short name of the evidence branch.
    package let branch: String
    /// Who signed, as `allowed_signers` knows them; empty where it does not accept the signature.
    package let signers: [String]
    /// Why `allowed_signers` at the watched branch does not accept the signature; empty where it does.
    package let doubts: [String]
}

/// What an attestation came to.
package struct Attestation: Hashable, Sendable {
    package let digest: Digest
    package let kind: EvidenceKind
    package let predicateType: String
    package let name: String?
    package let values: [String: Evidence.Value]
    package let stored: StoredEvidence
}

/// What a fleet says about evidence at one commit.
struct EvidenceGround {
    let tree: ObjectID
    let layout: FleetLayout
    let signers: SignersReading
}

extension Fleet {
    /// The most bytes of a report that are read.
    package static var maximumReportBytes: Int { ImportedReport.maximumBytes }

    /// Signs a report and stores it on the evidence branch.
    ///
    /// - Throws: ``Refusal``; then nothing is stored.
    package borrowing func attest(
        _ request: AttestationRequest, with key: borrowing EvidenceKey
    ) throws(Refusal) -> Attestation {
        let ground = try evidenceGround()
        let digest = try digest(of: request.subject, in: request.environment)
        guard digest.algorithm == .sha256 else {
            throw Refusal(.badInput, "\(digest.short) is no SHA-256 digest, and only that is ever compared")
        }
        let report: ImportedReport
        do throws(ImportRefusal) {
            report = try ImportedReport(request.report, as: request.kind)
        } catch {
            throw Refusal(.badInput, error.description)
        }
        var annotations = [Statement.Subject.instantKey: clock.now().description]
        annotations[Statement.Subject.labelKey] = request.name
        let statement = Statement(
            about: digest, annotations: annotations, predicateType: report.predicateType, predicate: report.predicate)
        let claims: EvidenceClaims
        do throws(StatementMalformed) {
            claims = try EvidenceClaims(statement, about: digest)
        } catch {
            throw Refusal(.badInput, error.description)
        }
        let stored = try store(
            statement, to: [digest], promotion: nil, title: "\(claims.kind.description) of \(digest.short)", ground, key
        )
        return Attestation(
            digest: digest, kind: claims.kind, predicateType: report.predicateType, name: claims.name,
            values: claims.values, stored: stored)
    }

    /// Where evidence lies and who may sign, as of the watched branch.
    borrowing func evidenceGround() throws(Refusal) -> EvidenceGround {
        do {
            let tree = try repository.commit(try watchedCommit()).tree
            let layout = try reader.layout(at: tree, in: repository)
            guard "refs/heads/\(layout.evidence)" != reference else {
                throw Refusal(.badInput, "the evidence needs a branch of its own, and \(layout.evidence) is watched")
            }
            return EvidenceGround(
                tree: tree, layout: layout, signers: try SignersReading(at: tree, in: repository))
        } catch {
            throw Refusal(any: error)
        }
    }

    /// Signs `statement`, stores it and says whether it will count.
    borrowing func store(
        _ statement: Statement, to digests: Set<Digest>, promotion: PromotionID?, title: String,
        _ ground: EvidenceGround, _ key: borrowing EvidenceKey
    ) throws(Refusal) -> StoredEvidence {
        let identity = try identity()
        let envelope = try key.signing(statement.envelope)
        let now = clock.now()
        let writer = EvidenceWriter(
            repository: try reopened(), branch: ground.layout.evidence, identity: identity, publisher: publisher)
        let addition: EvidenceWriter.Addition
        do throws(PortFailure) {
            addition = try writer.add(envelope, to: digests, promotion: promotion, title: title, at: now)
        } catch {
            throw Refusal(error)
        }
        var (names, doubts): ([String], [String]) = ([], [])
        if let signers = ground.signers.signers {
            do {
                let subject = try digests.min() ?? promotion?.subject
                guard let subject else { throw Refusal(.internalError, "evidence about nothing") }
                switch Verification(signers: signers).judge(envelope.bytes, about: subject, firstSeen: now) {
                case .verified(let verified): names = verified.signers.map(\.principal)
                case .refused(let reasons): doubts = reasons.map(\.description)
                }
            } catch {
                throw Refusal(any: error)
            }
        } else {
            doubts = [ground.signers.problem?.description ?? "no signature counts"]
        }
        return StoredEvidence(
            id: addition.id, paths: addition.paths, commit: addition.commit, branch: ground.layout.evidence,
            signers: names, doubts: doubts)
    }

    /// The digest that `subject` means: itself, or what the component of that name declares.
    borrowing func digest(of subject: String, in environment: EnvironmentName?) throws(Refusal) -> Digest {
        let found = try digests(of: subject, in: environment)
        guard let first = found.first, Set(found.map(\.digest)).count == 1 else {
            let list = found.map { "\($0.environment?.description ?? ""): \($0.digest.short)" }.joined(separator: ", ")
            throw Refusal(
                .usage, "\(subject.printable) is not the same everywhere (\(list))",
                hint: "name the environment: --env \(found.first?.environment?.description ?? "ENV")")
        }
        return first.digest
    }

    /// Every digest that `subject` may mean, and where it is declared; never empty.
    borrowing func digests(
        of subject: String, in environment: EnvironmentName?
    ) throws(Refusal) -> [(environment: EnvironmentName?, digest: Digest)] {
        if subject.hasPrefix("sha256:") || subject.hasPrefix("sha512:") {
            do throws(Digest.Malformed) {
                return [(nil, try Digest(subject))]
            } catch {
                throw Refusal(.usage, error.description)
            }
        }
        let inventory = try inventory(of: environment)
        var found: [(environment: EnvironmentName?, digest: Digest)] = []
        var isKnown = false
        for declared in inventory.environments {
            for declaration in declared.declarations where declaration.component.description == subject {
                isKnown = true
                if let digest = declaration.artifact.digest { found.append((declared.name, digest)) }
            }
        }
        guard !found.isEmpty else {
            let names = inventory.environments.flatMap { $0.declarations.map(\.component.description) }
            let hint = Spelling.nearest(to: subject, among: names).map { "did you mean \"\($0)\"?" }
            throw Refusal(
                .badInput,
                isKnown
                    ? "\(subject.printable) is declared without a digest"
                    : "\"\(subject.printable)\" is neither a digest nor a declared component",
                hint: isKnown ? "evidence is about digests: pin it" : hint)
        }
        return found
    }
}
