package import PromotionModel

/// Policies that stand in for those of a commit.
package struct PolicyReplacement: Hashable, Sendable {
    /// What the new policies take the place of.
    package enum Extent: Hashable, Sendable {
        /// All of `policies/`.
        case folder
        /// These files, by path in the repository, and contracts and freezes of the same name elsewhere.
        case files(Set<String>)
    }

    package let policies: Policies
    package let extent: Extent

    package init(policies: Policies, extent: Extent) {
        self.policies = policies
        self.extent = extent
    }

    /// `former` with the new policies in place.
    ///
    /// A contract may have lain in another file then: the name tells which one the new one is.
    package func applied(to former: Policies) -> Policies {
        var result = policies
        switch extent {
        case .folder:
            break
        case .files(let files):
            let contracts = Set(policies.contracts.map(\.name))
            let freezes = Set(policies.freezes.map(\.name))
            result.contracts += former.contracts.filter {
                !files.contains($0.place.file) && !contracts.contains($0.name)
            }
            result.freezes += former.freezes.filter { !files.contains($0.place.file) && !freezes.contains($0.name) }
            result.ignores += former.ignores.filter { !files.contains($0.place.file) }
            result.defects += former.defects.filter { !files.contains($0.problem.place.file) }
            let new = Set(policies.roles.map(\.name))
            let kept = former.roles.filter { !files.contains($0.place.file) && !new.contains($0.name) }
            let names = Set(kept.map(\.name))
            result.roles += kept
            result.people = People(
                roles: former.people.roles.filter { names.contains($0.key) }
                    .merging(policies.people.roles) { _, new in new },
                aliases: former.people.aliases.filter { !policies.people.aliases.contains($0) }
                    + policies.people.aliases)
            result.modules.merge(former.modules) { new, _ in new }
        }
        return result
    }
}
