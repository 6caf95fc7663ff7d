/// The name of an environment: a place that artifacts are promoted to.
///
/// Letters, digits, `-`, `_` and `.` in ASCII, 1 to 63 of them, beginning and ending with a letter or digit. An
/// environment's name becomes part of paths, references, trailers and promotion ids, so it is checked once, here.
package struct EnvironmentName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    /// Checks `text`.
    ///
    /// - Throws: ``InvalidName`` with what is wrong.
    package init(_ text: String) throws(InvalidName) {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else {
            throw InvalidName(noun: "environment", text: text, reason: "expected 1 to 63 characters")
        }
        var previous: UInt8 = 0
        var hasDots = false
        for byte in bytes {
            guard Self.isAllowed(byte) else {
                throw InvalidName(
                    noun: "environment", text: text, reason: "expected letters, digits, \"-\", \"_\" and \".\" only")
            }
            hasDots = hasDots || byte == UInt8(ascii: ".") && previous == byte
            previous = byte
        }
        guard Self.isEdge(first), Self.isEdge(last), !hasDots else {
            throw InvalidName(
                noun: "environment", text: text, reason: "expected a letter or digit at both ends and no \"..\"")
        }
        guard !(last == UInt8(ascii: "k") && text.hasSuffix(".lock")) else {
            throw InvalidName(noun: "environment", text: text, reason: "git reserves names that end in \".lock\"")
        }
        description = text
    }

    private static func isEdge(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isEdge(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    package static func < (left: EnvironmentName, right: EnvironmentName) -> Bool {
        left.description < right.description
    }
}

/// The name of a component: a slot of an environment that holds one artifact at a time.
///
/// Any printable text of 1 to 253 bytes without white space, control, bidirectional or invisible characters: it comes
/// from a manifest (`web`, `Deployment/web/app`, `payments.image`) and appears in trailers, where a space ends it. Not
/// `*`, which stands for the whole environment where a component could be named.
package struct ComponentName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    /// Checks `text`.
    ///
    /// - Throws: ``InvalidName`` with what is wrong.
    package init(_ text: String) throws(InvalidName) {
        guard !text.isEmpty, text.utf8.count <= 253 else {
            throw InvalidName(noun: "component", text: text, reason: "expected 1 to 253 bytes")
        }
        guard text.isPlainWord else {
            throw InvalidName(
                noun: "component", text: text, reason: "white space, control and invisible characters are not allowed")
        }
        guard text != "*" else {
            throw InvalidName(noun: "component", text: text, reason: "\"*\" means the whole environment")
        }
        description = text
    }

    package static func < (left: ComponentName, right: ComponentName) -> Bool {
        left.description < right.description
    }
}

/// Why a text cannot be a name.
package struct InvalidName: Error, Hashable, CustomStringConvertible {
    package let noun: String
    package let text: String
    package let reason: String

    package var description: String {
        "\"\(text.printable)\" is no \(noun) name: \(reason)"
    }
}
