import TestSupport
import Testing

/// Commands and what they answer, as a person would see them in a terminal.
struct Transcript {
    private let towpath: TowpathProgram
    private let git: Program
    private(set) var text = ""
    private var instant = ""

    init(towpath: TowpathProgram, git: Program) {
        self.towpath = towpath
        self.git = git
    }

    /// A remark between commands.
    mutating func note(_ remark: String) {
        text += "\n# \(remark)\n"
    }

    /// Runs `towpath` at a time of Monday, 2026-11-23, and expects its exit code.
    @discardableResult
    mutating func towpath(
        _ time: String, _ arguments: String..., exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Run {
        var program = towpath
        program.at("2026-11-23T\(time):00Z")
        let run = try program(arguments)
        let line = arguments.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
        text += "\(time) $ towpath \(line)\n\(run.output)\(run.errors)"
        if run.status != 0 { text += "[exit \(run.status)]\n" }
        #expect(run.status == exit, "towpath \(line): \(run.text)", sourceLocation: sourceLocation)
        return run
    }

    /// Runs `git`.
    @discardableResult
    mutating func git(_ arguments: String...) throws -> String {
        let run = try git.run(arguments)
        let line = arguments.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
        text += "      $ git \(line)\n\(run.output)\(run.errors)"
        #expect(run.status == 0, "git \(line): \(run.text)")
        return run.output
    }
}
