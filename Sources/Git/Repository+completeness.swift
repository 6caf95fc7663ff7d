internal import Glibc

extension Repository {
    /// Checks that the repository has all objects that it speaks of, as far as its settings tell.
    ///
    /// A shallow clone passes: what it leaves out is known (``shallowBoundary``).
    ///
    /// - Throws: ``GitError`` `unsupported` with the way out, for a partial clone, whose missing objects nobody fetches
    ///   here, and where a repository that objects are borrowed from is not there.
    package borrowing func requireCompleteness() throws(GitError) {
        let operation = "use the repository \"\(gitDirectory)\""
        if try isPartial {
            throw GitError(
                operation: operation, code: .unsupported, category: .repository,
                message: "it is a partial clone: some objects were left on the server, and are not fetched here",
                hint: "clone it without --filter; or here: git fetch --refetch --no-filter origin, and then "
                    + "git config --unset remote.origin.promisor")
        }
        for folder in looseObjects.directories.dropFirst() where unsafe access(folder, R_OK | X_OK) != 0 {
            throw GitError(
                operation: operation, code: .unsupported, category: .repository,
                message: "it borrows objects from \"\(folder)\", which cannot be read",
                hint: "put that back; or clone anew without --shared and --reference")
        }
    }
}
