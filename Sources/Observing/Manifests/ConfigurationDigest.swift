import Crypto
import Git
import PromotionModel

/// A digest over the files of an environment, the artifacts that they declare left out.
///
/// A line for each file, in order of path: its path, its mode, and either its git blob id, where it declares nothing,
/// or SHA-256 over its bytes with the declared values blanked.
struct ConfigurationDigest {
    private var hash = SHA256()

    /// - Parameter blanked: of a file that declares something, ``digest(of:)`` over its blanked copy.
    mutating func add(_ file: ClaimedFile, blanked: PromotionModel.Digest? = nil) {
        var line = Array((file.isExecutable ? "x " : "- ").utf8) + Array(file.path.utf8) + [0]
        if let blanked {
            blanked.appendBytes(to: &line)
        } else {
            line += file.blob.hex.utf8
        }
        line.append(UInt8(ascii: "\n"))
        hash.update(data: line)
    }

    var digest: PromotionModel.Digest? { PromotionModel.Digest(sha256: hash.finalize()) }

    /// SHA-256 over `bytes`.
    static func digest(of bytes: [UInt8]) -> PromotionModel.Digest? {
        PromotionModel.Digest(sha256: SHA256.hash(data: bytes))
    }
}
