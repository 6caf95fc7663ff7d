package import ArgumentParser
import Bootstrap
import Glibc

/// The command line.
package struct Towpath: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "towpath",
        abstract: "Promote immutable artifacts through environments, by contract, with git as the only database.",
        discussion: """
            A promotion is a merged pull request that changes a digest in an environment's manifests. Towpath judges \
            it by the environment's contract and records the result as a signed-off commit.

            EXAMPLES
              towpath init                          begin in this repository
              towpath status                        what is where, and why it is (not) moving
              towpath promote staging               propose what dev has
              towpath reconcile                     judge, act, record
              towpath drift                         what nobody promoted
              towpath audit                         prove the whole ledger
              git log -- environments/prod-eu       the history of an environment

            Exit codes: 0 done, 2 differences, 3 refused, 64 usage, 65 bad manifest or policy, 69 unavailable, \
            70 internal error, 73 cannot write, 75 lost the race, try again.
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, InventoryCommand.self, StatusCommand.self, ExplainCommand.self, PlanCommand.self,
            CheckCommand.self, ReconcileCommand.self,
            PromoteCommand.self, RollbackCommand.self, HoldCommand.self, ReleaseCommand.self, DriftCommand.self,
            HistoryCommand.self, DiffCommand.self, AttestCommand.self, EvidenceCommand.self, ApproveCommand.self,
            ReviewCommand.self, FactsCommand.self, AuditCommand.self, ReplayCommand.self, SimulateCommand.self,
            PolicyCommand.self, AcceptHistoryCommand.self,
        ])

    package init() {}

    /// Parses the process's arguments, runs the command they name and exits with its code.
    package static func start() {
        let arguments = CommandLine.arguments.dropFirst()
        guard kind(in: arguments) != nil else { return main() }
        Fleet.prepare()
        var command = command(in: arguments)
        let outcome = Result { try command?.run() }
        Fleet.finishPreparing()
        do {
            guard command != nil else { return main() }
            try outcome.get()
        } catch let code as ExitCode {
            // All has been said; the parser would look for something to add.
            Glibc.exit(code.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    /// The command that `arguments` begin with, if it can be parsed as a program of its own.
    private static func kind(in arguments: ArraySlice<String>) -> (any ParsableCommand.Type)? {
        guard let name = arguments.first else { return nil }
        return configuration.subcommands.first { kind in
            kind.configuration.commandName == name && kind.configuration._superCommandName != nil
        }
    }

    /// The command that `arguments` name, parsed as a program of its own; `nil` where anything else is asked for.
    ///
    /// Parsing from the root looks at every command on the way, and whether a script of completions is wanted, which takes
    /// longer than a tick with nothing to do. It remains the way to help, versions, completions and errors.
    package static func command(in arguments: ArraySlice<String>) -> (any ParsableCommand)? {
        guard let kind = kind(in: arguments) else { return nil }
        do {
            let command = try kind.parseAsRoot(Array(arguments.dropFirst()))
            return type(of: command) == kind ? command : nil
        } catch {
            return nil
        }
    }
}
