import ArgumentParser
import Bootstrap
import Glibc
import Ports
import PromotionModel
import Reconciling

struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", _superCommandName: "towpath",
        abstract: "Judge what has changed, act on what is permitted, and record it.",
        discussion: """
            One tick: observe, plan, act, record. Each environment with something to record gets one signed-off commit \
            on the watched branch; where nothing changed, nothing is written. If the branch moves meanwhile the plan \
            is dropped and made anew; after eight lost races the exit code is 75.

            EXAMPLES
              towpath reconcile --identity "Towpath <towpath@example.org>"
              towpath reconcile --watch --interval 30s
              towpath reconcile --adopt prod-us     record an environment as it is found
              towpath reconcile --repair            bring published branches back that somebody else changed
            """)

    @OptionGroup var common: CommonOptions

    @Flag(help: "Tick for ever, when the branch moves or a gate can open; tell of ticks that changed something.")
    var watch = false

    @Option(help: ArgumentHelp("With --watch: how often to look at the branch, 1s at least.", valueName: "span"))
    var interval = "30s"

    @Flag(help: "Exit with 3 if a promotion is refused.")
    var strict = false

    @Option(help: ArgumentHelp("Record this environment as it is found; may be repeated.", valueName: "environment"))
    var adopt: [EnvironmentArgument] = []

    @Flag(help: "Bring back published branches that hold something else than the record.")
    var repair = false

    func run() throws {
        try perform {
            let options = ReconcileOptions(adopting: Set(adopt.map(\.name)), repairs: repair)
            let schedule = WatchSchedule(interval: try span())
            if !options.adopting.isEmpty {
                try Fleet(try common.settings()).requireEnvironments(options.adopting)
            }
            guard watch else { return try tick(options, isNews: { _ in true }).status }
            return try loop(options, schedule: schedule)
        }
    }

    private func span() throws(Refusal) -> TimeSpan {
        let span: TimeSpan
        do throws(TimeSpan.Malformed) {
            span = try TimeSpan(interval)
        } catch {
            throw Refusal(.usage, error.description)
        }
        guard span.seconds >= 1 else { throw Refusal(.usage, "--interval is at least 1s") }
        return span
    }

    /// Runs one tick and tells of it, if it is news.
    private func tick(
        _ options: ReconcileOptions, memory: FleetMemory? = nil, isNews: (Reconciliation) -> Bool
    ) throws -> (status: ExitStatus, event: WatchSchedule.Event) {
        var settings = try common.settings()
        settings.memory = memory
        let fleet = try Fleet(settings)
        let reconciliation = try fleet.reconcile(options)
        let isTold = isNews(reconciliation)
        switch reconciliation {
        case .unchanged(let mark):
            if isTold { ReconcileText(common: common).print(unchanged: mark, at: fleet.now) }
            return (strict && mark.hasRefusals ? .refused : .done, reconciliation.event)
        case .ticked(let report):
            if isTold { ReconcileText(common: common).print(report) }
            let isRecorded = if case .recorded = report.result { true } else { false }
            if isRecorded { WorkTreeHint.print(for: fleet, since: report.plan.basis) }
            let unrepaired = options.repairs ? report.observation.unreadablePublications : []
            if isTold { ReconcileText.report(unrepaired: unrepaired) }
            let status = unrepaired.isEmpty ? status(of: report) : .cannotWrite
            return (status, reconciliation.event)
        }
    }

    private func status(of report: TickReport) -> ExitStatus {
        if case .exhausted = report.result { return .lostRace }
        if report.outcomes.contains(where: \.isFailure) { return .cannotWrite }
        if report.observation.allProblems.contains(where: { $0.severity == .error }) { return .badInput }
        return strict && report.plan.hasRefusals ? .refused : .done
    }

    /// Ticks until it is stopped or a failure cannot be survived.
    private func loop(_ options: ReconcileOptions, schedule start: WatchSchedule) throws -> ExitStatus {
        var schedule = start
        var news = WatchNews()
        let clock = SystemClock()
        let memory = FleetMemory()
        while true {
            let event: WatchSchedule.Event
            do {
                event = try tick(options, memory: memory, isNews: { news.isNews($0) }).event
            } catch {
                guard let failed = WatchSchedule.Event(failure: error) else { throw error }
                if let failure = error as? PortFailure { Console.fail(failure.message, hint: failure.hint) }
                if let refusal = error as? Refusal { Console.fail(refusal.message, hint: refusal.hint) }
                event = failed
            }
            switch schedule.step(after: event, at: clock.now()) {
            case .stop: return .cannotWrite
            case .wait(let span):
                // What a signal leaves of the time is waited too.
                var rest = UInt32(clamping: span.seconds)
                while rest > 0 { rest = sleep(rest) }
            }
        }
    }
}
