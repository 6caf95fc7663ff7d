package import EvidenceFormat
package import Git
package import PromotionModel

/// Reads and verifies what the evidence branch holds about some digests and promotions.
package struct EvidenceReader: Sendable {
    /// The most envelopes of one folder that are judged, the oldest first.
    package static let maximumEnvelopes = 1_000

    /// Full name of the evidence branch.
    private let reference: String
    private let now: Timestamp
    private let cache: VerificationCache

    /// - Parameter branch: Short name of the evidence branch.
    package init(branch: String, at now: Timestamp, cache: VerificationCache = .shared) {
        reference = "refs/heads/\(branch)"
        self.now = now
        self.cache = cache
    }

    /// What is known about `digests` and `promotions`; only their folders are read.
    ///
    /// Consents to other promotions that lie in these folders are on the shelf too.
    ///
    /// - Parameters:
    ///   - commit: Of the branch; `nil` for its tip.
    ///   - signers: As of a commit that the caller trusts.
    /// - Throws: ``GitError`` where the branch itself cannot be read; a bad envelope is refused evidence.
    package func shelf(
        for digests: Set<Digest>, promotions: Set<PromotionID>, at commit: ObjectID? = nil, signers: SignersReading,
        people: People, in repository: borrowing Repository
    ) throws(GitError) -> EvidenceShelf {
        let found = if let commit { Optional(commit) } else { try repository.reference(reference) }
        guard let tip = found else { return EvidenceShelf() }
        var subjects: [String: Digest] = [:]
        for digest in digests { subjects[EvidencePath.folder(of: digest)] = digest }
        for promotion in promotions {
            do throws(Digest.Malformed) {
                subjects[EvidencePath.folder(of: promotion)] = try promotion.subject
            } catch {
                throw GitError(operation: "name \(promotion)", code: .invalid, message: error.description)
            }
        }
        let history = try cache.withTimeline(of: "\(repository.commonDirectory) \(reference)") {
            (timeline) throws(GitError) in
            try EvidenceHistory(of: Set(subjects.keys), from: tip, now: now, timeline: &timeline, in: repository)
        }
        var assembly = ShelfAssembly(
            signers: signers, people: people, promotions: promotions, now: now, cache: cache,
            problems: history.problems)
        for (folder, arrivals) in Dictionary(grouping: history.arrivals, by: \.folder).sorted(by: { $0.key < $1.key }) {
            guard let subject = subjects[folder] else { continue }
            assembly.isComplete = arrivals.count <= Self.maximumEnvelopes
            for arrival in arrivals.prefix(Self.maximumEnvelopes) {
                try assembly.add(arrival, about: subject, in: repository)
            }
            if arrivals.count > Self.maximumEnvelopes {
                assembly.overflow(arrivals[Self.maximumEnvelopes], count: arrivals.count, about: subject)
            }
        }
        return assembly.shelf(basis: tip.hex, nextChange: history.nextChange)
    }
}

/// Puts a shelf together, one envelope at a time.
private struct ShelfAssembly {
    let signers: SignersReading
    let people: People
    /// Those that are asked for.
    let promotions: Set<PromotionID>
    let now: Timestamp
    let cache: VerificationCache
    var problems: [Problem]
    /// Whether all of the present folder is judged: only then is it known what was taken back.
    var isComplete = true
    private var evidence: [Digest: [Evidence]] = [:]
    private var refused: [Digest: [RefusedEvidence]] = [:]
    private var consents: [PromotionID: [Consent]] = [:]
    private var strayApprovals: [Digest: [Consent]] = [:]
    /// First sight of each statement by subject, whatever envelope it came in.
    private var firstSights: [Digest: [Digest: Timestamp]] = [:]

    init(
        signers: SignersReading, people: People, promotions: Set<PromotionID>, now: Timestamp,
        cache: VerificationCache, problems: [Problem]
    ) {
        self.signers = signers
        self.people = people
        self.promotions = promotions
        self.now = now
        self.cache = cache
        self.problems = problems
    }

