/// Why an edit was not made; the bytes are as they were.
package struct YAMLEditRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of the node that was to be edited, from 1.
    package let line: Int

    /// The column of that node in characters, from 1.
    package let column: Int

    /// Why, as one lower-case phrase without the position.
    package let reason: String

    /// Describes why the node at a place was not edited.
    package init(line: Int, column: Int, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// The position and the reason, `line:column: reason`.
    package var description: String {
        "\(line):\(column): \(reason)"
    }

    init(_ node: YAMLNode, _ reason: String) {
        self.init(line: node.line, column: node.column, reason: reason)
    }
}
