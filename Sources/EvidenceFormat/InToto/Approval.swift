package import JSONText
package import PromotionModel

/// Somebody's consent to one promotion, its withdrawal, or the review of an emergency; our own type.
///
/// It is bound to the promotion's id, which is derived from the exact set, and spells the set out for people. The
/// subjects of the statement are the artifacts and the promotion itself; see ``Statement/init(_:at:)``.
package struct Approval: Predicate {
    package static let type = "https://towpath.dev/attestation/approval/v1"

    /// One component of the promotion.
    package struct Item: Hashable, Sendable {
        package let component: ComponentName
        /// `nil` for a component that is retired, or has no digest.
        package let digest: Digest?

        package init(component: ComponentName, digest: Digest?) {
            self.component = component
            self.digest = digest
        }
    }

    package let promotion: PromotionID
    package let environment: EnvironmentName
    /// Sorted by component.
    package let set: [Item]
    /// In the approver's words; may be empty.
    package let reason: String
    package let kind: Consent.Kind
    /// The digest of the configuration that comes with the set; `nil` where it stays.
    package let configuration: Digest?

    package init(
        promotion: PromotionID, environment: EnvironmentName, set: [Item], reason: String,
        kind: Consent.Kind = .approval, configuration: Digest? = nil
    ) {
        self.promotion = promotion
        self.environment = environment
        self.set = set.sorted { $0.component < $1.component }
        self.reason = reason
        self.kind = kind
        self.configuration = configuration
    }

    package init(_ json: JSONValue) throws(StatementMalformed) {
        let reader = try PredicateReader(json)
        guard let promotion = PromotionID(try reader.text("promotion")) else {
            throw reader.refusal("promotion", "expected a promotion id")
        }
        let environment: EnvironmentName
        do {
            environment = try EnvironmentName(reader.text("environment"))
        } catch {
            throw reader.refusal("environment", "expected the name of an environment")
        }
        guard promotion.description.dropLast(17) == environment.description else {
            throw reader.refusal("environment", "the promotion is of another environment")
        }
        var set: [Item] = []
        for item in try reader.objects("set") { set.append(try Self.item(item)) }
        guard Set(set.map(\.component)).count == set.count else {
            throw reader.refusal("set", "a component stands twice")
        }
        self.init(
            promotion: promotion, environment: environment, set: set,
            reason: try reader.optionalText("reason") ?? "", kind: try Self.kind(reader),
            configuration: try Self.configuration(reader))
    }

    /// `kind`; without it the flag `revoked` tells the two kinds apart that it knows, and beside it must agree.
    private static func kind(_ reader: PredicateReader) throws(StatementMalformed) -> Consent.Kind {
        guard let text = try reader.optionalText("kind") else {
            return try reader.flag("revoked") ? .revocation : .approval
        }
        guard let kind = Consent.Kind(rawValue: text) else {
            throw reader.refusal("kind", "expected approval, revocation, emergency or review")
        }
        if reader.value("revoked") != nil, try reader.flag("revoked") != (kind == .revocation) {
            throw reader.refusal("revoked", "\"kind\" says something else")
        }
        return kind
    }

    private static func configuration(_ reader: PredicateReader) throws(StatementMalformed) -> Digest? {
        guard let text = try reader.optionalText("configuration") else { return nil }
        do {
            return try Digest(text)
        } catch {
            throw reader.refusal("configuration", error.description)
        }
    }

    private static func item(_ reader: PredicateReader) throws(StatementMalformed) -> Item {
        let component = try reader.text("component")
        let digest = try reader.optionalText("digest")
        do {
            return Item(component: try ComponentName(component), digest: try digest.map { try Digest($0) })
        } catch {
            throw reader.refusal("component", "\(error)")
        }
    }

    package var json: JSONValue {
        let items = set.map { item -> JSONValue in
            .members([
                ("component", .string(item.component.description)),
                ("digest", item.digest.map { .string($0.description) }),
            ])
        }
        return .members([
            ("kind", .string(kind.rawValue)), ("promotion", .string(promotion.description)),
            ("environment", .string(environment.description)), ("set", .array(items)),
            ("configuration", configuration.map { .string($0.description) }), ("reason", .string(reason)),
            ("revoked", .bool(kind == .revocation)),
        ])
    }
}

extension PromotionID {
    /// SHA-256 over the text of the id: the promotion as the subject of a statement.
    package var subject: Digest {
        get throws(Digest.Malformed) {
            try Digest.sha256(of: Array(description.utf8))
        }
    }
}

extension Statement {
    /// The statement that `approval` is: about each of its artifacts, named by component, and about the promotion.
    ///
    /// - Parameter instant: When it is made, as the signer says: never counted, but two consents in the same words are
    ///   two.
    package init(_ approval: Approval, at instant: Timestamp) throws(Digest.Malformed) {
        var subjects = approval.set.compactMap { item in
            item.digest.map { digest in
                Subject(
                    name: item.component.description, digests: [digest.algorithm.rawValue: String(digest.hex)])
            }
        }
        subjects.append(
            Subject(
                name: approval.promotion.description,
                digests: ["sha256": String(try approval.promotion.subject.hex)],
                annotations: [Subject.instantKey: instant.description]))
        self.init(subjects: subjects, predicateType: Approval.type, predicate: approval.json)
    }
}
