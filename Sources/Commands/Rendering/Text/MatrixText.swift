import Planning
import PromotionModel

/// The arrivals of a component's versions as a table: a row for each version, a column for each environment.
struct MatrixText {
    let matrix: ArrivalMatrix
    let now: Timestamp

    func print(_ style: Style, limit: Int?) {
        var table = Table(["version"] + matrix.environments.map(\.description))
        for version in matrix.versions.prefix(limit ?? .max) {
            let digest = version.artifact.digest.map { " (\($0.short))" } ?? ""
            let label = version.artifact.tag.map { $0 + digest } ?? version.artifact.version
            table.add(
                [Table.Cell(label, .bold)]
                    + matrix.environments.map { name in
                        guard let arrival = version.arrivals.first(where: { $0.environment == name }) else {
                            return Table.Cell("–", .faint)
                        }
                        return cell(arrival, of: version)
                    })
        }
        table.print(style)
    }

    /// `2026-11-23 07:50 +2h`: when it came, and how long after it was anywhere; `*` where it is declared today.
    private func cell(_ arrival: ArrivalMatrix.Arrival, of version: ArrivalMatrix.Version) -> Table.Cell {
        guard let at = arrival.recorded?.at ?? arrival.declared?.at else { return Table.Cell("–", .faint) }
        var text = String(at.description.prefix(16)).replacing("T", with: " ")
        if let first = version.first, (at - first).seconds > 0 { text += " +\((at - first).rough)" }
        let isThere = arrival.replaced == nil
        return Table.Cell(isThere ? text + " *" : text, isThere ? .green : nil)
    }
}
