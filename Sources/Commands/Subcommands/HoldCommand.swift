import ArgumentParser
import Bootstrap
import JSONText
import PromotionModel

struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Stop everything that would move in an environment, or in some of its components.",
        discussion: """
            EXAMPLES
              towpath hold prod-eu --reason "incident 4711"
              towpath hold prod-eu web --reason "waiting for the vendor" --until 2026-12-01T08:00:00Z
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment.")
    var environment: EnvironmentArgument

    @Argument(help: "The components; the whole environment if none is named.")
    var components: [ComponentArgument] = []

    @Option(help: "Why; recorded for ever.")
    var reason: String

    @Option(help: ArgumentHelp("When the hold ends by itself.", valueName: "instant"))
    var until: String?

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let reason = try HoldReason.checked(reason)
            let end = try HoldReason.instant(until)
            let holds = try HoldReason.scopes(components).map { scope in
                try fleet.hold(scope, reason: reason, until: end)
            }
            let commit = try fleet.record(environment.name, holds: holds)
            switch common.output {
            case .json:
                Console.write(
                    JSONWriter.document([
                        "apiVersion": "towpath.dev/v1", "kind": "Hold",
                        "environment": .string(environment.name.description),
                        "scopes": .array(holds.map { .string($0.scope.description) }), "reason": .string(reason),
                        "until": .optional(end?.description), "commit": .string(commit),
                    ]))
            case .text: Console.line("held \(environment.name): recorded in \(commit.prefix(12))")
            }
            return .done
        }
    }
}

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Lift a hold.",
        discussion: """
            EXAMPLES
              towpath release prod-eu
              towpath release prod-eu web
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment.")
    var environment: EnvironmentArgument

    @Argument(help: "The held components; the hold on the whole environment if none is named.")
    var components: [ComponentArgument] = []

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let scopes = HoldReason.scopes(components)
            let commit = try fleet.record(environment.name, released: scopes)
            switch common.output {
            case .json:
                Console.write(
                    JSONWriter.document([
                        "apiVersion": "towpath.dev/v1", "kind": "Release",
                        "environment": .string(environment.name.description),
                        "scopes": .array(scopes.map { .string($0.description) }), "commit": .string(commit),
                    ]))
            case .text: Console.line("released \(environment.name): recorded in \(commit.prefix(12))")
            }
            return .done
        }
    }
}

/// What people say when they hold something.
enum HoldReason {
    /// The longest reason: a sentence or two, not a report.
    private static let limit = 500

    static func checked(_ text: String) throws(Refusal) -> String {
        guard text.contains(where: { !$0.isWhitespace }), text.utf8.count <= limit,
            !text.unicodeScalars.contains(where: \.isInvisible)
        else {
            throw Refusal(.usage, "--reason is one line of text, at most \(limit) bytes")
        }
        return text
    }

    static func instant(_ text: String?) throws(Refusal) -> Timestamp? {
        guard let text else { return nil }
        guard let instant = Timestamp(text) else {
            throw Refusal(.usage, "\"\(text.printable)\" is no instant", hint: "write it as 2026-12-01T08:00:00Z")
        }
        return instant
    }

    static func scopes(_ components: [ComponentArgument]) -> [Hold.Scope] {
        components.isEmpty ? [.environment] : components.map { .component($0.name) }
    }
}
