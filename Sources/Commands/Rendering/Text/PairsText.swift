import Bootstrap
import Planning
import PromotionModel

/// How declarations of environments correspond, as people read it.
struct PairsText {
    let style: Style

    func print(_ report: PairsReport) {
        for (index, pairing) in report.pairings.enumerated() {
            if index > 0 { Console.line() }
            var table = Table(
                ["component", pairing.source.description, pairing.target.description, "", "because"])
            for pair in pairing.pairs {
                table.add([
                    Table.Cell(pair.component.description, .bold), Table.Cell(Self.text(pair.source)),
                    Table.Cell(Self.text(pair.target)),
                    Table.Cell(Self.word(pair.relation), pair.relation == .paired ? .green : .yellow),
                    Table.Cell(Self.reason(pair), .faint),
                ])
            }
            if !table.isEmpty { table.print(style) }
            let paired = pairing.pairs.count { $0.relation == .paired }
            let doubtful = pairing.pairs.count { $0.relation == .ambiguous }
            Console.line(
                "\(paired) of \(pairing.pairs.count) components correspond"
                    + (doubtful == 0 ? "" : ", \(doubtful) \(doubtful == 1 ? "is" : "are") ambiguous and left alone"))
        }
        if report.pairings.isEmpty { Console.note("no environment takes from another") }
    }

    private static func text(_ declaration: Declaration?) -> String {
        guard let artifact = declaration?.artifact else { return "–" }
        let digest = artifact.digest.map { " (\($0.short))" } ?? ""
        return Artifact(kind: artifact.kind, repository: artifact.repository, tag: artifact.tag, digest: nil).reference
            + digest
    }

    private static func word(_ relation: EnvironmentPairing.Pair.Relation) -> String {
        switch relation {
        case .paired: "paired"
        case .ambiguous: "ambiguous"
        case .onlySource, .onlyTarget: "alone"
        }
    }

    private static func reason(_ pair: EnvironmentPairing.Pair) -> String {
        pair.reason
            + (pair.candidates.isEmpty ? "" : ": " + pair.candidates.map(\.description).joined(separator: ", "))
    }
}
