/// The derived name of a promotion: `<environment>.<16 hexadecimal digits>`, the idempotency key everywhere.
///
/// A retry and a second replica name the same promotion; a rollback or a promotion back to an old digest names a new
/// one, since what it supersedes is part of the name.
package struct PromotionID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    package init(environment: EnvironmentName, fingerprint: String) {
        description = "\(environment).\(fingerprint)"
    }

    /// Reads what ``description`` writes.
    ///
    /// - Returns: `nil` for anything else.
    package init?(_ text: String) {
        guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        do {
            _ = try EnvironmentName(String(text[..<dot]))
        } catch {
            return nil
        }
        let fingerprint = text[text.utf8.index(after: dot)...].utf8
        let isHex = fingerprint.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard isHex, fingerprint.count == 16 else { return nil }
        description = text
    }

    package static func < (left: PromotionID, right: PromotionID) -> Bool {
        left.description < right.description
    }

    /// The digits behind the environment's name.
    package var fingerprint: Substring {
        description.suffix(16)
    }

    /// The first digits of ``fingerprint``, enough to tell the promotions of one environment apart.
    package var short: String {
        String(fingerprint.prefix(8))
    }

    /// Whether it is of a promotion to `environment`.
    package func isOf(_ environment: EnvironmentName) -> Bool {
        description.utf8.dropLast(17).elementsEqual(environment.description.utf8)
    }
}

/// Bringing one set of components of one environment to new artifacts.
package struct Promotion: Hashable, Sendable {
    /// What becomes of one component.
    package struct Change: Hashable, Sendable {
        package let component: ComponentName
        /// What is recorded now; `nil` for a component that is new.
        package let from: Artifact?
        /// What is declared; `nil` for a component that is no longer declared.
        package let to: Artifact?
        /// The promotion that brought `from`.
        package let supersedes: PromotionID?
        /// Where `to` is declared.
        package let place: Place?
        /// Whether the manifest says that `to` names something that moves: a branch, a range.
        package let isMoving: Bool

        package init(
            component: ComponentName, from: Artifact?, to: Artifact?, supersedes: PromotionID?, place: Place? = nil,
            isMoving: Bool = false
        ) {
            self.isMoving = isMoving
            self.component = component
            self.from = from
            self.to = to
            self.supersedes = supersedes
            self.place = place
        }
    }

    /// A change of everything in the manifests but the artifacts.
    package struct ConfigurationChange: Hashable, Sendable {
        package let from: Digest?
        package let to: Digest
        package let supersedes: PromotionID?

        package init(from: Digest?, to: Digest, supersedes: PromotionID?) {
            self.from = from
            self.to = to
            self.supersedes = supersedes
        }
    }

    package let id: PromotionID
    package let environment: EnvironmentName
    /// Sorted by component.
    package let changes: [Change]
    package let configuration: ConfigurationChange?

    package init(
        id: PromotionID, environment: EnvironmentName, changes: [Change], configuration: ConfigurationChange?
    ) {
        self.id = id
        self.environment = environment
        self.changes = changes
        self.configuration = configuration
    }
}
