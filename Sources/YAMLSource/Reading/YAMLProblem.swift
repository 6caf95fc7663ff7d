/// Why bytes are no YAML this reader accepts, and where.
package struct YAMLProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of the problem, from 1.
    package let line: Int

    /// The column of the problem in characters, from 1.
    package let column: Int

    /// What is wrong, as one lower-case phrase without the position.
    package let message: String

    /// Describes a problem at a place.
    package init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    /// The position and the message, `line:column: message`.
    package var description: String {
        "\(line):\(column): \(message)"
    }
}
