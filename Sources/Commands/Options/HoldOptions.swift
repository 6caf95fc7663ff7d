import ArgumentParser
import Bootstrap
import PromotionModel

/// The options of the commands that hold something.
struct HoldOptions: ParsableArguments {
    @Option(help: "Why; recorded for ever.")
    var reason: String

    @Option(help: ArgumentHelp("When the hold ends by itself.", valueName: "instant"))
    var until: String?

    /// The terms that the options state, for a hold that begins at `now`.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func terms(at now: Timestamp) throws(Refusal) -> HoldTerms {
        HoldTerms(reason: try ReasonText.checked(reason), until: try checkedEnd(after: now))
    }

    private func checkedEnd(after now: Timestamp) throws(Refusal) -> Timestamp? {
        guard let until else { return nil }
        guard let instant = Timestamp(until) else {
            throw Refusal(.usage, "\"\(until.printable)\" is no instant", hint: "write it as 2026-12-01T08:00:00Z")
        }
        guard instant > now else {
            throw Refusal(
                .usage, "--until \(instant) is past, so the hold would stop nothing",
                hint: "it is \(now) now; leave --until out for a hold without an end")
        }
        return instant
    }
}

extension [ComponentArgument] {
    /// What a hold on these, or on the whole environment if there is none, stops.
    var scopes: [Hold.Scope] {
        isEmpty ? [.environment] : map { .component($0.name) }
    }
}
