import Crypto
import Git
import PromotionModel

/// What an answer is kept under: SHA-256 over all that it depends on.
struct DeclarationKey: Hashable, Sendable {
    static let byteCount = 32
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    fileprivate init(_ digest: SHA256.Digest) {
        words = unsafe digest.withUnsafeBytes { bytes in
            let word = { (index: Int) in unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// Appends the 32 bytes to `bytes`.
    func append(to bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
    }

    /// What the files of the environment `name` are kept under, whatever is in them.
    ///
    /// - Parameter layout: what the layout is written in.
    init(filesOf name: EnvironmentName, layout: String, _ depth: FleetReader.Depth) {
        let text = "files \(layout) \(name) \(depth == .configuration ? "configuration" : "declarations")"
        self.init(SHA256.hash(data: Array(text.utf8)))
    }

    static func == (left: DeclarationKey, right: DeclarationKey) -> Bool {
        left.words == right.words
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }

    /// Everything but how closely it was looked at.
    struct Content {
        private var hash = SHA256()

        /// - Parameter layout: what the layout is written in.
        init(of name: EnvironmentName, _ files: EnvironmentFiles, layout: String) {
            add("\(layout) \(name)")
            if let folder = files.folders[name] {
                add("folder \(folder.tree.hex) \(folder.path)")
                return
            }
            for file in files.files[name] ?? [] {
                add("file \(file.blob.hex) \(file.isExecutable ? "x" : "-") \(file.path)")
                add("\(file.relativePath)\u{0}\(file.section?.description ?? "-")")
            }
            for problem in files.problems[name] ?? [] { add("\(problem.severity.rawValue) \(problem)") }
        }

        private mutating func add(_ text: String) {
            var text = text
            text.append("\u{0}")
            text.withUTF8 { unsafe hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        }

        func key(_ depth: FleetReader.Depth) -> DeclarationKey {
            var copy = self
            copy.add(depth == .configuration ? "configuration" : "declarations")
            return DeclarationKey(copy.hash.finalize())
        }
    }
}
