import ArgumentParser
import Bootstrap
import JSONText
import PromotionModel

struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", _superCommandName: "towpath",
        abstract: "Consent to what waits in an environment, or take it back.",
        discussion: """
            Shows exactly what is approved, asks, and signs a statement for each promotion. It is bound to the \
            promotion's id, and so to these very digests: anything else that arrives later needs a new one.

            EXAMPLES
              towpath approve prod-eu
              towpath approve prod-eu web --reason "checked the canary" --ssh-key ~/.ssh/id_ed25519
              towpath approve prod-eu web --revoke --reason "found a leak"
              towpath approve prod-eu --emergency --reason "incident 4711" --yes
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var signing: SigningOptions

    @Argument(help: "The environment.")
    var environment: EnvironmentArgument

    @Argument(help: "The components whose promotions are meant; all that wait if none is named.")
    var components: [ComponentArgument] = []

    @Option(help: "Why; kept for ever.")
    var reason: String?

    @Flag(help: "Take back what you approved.")
    var revoke = false

    @Flag(help: "Consent to skip what the contract lets an emergency skip; needs --reason.")
    var emergency = false

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        try perform {
            guard !revoke || !emergency else { throw Refusal(.usage, "--revoke and --emergency exclude each other") }
            guard !emergency || reason != nil else { throw Refusal(.usage, "an emergency needs --reason") }
            let request = ConsentRequest(
                environment: environment.name, kind: revoke ? .revocation : emergency ? .emergency : .approval,
                components: components.map(\.name),
                reason: try reason.map { text throws(Refusal) in try ReasonText.checked(text) } ?? "")
            return try ConsentDialogue(common: common, signing: signing, isSure: yes).run(request)
        }
    }
}

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", _superCommandName: "towpath",
        abstract: "Say that an emergency promotion was looked at after the fact.",
        discussion: """
            Signs a review of a promotion that has been recorded. Until there is one, an emergency promotion is \
            reported once its contract's time for it has passed.

            EXAMPLES
              towpath review prod-eu prod-eu.1e67ce1817ea1be5 --reason "hotfix was right, test added"
              towpath review prod-eu 1e67ce18 --reason "as history shows it"
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var signing: SigningOptions

    @Argument(help: "The environment.")
    var environment: EnvironmentArgument

    @Argument(help: ArgumentHelp("The promotion, or the first digits of its id.", valueName: "promotion-id"))
    var promotion: String

    @Option(help: "What was found; kept for ever.")
    var reason: String

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        try perform {
            let request = ConsentRequest(
                environment: environment.name, kind: .review, promotion: promotion,
                reason: try ReasonText.checked(reason))
            return try ConsentDialogue(common: common, signing: signing, isSure: yes).run(request)
        }
    }
}

/// Shows what would be signed, asks, signs, and tells what came of it.
struct ConsentDialogue {
    let common: CommonOptions
    let signing: SigningOptions
    let isSure: Bool

    func run(_ request: ConsentRequest) throws -> ExitStatus {
        let fleet = try Fleet(try common.settings())
        let proposal = try fleet.proposal(for: request)
        let key = try signing.signingKey()
        let text = ConsentText(style: common.style, now: fleet.now)
        if common.output == .text { text.print(proposal) }
        if !isSure {
            guard Console.isInputTerminal else {
                throw Refusal(.usage, "nobody is there to be asked", hint: "look at it, then add --yes")
            }
            // In JSON nothing but the result goes to the output, and nobody signs what they have not seen.
            if common.output == .json { for line in text.lines(proposal) { Console.note(line) } }
            guard Console.confirms("\(ConsentText.verb(request.kind)) this?") else {
                throw Refusal(.refused, "nothing was signed")
            }
        }
        let stored = try fleet.consent(to: proposal, with: key)
        let standings = standings(of: stored, for: proposal, in: fleet)
        switch common.output {
        case .json: Console.write(JSONWriter.document(Reports.consent(proposal, stored, standings)))
        case .text, .markdown:
            for (item, evidence) in zip(proposal.items, stored) {
                Console.line(
                    "\(request.kind.rawValue) of \(item.promotion.id) stored on \(evidence.branch) in "
                        + "\(evidence.commit.prefix(12))\(EvidenceText.signature(evidence))")
            }
        }
        for evidence in stored { EvidenceText.warn(evidence) }
        let reviewed = request.kind == .review
        for (standing, evidence) in zip(standings, stored) {
            text.tell(standing, of: request.kind, isDoubted: !evidence.doubts.isEmpty, isPast: reviewed)
        }
        return .done
    }

    /// What became of what was stored; none where that cannot be told, which undoes nothing.
    private func standings(
        of stored: [StoredEvidence], for proposal: ConsentProposal, in fleet: borrowing Fleet
    ) -> [ConsentStanding] {
        do throws(Refusal) {
            return try fleet.standings(of: stored, for: proposal)
        } catch {
            Console.note("note: it is stored; whether it counts cannot be told: \(error.message.printable)")
            return []
        }
    }
}
