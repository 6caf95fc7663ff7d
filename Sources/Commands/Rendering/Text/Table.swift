import PromotionModel

/// Rows of cells, printed in aligned columns.
///
/// A table knows its columns when all rows are known, and may have a million of them: so rows are kept as bytes, and what
/// is as in the row above is not kept again.
struct Table {
    /// One cell: its text, and how it is painted once it has been measured.
    struct Cell {
        let text: String
        let ink: Style.Ink?

        init(_ text: String, _ ink: Style.Ink? = nil) {
            self.text = text.printable
            self.ink = ink
        }

        /// Whether nothing tells it from `other`, byte for byte: equal texts may be written in different bytes.
        fileprivate func isSame(as other: Cell) -> Bool {
            ink == other.ink && text == other.text && text.utf8.elementsEqual(other.text.utf8)
        }
    }

    /// Whole rows: each cell as ``PackedCell`` says, and ``rowEnd`` behind the last one.
    private var pieces: [[UInt8]] = []
    /// The row that was added last.
    private var last: [Cell] = []
    private var rowCount = 0
    /// In characters, of each column of the header.
    private var widths: [Int]

    private static let pieceByteCount = 1 << 16
    /// The head of a cell that is as the one above.
    private static let sameAsAbove: UInt8 = 0xFF
    /// Stands where another cell's head could.
    private static let rowEnd: UInt8 = 0xFE
    /// Set in the head of a cell that has not as many characters as bytes.
    private static let wideBit: UInt8 = 0x80
    /// By the number in a head, less one.
    private static let inks: [Style.Ink] = [.red, .green, .yellow, .blue, .faint, .bold]

    init(_ header: [String]) {
        widths = Array(repeating: 0, count: header.count)
        add(header.map { Cell($0.uppercased(), .faint) })
    }

    mutating func add(_ row: [Cell]) {
        if pieces.last.map({ $0.count >= Self.pieceByteCount }) ?? true {
            var piece: [UInt8] = []
            piece.reserveCapacity(Self.pieceByteCount + 1024)
            pieces.append(piece)
        }
        let place = pieces.count - 1
        for (column, cell) in row.enumerated() {
            if column < last.count, last[column].isSame(as: cell) {
                pieces[place].append(Self.sameAsAbove)
            } else {
                let width = Self.put(cell, in: &pieces[place])
                if column < widths.count { widths[column] = max(widths[column], width) }
            }
        }
        pieces[place].append(Self.rowEnd)
        last = row
        rowCount += 1
    }

    var isEmpty: Bool {
        rowCount == 1
    }

    // MARK: - Cells as bytes

    /// A cell as it is kept: a head, how many bytes its text has, how many characters where these are not as many, and the
    /// bytes.
    private struct PackedCell {
        let piece: Int
        let text: Range<Int>
        let width: Int
        let ink: Style.Ink?
    }

    /// Adds `cell`; how many characters it has.
    private static func put(_ cell: Cell, in bytes: inout [UInt8]) -> Int {
        let byteCount = cell.text.utf8.count
        // What is printable and as many scalars as bytes has no two of them in one character.
        let width = cell.text.utf8.allSatisfy { $0 < 0x80 } ? byteCount : cell.text.count
        let ink = UInt8((cell.ink.flatMap { inks.firstIndex(of: $0) } ?? -1) + 1)
        bytes.append(ink | (width == byteCount ? 0 : wideBit))
        put(byteCount, in: &bytes)
        if width != byteCount { put(width, in: &bytes) }
        bytes += cell.text.utf8
        return width
    }

    private static func put(_ number: Int, in bytes: inout [UInt8]) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func number(in bytes: [UInt8], at position: inout Int) -> Int {
        var number = 0
        var shift = 0
        while true {
            let byte = bytes[position]
            position += 1
            number |= Int(byte & 0x7F) << shift
            guard byte & 0x80 != 0 else { return number }
            shift += 7
        }
    }

    // MARK: - Lines

    /// The table as lines; the last column is not padded.
    func lines(_ style: Style) -> [String] {
        var lines: [String] = []
        lines.reserveCapacity(rowCount)
        forEachLine(style) { line in
            lines.append(String(decoding: line, as: UTF8.self))
            line.removeAll(keepingCapacity: true)
        }
        return lines
    }

    /// Prints the table.
    func print(_ style: Style) {
        var rest: [UInt8] = []
        forEachLine(style) { lines in
            lines.append(UInt8(ascii: "\n"))
            guard lines.count >= Self.pieceByteCount else { return }
            Console.write(lines)
            lines.removeAll(keepingCapacity: true)
        } finish: {
            rest = $0
        }
        Console.write(rest)
    }

    /// Appends one line after the other to the bytes that `body` is lent after each, and `finish` at the end.
    private func forEachLine(_ style: Style, _ body: (inout [UInt8]) -> Void, finish: ([UInt8]) -> Void = { _ in }) {
        let marks = Dictionary(uniqueKeysWithValues: Self.inks.map { ($0, style.marks($0)) })
        var above: [PackedCell] = []
        var row: [PackedCell] = []
        var line: [UInt8] = []
        for piece in pieces.indices {
            var position = 0
            while position < pieces[piece].count {
                row.removeAll(keepingCapacity: true)
                while let cell = cell(in: piece, at: &position, below: row.count < above.count ? above[row.count] : nil)
                {
                    row.append(cell)
                }
                for (column, cell) in row.enumerated() {
                    let mark = cell.ink.flatMap { marks[$0] }
                    if let mark { line += mark.begin }
                    line += pieces[cell.piece][cell.text]
                    if let mark { line += mark.end }
                    guard column < row.count - 1 else { continue }
                    line += repeatElement(UInt8(ascii: " "), count: widths[column] - cell.width + 2)
                }
                body(&line)
                swap(&above, &row)
            }
        }
        finish(line)
    }

    /// The cell at `position`, which is moved behind it; `nil` at the end of its row.
    private func cell(in piece: Int, at position: inout Int, below above: PackedCell?) -> PackedCell? {
        let head = pieces[piece][position]
        position += 1
        if head == Self.rowEnd { return nil }
        if head == Self.sameAsAbove { return above }
        let byteCount = Self.number(in: pieces[piece], at: &position)
        let width = head & Self.wideBit == 0 ? byteCount : Self.number(in: pieces[piece], at: &position)
        let start = position
        position += byteCount
        let ink = Int(head & ~Self.wideBit)
        return PackedCell(
            piece: piece, text: start..<position, width: width, ink: ink == 0 ? nil : Self.inks[ink - 1])
    }
}
