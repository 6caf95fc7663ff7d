/// Which repositories of different environments hold the same artifacts under different names.
///
/// A digest needs none of this: it names the same bytes wherever they are kept. It says what a component is called that
/// is named by its image, what a tag without a digest is elsewhere, and which name a promotion writes.
package struct RepositoryMap: Hashable, Sendable {
    /// One artifact, or a family of them, with a repository for each environment.
    package struct Rule: Hashable, Sendable {
        /// In the order in which they are written; the first one gives the name that all are known by.
        package let names: [(environment: NameGlob, repository: RepositoryPattern)]

        package init(names: [(environment: NameGlob, repository: RepositoryPattern)]) {
            self.names = names
        }

        package static func == (left: Rule, right: Rule) -> Bool {
            left.names.map(\.environment) == right.names.map(\.environment)
                && left.names.map(\.repository) == right.names.map(\.repository)
        }

        package func hash(into hasher: inout Hasher) {
            for name in names {
                hasher.combine(name.environment)
                hasher.combine(name.repository)
            }
        }

        /// The repository's pattern in `environment`; `nil` where the rule says nothing of it.
        fileprivate func pattern(in environment: EnvironmentName) -> RepositoryPattern? {
            names.first { $0.environment.matches(environment.description) }?.repository
        }
    }

    /// The first one that fits counts.
    package var rules: [Rule]

    package init(rules: [Rule] = []) {
        self.rules = rules
    }

    /// What the repository that `environment` calls `name` is known by in the fleet; `nil` where no rule fits.
    package func canonical(_ name: String, in environment: EnvironmentName) -> String? {
        for rule in rules {
            guard let stem = rule.pattern(in: environment)?.stem(of: name) else { continue }
            return rule.names[0].repository.filled(with: stem)
        }
        return nil
    }

    /// What `target` calls the repository that `source` calls `name`; `nil` where no rule has both.
    package func name(of name: String, from source: EnvironmentName, to target: EnvironmentName) -> String? {
        for rule in rules {
            guard let stem = rule.pattern(in: source)?.stem(of: name) else { continue }
            return rule.pattern(in: target)?.filled(with: stem)
        }
        return nil
    }

    /// Whether a rule has `name` as what `environment` calls a repository.
    package func names(_ name: String, in environment: EnvironmentName) -> Bool {
        canonical(name, in: environment) != nil
    }

    /// `artifact` of `source` as `target` would write it; as it is where no rule says otherwise.
    package func translated(
        _ artifact: Artifact, from source: EnvironmentName, to target: EnvironmentName
    ) -> Artifact {
        guard source != target, !rules.isEmpty,
            let name = name(of: artifact.repository, from: source, to: target), name != artifact.repository
        else { return artifact }
        return Artifact(kind: artifact.kind, repository: name, tag: artifact.tag, digest: artifact.digest)
    }

    /// The name of a component that is named by its image, with the name that the image is known by; `component` itself
    /// where no rule fits or it is named by something else.
    package func component(_ component: String, naming artifact: Artifact, in environment: EnvironmentName) -> String {
        guard !rules.isEmpty, let known = canonical(artifact.repository, in: environment) else { return component }
        let own = artifact.repository
        if component == own { return known }
        if component.hasSuffix("/" + own) { return String(component.dropLast(own.count)) + known }
        // Entries of lists that grow have a tag or a digest behind the name.
        for mark in [":", "@"] where component.hasPrefix(own + mark) {
            return known + component.dropFirst(own.count)
        }
        return component
    }
}

/// A repository's name, or with one `*` a family of names.
package struct RepositoryPattern: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    private let prefix: String
    /// `nil` without a `*`.
    private let suffix: String?

    /// - Returns: `nil` where `text` is no word or has more than one `*`.
    package init?(_ text: String) {
        let parts = text.split(separator: "*", omittingEmptySubsequences: false)
        guard text.isPlainWord, parts.count <= 2, text != "*" else { return nil }
        description = text
        prefix = String(parts[0])
        suffix = parts.count == 2 ? String(parts[1]) : nil
    }

    /// Whether it is a family.
    package var hasStar: Bool {
        suffix != nil
    }

    /// What the `*` stands for in `name`; empty for a name without one.
    fileprivate func stem(of name: String) -> String? {
        guard let suffix else { return name == prefix ? "" : nil }
        guard name.utf8.count > prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix), name.hasSuffix(suffix)
        else { return nil }
        return String(name.dropFirst(prefix.count).dropLast(suffix.count))
    }

    fileprivate func filled(with stem: String) -> String {
        suffix.map { prefix + stem + $0 } ?? prefix
    }
}
