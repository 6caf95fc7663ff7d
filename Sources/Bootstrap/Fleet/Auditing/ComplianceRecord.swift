import Auditing
import EvidenceFormat
import FoundationEssentials
package import PromotionModel

/// The promotions of a ledger as signed statements that auditors verify with tools of their own.
package struct ComplianceRecord: Sendable {
    /// A promotion and the commit that records it.
    struct Promotion: Hashable {
        let item: LedgerEntry.Item
        let entry: LedgerEntry
        let commit: String
    }

    private let promotions: [Promotion]

    /// The promotions of `report` until `last`, that instant included; oldest first.
    ///
    /// - Throws: ``Refusal`` where the ledger is not sound: what is not proved is not attested.
    package init(of report: AuditReport, until last: Timestamp?) throws(Refusal) {
        switch report.outcome {
        case .holds: break
        case .broken:
            throw Refusal(
                .refused, "the ledger is not sound, so nothing is exported",
                hint: "see what is broken without --export, or begin after it: --since COMMIT")
        case .unproved:
            throw Refusal(
                .badInput, "the ledger could not be proved here, so nothing is exported",
                hint: "see what is missing without --export")
        }
        promotions = report.promotions.filter { promotion in last.map { promotion.entry.at <= $0 } ?? true }
    }

    package var count: Int {
        promotions.count
    }

    /// One in-toto statement a line; with a key, each in a DSSE envelope that it signs.
    ///
    /// - Throws: ``Refusal`` where the key cannot sign.
    package func lines(signedWith key: EvidenceKey?) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        for promotion in promotions {
            let statement: Statement
            do throws(PromotionModel.Digest.Malformed) {
                statement = try VerificationSummary(
                    of: promotion.item, in: promotion.entry, commit: promotion.commit
                ).statement()
            } catch {
                throw Refusal(.internalError, error.description)
            }
            if let key {
                bytes += try key.signing(statement.envelope).bytes
            } else {
                bytes += statement.bytes + [UInt8(ascii: "\n")]
            }
        }
        return bytes
    }

    /// Writes `bytes` to the file at `path`, whole or not at all.
    ///
    /// - Throws: ``Refusal`` of kind `cannotWrite`.
    package static func write(_ bytes: [UInt8], to path: String) throws(Refusal) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Refusal(.cannotWrite, "\(path) could not be written")
        }
    }
}
