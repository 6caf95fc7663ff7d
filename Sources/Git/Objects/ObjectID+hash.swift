internal import Crypto

extension ObjectID {
    /// The id of a new object of `kind` with the content `bytes`.
    ///
    /// Without the library's search for what was made to have the id of something else, which takes ten times as long:
    /// whoever reads the object makes it.
    init(new bytes: [UInt8], _ kind: ObjectKind) {
        var hash = Insecure.SHA1()
        hash.update(data: Array("\(kind.rawValue) \(bytes.count)\u{0}".utf8))
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        self = unsafe hash.finalize().withUnsafeBytes { unsafe ObjectID(copying: $0.baseAddress.unsafelyUnwrapped) }
    }
}
