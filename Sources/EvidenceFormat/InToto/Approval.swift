package import JSONText
package import PromotionModel

/// Somebody's consent to one promotion, or its withdrawal; our own type.
///
/// It is bound to the promotion's id, which is derived from the exact set, and spells the set out for people. The
/// subjects of the statement are the artifacts.
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
    /// Whether it takes back what the same person consented to.
    package let isRevoked: Bool

    package init(
        promotion: PromotionID, environment: EnvironmentName, set: [Item], reason: String, isRevoked: Bool = false
    ) {
        self.promotion = promotion
        self.environment = environment
        self.set = set.sorted { $0.component < $1.component }
        self.reason = reason
        self.isRevoked = isRevoked
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
            reason: try reader.optionalText("reason") ?? "", isRevoked: try reader.flag("revoked"))
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
        return [
            "promotion": .string(promotion.description), "environment": .string(environment.description),
            "set": .array(items), "reason": .string(reason), "revoked": .bool(isRevoked),
        ]
    }
}
