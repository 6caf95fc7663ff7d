import ArgumentParser
import Bootstrap
import PromotionModel

struct InventoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory", _superCommandName: "towpath",
        abstract: "List every declared artifact of every environment.",
        discussion: """
            Reads the manifests straight from git; no work tree is needed. A file that cannot be read is named on \
            standard error and the rest is listed; the exit code is then 65.

            EXAMPLES
              towpath inventory
              towpath inventory prod-eu --output json
              towpath inventory prod-eu --pairs
              towpath inventory prod-eu --effective
              towpath inventory --repo ../fleet.git --ref v2026.11
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Only this environment.")
    var environment: EnvironmentArgument?

    @Flag(help: "Print which declaration of a source corresponds to which of its target, and why.")
    var pairs = false

    @Flag(help: "Print what the environments come to once everything is rendered and values are merged.")
    var effective = false

    @OptionGroup(title: "Renderers") var renderers: RendererOptions

    func run() throws {
        try perform {
            guard !(pairs && effective) else {
                throw Refusal(.usage, "--pairs and --effective are two views", hint: "give one of them")
            }
            let fleet = try common.fleetToRead()
            if effective {
                let view = try fleet.effectiveInventory(
                    of: environment?.name, renderers: try renderers.settings())
                common.print(json: Reports.effective(view)) { EffectiveText(style: common.style).print(view) }
                return tell(view)
            }
            if pairs {
                let report = try fleet.pairs(of: environment?.name)
                common.print(json: Reports.pairs(report)) { PairsText(style: common.style).print(report) }
                return tell(report.problems)
            }
            let inventory = try fleet.inventory(of: environment?.name)
            let problems = inventory.allProblems
            switch common.output {
            case .json: Reports.inventory(inventory) { Console.write($0) }
            case .text, .markdown: printTable(inventory)
            }
            return tell(problems)
        }
    }

    private func tell(_ view: EffectiveInventory) -> ExitStatus {
        Console.report(view.problems)
        if view.isCutOff == false {
            Console.note("note: the renderers had a network: this system does not let it be taken from them")
        }
        return view.failures.isEmpty ? .done : .badInput
    }

    private func tell(_ problems: [Problem]) -> ExitStatus {
        Console.report(common.verbose ? problems : problems.filter { $0.severity != .warning })
        return problems.contains { $0.severity == .error } ? .badInput : .done
    }

    /// Where it stands, and whom else that concerns.
    private static func place(of declaration: Declaration) -> String {
        let others = declaration.sharedWith.map(\.description).joined(separator: ", ")
        return "\(declaration.place.file):\(declaration.place.line)" + (others.isEmpty ? "" : " (also \(others))")
    }

    private func printTable(_ inventory: Inventory) {
        var table = Table(["environment", "component", "artifact", "tag", "digest", "format", "file"])
        for environment in inventory.environments {
            for declaration in environment.declarations {
                let artifact = declaration.artifact
                table.add([
                    Table.Cell(environment.name.description, .bold), Table.Cell(declaration.component.description),
                    Table.Cell(artifact.repository), Table.Cell(artifact.tag ?? "–"),
                    Table.Cell(artifact.digest?.short ?? "–", artifact.digest == nil ? .yellow : nil),
                    Table.Cell(declaration.format, .faint),
                    Table.Cell(Self.place(of: declaration), .faint),
                ])
            }
        }
        table.isEmpty ? Console.note("no artifact is declared") : table.print(common.style)
    }
}
