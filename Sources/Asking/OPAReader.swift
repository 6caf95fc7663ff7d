import JSONText
import PromotionModel

/// Reads what OPA's REST API said of one upload.
struct OPAReader {
    let limits: EngineLimits
    /// The rule that was asked in place of the query.
    let entry: String
    let token: BearerToken?

    /// The answers to the questions `open` of `batch`; `nil` where another module was in the place of this one.
    ///
    /// `outcomes` are those of the upload and of the questions in their order; the list ends where a request failed.
    func answers(_ outcomes: [Transfer.Outcome], of batch: Batch, only open: [Int]) -> [RegoAnswer?] {
        guard let upload = outcomes.first else { return open.map { _ in lost } }
        if let reason = refusal(of: upload, file: batch.file) { return open.map { _ in .unanswered(reason) } }
        let rest = outcomes.dropFirst().prefix(open.count)
        let answers = rest.map { answer($0, of: batch) }
        guard answers.count < open.count else { return answers }
        // What was not asked any more shares the reason of what failed.
        return answers + repeatElement(answers.last ?? lost, count: open.count - answers.count)
    }

    private var lost: RegoAnswer {
        .unanswered("curl, which speaks to OPA, did not say what became of the request")
    }

    private func answer(_ outcome: Transfer.Outcome, of batch: Batch) -> RegoAnswer? {
        if let reason = refusal(of: outcome, file: batch.file) { return .unanswered(reason) }
        guard case .answered(_, let body) = outcome, let document = json(body), case .object = document else {
            return .unanswered("OPA answered with something that is no JSON object")
        }
        // No result: the rule with that name is not there, so another module is.
        guard let result = document["result"] else { return nil }
        guard case .array(let values)? = result["answer"], values.count < 2 else {
            return .unanswered("OPA's result is not that of one query")
        }
        guard let value = values.first else { return .undefined }
        return DenyResult.answer(value, query: batch.query)
    }

    /// Why `outcome` is no success; `nil` where it is one.
    private func refusal(of outcome: Transfer.Outcome, file: String) -> String? {
        switch outcome {
        case .answered(200, _): nil
        case .answered(300..<400, _): "OPA's address redirects elsewhere, which is not followed"
        case .answered(let status, _) where status == 401 || status == 403:
            token == nil
                ? "OPA refuses the request (\(status)); it wants a token: TOWPATH_OPA_TOKEN or TOWPATH_OPA_TOKEN_FILE"
                : "OPA refuses the request (\(status)); the token is wrong, or may not do this"
        case .answered(let status, let body):
            EngineComplaint.reason(
                in: json(body), file: file, replacing: [entry: "the query", token?.secret ?? "": "(a token)"])
                ?? "OPA answered with status \(status)"
        case .failed(let failure): text(failure)
        }
    }

    private func json(_ body: [UInt8]) -> JSONValue? {
        do {
            return try JSONReader.value(body)
        } catch {
            return nil
        }
    }

    /// The same words for the same trouble: curl's own tell ports and milliseconds.
    private func text(_ failure: Transfer.Failure) -> String {
        switch failure {
        case .unknownHost: "OPA's host is not known"
        case .refused: "OPA cannot be reached"
        case .tooSlow: limits.tookTooLong
        case .untrusted: "OPA's certificate is not trusted, or TLS failed"
        case .tooLarge: limits.tooLarge
        case .brokenOff: "OPA broke off its answer"
        case .other(let code): "OPA could not be asked; curl gave up with exit code \(code)"
        }
    }
}
