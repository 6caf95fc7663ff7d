/// A spot in a file of the fleet repository, for people to look at.
package struct Place: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Path from the root of the repository.
    package let file: String
    /// 1-based; 0 where the whole file is meant.
    package let line: Int
    /// 1-based, in characters; 0 where the whole line is meant.
    package let column: Int

    package init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    package static func < (left: Place, right: Place) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }

    /// `file`, `file:line` or `file:line:column`, as compilers write it.
    package var description: String {
        file.printable + (line > 0 ? ":\(line)" + (column > 0 ? ":\(column)" : "") : "")
    }
}

/// Something that could not be read or understood, and why; the rest goes on without it.
package struct Problem: Error, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// How much a problem takes away.
    package enum Severity: String, Sendable {
        /// What the problem is about contributes nothing.
        case error
        /// The file is not meant to be read as it is; what it may declare is not known.
        case skipped
        /// What the problem is about was read; people should know.
        case warning
    }

    package let place: Place
    package let message: String
    package let severity: Severity

    package init(_ place: Place, _ message: String, severity: Severity = .error) {
        self.place = place
        self.message = message
        self.severity = severity
    }

    package static func < (left: Problem, right: Problem) -> Bool {
        (left.place, left.message) < (right.place, right.message)
    }

    /// `file:line:column: message`.
    package var description: String {
        "\(place): \(severity == .error ? "" : severity == .skipped ? "note: " : "warning: ")\(message.printable)"
    }
}
