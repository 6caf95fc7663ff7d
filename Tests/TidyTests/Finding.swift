/// One place that breaks a house rule, and what to do instead.
struct Finding: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Path below the root of the checkout.
    let file: String
    let line: Int
    let message: String
    /// What belongs there instead; completes "use … instead".
    let replacement: String

    var description: String {
        "\(file):\(line): \(message); use \(replacement) instead"
    }

    static func < (left: Finding, right: Finding) -> Bool {
        (left.file, left.line, left.message) < (right.file, right.line, right.message)
    }
}
