/// Who writes a commit: a name and an e-mail address, exactly as git stores them.
///
/// Invariant: neither is empty; neither holds a control character, `<` or `>`; neither begins or ends with what git
/// strips from identities, so that what is compared with a sign-off is what is stored.
package struct Identity: Hashable, Sendable, CustomStringConvertible {
    /// What the person or service is called.
    package let name: String
    /// Where it is reached; not checked to be deliverable.
    package let email: String

    /// Takes `name` and `email` as git would: surrounding blanks and the characters `. , : ; " \ '` are stripped.
    ///
    /// - Throws: ``GitError`` with code `invalid` if one is empty or holds what no identity may.
    package init(name: String, email: String) throws(GitError) {
        self.name = try Self.cleaned(name, "name")
        self.email = try Self.cleaned(email, "e-mail address")
    }

    /// `Name <email>`, as in a sign-off.
    package var description: String { "\(name) <\(email)>" }

    private static func cleaned(_ text: String, _ what: String) throws(GitError) -> String {
        let bytes = text.utf8
        let isForbidden = { (byte: UInt8) in
            byte < 32 || byte == 127 || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
        }
        guard !bytes.contains(where: isForbidden) else {
            throw refusal(text, what, "holds a control character, \"<\" or \">\"")
        }
        let stripped = Set(" .,:;\"\\'".utf8)
        guard let first = bytes.firstIndex(where: { !stripped.contains($0) }),
            let last = bytes.lastIndex(where: { !stripped.contains($0) })
        else {
            throw refusal(text, what, "is empty")
        }
        return String(text[first...last])
    }

    private static func refusal(_ text: String, _ what: String, _ reason: String) -> GitError {
        GitError(
            operation: "use \"\(text.debugDescription.dropFirst().dropLast())\" as \(what) of an identity",
            code: .invalid, message: "it \(reason)")
    }
}

/// Who did something and when, as a commit records it.
package struct Signature: Hashable, Sendable {
    /// The name; bytes that are no UTF-8 are replaced.
    package let name: String
    /// The e-mail address; bytes that are no UTF-8 are replaced.
    package let email: String
    /// Seconds since 1970-01-01T00:00:00Z, as the writer claims; may be negative or far in the future.
    package let seconds: Int64
    /// What the writer's clock was ahead of UTC, in minutes; not limited to what real zones use.
    package let offsetMinutes: Int
    /// Whether the line could be read in full; if not, what could not be read is empty or zero.
    package let isWellFormed: Bool

    /// Describes a signature read from a commit.
    package init(name: String, email: String, seconds: Int64, offsetMinutes: Int, isWellFormed: Bool = true) {
        self.name = name
        self.email = email
        self.seconds = seconds
        self.offsetMinutes = offsetMinutes
        self.isWellFormed = isWellFormed
    }

    /// The signature that `identity` leaves at an instant.
    package init(_ identity: Identity, seconds: Int64, offsetMinutes: Int = 0) {
        self.init(name: identity.name, email: identity.email, seconds: seconds, offsetMinutes: offsetMinutes)
    }
}
