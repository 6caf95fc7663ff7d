import Bootstrap
import PromotionModel

/// The effective view as people read it.
struct EffectiveText {
    let style: Style

    func print(_ view: EffectiveInventory) {
        var table = Table(["environment", "component", "artifact", "tag", "digest", "by", "from"])
        var missing = Table(["environment", "not rendered", "by", "because"])
        for environment in view.environments {
            for item in environment.artifacts {
                table.add([
                    Table.Cell(environment.name.description, .bold), Table.Cell(item.component.printable),
                    Table.Cell(item.artifact.repository), Table.Cell(item.artifact.tag ?? "–"),
                    Table.Cell(item.artifact.digest?.short ?? "–", item.artifact.digest == nil ? .yellow : nil),
                    Table.Cell(Self.word(item.renderer), .faint), Table.Cell(Self.origin(of: item), .faint),
                ])
            }
            for item in environment.unrendered {
                missing.add([
                    Table.Cell(environment.name.description, .bold), Table.Cell(Self.place(item.problem.place)),
                    Table.Cell(Self.word(item.renderer), .faint),
                    Table.Cell(item.problem.message.printable, item.problem.severity == .error ? .yellow : .faint),
                ])
            }
        }
        table.isEmpty ? Console.note("no artifact is declared") : table.print(style)
        guard !missing.isEmpty else { return }
        Console.line()
        missing.print(style)
    }

    private static func word(_ renderer: RendererName) -> String {
        switch renderer {
        case .none: "as written"
        case .values: "merged values"
        case .kustomize, .helm, .helmfile: renderer.rawValue
        }
    }

    /// Where the values are written; where only the renderer knows, what it was given.
    private static func origin(of item: EffectiveArtifact) -> String {
        let places = item.origins.isEmpty ? [item.source] : item.origins
        return places.map(place).joined(separator: ", ")
    }

    private static func place(_ place: Place) -> String {
        place.file.printable + (place.line > 0 ? ":\(place.line)" : "")
    }
}
