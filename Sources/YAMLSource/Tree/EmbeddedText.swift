/// YAML that stands as text inside a scalar of another stream, such as a patch or the values of a chart.
///
/// Of a literal block scalar, `|`, every line stands in the file as it is, only indented: places and bytes of the inner
/// stream have theirs in the outer one, and an edit of the inner one can be made. Of any other scalar only the meaning
/// is known.
package struct EmbeddedText: Sendable {
    /// The scalar, in the outer stream.
    package let node: YAMLNode
    /// What the scalar's text holds.
    package let stream: YAMLStream
    /// Offsets in the outer stream of the lines of the text, behind their indentation; empty where they are not known.
    private let lineStarts: [Int]
    private let indentation: Int

    /// Reads the text of the scalar `node`; a collection has none.
    ///
    /// - Throws: the problem for which the text is no YAML that can be read, at its place in the outer stream.
    package init(_ node: YAMLNode, limits: YAMLLimits = YAMLLimits()) throws(YAMLProblem) {
        let text = node.text ?? ""
        do {
            stream = try YAMLStream(bytes: Array(text.utf8), limits: limits)
        } catch {
            let isLiteral = node.style == .literal && node.stored.properties == 0
            throw YAMLProblem(
                line: isLiteral ? node.line + error.line : node.line, column: node.column, message: error.message)
        }
        self.node = node
        let lines = Self.lines(of: node, text: text)
        lineStarts = lines?.starts ?? []
        indentation = lines?.indentation ?? 0
    }

    /// Whether places and bytes in the outer stream are known.
    package var isLiteral: Bool {
        !lineStarts.isEmpty
    }

    /// The line in the outer stream of the line `line` of the text; that of the scalar where it is not known.
    package func line(_ line: Int) -> Int {
        isLiteral ? node.line + line : node.line
    }

    /// The column in the outer stream of `column` of the text; that of the scalar where it is not known.
    package func column(_ column: Int) -> Int {
        isLiteral ? column + indentation : node.column
    }

    /// The bytes in the outer stream of `range` of the text, which lies in one line; all of the scalar otherwise.
    package func range(_ range: Range<Int>) -> Range<Int> {
        let bytes = stream.bytes
        guard isLiteral, range.upperBound <= bytes.count, !bytes[range].contains(UInt8(ascii: "\n")) else {
            return node.byteRange
        }
        let before = bytes[..<range.lowerBound]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") }
        guard line < lineStarts.count else { return node.byteRange }
        let start = lineStarts[line] + (range.lowerBound - lineStart)
        return start..<start + range.count
    }

    /// Where each line of `text`, the content of the literal `node`, stands behind its indentation.
    private static func lines(of node: YAMLNode, text: String) -> (starts: [Int], indentation: Int)? {
        let storage = node.storage
        // With an anchor or a tag the scalar may begin on a later line than its node.
        guard node.style == .literal, node.stored.properties == 0 else { return nil }
        let content = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var starts: [Int] = []
        var indentation: Int?
        var offset = storage.lineBreak(from: node.byteRange.lowerBound).upperBound
        for line in content {
            let end = storage.lineBreak(from: offset).lowerBound
            if line.isEmpty {
                starts.append(min(offset + (indentation ?? 0), end))
            } else {
                let width = end - offset - line.count
                guard width >= 0, indentation ?? width == width,
                    storage.source[offset + width..<end].elementsEqual(line)
                else { return nil }
                indentation = width
                starts.append(offset + width)
            }
            offset = storage.lineBreak(from: offset).upperBound
        }
        return indentation.map { (starts, $0) }
    }
}
