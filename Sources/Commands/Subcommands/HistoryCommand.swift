import ArgumentParser
import Bootstrap
import PromotionModel

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show how an environment came to be as it is, newest first.",
        discussion: """
            Follows the first parents of the branch and tells of every commit that changed what the environment \
            declares or has recorded. Works on any repository, also one that towpath never wrote to.

            EXAMPLES
              towpath history prod-eu
              towpath history prod-eu --component web --limit 20
              towpath history prod-eu --output json
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment.")
    var environment: EnvironmentArgument

    @Option(help: "Only changes of this component.")
    var component: ComponentArgument?

    @Option(help: ArgumentHelp("At most so many entries.", valueName: "count"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            var entries: [HistoryEntry] = []
            try fleet.history(of: environment.name) { entry in
                if entry.concerns(component?.name) { entries.append(entry) }
                return limit.map { entries.count < $0 } ?? true
            }
            common.print(json: Reports.history(environment.name, entries)) { printTable(entries, now: fleet.now) }
            return .done
        }
    }

    /// The longest list that is printed in full: more is the business of `--output json`.
    private static let shownChanges = 4

    private static func shortened(_ changes: [String]) -> String {
        let rest = changes.count - shownChanges
        guard rest > 1 else { return changes.joined(separator: ", ") }
        return changes.prefix(shownChanges).joined(separator: ", ") + " and \(rest) more"
    }

    private func printTable(_ entries: [HistoryEntry], now: Timestamp) {
        guard !entries.isEmpty else {
            Console.note("nothing was ever declared in \(environment.name)")
            return
        }
        var table = Table(["commit", "when", "who", "what", "changes"])
        for entry in entries {
            let changes = entry.changes.filter { component == nil || $0.component == component?.name }.map { change in
                let to = change.to?.version ?? "removed"
                return "\(change.component) \(change.from.map { "\($0.version) → " } ?? "")\(to)"
            }
            let author = entry.author.split(separator: "<").first.map(String.init) ?? entry.author
            table.add([
                Table.Cell(String(entry.commit.prefix(12)), .faint),
                Table.Cell(Wording.relative(entry.at, to: now)), Table.Cell(String(author.prefix(24))),
                Table.Cell(entry.result?.rawValue ?? "declared", entry.result == nil ? nil : .blue),
                Table.Cell(changes.isEmpty ? entry.subject : Self.shortened(changes)),
            ])
        }
        table.print(common.style)
    }
}

extension HistoryEntry {
    /// Whether the entry has something to say of `component`; all have of none in particular.
    func concerns(_ component: ComponentName?) -> Bool {
        guard let component else { return true }
        return changes.contains { $0.component == component }
    }
}
