import PromotionModel

/// Rows of cells, printed in aligned columns.
struct Table {
    /// One cell: its text, and how it is painted once it has been measured.
    struct Cell {
        let text: String
        let ink: Style.Ink?

        init(_ text: String, _ ink: Style.Ink? = nil) {
            self.text = text.printable
            self.ink = ink
        }
    }

    private let header: [String]
    private var rows: [[Cell]] = []

    init(_ header: [String]) {
        self.header = header
    }

    mutating func add(_ cells: [Cell]) {
        rows.append(cells)
    }

    var isEmpty: Bool {
        rows.isEmpty
    }

    /// The table as lines; the last column is not padded.
    func lines(_ style: Style) -> [String] {
        let all = [header.map { Cell($0.uppercased(), .faint) }] + rows
        let widths = header.indices.map { column in
            all.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0
        }
        return all.map { cells in
            cells.enumerated().map { column, cell in
                let isLast = column == cells.count - 1
                let padding = isLast ? "" : String(repeating: " ", count: widths[column] - cell.text.count + 2)
                return (cell.ink.map { style.paint(cell.text, $0) } ?? cell.text) + padding
            }.joined()
        }
    }

    /// Prints the table.
    func print(_ style: Style) {
        Console.write(lines(style).joined(separator: "\n") + "\n")
    }
}
