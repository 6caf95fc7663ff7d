import Bootstrap
import Planning
import PromotionModel

/// What policy tests came to, as people read it on a terminal.
struct PolicyTestText {
    let style: Style

    func print(_ report: PolicyTestReport) {
        for test in report.tests {
            Console.line("\(test.test.place.file): \(test.test.name)".printable)
            for result in test.results {
                let word =
                    result.passes
                    ? style.paint("ok".padding(to: 8), .green) : style.paint("FAILED".padding(to: 8), .red)
                Console.line("  \(word)\(result.case.name.printable)")
                for mismatch in result.mismatches {
                    Console.line("          \(Self.text(mismatch).printable)")
                }
                if !result.passes { Console.line("          at \(result.case.place)") }
            }
        }
        let all = report.passed + report.failed
        let failed = report.failed > 0 ? ", \(report.failed) failed" : ""
        Console.line("\(report.passed) of \(all) case\(all == 1 ? "" : "s") passed\(failed)")
    }

    private static func text(_ mismatch: PolicyTestRun.Mismatch) -> String {
        "\(mismatch.subject): expected \(mismatch.expected), found \(mismatch.found)"
            + (mismatch.reason.map { ": \($0)" } ?? "")
    }
}
