package import PromotionModel

/// What two environments declare, side by side: what promoting from one to the other would change.
///
/// Declarations are paired by component, the name that every other part of Towpath knows them by.
package struct EnvironmentComparison: Hashable, Sendable {
    /// One component in both environments.
    package struct Pair: Hashable, Sendable {
        /// How the two stand to each other.
        package enum Relation: String, Sendable, CaseIterable {
            /// The same reference, or the same digest under another name.
            case same
            case differs
            /// The target does not declare it.
            case onlySource
            /// The source does not declare it.
            case onlyTarget
        }

        package let component: ComponentName
        /// `nil` where the environment does not declare it; one of the two is there.
        package let source: Declaration?
        package let target: Declaration?
        /// What the source declares, under the name that the target would give it.
        package let offered: Artifact?

        package var relation: Relation {
            guard let source, let offered else { return .onlyTarget }
            guard let target else { return .onlySource }
            if offered == target.artifact { return .same }
            let digest = source.artifact.digest
            return digest != nil && digest == target.artifact.digest ? .same : .differs
        }
    }

    /// A setting, artifacts aside, that the two do not have alike.
    package struct Setting: Hashable, Sendable {
        /// As in ``ManifestSurvey/settings``.
        package let path: String
        /// `nil` where the environment does not have it.
        package let source: String?
        package let target: String?
        /// Whether a value is taken for a secret in plain text: then it is never shown.
        package let isSecret: Bool
    }

    package let source: EnvironmentName
    package let target: EnvironmentName
    /// Sorted by component, each component once.
    package let pairs: [Pair]
    /// Sorted by path; `nil` where the settings of one of the two could not be read.
    package let settings: [Setting]?

    /// Compares `source` with `target`; of `component` only, where it is given.
    package init(
        source: DeclaredEnvironment, target: DeclaredEnvironment,
        surveys: (source: ManifestSurvey, target: ManifestSurvey)?, only component: ComponentName? = nil,
        repositories: RepositoryMap = RepositoryMap()
    ) {
        self.source = source.name
        self.target = target.name
        let theirs = Self.byComponent(source)
        let ours = Self.byComponent(target)
        pairs = Set(theirs.keys).union(ours.keys).sorted().compactMap { name in
            guard component == nil || component == name else { return nil }
            let offered = theirs[name].map {
                repositories.translated($0.artifact, from: source.name, to: target.name)
            }
            return Pair(component: name, source: theirs[name], target: ours[name], offered: offered)
        }
        settings = surveys.map { surveys in
            let (theirs, ours) = (surveys.source.settings, surveys.target.settings)
            let secrets = Set((surveys.source.plainSecrets + surveys.target.plainSecrets).map(\.path))
            return theirs.differences(from: ours).map { path in
                Setting(path: path, source: theirs[path], target: ours[path], isSecret: secrets.contains(path))
            }
        }
    }

    private static func byComponent(_ environment: DeclaredEnvironment) -> [ComponentName: Declaration] {
        Dictionary(environment.declarations.map { ($0.component, $0) }) { first, _ in first }
    }

    /// Whether both declare the same artifacts; settings aside.
    package var isSame: Bool {
        pairs.allSatisfy { $0.relation == .same }
    }
}
