import PromotionModel
import YAMLSource

/// One version of a file and what it declares, from which another one that differs in a single reference is read without
/// reading the rest again.
///
/// Only references are replaced of which nothing else in the file can depend on: images of Kubernetes' own objects, each in
/// one scalar on one line, by a text that means the same in every way of writing. What is not surely so is read as a whole.
package struct ManifestVersion: Sendable {
    package let contents: ManifestReader.Contents
    private let bytes: [UInt8]
    /// Of each declaration the bytes of its reference, in order of appearance; empty where none may be replaced.
    private let places: [Range<Int>]

    /// Larger files are read as a whole.
    private static let maximumBytes = 1 << 18

    init(_ contents: ManifestReader.Contents, places: [Range<Int>]?, of bytes: [UInt8]) {
        self.contents = contents
        let isKept = places.map { !$0.isEmpty && bytes.count <= Self.maximumBytes } ?? false
        self.bytes = isKept ? bytes : []
        self.places = isKept ? places ?? [] : []
    }

    private init(_ contents: ManifestReader.Contents, keeping places: [Range<Int>], of bytes: [UInt8]) {
        (self.contents, self.places, self.bytes) = (contents, places, bytes)
    }

    /// How many bytes are kept of the file.
    package var byteCount: Int { bytes.count }

    /// The version that `other` is; `nil` where that does not follow from this one.
    package func changed(to other: [UInt8]) -> ManifestVersion? {
        guard !places.isEmpty, other.count <= Self.maximumBytes else { return nil }
        let growth = other.count - bytes.count
        for (number, place) in places.enumerated() {
            let end = place.upperBound + growth
            guard end > place.lowerBound, Self.isSame(bytes, 0, other, 0, place.lowerBound),
                Self.isSame(bytes, place.upperBound, other, end, other.count - end)
            else { continue }
            guard Self.isPlainReference(other[place.lowerBound..<end]) else { return nil }
            let found = contents.found[number]
            // Of what follows in the line the column would be another.
            guard growth == 0 || !contents.found.dropFirst(number + 1).contains(where: { $0.line == found.line }),
                let artifact = Self.image(other[place.lowerBound..<end])
            else { return nil }
            var contents = contents
            contents.found[number] = ManifestReader.Contents.Found(
                name: found.name, artifact: artifact, format: found.format, line: found.line, column: found.column,
                isEntry: found.isEntry, isMoving: found.isMoving, takesDigest: found.takesDigest)
            var places = places
            places[number] = place.lowerBound..<end
            if growth != 0 {
                for later in places.indices where later != number && places[later].lowerBound >= place.upperBound {
                    places[later] = (places[later].lowerBound + growth)..<(places[later].upperBound + growth)
                }
            }
            return ManifestVersion(contents, keeping: places, of: other)
        }
        return nil
    }

    /// The image that `text` names, which is a plain reference.
    private static func image(_ text: ArraySlice<UInt8>) -> Artifact? {
        func string(_ part: ArraySlice<UInt8>) -> String { String(decoding: part, as: UTF8.self) }
        let at = text.firstIndex(of: UInt8(ascii: "@"))
        let named = text[..<(at ?? text.endIndex)]
        let last = named.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? named.startIndex
        let colons = named[last...].indices.filter { named[$0] == UInt8(ascii: ":") }
        do {
            // With one colon behind the last slash, and something on both sides of it, there is only one way to read it.
            guard colons.count == 1, last < colons[0], colons[0] + 1 < named.endIndex else {
                return try Artifact(parsing: string(text), as: .image)
            }
            return Artifact(
                repository: string(named[..<colons[0]]), tag: string(named[(colons[0] + 1)...]),
                digest: try at.map { try Digest(string(text[($0 + 1)...])) })
        } catch {
            // It is a problem of the file, which reading it as a whole tells.
            return nil
        }
    }

    /// The bytes of `slot`, found by the format of that name, that may be replaced; `nil` where none may.
    static func place(of slot: ArtifactSlot, format: String, in bytes: [UInt8]) -> Range<Int>? {
        guard format == KubernetesFormat.name, slot.kind == .image, slot.text == nil,
            case .reference(let node, from: 0) = slot.layout, !node.isAlias, !node.isMerged, node.kind == .scalar
        else { return nil }
        var range = node.byteRange
        switch node.style {
        case .plain: break
        case .singleQuoted, .doubleQuoted:
            guard range.count > 2 else { return nil }
            range = (range.lowerBound + 1)..<(range.upperBound - 1)
        default: return nil
        }
        guard range.upperBound <= bytes.count, isPlainReference(bytes[range]) else { return nil }
        return range
    }

    /// Whether other nodes of a file with these bytes may stand for one of its nodes.
    static func mayHaveAliases(_ bytes: [UInt8]) -> Bool {
        bytes.contains(UInt8(ascii: "*"))
    }

    /// Whether `text` is the same string in any quotes, or without, and on one line: no number, word or mark of YAML.
    private static func isPlainReference(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, let last = text.last, (0x61...0x7A).contains(first),
            last != UInt8(ascii: ":")
        else { return false }
        var hasMark = false
        for byte in text {
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): break
            case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"): hasMark = true
            default: return false
            }
        }
        return hasMark
    }

    /// Whether `count` bytes of `left` from `leftStart` on are those of `right` from `rightStart` on.
    private static func isSame(
        _ left: [UInt8], _ leftStart: Int, _ right: [UInt8], _ rightStart: Int, _ count: Int
    ) -> Bool {
        guard count >= 0, leftStart + count <= left.count, rightStart + count <= right.count else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                var place = 0
                while count - place >= 8 {
                    let one = unsafe left.loadUnaligned(fromByteOffset: leftStart + place, as: UInt64.self)
                    let other = unsafe right.loadUnaligned(fromByteOffset: rightStart + place, as: UInt64.self)
                    guard one == other else { return false }
                    place += 8
                }
                while place < count {
                    guard unsafe left[leftStart + place] == right[rightStart + place] else { return false }
                    place += 1
                }
                return true
            }
        }
    }
}
