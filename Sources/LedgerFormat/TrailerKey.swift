/// The closed list of trailers that a result commit may carry, in the order in which they are written.
///
/// `Promotion-Id` begins a promotion; the keys from ``result`` to ``facts`` that follow belong to it.
package enum TrailerKey: String, Sendable, CaseIterable {
    case environment = "Environment"
    case promotionID = "Promotion-Id"
    case result = "Result"
    case sourceEnvironment = "Source-Environment"
    case artifact = "Artifact"
    case retired = "Retired"
    case configuration = "Configuration"
    case supersedes = "Supersedes"
    case contract = "Contract"
    case gate = "Gate"
    case approvedBy = "Approved-by"
    case emergency = "Emergency"
    case facts = "Facts"
    case hold = "Hold"
    case release = "Release"
    case takenIn = "Taken-In"
    case acceptedHistory = "Accepted-History"
    case recordedAt = "Recorded-At"
    case basis = "Basis"
    case evidenceBasis = "Evidence-Basis"
    case signedOffBy = "Signed-off-by"
}

/// One `Key: value` line that closes a commit message.
struct Trailer: Hashable {
    let key: TrailerKey
    let value: String

    /// The trailer as a line without its end.
    ///
    /// Values never hold a line break: names are checked where they are made, free text is JSON on one line.
    var line: String {
        precondition(
            !value.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\0" }, "line break in a trailer")
        return "\(key.rawValue): \(value)"
    }

    init(_ key: TrailerKey, _ value: String) {
        self.key = key
        self.value = value
    }

    /// Reads a line of the closing paragraph; `nil` where the key is none of ours.
    ///
    /// By bytes: a mark that joins the character before it must not hide a colon or a space.
    init?(line: Slice<UnsafeBufferPointer<UInt8>>) {
        guard let colon = unsafe line.firstIndex(of: UInt8(ascii: ":")),
            let key = unsafe TrailerKey(bytes: line[..<colon])
        else { return nil }
        let value = unsafe line[colon...].dropFirst()
        guard unsafe value.first == UInt8(ascii: " "), unsafe value.count > 1 else { return nil }
        self.init(key, unsafe String(decoding: value.dropFirst(), as: UTF8.self))
    }
}

extension TrailerKey {
    private static let all = allCases.map { (key: $0, bytes: Array($0.rawValue.utf8)) }

    /// The key that is written as `bytes`.
    fileprivate init?(bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let count = unsafe bytes.count
        for (key, own) in Self.all where own.count == count {
            guard unsafe bytes.elementsEqual(own) else { continue }
            self = key
            return
        }
        return nil
    }
}
