import PromotionModel
import Synchronization

/// What many declarations have in common, kept once: names, and artifacts that stand in several environments.
///
/// A fleet of a million declarations has some ten thousand versions and a hundred names; each declaration is read for
/// itself, and would keep all of its texts for itself.
final class DeclarationPool: Sendable {
    private struct Contents {
        var artifacts: Set<Artifact> = []
        var repositories: Set<String> = []
        var components: Set<ComponentName> = []

        mutating func shared(_ artifact: Artifact) -> Artifact {
            // Other texts can be equal and not the same, and what is declared is told as it is written.
            guard artifact.isASCII else { return artifact }
            if let index = artifacts.firstIndex(of: artifact) { return artifacts[index] }
            let repository = repositories.insert(artifact.repository).memberAfterInsert
            let kept = Artifact(
                kind: artifact.kind, repository: repository, tag: artifact.tag, digest: artifact.digest)
            artifacts.insert(kept)
            return kept
        }

        mutating func shared(_ component: ComponentName) -> ComponentName {
            component.description.isASCII ? components.insert(component).memberAfterInsert : component
        }
    }

    private let contents = Mutex(Contents())

    /// The same environment, made of what is kept.
    func shared(_ environment: DeclaredEnvironment) -> DeclaredEnvironment {
        let declarations = contents.withLock { contents in
            environment.declarations.map { declaration in
                var shared = Declaration(
                    component: contents.shared(declaration.component),
                    artifact: contents.shared(declaration.artifact), format: declaration.format,
                    place: declaration.place, isEntry: declaration.isEntry, isMoving: declaration.isMoving,
                    takesDigest: declaration.takesDigest)
                shared.sharedWith = declaration.sharedWith
                return shared
            }
        }
        return DeclaredEnvironment(
            name: environment.name, declarations: declarations, configuration: environment.configuration,
            problems: environment.problems)
    }
}

extension EnvironmentRecord {
    /// The same record, made of what `declared` is made of, as far as both say the same.
    func shared(with declared: DeclaredEnvironment) -> EnvironmentRecord {
        var shared: [ComponentName: Component] = [:]
        shared.reserveCapacity(components.count)
        var rest = components
        var last: Component?
        for declaration in declared.declarations where declaration.component.description.isASCII {
            guard let component = rest.removeValue(forKey: declaration.component) else { continue }
            var kept = component.sharing(last)
            let isSame = component.artifact == declaration.artifact && declaration.artifact.isASCII
            if isSame { kept.artifact = declaration.artifact }
            shared[declaration.component] = kept
            last = kept
        }
        shared.merge(rest) { $1 }
        var record = self
        record.components = shared
        return record
    }
}

extension Artifact {
    /// Whether two such artifacts are equal only if their bytes are.
    fileprivate var isASCII: Bool {
        repository.isASCII && tag?.isASCII ?? true
    }
}

extension String {
    /// Whether two such texts are equal only if their bytes are.
    fileprivate var isASCII: Bool {
        utf8.allSatisfy { $0 < 0x80 }
    }
}
