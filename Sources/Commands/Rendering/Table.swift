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

    /// The texts of all cells one after the other: a table may have a million rows.
    private var texts: [UInt8] = []
    private var cells: [PackedCell] = []
    /// Where in ``cells`` each row ends, the header first.
    private var rowEnds: [Int] = []
    /// In characters, of each column of the header.
    private var widths: [Int]

    /// A cell without its text.
    private struct PackedCell {
        /// Where in ``Table/texts`` it ends.
        let end: Int
        let width: Int32
        let ink: Style.Ink?
    }

    init(_ header: [String]) {
        widths = Array(repeating: 0, count: header.count)
        add(header.map { Cell($0.uppercased(), .faint) })
    }

    mutating func add(_ row: [Cell]) {
        for (column, cell) in row.enumerated() {
            texts += cell.text.utf8
            let width = cell.text.count
            if column < widths.count { widths[column] = max(widths[column], width) }
            cells.append(PackedCell(end: texts.count, width: Int32(clamping: width), ink: cell.ink))
        }
        rowEnds.append(cells.count)
    }

    var isEmpty: Bool {
        rowEnds.count == 1
    }

    /// The table as lines; the last column is not padded.
    func lines(_ style: Style) -> [String] {
        rowEnds.indices.map { line($0, style) }
    }

    private func line(_ row: Int, _ style: Style) -> String {
        let places = (row == 0 ? 0 : rowEnds[row - 1])..<rowEnds[row]
        return places.map { place in
            let cell = cells[place]
            let start = place == 0 ? 0 : cells[place - 1].end
            let text = String(decoding: texts[start..<cell.end], as: UTF8.self)
            let isLast = place == places.upperBound - 1
            let room = isLast ? 0 : widths[place - places.lowerBound] - Int(cell.width) + 2
            return (cell.ink.map { style.paint(text, $0) } ?? text) + String(repeating: " ", count: room)
        }.joined()
    }

    /// Prints the table.
    func print(_ style: Style) {
        var piece: [UInt8] = []
        for row in rowEnds.indices {
            piece += line(row, style).utf8
            piece.append(UInt8(ascii: "\n"))
            guard piece.count >= Self.pieceByteCount else { continue }
            Console.write(piece)
            piece.removeAll(keepingCapacity: true)
        }
        Console.write(piece)
    }

    private static let pieceByteCount = 1 << 16
}
