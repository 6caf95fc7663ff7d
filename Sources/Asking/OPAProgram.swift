import JSONText
import Ports
import Programs
package import PromotionModel

/// Asks OPA's program: one `opa eval` for each question, in a folder of its own and with no variables but a path.
///
/// Nothing is shared between two questions, so neither another version of the module nor another reconciler can have
/// a part in the answer.
package struct OPAProgram: PolicyEngine {
    private let path: String
    private let limits: EngineLimits

    /// Asks the program at `path`, which is absolute.
    package init(path: String, limits: EngineLimits = EngineLimits()) {
        self.path = path
        self.limits = limits
    }

    package func answers(to questions: [RegoQuestion], module: Policies.Module) -> [RegoAnswer] {
        let deadline = ContinuousClock.now + limits.totalTimeLimit
        return questions.map { question in
            ContinuousClock.now < deadline ? evaluate(question, module: module) : .unanswered(limits.notReached)
        }
    }

    private func evaluate(_ question: RegoQuestion, module: Policies.Module) -> RegoAnswer {
        do {
            let request = try RegoRequest(question, module: module)
            let folder = try ScratchFolder()
            try folder.write(module.text, to: "module.rego")
            return read(
                try invocation(question.query, input: request.input.text, in: folder.path).run(), question: question)
        } catch let refusal as RegoRequest.Refusal {
            return .unanswered(refusal.reason)
        } catch ProgramFailure.timedOut {
            return .unanswered(limits.tookTooLong)
        } catch ProgramFailure.tooMuchOutput {
            return .unanswered(limits.tooLarge)
        } catch let failure as ProgramFailure {
            return .unanswered("\(path.printable) \(failure)")
        } catch {
            return .unanswered("the question could not be written to the temporary folder")
        }
    }

    /// `opa eval` as OPA documents it.
    ///
    /// An error in a built-in function is an error here: by default OPA takes the expression for undefined, and the
    /// rule denies nothing. The query stands last and begins with `data.`, so it is no option.
    private func invocation(_ query: String, input: String, in folder: String) -> Invocation {
        let milliseconds = limits.timeLimit.components.seconds * 1000 + 1000
        return Invocation(
            path: path,
            arguments: [
                "eval", "--format=json", "--strict-builtin-errors", "--timeout=\(milliseconds)ms", "--stdin-input",
                "--data", folder + "/module.rego", query,
            ],
            variables: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"],
            input: Array(input.utf8), timeLimit: limits.timeLimit, outputLimit: limits.answerLimit)
    }

    private func read(_ completion: Completion, question: RegoQuestion) -> RegoAnswer {
        guard case .exited(let status) = completion.ending else {
            return .unanswered("OPA was killed before it answered")
        }
        let document: JSONValue?
        do {
            document = try JSONReader.value(completion.output)
        } catch {
            document = nil
        }
        if let reason = EngineComplaint.reason(in: document, file: question.file) { return .unanswered(reason) }
        guard status == 0 else { return .unanswered("OPA failed with exit code \(status)") }
        guard case .object(let members)? = document else {
            return .unanswered("OPA answered with something that is no JSON object")
        }
        guard let result = document?["result"] else {
            return members.isEmpty ? .undefined : .unanswered("OPA's answer has no result")
        }
        guard case .array(let rows) = result, rows.count == 1, case .array(let expressions)? = rows[0]["expressions"],
            expressions.count == 1, let value = expressions[0]["value"]
        else { return .unanswered("OPA's result is not that of one query") }
        return DenyResult.answer(value, query: question.query)
    }
}
