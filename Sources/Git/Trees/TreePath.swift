/// A path inside a tree, taken apart into steps that are safe to follow.
///
/// Invariant: at least one step and at most ``maximumDepth``; no step has a ``TreeEntry/Problem``.
struct TreePath: Hashable, Sendable {
    /// Deeper than any layout made by people; bounds recursion on hostile trees.
    static let maximumDepth = 128

    let steps: [[UInt8]]

    /// Parses `path`, steps separated by "/".
    ///
    /// - Throws: ``GitError`` of `operation` with code `invalid`.
    init(_ path: String, operation: @autoclosure () -> String) throws(GitError) {
        let steps = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        for step in steps {
            guard let problem = TreeEntry.Problem(name: step) else { continue }
            throw GitError(
                operation: operation(), code: .invalid,
                message: "the path \(path.debugDescription) has a step that no tree may hold: \(problem.rawValue)")
        }
        guard steps.count <= Self.maximumDepth else {
            throw GitError(
                operation: operation(), code: .invalid,
                message: "the path has \(steps.count) steps, more than the limit of \(Self.maximumDepth)")
        }
        self.steps = steps
    }
}
