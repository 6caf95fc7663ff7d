import Bootstrap
import JSONText
import PromotionModel

extension Reports {
    static func replay(_ replay: Replay) -> JSONValue {
        document(
            "Replay",
            [
                .init("basis", .string(replay.basis)), .init("at", json(replay.instant)),
                .init("environments", .array(replay.environments.map(json))),
                .init("problems", .array(replay.problems.map(json))),
            ])
    }

    private static func json(_ environment: Replay.Environment) -> JSONValue {
        let record = environment.record
        return [
            "name": .string(record.environment.description), "commit": .string(environment.commit),
            "recordedAt": json(environment.at), "entries": .integer(environment.entries),
            "components": .array(record.components.sorted { $0.key < $1.key }.map { component($0.key, $0.value) }),
            "configuration": .optional(record.configuration?.digest.description),
            "holds": .array(record.holds.values.sorted { $0.scope < $1.scope }.map(json)),
            "pending": .array(record.pending.sorted { $0.key < $1.key }.map { pending($0.key, $0.value) }),
        ]
    }

    private static func component(_ name: ComponentName, _ component: EnvironmentRecord.Component) -> JSONValue {
        [
            "component": .string(name.description), "name": .string(component.artifact.repository),
            "tag": .optional(component.artifact.tag), "digest": .optional(component.artifact.digest?.description),
            "since": json(component.at), "source": .optional(component.source?.description),
            "promotion": .string(component.promotion.description),
        ]
    }

    private static func json(_ hold: Hold) -> JSONValue {
        [
            "scope": .string(hold.scope.description), "reason": .string(hold.reason), "owner": .string(hold.owner),
            "since": json(hold.since), "until": json(hold.until), "rejected": .optional(hold.rejected?.description),
        ]
    }

    private static func pending(_ id: PromotionID, _ pending: EnvironmentRecord.Pending) -> JSONValue {
        [
            "promotion": .string(id.description), "result": .string(pending.result.rawValue),
            "since": json(pending.since),
            "artifacts": .object(
                pending.artifacts.sorted { $0.key < $1.key }
                    .map { JSONValue.Member($0.key.description, .string($0.value.description)) }),
            "retired": .array(pending.retired.map { .string($0.description) }),
            "gates": .object(
                pending.gates.sorted { $0.key < $1.key }
                    .map { JSONValue.Member($0.key.rawValue, .string($0.value)) }),
        ]
    }
}
