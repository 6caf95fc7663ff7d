internal import CLibgit2

/// A kind of object of the library and how it is released.
protocol HandleKind {
    /// Releases `pointer`, which is not used afterwards.
    static func free(_ pointer: OpaquePointer)
}

/// The one owner of an object of the library; releases it when it goes out of scope.
///
/// The pointer is only lent for the length of a closure, so it cannot outlive its owner by accident. Not `Sendable`:
/// libgit2 wants an object used by one thread at a time.
@safe struct Handle<Kind: HandleKind>: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes over `pointer`; nobody else may release it.
    @unsafe init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Runs `create`, checks its status and takes over what it made.
    ///
    /// - Throws: ``GitError`` of `operation` if the status is negative.
    init(
        _ operation: @autoclosure () -> String, _ create: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(GitError) {
        var made: OpaquePointer?
        try check(operation(), unsafe create(&made))
        guard let made = unsafe made else {
            throw GitError(operation: operation(), code: .failure, message: "the library made nothing")
        }
        unsafe pointer = made
    }

    deinit {
        unsafe Kind.free(pointer)
    }

    /// Lends the pointer to `body`, which must not keep it.
    @discardableResult
    borrowing func withPointer<Result: ~Copyable, Failure>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(pointer)
    }
}

enum RepositoryKind: HandleKind {
    static func free(_ pointer: OpaquePointer) { unsafe git_repository_free(pointer) }
}

enum DatabaseKind: HandleKind {
    static func free(_ pointer: OpaquePointer) { unsafe git_odb_free(pointer) }
}

enum RawObjectKind: HandleKind {
    static func free(_ pointer: OpaquePointer) { unsafe git_odb_object_free(pointer) }
}

enum ReferenceKind: HandleKind {
    static func free(_ pointer: OpaquePointer) { unsafe git_reference_free(pointer) }
}

enum ReferenceIteratorKind: HandleKind {
    static func free(_ pointer: OpaquePointer) { unsafe git_reference_iterator_free(pointer) }
}

enum ConfigurationKind: HandleKind {
    static func free(_ pointer: OpaquePointer) { unsafe git_config_free(pointer) }
}
