import PromotionModel
import YAMLSource

/// `repositories` of `towpath.yaml`: of each artifact or family of them, its repository in each environment.
enum RepositoryMapDecoder {
    /// The map that `spec` holds; an empty one where it has none.
    static func map(_ spec: FieldReader) throws(Problem) -> RepositoryMap {
        guard let list = spec.optional("repositories") else { return RepositoryMap() }
        guard list.kind == .sequence else {
            throw spec.problem("expected a list of mappings from environments to repositories", at: list)
        }
        var rules: [RepositoryMap.Rule] = []
        for item in list.items { rules.append(try rule(item, spec)) }
        return RepositoryMap(rules: rules)
    }

    private static func rule(_ item: YAMLNode, _ spec: FieldReader) throws(Problem) -> RepositoryMap.Rule {
        guard item.kind == .mapping else {
            throw spec.problem("expected a mapping such as {staging: dev.example/*, prod: prod.example/*}", at: item)
        }
        var names: [(environment: NameGlob, repository: RepositoryPattern)] = []
        for (key, value) in item.pairs {
            let environment = try spec.text(key)
            guard environment.isPlainWord else {
                throw spec.problem("expected an environment's name or a pattern with *", at: key)
            }
            let text = try spec.text(value)
            guard let repository = RepositoryPattern(text) else {
                throw spec.problem(
                    "\"\(text)\" is no repository: expected a name, with one * at most and more than that", at: value)
            }
            guard names.first.map({ $0.repository.hasStar == repository.hasStar }) ?? true else {
                throw spec.problem("either all repositories of a mapping have a *, or none", at: value)
            }
            names.append((NameGlob(environment), repository))
        }
        guard names.count > 1 else {
            throw spec.problem("a repository is mapped from one environment to another: expected two or more", at: item)
        }
        return RepositoryMap.Rule(names: names)
    }
}
