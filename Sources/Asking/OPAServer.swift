import JSONText
import Ports
import Programs
package import PromotionModel

/// Asks OPA's REST API, with an OPA server of the operator's.
///
/// A server keeps one store of modules for everybody, and a rule of one module can change what another says. So every
/// Towpath uploads to the same id, ``policyID``: at any moment the server holds one module of ours or none, and no old
/// version stays. What another reconciler does to that place meanwhile is found out by a rule with an unguessable
/// name, which is added to the module and asked in place of the query. OPA answers a request from one state of its
/// store; so an answer of that rule is one of this module, and where there is none, the upload is repeated.
package struct OPAServer: PolicyEngine {
    /// The one place in the server's store that is ours.
    static let policyID = "towpath"

    /// How often another reconciler may take the place before it is given up.
    private static let attempts = 5

    private let address: ServerAddress
    private let run: TransferRun
    private let limits: EngineLimits

    /// Asks the server at `address`.
    ///
    /// - Parameters:
    ///   - curl: absolute path of the program that makes the requests.
    ///   - variables: all that it may see of the operator's variables.
    package init(
        address: ServerAddress, token: BearerToken?, curl: String, variables: [String: String],
        limits: EngineLimits = EngineLimits()
    ) {
        self.address = address
        self.limits = limits
        run = TransferRun(curl: curl, variables: variables, token: token, limits: limits)
    }

    package func answers(to questions: [RegoQuestion], module: Policies.Module) -> [RegoAnswer] {
        let deadline = ContinuousClock.now + limits.totalTimeLimit
        var answers = [RegoAnswer?](repeating: nil, count: questions.count)
        var requests: [(index: Int, question: RegoQuestion, request: RegoRequest)] = []
        for (index, question) in questions.enumerated() {
            do throws(RegoRequest.Refusal) {
                requests.append((index, question, try RegoRequest(question, module: module)))
            } catch {
                answers[index] = .unanswered(error.reason)
            }
        }
        for group in Dictionary(grouping: requests, by: \.question.query).values {
            let batch = Batch(
                query: group[0].question.query, file: group[0].question.file, path: group[0].request.path,
                module: module, inputs: group.map(\.request.input))
            for (member, answer) in zip(group, ask(batch, until: deadline)) { answers[member.index] = answer }
        }
        return answers.map { $0 ?? .unanswered(limits.notReached) }
    }

    /// Puts the questions of `batch`, and those again that another reconciler came between.
    private func ask(_ batch: Batch, until deadline: ContinuousClock.Instant) -> [RegoAnswer] {
        var answers = [RegoAnswer?](repeating: nil, count: batch.inputs.count)
        for _ in 0..<Self.attempts {
            let open = answers.indices.filter { answers[$0] == nil }
            let left = deadline - ContinuousClock.now
            guard !open.isEmpty, left > .zero else { break }
            for (index, answer) in zip(open, askOnce(batch, only: open, timeLimit: left)) { answers[index] = answer }
        }
        let package = batch.path.dropLast().joined(separator: ".")
        let nobody = RegoAnswer.unanswered(
            "\(batch.file) does not define the package \(package) that its query names, or others keep replacing it")
        return answers.map { $0 ?? (ContinuousClock.now < deadline ? nobody : .unanswered(limits.notReached)) }
    }

    /// One upload and its questions; `nil` for what was not answered by this very upload.
    private func askOnce(_ batch: Batch, only open: [Int], timeLimit: Duration) -> [RegoAnswer?] {
        do {
            let round = try Round(batch, only: open, at: address)
            let outcomes = try run.outcomes(of: round.transfers, timeLimit: timeLimit)
            if outcomes.count < round.transfers.count {
                // The module should not stay; if the server is gone, it cannot, and the next upload replaces it.
                _ = try run.outcomes(of: [round.removal], timeLimit: .seconds(1))
            }
            return OPAReader(limits: limits, entry: round.entry, token: run.token).answers(
                outcomes, of: batch, only: open)
        } catch let failure as ProgramFailure {
            return open.map { _ in answer(for: failure) }
        } catch {
            return open.map { _ in .unanswered("the questions could not be written to the temporary folder") }
        }
    }

    private func answer(for failure: ProgramFailure) -> RegoAnswer {
        switch failure {
        case .timedOut: .unanswered(limits.tookTooLong)
        case .tooMuchOutput: .unanswered(limits.tooLarge)
        case .notStarted, .lost: .unanswered("curl, which speaks to OPA, \(failure)")
        }
    }
}

/// The questions that go to one rule of one module.
struct Batch {
    let query: String
    let file: String
    /// The names of the module's package, and the rule's.
    let path: [String]
    let module: Policies.Module
    let inputs: [RegoInput]
}

/// One upload of a module, the questions to it, and its removal.
private struct Round: ~Copyable {
    /// The name of the rule that is added to the module; nobody else can know it before.
    let entry: String
    let transfers: [Transfer]
    private let folder: ScratchFolder

    init(_ batch: Batch, only open: [Int], at address: ServerAddress) throws {
        let folder = try ScratchFolder()
        let random = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        let entry = "towpath_" + random.map { String($0, radix: 16) }.joined(separator: "_")
        // A list of the rule's value, or an empty one where it is undefined.
        let rule = "\n\(entry) := {\"answer\": [answer | answer := \(batch.query)]}\n"
        try folder.write(batch.module.text + rule, to: "module.rego")
        var transfers = [
            Transfer(
                method: "PUT", url: "\(address)/v1/policies/\(OPAServer.policyID)", contentType: "text/plain",
                bodyFile: folder.path + "/module.rego")
        ]
        // An error in a built-in function is an error: otherwise the rule would deny nothing.
        let place = (batch.path.dropLast() + [entry]).joined(separator: "/")
        let url = "\(address)/v1/data/\(place)?strict-builtin-errors=true"
        for index in open {
            try folder.write("{\"input\": \(batch.inputs[index].text)}", to: "input-\(index).json")
            transfers.append(
                Transfer(
                    method: "POST", url: url, contentType: "application/json",
                    bodyFile: folder.path + "/input-\(index).json"))
        }
        transfers.append(Self.removal(at: address))
        self.transfers = transfers
        self.entry = entry
        self.folder = folder
    }

    /// The request that leaves the server as it was.
    var removal: Transfer { transfers[transfers.count - 1] }

    private static func removal(at address: ServerAddress) -> Transfer {
        Transfer(
            method: "DELETE", url: "\(address)/v1/policies/\(OPAServer.policyID)", contentType: "text/plain",
            bodyFile: nil)
    }
}
