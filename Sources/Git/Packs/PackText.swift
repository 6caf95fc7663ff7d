internal import CZlib
internal import Crypto

/// A pack and its index as they lie on the disk.
///
/// Written here and not by the library, whose writer of packs maps a file that it has only just made longer: on a full
/// disk that ends the process instead of failing. Of its two ways to choose what goes into a pack, one takes every
/// object that a commit can reach.
///
/// *gitformat-pack, "pack-*.pack files have the following format" and "Version 2 pack-*.idx files"*
struct PackText {
    private(set) var pack: [UInt8]
    private(set) var index: [UInt8] = []
    /// Checksum of the pack, which names both files.
    private(set) var name = ""

    /// Where an object begins and what its bytes there add up to.
    private struct Place {
        let id: ObjectID
        let offset: Int
        let checksum: UInt32
    }

    /// How an object stands in the pack.
    private struct Form {
        /// What is compressed: the object, or its difference from another one.
        let bytes: [UInt8]
        /// The number of the other one.
        var base: Int?
        /// How many differences lead to an object that stands for itself.
        var depth = 0
    }

    /// Git reads no object for which it had to unpack more than this many others.
    private static let maximumDepth = 50

    /// - Parameter objects: no two of one id; together they must come to less than 2 GiB.
    /// - Throws: ``GitError`` if there is no memory.
    init(_ objects: [NewObject]) throws(GitError) {
        pack = Array("PACK".utf8)
        pack.append(word: 2)
        pack.append(word: UInt32(objects.count))
        let forms = Self.forms(of: objects)
        let compressed = try ParallelDeflation.compressed(forms.map(\.bytes))
        var places: [Place] = []
        for (position, form) in forms.enumerated() {
            let offset = pack.count
            if let base = form.base {
                appendHeader(type: 6, byteCount: form.bytes.count)
                appendDistance(offset - places[base].offset)
            } else {
                appendHeader(type: objects[position].kind.packType, byteCount: form.bytes.count)
            }
            pack += compressed[position]
            let checksum = unsafe pack.withUnsafeBufferPointer { buffer in
                unsafe crc32(0, buffer.baseAddress?.advanced(by: offset), UInt32(buffer.count - offset))
            }
            places.append(Place(id: objects[position].id, offset: offset, checksum: UInt32(checksum)))
        }
        let checksum = Array(Insecure.SHA1.hash(data: pack))
        pack += checksum
        name = checksum.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        index = Self.index(places, packChecksum: checksum)
    }

    /// A folder that is made from another one stands as the difference.
    private static func forms(of objects: [NewObject]) -> [Form] {
        var forms: [Form] = []
        forms.reserveCapacity(objects.count)
        var known: [ObjectID: Int] = [:]
        for (position, object) in objects.enumerated() {
            known[object.id] = position
            if let base = object.base.flatMap({ known[$0] }), base != position, objects[base].kind == object.kind,
                forms[base].depth < maximumDepth,
                let delta = ObjectDelta(from: objects[base].bytes, to: object.bytes)
            {
                forms.append(Form(bytes: delta.bytes, base: base, depth: forms[base].depth + 1))
            } else {
                forms.append(Form(bytes: object.bytes))
            }
        }
        return forms
    }

    /// Type and size: three bits and four, then seven at a time from the lowest on.
    private mutating func appendHeader(type: UInt8, byteCount: Int) {
        var byte = type << 4 | UInt8(byteCount & 15)
        var rest = byteCount >> 4
        while rest > 0 {
            pack.append(byte | 0x80)
            byte = UInt8(rest & 0x7F)
            rest >>= 7
        }
        pack.append(byte)
    }

    /// How far back the base begins: seven bits at a time from the highest on, each continuation counting one more.
    private mutating func appendDistance(_ distance: Int) {
        var digits = [UInt8(distance & 0x7F)]
        var rest = distance >> 7
        while rest > 0 {
            rest -= 1
            digits.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        pack += digits.reversed()
    }

    private static func index(_ places: [Place], packChecksum: [UInt8]) -> [UInt8] {
        let sorted = places.sorted { $0.id < $1.id }
        var index: [UInt8] = [0xFF, 0x74, 0x4F, 0x63]
        index.append(word: 2)
        var position = 0
        for first in UInt8.min...UInt8.max {
            while position < sorted.count, sorted[position].id.firstByte <= first { position += 1 }
            index.append(word: UInt32(position))
        }
        for place in sorted { place.id.append(to: &index) }
        for place in sorted { index.append(word: place.checksum) }
        for place in sorted { index.append(word: UInt32(place.offset)) }
        index += packChecksum
        return index + Array(Insecure.SHA1.hash(data: index))
    }
}

extension ObjectKind {
    /// The number of the kind in a pack.
    fileprivate var packType: UInt8 {
        switch self {
        case .commit: 1
        case .tree: 2
        case .blob: 3
        case .tag: 4
        }
    }
}

extension [UInt8] {
    /// Appends `word`, highest byte first.
    fileprivate mutating func append(word: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
