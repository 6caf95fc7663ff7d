import JSONText
import PromotionModel

/// A commit message of the ledger, read by a few plain rules that have nothing in common with the program's own reader.
struct EntryText {
    /// One promotion in an entry.
    struct Item {
        let promotion: String
        var result = ""
        /// `repository:version@digest` by component.
        var artifacts: [String: String] = [:]
        var retired: [String] = []
        var configuration: String?

        /// Whether the artifacts are deployed by it.
        var isArrival: Bool { ["promoted", "adopted", "rolled-back"].contains(result) }
    }

    struct HoldText {
        let scope: String
        let until: Timestamp?
        let rejected: String?
    }

    var environment = ""
    var items: [Item] = []
    var holds: [HoldText] = []
    var releases: [String] = []
    var recordedAt: Timestamp?
    var basis = ""
    var evidenceBasis: String?
    var signOffs: [String] = []
    /// What the history was accepted in the place of; `nil` where the commit accepts none.
    var accepted: String?
    /// The commit of the watched branch that is taken in; `nil` where none is.
    var takenIn: String?

    /// Reads the last paragraph of `message`; `nil` where it is not made of the keys that a ledger has.
    init?(_ message: String) {
        let text = message.hasSuffix("\n") ? String(message.dropLast()) : message
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let gap = lines.lastIndex(of: ""), gap + 1 < lines.count else { return nil }
        for line in lines[(gap + 1)...] {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].hasSuffix(":") else { return nil }
            guard read(String(parts[0].dropLast()), String(parts[1])) else { return nil }
        }
    }

    private mutating func read(_ key: String, _ value: String) -> Bool {
        switch key {
        case "Environment": environment = value
        case "Promotion-Id": items.append(Item(promotion: value))
        case "Recorded-At": recordedAt = Timestamp(value)
        case "Basis": basis = value
        case "Evidence-Basis": evidenceBasis = value
        case "Signed-off-by": signOffs.append(value)
        case "Release": releases.append(value)
        case "Taken-In": takenIn = value
        case "Accepted-History":
            guard let replaced = Self.replaced(value) else { return false }
            accepted = replaced
        case "Hold":
            guard let hold = Self.hold(value) else { return false }
            holds.append(hold)
        case "Result", "Artifact", "Retired", "Configuration", "Source-Environment", "Supersedes", "Contract", "Gate",
            "Approved-by", "Facts":
            guard !items.isEmpty else { return false }
            return read(key, value, into: &items[items.count - 1])
        default: return false
        }
        return true
    }

    private func read(_ key: String, _ value: String, into item: inout Item) -> Bool {
        switch key {
        case "Result": item.result = value
        case "Artifact":
            let words = value.split(separator: " ")
            guard words.count == 2 else { return false }
            item.artifacts[String(words[0])] = String(words[1])
        case "Retired": item.retired.append(value)
        case "Configuration": item.configuration = value
        default: break
        }
        return true
    }

    private static func replaced(_ value: String) -> String? {
        do {
            return try JSONReader.value(value)["replaced"]?.string
        } catch {
            return nil
        }
    }

    private static func hold(_ value: String) -> HoldText? {
        do {
            let json = try JSONReader.value(value)
            guard let scope = json["scope"]?.string else { return nil }
            return HoldText(
                scope: scope, until: json["until"]?.string.flatMap { Timestamp($0) },
                rejected: json["rejected"]?.string)
        } catch {
            return nil
        }
    }
}

/// A lock, read by a few plain rules that have nothing in common with the program's own reader.
struct LockText {
    /// `repository:version@digest` by component.
    private(set) var components: [String: String] = [:]
    private(set) var holds: Set<String> = []
    private(set) var pending: Set<String> = []
    private(set) var configuration: String?

    init(_ text: String) {
        var section = ""
        var name = ""
        var fields: [String: [String: String]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let depth = line.prefix { $0 == " " }.count
            let parts = line.dropFirst(depth).split(separator: ":", maxSplits: 1).map { Self.plain(String($0)) }
            let (key, value) = (parts[0], parts.count > 1 ? parts[1] : "")
            switch depth {
            case 0: section = key
            case 2 where section == "configuration": if key == "digest" { configuration = value }
            case 2:
                name = key
                if section == "holds" { holds.insert(name) }
                if section == "pending" { pending.insert(name) }
            case 4 where section == "components": fields[name, default: [:]][key] = value
            default: break
            }
        }
        components = fields.mapValues { field in
            "\(field["artifact"] ?? ""):\(field["version"] ?? "")@\(field["digest"] ?? "")"
        }
    }

    private static func plain(_ text: String) -> String {
        let bare = text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        return bare.hasPrefix("\"") && bare.hasSuffix("\"") ? String(bare.dropFirst().dropLast()) : bare
    }
}
