package import PromotionModel

/// What answers a fleet's own rules in Rego.
///
/// Total: whatever goes wrong is ``RegoAnswer/unanswered(_:)``, never an answer that opens. The same trouble has the
/// same words every time, since reasons are recorded when they change.
package protocol PolicyEngine: Sendable {
    /// The answers to `questions`, in their order, all by the rules of `module`.
    func answers(to questions: [RegoQuestion], module: Policies.Module) -> [RegoAnswer]
}

extension PolicyEngine {
    /// The answer to one question by the rules of `module`.
    package func answer(_ question: RegoQuestion, module: Policies.Module) -> RegoAnswer {
        answers(to: [question], module: module).first ?? .unanswered("the engine gave no answer")
    }

    /// The answers to all of `questions`, each by the one of `modules` that its blob names.
    package func answers(to questions: [RegoQuestion], modules: [Policies.Module]) -> [RegoQuestion: RegoAnswer] {
        let known = Dictionary(modules.map { ($0.blob, $0) }) { first, _ in first }
        var answers: [RegoQuestion: RegoAnswer] = [:]
        for (blob, group) in Dictionary(grouping: Set(questions), by: \.blob).sorted(by: { $0.key < $1.key }) {
            guard let module = known[blob] else {
                for question in group { answers[question] = .unanswered("\(question.file): the file was not read") }
                continue
            }
            let ordered = group.sorted { ($0.promotion.description, $0.query) < ($1.promotion.description, $1.query) }
            for (question, answer) in zip(ordered, self.answers(to: ordered, module: module)) {
                answers[question] = answer
            }
        }
        return answers
    }
}

/// Stands in where no engine can be asked: it answers nothing, and says why.
package struct NoPolicyEngine: PolicyEngine {
    private let reason: String

    package init(reason: String = "no Rego engine is configured; set TOWPATH_OPA_URL or TOWPATH_OPA") {
        self.reason = reason
    }

    package func answers(to questions: [RegoQuestion], module: Policies.Module) -> [RegoAnswer] {
        questions.map { _ in .unanswered(reason) }
    }
}
