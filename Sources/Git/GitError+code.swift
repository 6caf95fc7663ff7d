internal import CLibgit2

extension GitError {
    /// What kind of failure it is.
    ///
    /// Open: a newer library may report values that have no name here.
    /// Negative values are the library's own; positive ones are found by this module.
    package struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The value of the library, or of this module.
        package let rawValue: Int32

        /// Takes any value, named or not.
        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// A value without a name.
        package static func other(_ rawValue: Int32) -> Code {
            Code(rawValue: rawValue)
        }

        private init(_ code: git_error_code) {
            rawValue = code.rawValue
        }

        /// Failed without a narrower reason. *libgit2: `GIT_ERROR`*
        package static let failure = Code(GIT_ERROR)
        /// The object, reference or repository does not exist. *libgit2: `GIT_ENOTFOUND`*
        package static let notFound = Code(GIT_ENOTFOUND)
        /// Something of that name is there already. *libgit2: `GIT_EEXISTS`*
        package static let exists = Code(GIT_EEXISTS)
        /// A short name fits several things. *libgit2: `GIT_EAMBIGUOUS`*
        package static let ambiguous = Code(GIT_EAMBIGUOUS)
        /// A name or revision is not well formed. *libgit2: `GIT_EINVALIDSPEC`*
        package static let invalidName = Code(GIT_EINVALIDSPEC)
        /// The branch has no commit yet. *libgit2: `GIT_EUNBORNBRANCH`*
        package static let unborn = Code(GIT_EUNBORNBRANCH)
        /// A lock file is in the way and stays there: left behind, or held for long. *libgit2: `GIT_ELOCKED`*
        package static let locked = Code(GIT_ELOCKED)
        /// The reference is no longer at the expected value: read again, decide again. *libgit2: `GIT_EMODIFIED`*
        package static let modified = Code(GIT_EMODIFIED)
        /// What was asked for is not valid. *libgit2: `GIT_EINVALID`*
        package static let invalid = Code(GIT_EINVALID)
        /// The bytes of an object do not have its id. *libgit2: `GIT_EMISMATCH`*
        package static let mismatch = Code(GIT_EMISMATCH)
        /// The repository belongs to another user. *libgit2: `GIT_EOWNER`*
        package static let owner = Code(GIT_EOWNER)

        /// An object is there but cannot be read, or is not well formed.
        package static let corrupt = Code(rawValue: 1)
        /// An object is larger than the limit given by the caller, or a walk longer than the limit of this module.
        package static let tooLarge = Code(rawValue: 2)
        /// The repository uses a format that this module does not read.
        package static let unsupported = Code(rawValue: 3)
        /// The answer lies beyond the boundary of a shallow clone.
        package static let shallow = Code(rawValue: 4)
        /// The object is of another kind than asked for.
        package static let wrongKind = Code(rawValue: 5)
        /// Other writers held the lock, one after another, for as long as was waited.
        package static let busy = Code(rawValue: 6)
        /// A commit had to be signed, and was not: nothing was written.
        package static let unsigned = Code(rawValue: 7)

        package var description: String {
            Self.names[self] ?? "code \(rawValue)"
        }

        private static let names: [Code: String] = [
            .failure: "failure", .notFound: "notFound", .exists: "exists", .ambiguous: "ambiguous",
            .invalidName: "invalidName", .unborn: "unborn", .locked: "locked", .modified: "modified",
            .invalid: "invalid", .mismatch: "mismatch", .owner: "owner", .corrupt: "corrupt",
            .tooLarge: "tooLarge", .unsupported: "unsupported", .shallow: "shallow", .wrongKind: "wrongKind",
            .busy: "busy", .unsigned: "unsigned",
        ]
    }

    /// The part of the library that failed; open, as ``Code`` is.
    package struct Category: RawRepresentable, Hashable, Sendable {
        /// The value of the library, or of this module.
        package let rawValue: Int32

        /// Takes any value, named or not.
        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        private init(_ category: git_error_t) {
            rawValue = Int32(category.rawValue)
        }

        /// Found by this module, or not said. *libgit2: `GIT_ERROR_NONE`*
        package static let none = Category(GIT_ERROR_NONE)
        /// The operating system refused. *libgit2: `GIT_ERROR_OS`*
        package static let system = Category(GIT_ERROR_OS)
        /// A reference. *libgit2: `GIT_ERROR_REFERENCE`*
        package static let reference = Category(GIT_ERROR_REFERENCE)
        /// Decompression. *libgit2: `GIT_ERROR_ZLIB`*
        package static let compression = Category(GIT_ERROR_ZLIB)
        /// The repository as a whole. *libgit2: `GIT_ERROR_REPOSITORY`*
        package static let repository = Category(GIT_ERROR_REPOSITORY)
        /// Configuration. *libgit2: `GIT_ERROR_CONFIG`*
        package static let configuration = Category(GIT_ERROR_CONFIG)
        /// The object database. *libgit2: `GIT_ERROR_ODB`*
        package static let objectDatabase = Category(GIT_ERROR_ODB)
        /// An object. *libgit2: `GIT_ERROR_OBJECT`*
        package static let object = Category(GIT_ERROR_OBJECT)
        /// A tree. *libgit2: `GIT_ERROR_TREE`*
        package static let tree = Category(GIT_ERROR_TREE)
    }
}