    func shelf(basis: String, nextChange: Timestamp?) -> EvidenceShelf {
        EvidenceShelf(
            basis: basis,
            evidence: evidence.mapValues { $0.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) } },
            refused: refused.mapValues { $0.sorted { ($0.path, $0.id) < ($1.path, $1.id) } },
            consents: consents.mapValues { list in
                // One consent lies in the folder of each digest.
                var known: Set<String> = []
                return list.sorted { Self.rank($0) < Self.rank($1) }
                    .filter { known.insert("\($0.id) \($0.signer.key)").inserted }
            }, strayApprovals: strayApprovals.mapValues { $0.sorted { Self.rank($0) < Self.rank($1) } },
            problems: problems.sorted(), nextChange: nextChange)
    }

    /// Of what came in one second, what takes back comes last.
    private static func rank(_ consent: Consent) -> (Timestamp, Int, Digest) {
        (consent.firstSeen, consent.kind == .revocation ? 1 : 0, consent.id)
    }

    /// Says of an envelope that is passed over why.
    mutating func overflow(_ arrival: EvidenceHistory.Arrival, count: Int, about subject: Digest) {
        let reason =
            "\(count) envelopes lie in one folder; only the oldest \(EvidenceReader.maximumEnvelopes) are judged"
        refuse(subject, .excess, reason, at: arrival, about: subject)
    }

    private mutating func refuse(
        _ id: Digest, _ cause: RefusedEvidence.Cause, _ reason: String, at arrival: EvidenceHistory.Arrival,
        about subject: Digest, claim: RefusedEvidence.Claim? = nil
    ) {
        refused[subject, default: []].append(
            RefusedEvidence(
                id: id, subject: subject, cause: cause, reason: reason.printable, path: arrival.path, claim: claim))
    }

    mutating func add(
        _ arrival: EvidenceHistory.Arrival, about subject: Digest, in repository: borrowing Repository
    ) throws(GitError) {
        guard arrival.kind == .blob || arrival.kind == .executable else {
            refuse(subject, .malformed, "no plain file: never followed", at: arrival, about: subject)
            return
        }
        var content = Content(blob: arrival.blob)
        let id: Digest
        do {
            id = try content.digest(cache, in: repository)
        } catch let error as GitError {
            refuse(subject, .malformed, error.summary, at: arrival, about: subject)
            return
        } catch {
            refuse(subject, .malformed, "\(error)", at: arrival, about: subject)
            return
        }
        guard arrival.name == EvidencePath.file(id) else {
            refuse(
                id, .malformed, "the file's name is not the SHA-256 of its content", at: arrival, about: subject)
            return
        }
        try judge(&content, id, arrival, about: subject, in: repository)
    }

    /// An envelope that is read when somebody asks for its bytes.
    private struct Content {
        let blob: ObjectID
        private var known: [UInt8]?

        init(blob: ObjectID) {
            self.blob = blob
        }

        mutating func bytes(in repository: borrowing Repository) throws(GitError) -> [UInt8] {
            if let known { return known }
            let read = try repository.blob(blob, limit: Envelope.maximumBytes)
            known = read
            return read
        }

        /// SHA-256 over the bytes; a blob's id stands for its content, so it is worked out once.
        mutating func digest(_ cache: VerificationCache, in repository: borrowing Repository) throws -> Digest {
            if let known = cache.digest(of: blob) { return known }
            let digest = try Digest.sha256(of: try bytes(in: repository))
            cache.keep(digest, of: blob)
            return digest
        }
    }

    private mutating func judge(
        _ content: inout Content, _ id: Digest, _ arrival: EvidenceHistory.Arrival, about subject: Digest,
        in repository: borrowing Repository
    ) throws(GitError) {
        guard let allowed = signers.signers, let blob = signers.blob else {
            refuse(
                id, .noSigners, signers.problem?.description ?? "no signature counts", at: arrival, about: subject,
                claim: RefusedEvidence.Claim(ofEnvelope: try content.bytes(in: repository)))
            return
        }
        let firstSeen: Timestamp
        switch arrival.firstSeen {
        case .at(let instant): firstSeen = instant
        // Now is the earliest instant that is beyond doubt; only a revocation may count from it, below.
        case .future, .unknown: firstSeen = now
        }
        let key = VerificationCache.Key(envelope: id, signers: blob, subject: subject, firstSeen: firstSeen)
        let judged = try cache.judged(key) { () throws(GitError) in
            let bytes = try content.bytes(in: repository)
            let result = Verification(signers: allowed).judge(bytes, about: subject, firstSeen: firstSeen)
            if case .verified = result { return VerificationCache.Judged(result: result, claim: nil) }
            return VerificationCache.Judged(result: result, claim: RefusedEvidence.Claim(ofEnvelope: bytes))
        }
        switch judged.result {
        case .refused(let reasons):
            refuse(
                id, EvidenceRefusal.cause(of: reasons), reasons.map(\.description).joined(separator: "; "),
                at: arrival, about: subject, claim: judged.claim)
        case .verified(let verified):
            do throws(Rejection) {
                try file(verified, id, arrival, about: subject, firstSeen: firstSeen)
            } catch {
                refuse(
                    id, error.cause, error.reason, at: arrival, about: subject,
                    claim: RefusedEvidence.Claim(verified.statement))
            }
        }
    }

    /// Why something well signed does not count.
    private struct Rejection: Error {
        let cause: RefusedEvidence.Cause
        let reason: String

        init(_ cause: RefusedEvidence.Cause, _ reason: String) {
            self.cause = cause
            self.reason = reason
        }

        init(_ error: StatementMalformed) {
            self.init(.malformed, error.description)
        }
    }

    private mutating func file(
        _ verified: VerifiedStatement, _ id: Digest, _ arrival: EvidenceHistory.Arrival, about subject: Digest,
        firstSeen: Timestamp
    ) throws(Rejection) {
        let statement = verified.statement
        guard Approval.readTypes.contains(statement.predicateType) else {
            let claims: EvidenceClaims
            do throws(StatementMalformed) {
                claims = try EvidenceClaims(statement, about: subject)
            } catch {
                throw Rejection(error)
            }
            if let doubt = doubt(arrival) { throw doubt }
            evidence[subject, default: []].append(
                Evidence(
                    id: id, subject: subject, kind: claims.kind, name: claims.name, values: claims.values,
                    signers: people.signers(verified.signers),
                    firstSeen: firstSight(of: verified, about: subject, firstSeen)))
            return
        }
        let approval: Approval
        do throws(StatementMalformed) {
            approval = try statement.predicate(as: Approval.self)
        } catch {
            throw Rejection(error)
        }
        if [.emergency, .review].contains(approval.kind), !approval.reason.contains(where: { !$0.isWhitespace }) {
            throw Rejection(.malformed, "an \(approval.kind.rawValue) needs a reason")
        }
        // Taking back errs towards counting, everything else towards not.
        if approval.kind != .revocation, let doubt = doubt(arrival) { throw doubt }
        guard isComplete || approval.kind == .revocation else {
            throw Rejection(.excess, "of so many envelopes it cannot be told whether one takes it back")
        }
        // A withdrawal repeated is a new one; anything else that is repeated stays as old as it is.
        let seen =
            approval.kind == .revocation ? firstSeen : firstSight(of: verified, about: subject, firstSeen)
        for signer in people.signers(verified.signers) {
            let consent = Consent(
                id: id, kind: approval.kind, promotion: approval.promotion, signer: signer,
                reason: approval.reason, firstSeen: seen)
            consents[approval.promotion, default: []].append(consent)
            if approval.kind == .approval, !promotions.contains(approval.promotion) {
                strayApprovals[subject, default: []].append(consent)
            }
        }
    }

    /// Why the instant of arrival cannot be relied on; `nil` where it can.
    private func doubt(_ arrival: EvidenceHistory.Arrival) -> Rejection? {
        switch arrival.firstSeen {
        case .at: nil
        case .future(let instant): Rejection(.ahead, "it came in a commit of \(instant), which is in the future")
        case .unknown:
            Rejection(.undated, "the clone is shallow, so it cannot be told when it came: git fetch --unshallow")
        }
    }

    /// The oldest sight of what was signed: putting the same statement into another envelope makes it no younger.
    private mutating func firstSight(
        of verified: VerifiedStatement, about subject: Digest, _ instant: Timestamp
    ) -> Timestamp {
        let oldest = min(firstSights[subject]?[verified.payloadDigest] ?? instant, instant)
        firstSights[subject, default: [:]][verified.payloadDigest] = oldest
        return oldest
    }
}

extension People {
    /// `signers` as people and machines with their roles, each once.
    package func signers(_ signers: [Signer]) -> [EvidenceSigner] {
        var found: [EvidenceSigner] = []
        for signer in signers {
            var principals = signer.principals
            var key = signer.fingerprint
            let known = Set(principals.flatMap(addresses))
            if let same = found.firstIndex(where: { other in
                other.key == key || !Set(other.principals.flatMap(addresses)).isDisjoint(with: known)
            }) {
                key = found[same].key
                principals = found[same].principals + principals.filter { !found[same].principals.contains($0) }
                found.remove(at: same)
            }
            let names = Set(principals.flatMap(addresses))
            let held = roles.filter { !$0.value.isDisjoint(with: names) }.keys.sorted()
            found.append(EvidenceSigner(principals: principals, roles: held, key: key))
        }
        return found
    }
}
