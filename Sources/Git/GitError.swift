internal import CLibgit2

/// What git could not do, to what, and why.
///
/// `message` is the text of the library, copied at once; it is for people and never matched on. Decide by `code`.
package struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was attempted and on what, as a phrase that follows "could not".
    package let operation: String
    /// What kind of failure it is: the one thing to decide by.
    package let code: Code
    /// The part of the library that failed.
    package let category: Category
    /// Why it failed.
    package let message: String
    /// What a person can do about it, if that is known.
    package let hint: String?

    /// Describes a failure that this module found by itself, without a status of the library.
    package init(
        operation: String, code: Code, category: Category = .none, message: String, hint: String? = nil
    ) {
        self.operation = operation
        self.code = code
        self.category = category
        self.message = message
        self.hint = hint
    }

    package var description: String {
        let text = "could not \(operation): \(message)"
        guard let hint else { return text }
        return text + "\nhint: " + hint
    }

    /// The same failure with a better account of it.
    func explained(code: Code? = nil, message: String? = nil, hint: String? = nil) -> GitError {
        GitError(
            operation: operation, code: code ?? self.code, category: category,
            message: message ?? self.message, hint: hint ?? self.hint)
    }
}

/// Reads a status of the library: the single place that does.
///
/// A negative status becomes an error with the library's text copied and its last error cleared, so that an old text
/// is never shown for a new failure. `operation` is only built on failure and must not call the library.
///
/// - Throws: ``GitError`` if `status` is negative.
/// *libgit2: `git_error_last`, `git_error_clear`*
@discardableResult
func check(_ operation: @autoclosure () -> String, _ status: Int32) throws(GitError) -> Int32 {
    guard status < 0 else { return status }
    var message = "no reason given"
    var category = GitError.Category.none
    if let last = unsafe git_error_last() {
        if let text = unsafe last.pointee.message {
            message = unsafe String(cString: text)
        }
        category = unsafe GitError.Category(rawValue: last.pointee.klass)
    }
    git_error_clear()
    throw GitError(operation: operation(), code: GitError.Code(rawValue: status), category: category, message: message)
}
