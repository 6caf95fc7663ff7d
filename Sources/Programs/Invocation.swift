/// One run of a program in a world of its own: nothing is inherited, and time and output are bounded.
package struct Invocation: Hashable, Sendable {
    /// Absolute path of the executable.
    package let path: String
    package let arguments: [String]
    /// All the variables that the program sees.
    package let variables: [String: String]
    /// What it reads from standard input; never written to a file.
    package let input: [UInt8]
    /// How long it may take before it is killed.
    package let timeLimit: Duration
    /// How many bytes it may write to standard output before it is killed.
    package let outputLimit: Int
    /// How long it may say nothing at all before it is killed; `nil` for as long as it likes.
    package let silenceLimit: Duration?
    /// What the program, and each one that it starts, may use; `nil` for as much as this process.
    package let resources: Resources?

    /// Bounds that the system itself keeps.
    package struct Resources: Hashable, Sendable {
        /// The longest file that may be written, in bytes.
        package let fileBytes: Int
        /// The most memory that may be mapped, in bytes.
        package let memoryBytes: Int

        package init(fileBytes: Int, memoryBytes: Int) {
            self.fileBytes = fileBytes
            self.memoryBytes = memoryBytes
        }
    }

    package init(
        path: String, arguments: [String], variables: [String: String], input: [UInt8], timeLimit: Duration,
        outputLimit: Int, silenceLimit: Duration? = nil, resources: Resources? = nil
    ) {
        self.path = path
        self.arguments = arguments
        self.variables = variables
        self.input = input
        self.timeLimit = timeLimit
        self.outputLimit = outputLimit
        self.silenceLimit = silenceLimit
        self.resources = resources
    }
}

/// How a program ended, and what it said.
package struct Completion: Hashable, Sendable {
    /// The way that a program ends.
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        /// A signal is no exit code, and must never be taken for one.
        case signalled(Int32)
    }

    package let ending: Ending
    package let output: [UInt8]
    /// Standard error, cut after ``Completion/errorLimit`` bytes.
    package let errors: [UInt8]

    /// How much of standard error is kept: enough for any message, and more is read and dropped.
    package static let errorLimit = 256 << 10
}

/// Why there is no completion.
package enum ProgramFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program could not be started; the reason of the system.
    case notStarted(String)
    /// It was killed when its time was up.
    case timedOut
    /// It was killed for writing more than it may.
    case tooMuchOutput
    /// The system failed while it ran.
    case lost(String)

    package var description: String {
        switch self {
        case .notStarted(let reason): "could not be started: \(reason)"
        case .timedOut: "took too long"
        case .tooMuchOutput: "wrote too much"
        case .lost(let reason): "was lost: \(reason)"
        }
    }
}
