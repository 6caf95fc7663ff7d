/// What has to fix the content of an artifact that arrives.
package enum PinRule: Hashable, Sendable {
    /// A digest, or in git a commit's whole id.
    case digest
    /// As ``digest``, or a tag that one of the patterns says never moves, and that never meant anything else.
    case tag([TagPattern])
    /// Nothing, except that a tag which is meant to move, such as `latest`, never does.
    case nothing
}

extension Contract {
    /// The patterns of tags that never move; `nil` where the contract does not go by tags.
    package var immutableTags: [TagPattern]? {
        if case .tag(let patterns) = pinRule { patterns } else { nil }
    }
}

/// Where a tag was recorded first with a digest: from then on it means that.
package struct TagRecord: Hashable, Sendable {
    package let component: ComponentName
    /// With tag and digest.
    package let artifact: Artifact
    package let environment: EnvironmentName
    package let at: Timestamp

    package init(component: ComponentName, artifact: Artifact, environment: EnvironmentName, at: Timestamp) {
        self.component = component
        self.artifact = artifact
        self.environment = environment
        self.at = at
    }
}

/// What the ledger of the whole fleet says of some tags.
package struct TagRecords: Hashable, Sendable {
    /// Sorted by instant, environment and component.
    package var records: [TagRecord]
    /// Environments whose ledger could not be read, sorted: a tag may be recorded there.
    package var unread: [EnvironmentName]

    package init(records: [TagRecord] = [], unread: [EnvironmentName] = []) {
        self.records = records
        self.unread = unread
    }
}
