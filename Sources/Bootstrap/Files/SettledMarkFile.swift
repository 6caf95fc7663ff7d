import FoundationEssentials
import Git
import PromotionModel
import Reconciling

/// The mark of the last tick that found nothing to do, kept in the cache folder: safe to delete at any time.
struct SettledMarkFile {
    /// Changes whenever a mark of an older program must not count.
    private static let version = "towpath-settled-2"

    private let path: String?

    init(directory: String?, fleet: borrowing Fleet) {
        path = directory.map { directory in
            // The name tells repositories and branches apart; the content names both in full.
            let key = "\(fleet.repository.gitDirectory) \(fleet.ledgerReference)"
            let hash = key.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
            return "\(directory)/settled-\(String(hash, radix: 16))"
        }
        subject = "\(fleet.repository.gitDirectory) \(fleet.ledgerReference)"
    }

    private let subject: String

    /// The mark; `nil` where there is none, or none that can be used.
    func read() -> SettledMark? {
        guard let path, let data = FileManager.default.contents(atPath: path), data.count < 16_384 else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 9, lines[0] == Self.version, lines[1] == subject, let at = Timestamp(String(lines[4]))
        else {
            return nil
        }
        return SettledMark(
            tip: String(lines[2]), scope: String(lines[3]), settledAt: at, stableUntil: Timestamp(String(lines[5])),
            nextChange: Timestamp(String(lines[6])), hasRefusals: lines[7] == "refusals")
    }

    /// Writes the mark; one that cannot be written only costs the next tick its time.
    func write(_ mark: SettledMark) {
        guard let path, mark.settledAt.description.utf8.count == 20 else { return }
        let lines = [
            Self.version, subject, mark.tip, mark.scope, mark.settledAt.description,
            mark.stableUntil?.description ?? "-", mark.nextChange?.description ?? "-",
            mark.hasRefusals ? "refusals" : "none", "",
        ]
        do {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            return
        }
    }
}
