import FoundationEssentials
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

    /// Writes bytes of a result; where they cannot be written the program says so and ends.
    static func write(_ bytes: [UInt8]) {
        guard let reason = put(bytes, on: STDOUT_FILENO) else { return }
        fail("the result could not be written: \(reason)", hint: "what was recorded stays: see towpath status")
        exit(ExitStatus.cannotWrite.rawValue)
    }

    /// Writes all of `bytes`; why it cannot, if so.
    private static func put(_ bytes: [UInt8], on descriptor: Int32) -> String? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return unsafe String(cString: strerror(errno)) }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    /// Writes to the error stream; where nobody can be told, nobody is.
    private static func tell(_ text: String) {
        _ = put(Array(text.utf8), on: STDERR_FILENO)
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
        tell(text + "\n")
    }

    /// Shows how far long work has come, in place of what was shown before; an empty text takes it away.
    ///
    /// For a terminal only.
    static func progress(_ text: String) {
        tell("\r\u{1B}[K\(text)")
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
        tell("\(question) [y/N] ")
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

    /// What stands before and behind a painted text.
    func marks(_ ink: Ink) -> (begin: [UInt8], end: [UInt8]) {
        isColored ? (Array("\u{1B}[\(ink.rawValue)m".utf8), Array("\u{1B}[0m".utf8)) : ([], [])
    }
}
