extension YAMLEditor {
    /// Gives the scalar `node` the content `text`, in the style it has.
    ///
    /// A plain scalar is put in double quotes where the new text, written plain, would be anything but that string to
    /// some reader (`1.10`, `no`, `7e12345`), whatever the old one was. A text equal to the old one changes nothing.
    ///
    /// - Throws: a refusal for collections, keys, scalars over several lines, and values that come from or show in
    ///   another place.
    package mutating func replace(_ node: YAMLNode, with text: String) throws(YAMLEditRefusal) {
        try refuseShared(node)
        guard node.kind == .scalar else {
            throw YAMLEditRefusal(node, "the value is a \(node.kind), not a scalar")
        }
        let ancestors = storage.ancestors(of: node.index)
        if let parent = ancestors.last, isKey(node.index, of: parent) {
            throw YAMLEditRefusal(node, "a key is not edited")
        }
        guard !node.equals(text) else { return }
        let inFlow = ancestors.contains { storage.nodes[$0].style == .flow }
        let change =
            switch node.style {
            case .literal, .folded: try blockChange(node, with: text)
            case .expression: throw YAMLEditRefusal(node, "the value is an expression; edit it by hand")
            default: try flowChange(node, with: text, inFlow: inFlow)
            }
        add(change, for: node)
        expected.replaced[node.index] = text
    }

    /// Whether the node at `index` is a key of the collection at `parent`.
    func isKey(_ index: Int, of parent: Int) -> Bool {
        guard storage.nodes[parent].form == .mapping else { return false }
        return storage.children(of: parent).firstIndex(of: index).map { $0.isMultiple(of: 2) } ?? false
    }

    private func flowChange(
        _ node: YAMLNode, with text: String, inFlow: Bool
    ) throws(YAMLEditRefusal) -> Change {
        let range = node.byteRange
        guard storage.isSingleLine(range) else {
            throw YAMLEditRefusal(node, "the value goes over several lines")
        }
        var written = try self.written(text, for: node, inFlow: inFlow)
        // Where there was nothing, the place is right behind the colon or the dash.
        if range.isEmpty, range.lowerBound > 0, !storage.isBlank(storage.source[range.lowerBound - 1]) {
            written = " " + written
        }
        return Change(range: range, bytes: Array(written.utf8), rank: 0)
    }

    /// `text` as the syntax writes it in the place of `node`: only YAML has words that need no quotes.
    private func written(
        _ text: String, for node: YAMLNode, inFlow: Bool
    ) throws(YAMLEditRefusal) -> String {
        switch storage.syntax {
        case .yaml: return ScalarWriting.write(text, like: node.style, inFlow: inFlow)
        case .json: return ScalarWriting.write(text, like: .doubleQuoted, inFlow: true)
        case .hcl: return HCLWriting.string(text)
        case .text:
            guard !text.isEmpty, PlainText.isPrintable(text), text.first != " ", text.last != " " else {
                throw YAMLEditRefusal(node, "the file holds one line of printable characters")
            }
            return text
        }
    }

    /// The change of a block scalar: of its one line of content, or of the lines of a literal that differ.
    private func blockChange(_ node: YAMLNode, with text: String) throws(YAMLEditRefusal) -> Change {
        let old = node.text ?? ""
        let texts = [old, text].map { Self.withoutBreaks($0).utf8 }
        if node.style == .literal, texts.allSatisfy({ $0.contains(UInt8(ascii: "\n")) }) {
            return try literalChange(node, from: old, to: text)
        }
        let (oldLine, newLine) = (Self.withoutBreaks(old), Self.withoutBreaks(text))
        guard !oldLine.isEmpty, PlainText.isPrintable(oldLine) else {
            throw YAMLEditRefusal(node, "the value is a block scalar over several lines")
        }
        guard !newLine.isEmpty, PlainText.isPrintable(newLine), !newLine.hasPrefix(" "),
            text.utf8.count - newLine.utf8.count == old.utf8.count - oldLine.utf8.count
        else {
            throw YAMLEditRefusal(node, "a block scalar of one line takes one line, ended as before")
        }
        var start = storage.lineBreak(from: node.byteRange.lowerBound).upperBound
        while start < node.byteRange.upperBound {
            let content = storage.source[start..<storage.lineBreak(from: start).lowerBound]
            let line = content.drop(while: { $0 == UInt8(ascii: " ") })
            if !line.isEmpty {
                guard line.elementsEqual(oldLine.utf8) else { break }
                return Change(range: line.startIndex..<line.endIndex, bytes: Array(newLine.utf8), rank: 0)
            }
            start = storage.lineBreak(from: start).upperBound
        }
        throw YAMLEditRefusal(node, "the block scalar is indented in an unusual way")
    }

    /// The change of those lines of a literal that differ from the first to the last one; the others stay as they are.
    private func literalChange(
        _ node: YAMLNode, from old: String, to new: String
    ) throws(YAMLEditRefusal) -> Change {
        let lines = { (text: String) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        }
        let (before, after) = (lines(old), lines(new))
        let head = zip(before, after).prefix { $0.elementsEqual($1) }.count
        let rest = min(before.count, after.count) - head
        let tail = zip(before.reversed(), after.reversed()).prefix { $0.elementsEqual($1) }.prefix(rest).count
        guard old.hasSuffix("\n") == new.hasSuffix("\n") else {
            throw YAMLEditRefusal(node, "a block scalar ends as before")
        }
        // The first line that is not empty says how far the text is indented.
        var offset = storage.lineBreak(from: node.byteRange.lowerBound).upperBound
        var start = offset
        var indentation: Int?
        for (place, line) in before[..<(before.count - tail)].enumerated() {
            if place == head { start = offset }
            let end = storage.lineBreak(from: offset)
            if !line.isEmpty, indentation == nil { indentation = max(0, end.lowerBound - offset - line.count) }
            offset = end.upperBound
        }
        if head == before.count - tail { start = offset }
        let margin = Array(repeating: UInt8(ascii: " "), count: indentation ?? 0)
        let lineBreak = storage.lineBreakBytes(near: node.byteRange.lowerBound)
        var bytes: [UInt8] = []
        for line in after[head..<after.count - tail] {
            guard PlainText.isPrintable(String(Substring(line)).replacing("\t", with: " ")) else {
                throw YAMLEditRefusal(node, "a line of a block scalar holds printable characters only")
            }
            bytes += (line.isEmpty ? [] : margin + Array(line)) + lineBreak
        }
        // The last line of the file may have no end.
        if tail == 0, storage.breakBefore(offset) == nil { bytes.removeLast(lineBreak.count) }
        return Change(range: start..<offset, bytes: bytes, rank: 0)
    }

    private static func withoutBreaks(_ text: String) -> String {
        String(decoding: text.utf8.reversed().drop { $0 == UInt8(ascii: "\n") }.reversed(), as: UTF8.self)
    }
}
