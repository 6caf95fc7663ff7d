internal import CLibgit2

/// The name of an object: twenty bytes, the SHA-1 of its content.
///
/// Ordered by its bytes, as git orders ids.
package struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Number of bytes.
    package static let byteCount = 20
    /// Number of hexadecimal digits.
    package static let hexCount = 40
    /// The id of no object; git writes it where there is none.
    package static let zero = ObjectID(first: 0, second: 0, third: 0)

    // Big-endian words, so that comparing words compares bytes; inline, so that an id never allocates.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt32

    private init(first: UInt64, second: UInt64, third: UInt32) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// Parses forty hexadecimal digits, lower case; nil for anything else.
    package init?(hex: some StringProtocol) {
        self.init(hex: hex.utf8)
    }

    /// Parses forty hexadecimal digits, lower case; nil for anything else.
    init?(hex: some Collection<UInt8>) {
        guard hex.count == Self.hexCount else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (position, digit) in hex.enumerated() {
            guard let value = Self.value(ofDigit: digit) else { return nil }
            switch position {
            case ..<16: words.0 = words.0 << 4 | value
            case ..<32: words.1 = words.1 << 4 | value
            default: words.2 = words.2 << 4 | value
            }
        }
        self.init(first: words.0, second: words.1, third: UInt32(words.2))
    }

    /// Copies the twenty bytes at `bytes`.
    @unsafe init(copying bytes: UnsafeRawPointer) {
        unsafe first = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        unsafe second = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        unsafe third = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    /// The id of what has these bytes, made as the library makes it; nil where it finds that they were made to have the
    /// id of something else.
    ///
    /// *libgit2: `git_odb_hash`*
    @unsafe init?(of bytes: UnsafeRawBufferPointer, _ kind: ObjectKind) {
        var oid = git_oid()
        guard unsafe git_odb_hash(&oid, bytes.baseAddress, bytes.count, kind.type) == 0 else { return nil }
        self.init(oid)
    }

    /// Copies the id that the library uses.
    init(_ oid: git_oid) {
        self = unsafe withUnsafeBytes(of: oid) { bytes in
            guard let base = bytes.baseAddress else { return .zero }
            return unsafe ObjectID(copying: base)
        }
    }

    /// The same id as the library wants it.
    var oid: git_oid {
        var result = git_oid()
        unsafe withUnsafeMutableBytes(of: &result) { bytes in
            unsafe bytes.storeBytes(of: first.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
            unsafe bytes.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return result
    }

    /// Copies `bytes`; nil where they are not twenty.
    package init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = unsafe bytes.withUnsafeBytes { unsafe ObjectID(copying: $0.baseAddress.unsafelyUnwrapped) }
    }

    /// Appends the twenty bytes to `bytes`.
    package func append(to bytes: inout [UInt8]) {
        let oid = oid
        unsafe withUnsafeBytes(of: oid) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Parses the forty hexadecimal digits, lower case, at `digits`; nil for anything else.
    @unsafe init?(hexAt digits: UnsafePointer<UInt8>) {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var isHex = true
        for position in 0..<Self.hexCount {
            let digit = unsafe digits[position]
            let value: UInt8
            if digit &- 48 < 10 {
                value = digit &- 48
            } else {
                value = digit &- 87
                isHex = isHex && digit &- 97 < 6
            }
            switch position {
            case ..<16: words.0 = words.0 << 4 | UInt64(value & 15)
            case ..<32: words.1 = words.1 << 4 | UInt64(value & 15)
            default: words.2 = words.2 << 4 | UInt64(value & 15)
            }
        }
        guard isHex else { return nil }
        self.init(first: words.0, second: words.1, third: UInt32(words.2))
    }

    /// The first eight of the twenty bytes, as one number.
    var leadingBytes: UInt64 { first }

    /// Whether the twenty bytes at `other` come before (negative), are (0) or come after (positive) these.
    @unsafe func order(of other: UnsafeRawPointer) -> Int {
        let leading = unsafe UInt64(bigEndian: other.loadUnaligned(as: UInt64.self))
        if leading != first { return leading < first ? -1 : 1 }
        let whole = unsafe ObjectID(copying: other)
        return whole == self ? 0 : whole < self ? -1 : 1
    }

    /// The first of the twenty bytes.
    var firstByte: UInt8 { UInt8(truncatingIfNeeded: first >> 56) }

    /// Forty hexadecimal digits, lower case.
    package var hex: String {
        unsafe String(unsafeUninitializedCapacity: Self.hexCount) { buffer in
            for position in 0..<Self.hexCount {
                let nibble =
                    switch position {
                    case ..<16: first >> UInt64((15 - position) * 4)
                    case ..<32: second >> UInt64((31 - position) * 4)
                    default: UInt64(third) >> UInt64((39 - position) * 4)
                    }
                let digit = UInt8(nibble & 15)
                unsafe buffer[position] = digit < 10 ? 48 + digit : 87 + digit
            }
            return Self.hexCount
        }
    }

    package var description: String { hex }

    /// The first twelve hexadecimal digits, for people.
    package var short: String { String(hex.prefix(12)) }

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }

    private static func value(ofDigit digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - 48)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - 87)
        default: nil
        }
    }
}
