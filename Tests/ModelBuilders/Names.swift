package import PromotionModel

/// A literal in a test that does not parse is the test's bug: it stops there.
private func literal<Value, Failure: Error>(_ text: String, _ parse: () throws(Failure) -> Value) -> Value {
    do {
        return try parse()
    } catch {
        preconditionFailure("\(text): \(error)")
    }
}

extension EnvironmentName: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = literal(text) { () throws(InvalidName) in try EnvironmentName(text) }
    }
}

extension ComponentName: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = literal(text) { () throws(InvalidName) in try ComponentName(text) }
    }
}

extension Artifact: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = literal(text) { () throws(Artifact.Malformed) in try Artifact(parsing: text) }
    }
}

extension TimeSpan: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = literal(text) { () throws(TimeSpan.Malformed) in try TimeSpan(text) }
    }
}

extension Timestamp: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        guard let instant = Timestamp(text) else { preconditionFailure("\(text) is no instant") }
        self = instant
    }
}

extension NameGlob: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(text)
    }
}

extension Digest {
    /// `sha256:` and one hexadecimal digit, repeated.
    package static func of(_ digit: Character) -> Digest {
        let text = "sha256:" + String(repeating: digit, count: 64)
        return literal(text) { () throws(Digest.Malformed) in try Digest(text) }
    }
}

extension Artifact {
    /// `registry.test/<name>:<tag>` with a digest of one repeated hexadecimal digit.
    package static func pinned(_ name: String, _ tag: String, _ digit: Character) -> Artifact {
        Artifact(repository: "registry.test/\(name)", tag: tag, digest: .of(digit))
    }
}

extension PromotionID {
    /// The id in `environment` whose fingerprint is one repeated hexadecimal digit.
    package static func of(_ environment: EnvironmentName, _ digit: Character) -> PromotionID {
        PromotionID(environment: environment, fingerprint: String(repeating: digit, count: 16))
    }
}
