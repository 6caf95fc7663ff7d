import ArgumentParser
import Bootstrap

struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", _superCommandName: "towpath",
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

    @OptionGroup var options: HoldOptions

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let (scopes, terms) = (components.scopes, try options.terms(at: fleet.now))
            let recorded = try fleet.hold(scopes, of: environment.name, on: terms)
            common.print(json: Reports.hold(scopes, of: environment.name, on: terms, recorded: recorded)) {
                Console.line("held \(environment.name): recorded in \(recorded.commit.prefix(12))")
            }
            WorkTreeHint.print(for: fleet, since: recorded.basis)
            return .done
        }
    }
}

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", _superCommandName: "towpath",
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
            let recorded = try fleet.release(components.scopes, of: environment.name)
            common.print(json: Reports.release(components.scopes, of: environment.name, recorded: recorded)) {
                Console.line("released \(environment.name): recorded in \(recorded.commit.prefix(12))")
            }
            WorkTreeHint.print(for: fleet, since: recorded.basis)
            return .done
        }
    }
}
