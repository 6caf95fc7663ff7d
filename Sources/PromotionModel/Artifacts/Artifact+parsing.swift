extension Artifact {
    /// What stands between a git address and a revision; kustomize, go-getter and others write it so.
    static let revisionMark = "?ref="

    /// What the description of an artifact of `kind` begins with.
    static func mark(of kind: ArtifactKind) -> String {
        kind.rawValue + "::"
    }

    /// Reads what ``description`` writes.
    ///
    /// - Throws: ``Malformed`` where a part is empty, no plain word, or the digest does not parse.
    package init(parsing text: String) throws(Malformed) {
        guard text.utf8.contains(UInt8(ascii: ":")),
            let kind = ArtifactKind.allCases.first(where: { $0 != .image && text.hasPrefix(Self.mark(of: $0)) })
        else {
            try self.init(parsing: text, as: .image)
            return
        }
        try self.init(parsing: String(text.dropFirst(Self.mark(of: kind).count)), as: kind)
    }

    /// Whether it is an image whose names hold nothing but letters, digits and what stands between them, so that its
    /// ``description`` reads back as what it is; false says nothing.
    package var isPlainImage: Bool {
        guard kind == .image, !repository.isEmpty else { return false }
        let isPlain = repository.utf8.allSatisfy { Self.isPlain($0) || $0 == UInt8(ascii: "/") }
        return isPlain && tag.map { !$0.isEmpty && $0.utf8.allSatisfy(Self.isPlain) } ?? true
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    /// Reads a reference of `kind` as manifests write it.
    ///
    /// An image is split at the first `@`, then at the last `:` after the last `/`. Of the other kinds, whose names may
    /// be addresses with an `@`, a digest follows the last one; git has none, and its revision follows the last `?ref=`.
    ///
    /// - Throws: ``Malformed`` where a part is empty, no plain word, or the digest does not parse.
    package init(parsing text: String, as kind: ArtifactKind) throws(Malformed) {
        let at: String.Index? =
            switch kind {
            case .image: text.utf8.firstIndex(of: UInt8(ascii: "@"))
            case .chart, .oci, .version: Self.digestMark(in: text)
            case .git: nil
            }
        let name = at.map { text[..<$0] } ?? text[...]
        var digest: Digest?
        if let at {
            do {
                digest = try Digest(String(text[text.utf8.index(after: at)...]))
            } catch {
                throw Malformed(text: text, reason: error.description)
            }
        }
        if kind == .git {
            let parts = Self.splitRevision(name)
            try self.init(kind: kind, name: String(parts.name), tag: parts.revision.map(String.init), digest: digest)
        } else if let colon = Self.tagMark(in: name) {
            let tag = name[name.utf8.index(after: colon)...]
            try self.init(kind: kind, name: String(name[..<colon]), tag: String(tag), digest: digest)
        } else {
            try self.init(kind: kind, name: String(name), tag: nil, digest: digest)
        }
    }

    /// Checks the parts of a reference of `kind`.
    ///
    /// - Throws: ``Malformed`` where a part is empty or holds what would be read as another part.
    package init(kind: ArtifactKind, name: String, tag: String?, digest: Digest?) throws(Malformed) {
        self.init(kind: kind, repository: name, tag: tag, digest: digest)
        guard !name.isEmpty else { throw Malformed(text: description, reason: Self.emptyName(kind)) }
        guard name.isPlainWord, tag.map({ $0.isEmpty || Self.isVersion($0, of: kind) }) ?? true else {
            throw Malformed(text: description, reason: "white space, control and invisible characters are not allowed")
        }
        if kind == .git {
            try checkRevision()
        } else if let tag {
            try checkTag(tag)
        }
        guard kind == .image || kind == .git || Self.digestMark(in: name + (tag.map { ":" + $0 } ?? "")) == nil else {
            throw Malformed(text: description, reason: "what follows \"@\" is no digest")
        }
    }

    private func checkRevision() throws(Malformed) {
        guard tag?.isEmpty != true else {
            throw Malformed(text: description, reason: "the revision after \"?ref=\" is empty")
        }
        guard tag?.utf8.contains(UInt8(ascii: "?")) != true else {
            throw Malformed(text: description, reason: "a revision holds no \"?\"")
        }
        guard tag != nil || Self.splitRevision(repository[...]).revision == nil else {
            throw Malformed(text: description, reason: "the address holds a revision")
        }
        guard digest == nil else { throw Malformed(text: description, reason: "a revision of git has no digest") }
    }

    private func checkTag(_ tag: String) throws(Malformed) {
        guard Self.tagMark(in: repository[...]) == nil else {
            throw Malformed(text: description, reason: "more than one \":\" after the last \"/\"")
        }
        guard !tag.isEmpty else { throw Malformed(text: description, reason: "the tag after \":\" is empty") }
        // With a slash in the tag the text would read as a longer repository; with braces, a mark might be none.
        let special = { (byte: UInt8) in
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "{")
        }
        guard tag.utf8.contains(where: special) || repository.utf8.contains(UInt8(ascii: "{")) else { return }
        let joined = repository + ":" + tag
        guard Self.tagMark(in: joined[...]) == joined.utf8.index(joined.startIndex, offsetBy: repository.utf8.count)
        else {
            let slash = tag.utf8.contains(UInt8(ascii: "/"))
            throw Malformed(text: description, reason: "a tag holds no \"\(slash ? "/" : ":")\"")
        }
    }

    /// Where the digest of a reference that is no image begins: the last `@`, unless a `/` follows, as in an address.
    private static func digestMark(in text: String) -> String.Index? {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")),
            !text.utf8[at...].contains(UInt8(ascii: "/")), !text.utf8[at...].contains(UInt8(ascii: "?"))
        else { return nil }
        return at
    }

    /// The last `:` after the last `/`, those between `${` and `}` not counted: `name:${TAG:-1.0}`.
    private static func tagMark(in name: Substring) -> String.Index? {
        guard name.utf8.contains(UInt8(ascii: ":")) else { return nil }
        var depth = 0
        var mark: Int?
        var previous: UInt8 = 0
        for (offset, byte) in name.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "{") where previous == UInt8(ascii: "$") || depth > 0: depth += 1
            case UInt8(ascii: "}") where depth > 0: depth -= 1
            case UInt8(ascii: "/") where depth == 0: mark = nil
            case UInt8(ascii: ":") where depth == 0: mark = offset
            default: break
            }
            previous = byte
        }
        return mark.map { name.utf8.index(name.startIndex, offsetBy: $0) }
    }

    private static func splitRevision(_ name: Substring) -> (name: Substring, revision: Substring?) {
        let mark = Array(revisionMark.utf8)
        let bytes = name.utf8
        var index = bytes.endIndex
        while let question = bytes[..<index].lastIndex(of: UInt8(ascii: "?")) {
            if bytes[question...].starts(with: mark) {
                return (name[..<question], name[bytes.index(question, offsetBy: mark.count)...])
            }
            index = question
        }
        return (name, nil)
    }

    /// Whether `text` may be a version: one word, or, of a chart or another OCI artifact, a range with spaces in it.
    private static func isVersion(_ text: String, of kind: ArtifactKind) -> Bool {
        switch kind {
        case .chart, .oci: text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy { $0.isPlainWord }
        case .image, .git, .version: text.isPlainWord
        }
    }

    private static func emptyName(_ kind: ArtifactKind) -> String {
        switch kind {
        case .image, .oci: "the repository is empty"
        case .chart, .version: "the name is empty"
        case .git: "the address is empty"
        }
    }
}

extension Substring {
    fileprivate var isPlainWord: Bool {
        String(self).isPlainWord
    }
}
