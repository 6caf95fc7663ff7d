extension NodeStorage {
    /// The collections around the node at `index`, outermost first.
    func ancestors(of index: Int) -> [Int] {
        guard var current = roots.last(where: { $0 <= index }) else { return [] }
        var ancestors: [Int] = []
        while current != index {
            ancestors.append(current)
            guard let child = children(of: current).last(where: { $0 <= index }) else { break }
            current = child
        }
        return ancestors
    }

    /// Indices of the children of the collection at `index`, aliases as such.
    func children(of index: Int) -> [Int] {
        guard nodes[index].form == .mapping || nodes[index].form == .sequence else { return [] }
        var children: [Int] = []
        var child = index + 1
        while child < Int(nodes[index].next) {
            children.append(child)
            child = Int(nodes[child].next)
        }
        return children
    }

    /// Lines of the aliases that show the node at `index`, by standing for it or for a collection around it.
    func aliasLines(showing index: Int) -> [Int] {
        nodes.filter { alias in
            guard alias.form == .alias else { return false }
            let target = Int(alias.textStart)
            return target <= index && index < Int(nodes[target].next)
        }.map { Int($0.line) }
    }

    /// Bytes of the byte order mark at the start: 3 or 0.
    var markCount: Int {
        source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Offset of the first byte of the line that holds `offset`, behind the byte order mark.
    func lineStart(of offset: Int) -> Int {
        var start = offset
        while start > markCount, !isBreak(source[start - 1]) { start -= 1 }
        return start
    }

    /// Offsets of the line break that ends the line of `offset`; empty at the end of the source.
    func lineBreak(from offset: Int) -> Range<Int> {
        var start = offset
        while start < source.count, !isBreak(source[start]) { start += 1 }
        return start..<start + breakCount(at: start)
    }

    /// The line break to write next to `offset`: that of its line, else of the line before, else a line feed.
    func lineBreakBytes(near offset: Int) -> [UInt8] {
        let own = lineBreak(from: offset)
        if !own.isEmpty { return Array(source[own]) }
        return breakBefore(lineStart(of: offset)).map { Array(source[$0]) } ?? [UInt8(ascii: "\n")]
    }

    /// Offsets of the line break that ends at `offset`, if one does.
    func breakBefore(_ offset: Int) -> Range<Int>? {
        guard offset > markCount, isBreak(source[offset - 1]) else { return nil }
        let isPair = offset > 1 && source[offset - 1] == UInt8(ascii: "\n") && source[offset - 2] == UInt8(ascii: "\r")
        return offset - (isPair ? 2 : 1)..<offset
    }

    /// Whether `range` lies in one line.
    func isSingleLine(_ range: Range<Int>) -> Bool {
        !source[range].contains(where: isBreak)
    }

    /// Offset behind the node at `index` and, of a block scalar, before the empty lines it does not keep.
    func contentEnd(of index: Int) -> Int {
        let end = Int(nodes[index].end)
        let leaf = nodes[Int(nodes[index].next) - 1]
        guard leaf.style == .literal || leaf.style == .folded, leaf.end == nodes[index].end,
            !source[Int(leaf.start)..<lineBreak(from: Int(leaf.start)).lowerBound].contains(UInt8(ascii: "+"))
        else { return end }
        var trimmed = end
        while let lineBreak = breakBefore(trimmed) {
            let start = lineStart(of: lineBreak.lowerBound)
            guard start > Int(leaf.start), source[start..<lineBreak.lowerBound].allSatisfy(isBlank) else { break }
            trimmed = start
        }
        return trimmed
    }

    /// Whether `byte` is a blank, in the sense of the specification.
    func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private func isBreak(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private func breakCount(at offset: Int) -> Int {
        guard offset < source.count, isBreak(source[offset]) else { return 0 }
        let isPair =
            source[offset] == UInt8(ascii: "\r") && offset + 1 < source.count
            && source[offset + 1] == UInt8(ascii: "\n")
        return isPair ? 2 : 1
    }
}
