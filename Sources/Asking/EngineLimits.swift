/// How much an engine may take and give before it is given up.
package struct EngineLimits: Hashable, Sendable {
    /// For one question.
    package var timeLimit: Duration
    /// For all questions to one module together: a tick must not hang on a rule, however many promotions wait.
    package var totalTimeLimit: Duration
    /// Bytes of one answer.
    package var answerLimit: Int

    package init(
        timeLimit: Duration = .seconds(5), totalTimeLimit: Duration = .seconds(30), answerLimit: Int = 1 << 20
    ) {
        self.timeLimit = timeLimit
        self.totalTimeLimit = totalTimeLimit
        self.answerLimit = answerLimit
    }

    /// The time limit of one question as people write it.
    var timeLimitText: String {
        let (seconds, attoseconds) = timeLimit.components
        guard attoseconds != 0 else { return "\(seconds) s" }
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
    }

    var tookTooLong: String {
        "OPA did not answer within \(timeLimitText)"
    }

    var tooLarge: String {
        "OPA's answer is larger than \(answerLimit / 1024) KiB"
    }

    var notReached: String {
        "OPA did not get to this question: all of one file may take \(totalTimeLimit.components.seconds) s"
    }
}
