package import PromotionModel

/// Which declaration of one environment corresponds to which of another, and why.
///
/// Two correspond that are the same component. Where the name alone could be a coincidence, because several have it and
/// only their order tells them apart, or where likely partners have different names, nothing is guessed: such pairs are
/// told as ambiguous, and left alone.
package struct EnvironmentPairing: Hashable, Sendable {
    /// One component, in both environments or in one.
    package struct Pair: Hashable, Sendable {
        package enum Relation: String, Sendable, CaseIterable {
            case paired
            /// More than one could be meant.
            case ambiguous
            case onlySource
            case onlyTarget
        }

        package let component: ComponentName
        package let relation: Relation
        /// `nil` where the environment does not declare it.
        package let source: Declaration?
        package let target: Declaration?
        /// Why they correspond, or do not; a phrase.
        package let reason: String
        /// What of the other environment could be meant, where nothing corresponds; sorted.
        package let candidates: [ComponentName]
    }

    package let source: EnvironmentName
    package let target: EnvironmentName
    /// Sorted by component.
    package let pairs: [Pair]

    /// Pairs what `source` and `target` declare.
    package init(source: DeclaredEnvironment, target: DeclaredEnvironment, repositories: RepositoryMap) {
        self.source = source.name
        self.target = target.name
        let matching = Matching(source: source, target: target, repositories: repositories)
        pairs = matching.pairs
    }

    /// Why each component that is not told apart by more than its order is left alone.
    package var ambiguities: [ComponentName: String] {
        let doubtful = pairs.filter { $0.relation == .ambiguous && $0.source != nil && $0.target != nil }
        return Dictionary(doubtful.map { ($0.component, $0.reason) }) { first, _ in first }
    }
}

/// The declarations of two environments while they are paired.
private struct Matching {
    let source: EnvironmentName
    let target: EnvironmentName
    let repositories: RepositoryMap
    let theirs: [ComponentName: Declaration]
    let ours: [ComponentName: Declaration]
    /// By the name without its number, in order of number.
    private let groups: (theirs: [String: [Declaration]], ours: [String: [Declaration]])

    init(source: DeclaredEnvironment, target: DeclaredEnvironment, repositories: RepositoryMap) {
        self.source = source.name
        self.target = target.name
        self.repositories = repositories
        theirs = Dictionary(source.declarations.map { ($0.component, $0) }) { first, _ in first }
        ours = Dictionary(target.declarations.map { ($0.component, $0) }) { first, _ in first }
        groups = (Self.grouped(source.declarations), Self.grouped(target.declarations))
    }

    var pairs: [EnvironmentPairing.Pair] {
        let lonely = (
            theirs: theirs.values.filter { ours[$0.component] == nil },
            ours: ours.values.filter { theirs[$0.component] == nil }
        )
        let candidates = (
            theirs: CandidateIndex(lonely.theirs, repository: translated),
            ours: CandidateIndex(lonely.ours) { $0.artifact.repository }
        )
        return Set(theirs.keys).union(ours.keys).sorted().map { component in
            switch (theirs[component], ours[component]) {
            case (let source?, let target?): pair(source, target)
            case (let source?, nil):
                single(source, target: nil, candidates.ours.alike(source, repository: translated(source)))
            case (nil, let target?):
                single(nil, target: target, candidates.theirs.alike(target, repository: target.artifact.repository))
            case (nil, nil): preconditionFailure("every component is of one of the two")
            }
        }
    }

    private func pair(_ source: Declaration, _ target: Declaration) -> EnvironmentPairing.Pair {
        let doubt = doubt(about: Self.base(of: source.component))
        return EnvironmentPairing.Pair(
            component: source.component, relation: doubt == nil ? .paired : .ambiguous, source: source, target: target,
            reason: doubt ?? ground(source, target), candidates: [])
    }

    private func single(
        _ source: Declaration?, target: Declaration?, _ candidates: [ComponentName]
    ) -> EnvironmentPairing.Pair {
        let (other, relation) =
            source == nil
            ? (self.source, EnvironmentPairing.Pair.Relation.onlyTarget) : (self.target, .onlySource)
        let reason =
            candidates.isEmpty
            ? "\(other) declares nothing of this name"
            : "what looks alike in \(other) has another name"
        return EnvironmentPairing.Pair(
            component: (source ?? target)?.component ?? candidates[0],
            relation: candidates.isEmpty ? relation : .ambiguous, source: source, target: target, reason: reason,
            candidates: candidates)
    }

    private func translated(_ declaration: Declaration) -> String {
        repositories.translated(declaration.artifact, from: source, to: target).repository
    }

    /// Why the two correspond.
    private func ground(_ source: Declaration, _ target: Declaration) -> String {
        let (theirs, ours) = (source.artifact.repository, target.artifact.repository)
        if theirs == ours { return "the same component" }
        return translated(source) == ours
            ? "the same component, and a mapping makes \(theirs) \(ours)"
            : "the same component, though \(theirs) and \(ours) are not mapped to each other"
    }

    /// Why components called `base`, with or without a number, may be others than they seem; `nil` where they are not.
    private func doubt(about base: String) -> String? {
        let (theirs, ours) = (groups.theirs[base] ?? [], groups.ours[base] ?? [])
        guard theirs.count > 1 || ours.count > 1 else { return nil }
        let names = (theirs: theirs.map(translated), ours: ours.map(\.artifact.repository))
        if names.theirs == names.ours {
            // Each is known by its repository, or it does not matter which is which.
            if Set(names.ours).count == ours.count || Set(theirs.map(\.artifact)).count == 1 { return nil }
        }
        return
            "\(theirs.count) of this name in \(source) and \(ours.count) in \(target), told apart by their order only"
    }

    private static func grouped(_ declarations: [Declaration]) -> [String: [Declaration]] {
        Dictionary(grouping: declarations) { base(of: $0.component) }.mapValues { group in
            group.sorted { (number(of: $0.component), $0.component) < (number(of: $1.component), $1.component) }
        }
    }

    private static func base(of component: ComponentName) -> String {
        let text = component.description
        return number(of: component) == 1 ? text : String(text[..<(text.lastIndex(of: "#") ?? text.endIndex)])
    }

    /// The number at the end of a name, `#2`; 1 without one.
    private static func number(of component: ComponentName) -> Int {
        let text = component.description
        guard let mark = text.lastIndex(of: "#"), let number = Int(text[text.index(after: mark)...]), number > 1 else {
            return 1
        }
        return number
    }
}

/// Declarations without a partner, by what they have in common with others.
private struct CandidateIndex {
    private var byTail: [String: [ComponentName]] = [:]
    private var byRepository: [String: [ComponentName]] = [:]

    init(_ declarations: [Declaration], repository: (Declaration) -> String) {
        for declaration in declarations {
            byTail[Self.tail(declaration.component), default: []].append(declaration.component)
            byRepository[repository(declaration), default: []].append(declaration.component)
        }
    }

    /// What has the same name below another file, or the same repository.
    func alike(_ declaration: Declaration, repository: String) -> [ComponentName] {
        let found = (byTail[Self.tail(declaration.component)] ?? []) + (byRepository[repository] ?? [])
        return Set(found).sorted()
    }

    /// The name without the file's path that tells it from others.
    private static func tail(_ component: ComponentName) -> String {
        let text = component.description
        return text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) } ?? text
    }
}
