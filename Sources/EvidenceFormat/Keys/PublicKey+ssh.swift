extension PublicKey {
    /// Reads the wire form of SSH: RFC 8709 §4, RFC 5656 §3.1, openssh PROTOCOL.u2f.
    ///
    /// - Throws: ``KeyRefusal``.
    package init(sshBlob blob: [UInt8]) throws(KeyRefusal) {
        var reader = SSHWireReader(blob)
        guard let name = reader.text() else { throw .malformed("expected a key type") }
        let kind = try KeyRefusal.kind(name)
        if let curve = kind.curve {
            guard reader.text() == curve else { throw .malformed("expected the curve \(curve)") }
        }
        guard let point = reader.string() else { throw .malformed("the key is cut short") }
        var application = ""
        if kind.isSecurityKey {
            guard let text = reader.text() else { throw .malformed("expected an application") }
            application = text
        }
        guard reader.isAtEnd else { throw .malformed("bytes after the key") }
        try self.init(kind, point: point, application: application)
    }

    /// Reads a line as `ssh-keygen` writes it: key type, base64 and a comment that means nothing.
    ///
    /// - Throws: ``KeyRefusal``.
    package init(sshLine line: String) throws(KeyRefusal) {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline })
        guard let name = words.first else { throw .malformed("expected a key type") }
        let kind = try KeyRefusal.kind(String(name))
        guard words.count > 1, let blob = Base64.bytes(String(words[1])) else {
            throw .malformed("expected the key in base64")
        }
        try self.init(sshBlob: blob)
        guard self.kind == kind else { throw .malformed("the line says \(name), the key says \(self.kind.rawValue)") }
    }

    /// The wire form of SSH.
    package var sshBlob: [UInt8] {
        SSHWire.string(kind.rawValue) + (kind.curve.map { SSHWire.string($0) } ?? []) + SSHWire.string(point)
            + (kind.isSecurityKey ? SSHWire.string(application) : [])
    }

    /// Key type and base64, as in `authorized_keys` and `allowed_signers`.
    package var sshLine: String {
        "\(kind.rawValue) \(Base64.text(sshBlob))"
    }

    /// `SHA256:…` as `ssh-keygen -l` prints it: the key id of SSH signatures.
    package var fingerprint: String {
        Hash.fingerprint(of: sshBlob)
    }
}
