/// What the manifests of one environment say beside their artifacts, as far as gates ask for it.
package struct ManifestSurvey: Hashable, Sendable {
    /// A secret in plain text.
    package struct PlainSecret: Hashable, Sendable {
        package let place: Place
        /// The setting's path; its value is never kept.
        package let path: String
        /// Why it is taken for one.
        package let reason: String

        package init(place: Place, path: String, reason: String) {
            self.place = place
            self.path = path
            self.reason = reason
        }
    }

    /// Every setting that is no artifact: path to its text.
    ///
    /// A path names the file below the environment's folder, then the object (`Kind/name`), then the keys:
    /// `web/deployment.yaml#Deployment/web:spec.replicas`. Lists of mappings with a `name` are keyed by it.
    package let settings: SettingList
    package let plainSecrets: [PlainSecret]
    /// Names of the secrets that are referred to.
    package let secretNames: Set<String>
    /// What the workloads ask for together, times their replicas: `cpu` in cores, `memory` in bytes, `replicas`.
    package let resources: [String: Measure]
    /// Workloads and containers that declare no amount for a resource, which makes the total unknown.
    package let unstatedResources: [String: [String]]
    package let dependencies: [ComponentName: [ComponentName]]

    package init(
        settings: [String: String] = [:], plainSecrets: [PlainSecret] = [], secretNames: Set<String> = [],
        resources: [String: Measure] = [:], unstatedResources: [String: [String]] = [:],
        dependencies: [ComponentName: [ComponentName]] = [:]
    ) {
        self.init(
            SettingList(settings), plainSecrets: plainSecrets, secretNames: secretNames, resources: resources,
            unstatedResources: unstatedResources, dependencies: dependencies)
    }

    package init(
        _ settings: SettingList, plainSecrets: [PlainSecret], secretNames: Set<String>,
        resources: [String: Measure], unstatedResources: [String: [String]],
        dependencies: [ComponentName: [ComponentName]]
    ) {
        self.settings = settings
        self.plainSecrets = plainSecrets
        self.secretNames = secretNames
        self.resources = resources
        self.unstatedResources = unstatedResources
        self.dependencies = dependencies
    }
}

/// Who brought what is declared now and waits, since what is recorded.
package struct ChangeOrigin: Hashable, Sendable {
    /// The newest commit that changed it on the watched branch, 40 hexadecimal digits.
    package let commit: String
    package let at: Timestamp
    /// E-mail addresses of authors, committers, co-authors and sign-offs, in lower case.
    package let authors: Set<String>
    /// The root folders whose policies its commits replaced, by git tree id: what was in force when they were proposed.
    package let formerPolicies: Set<String>
    /// The commits that brought it, and who signed them; `nil` where no gate asks.
    package let commits: [ChangeCommit]?

    package init(
        commit: String, at: Timestamp, authors: Set<String>, formerPolicies: Set<String> = [],
        commits: [ChangeCommit]? = nil
    ) {
        self.commit = commit
        self.at = at
        self.authors = authors
        self.formerPolicies = formerPolicies
        self.commits = commits
    }
}

/// Who brought what waits in one environment.
package struct EnvironmentOrigins: Hashable, Sendable {
    package var components: [ComponentName: ChangeOrigin]
    /// Of everything in the manifests but the artifacts; `nil` where it does not wait.
    package var configuration: ChangeOrigin?

    package init(components: [ComponentName: ChangeOrigin] = [:], configuration: ChangeOrigin? = nil) {
        self.components = components
        self.configuration = configuration
    }

    /// The origins of everything that `promotion` moves; `nil` for a part whose origin is not known.
    package func origins(of promotion: Promotion) -> [ChangeOrigin?] {
        promotion.changes.map { components[$0.component] } + (promotion.configuration == nil ? [] : [configuration])
    }
}

/// Policies that a change replaced, with the evidence that their signers vouch for.
package struct FormerPolicies: Hashable, Sendable {
    package let policies: Policies
    package var evidence: EvidenceShelf
    /// Short name of the branch that the evidence was read from.
    package let evidenceBranch: String
    /// Which repositories held the same.
    package var repositories = RepositoryMap()

    package init(
        policies: Policies, evidence: EvidenceShelf = EvidenceShelf(),
        evidenceBranch: String = FleetLayout.evidenceBranch
    ) {
        self.policies = policies
        self.evidence = evidence
        self.evidenceBranch = evidenceBranch
    }
}
