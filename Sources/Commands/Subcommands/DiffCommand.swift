import ArgumentParser
import Bootstrap
import Planning
import PromotionModel

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", _superCommandName: "towpath",
        abstract: "Compare what two environments declare: what promoting would change.",
        discussion: """
            Pairs the artifacts of both environments by component, and compares the settings of their manifests, \
            artifacts aside. With --at, as it was at a commit or an instant. Works on any repository.

            EXAMPLES
              towpath diff staging prod-eu
              towpath diff staging prod-eu --component web
              towpath diff staging prod-eu --at 2026-11-01T00:00:00Z --output json
              towpath diff staging prod-eu --exit-code || echo 'not the same'
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment that would be promoted from.")
    var source: EnvironmentArgument

    @Argument(help: "The environment that would be promoted to.")
    var target: EnvironmentArgument

    @Option(help: "Only this component, and no settings.")
    var component: ComponentArgument?

    @Option(help: ArgumentHelp("As of this revision or instant.", valueName: "rev|instant"))
    var at: String?

    @Flag(help: "Print artifacts that are the same, too, and every setting that differs.")
    var all = false

    @Flag(help: "Exit with 2 where artifacts differ.")
    var exitCode = false

    func run() throws {
        try perform {
            let fleet = try common.fleetToRead()
            let comparison = try fleet.comparison(
                of: source.name, with: target.name, at: at, component: component?.name)
            common.print(json: Reports.comparison(comparison)) { print(comparison.environments) }
            Console.report(
                common.verbose ? comparison.problems : comparison.problems.filter { $0.severity != .warning })
            if comparison.problems.contains(where: { $0.severity == .error }) { return .badInput }
            return exitCode && !comparison.environments.isSame ? .differences : .done
        }
    }

    /// So many settings are printed unless all are asked for.
    private static let shownSettings = 20

    private func print(_ comparison: EnvironmentComparison) {
        var table = Table(["component", source.name.description, target.name.description, "", "declared at"])
        for pair in comparison.pairs where all || pair.relation != .same {
            let (theirs, ours) = (pair.source?.artifact, pair.target?.artifact)
            table.add([
                Table.Cell(pair.component.description, .bold), Table.Cell(theirs?.label(beside: ours) ?? "–"),
                Table.Cell(ours?.label(beside: theirs) ?? "–"),
                Table.Cell(Self.text(pair), pair.relation == .same ? .green : .yellow),
                Table.Cell((pair.target ?? pair.source)?.place.description ?? "–", .faint),
            ])
        }
        if !table.isEmpty { table.print(common.style) }
        let same = comparison.pairs.count { $0.relation == .same }
        Console.line("\(same) of \(comparison.pairs.count) components are the same")
        guard let settings = comparison.settings, !settings.isEmpty else { return }
        Console.line()
        Console.line(settings.count == 1 ? "1 setting differs:" : "\(settings.count) settings differ:")
        let shown = all ? settings[...] : settings.prefix(Self.shownSettings)
        for setting in shown {
            Console.line(
                "  \(setting.path.printable): \(Self.value(setting, \.source)) → \(Self.value(setting, \.target))")
        }
        if shown.count < settings.count {
            Console.line("  and \(settings.count - shown.count) more; --all prints them")
        }
    }

    private static func text(_ pair: EnvironmentComparison.Pair) -> String {
        switch pair.relation {
        case .same: "same"
        case .onlySource: "not in the target"
        case .onlyTarget: "not in the source"
        case .differs:
            if let theirs = pair.offered, let ours = pair.target?.artifact,
                theirs.repository != ours.repository
            {
                "another repository: \(theirs.repository) and \(ours.repository)"
            } else {
                "differs"
            }
        }
    }

    /// The value in a line of text; a secret never.
    private static func value(
        _ setting: EnvironmentComparison.Setting, _ side: KeyPath<EnvironmentComparison.Setting, String?>
    ) -> String {
        guard let value = setting[keyPath: side] else { return "–" }
        guard !setting.isSecret else { return "(a secret)" }
        let text = value.printable
        return text.count > 60 ? "\(text.prefix(59))…" : text
    }
}
