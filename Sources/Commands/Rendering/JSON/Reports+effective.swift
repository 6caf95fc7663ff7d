import Bootstrap
import JSONText
import PromotionModel

extension Reports {
    /// `inventory --effective`.
    static func effective(_ view: EffectiveInventory) -> JSONValue {
        document(
            "EffectiveInventory",
            [
                .init("basis", .string(view.basis)),
                .init("environments", .array(view.environments.map(json))),
                .init("withoutNetwork", view.isCutOff.map { .bool($0) } ?? .null),
                .init("problems", .array(view.problems.map(json))),
            ])
    }

    private static func json(_ environment: EffectiveEnvironment) -> JSONValue {
        [
            "name": .string(environment.name.description), "artifacts": .array(environment.artifacts.map(json)),
            "unrendered": .array(environment.unrendered.map(json)),
        ]
    }

    private static func json(_ item: EffectiveArtifact) -> JSONValue {
        [
            "component": .string(item.component), "kind": .string(item.artifact.kind.rawValue),
            "name": .string(item.artifact.repository), "tag": .optional(item.artifact.tag),
            "digest": .optional(item.artifact.digest?.description), "renderer": .string(item.renderer.rawValue),
            "source": json(item.source), "origins": .array(item.origins.map(json)),
            "layers": .array(item.layers.map(json)),
        ]
    }

    private static func json(_ place: Place) -> JSONValue {
        ["file": .string(place.file), "line": .integer(place.line), "column": .integer(place.column)]
    }

    private static func json(_ item: Unrendered) -> JSONValue {
        [
            "renderer": .string(item.renderer.rawValue), "file": .string(item.problem.place.file),
            "line": .integer(item.problem.place.line), "column": .integer(item.problem.place.column),
            "severity": .string(item.problem.severity.rawValue), "message": .string(item.problem.message),
        ]
    }
}
