import Foundation
import Glibc
import PromotionModel

/// The three standard streams: results go to the output, everything else to the error stream.
enum Console {
    enum Stream {
        case output
        case error

        /// Whether a person looks at the stream.
        var isTerminal: Bool {
            isatty(self == .output ? STDOUT_FILENO : STDERR_FILENO) == 1
        }
    }

    /// Writes bytes of a result.
    static func write(_ bytes: [UInt8]) {
        FileHandle.standardOutput.write(Data(bytes))
    }

    /// Writes a result as it is.
    static func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// Writes a line of a result.
    static func line(_ text: String = "") {
        write(text + "\n")
    }

    /// Tells people something.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Shows how far long work has come, in place of what was shown before; an empty text takes it away.
    ///
    /// For a terminal only.
    static func progress(_ text: String) {
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    /// Tells people what went wrong and what to do.
    ///
    /// Both may quote what people or repositories say, so nothing in them reaches a terminal as a control character.
    static func fail(_ message: String, hint: String? = nil) {
        note("towpath: \(message.printable)")
        if let hint { note("hint: \(hint.printable)") }
    }

    /// Whether a person can answer a question.
    static var isInputTerminal: Bool {
        isatty(STDIN_FILENO) == 1
    }

    /// Whether a person says yes to `question`; no answer is no.
    static func confirms(_ question: String) -> Bool {
        FileHandle.standardError.write(Data("\(question) [y/N] ".utf8))
        return ["y", "yes"].contains(readLine()?.lowercased())
    }

    /// Tells people about `problems`, at most two hundred of them.
    static func report(_ problems: [Problem]) {
        for problem in problems.prefix(200) { note(problem.description) }
        if problems.count > 200 { note("and \(problems.count - 200) more") }
    }
}

/// Colours on a terminal, nothing elsewhere.
struct Style {
    enum Ink: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case faint = "2"
        case bold = "1"
    }

    private let isColored: Bool

    /// Honours `NO_COLOR` (no-color.org), except where colour is asked for by name.
    init(_ choice: ColorChoice, stream: Console.Stream) {
        switch choice {
        case .always: isColored = true
        case .never: isColored = false
        case .auto:
            let variables = ProcessInfo.processInfo.environment
            let isForbidden = variables["NO_COLOR"].map { !$0.isEmpty } ?? false
            isColored = stream.isTerminal && !isForbidden && variables["TERM"] != "dumb"
        }
    }

    func paint(_ text: String, _ ink: Ink) -> String {
        isColored ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
    }
}
