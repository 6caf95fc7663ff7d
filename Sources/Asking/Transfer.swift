import Programs

/// One request over HTTP.
struct Transfer {
    let method: String
    let url: String
    let contentType: String
    /// Absolute path of the file that holds the body, if there is one.
    let bodyFile: String?

    /// What came of a request.
    enum Outcome: Equatable {
        case answered(status: Int, body: [UInt8])
        case failed(Failure)
    }

    /// Why there is no answer, in classes whose words are the same every time.
    enum Failure: Equatable {
        case unknownHost, refused, tooSlow, untrusted, tooLarge, brokenOff
        case other(Int)

        /// The class of an exit code of curl.
        init(curl code: Int) {
            switch code {
            case 5, 6: self = .unknownHost
            case 7: self = .refused
            case 28: self = .tooSlow
            case 35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91: self = .untrusted
            case 63: self = .tooLarge
            case 8, 18, 52, 55, 56, 92, 95: self = .brokenOff
            default: self = .other(code)
            }
        }
    }
}

/// Makes requests with the program `curl`: TLS and proxies come with it, and nothing is linked for them.
///
/// All requests of a run use one connection where the server lets them. The token goes through standard input, so that
/// neither a list of processes nor a file shows it.
struct TransferRun {
    /// Absolute path of curl.
    let curl: String
    /// All that curl may see of the operator's variables: proxies and certificates.
    let variables: [String: String]
    let token: BearerToken?
    let limits: EngineLimits

    /// The outcomes of `transfers`, made one after the other.
    ///
    /// After the first that fails none is made: the list is shorter then.
    func outcomes(
        of transfers: [Transfer], timeLimit: Duration
    ) throws(ProgramFailure) -> [Transfer.Outcome] {
        let configuration = transfers.map(lines).joined(separator: "next\n")
        let completion = try Invocation(
            path: curl, arguments: ["--disable", "--fail-early", "--config", "-"], variables: variables,
            input: Array(configuration.utf8), timeLimit: timeLimit,
            // Answers are short; eight of the largest are more than any run has.
            outputLimit: 8 * limits.answerLimit
        ).run()
        return outcomes(in: completion)
    }

    /// One request as curl's configuration says it.
    ///
    /// Addresses and tokens hold no quote, backslash or line break. Redirects are not followed unless asked for.
    private func lines(_ transfer: Transfer) -> String {
        let (seconds, attoseconds) = limits.timeLimit.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        let fraction = String(repeating: "0", count: 3 - String(milliseconds).count) + String(milliseconds)
        var lines = [
            "silent", "globoff", "proto = \"=http,https\"", "max-time = \(seconds).\(fraction)",
            "max-filesize = \(limits.answerLimit)", "user-agent = \"towpath\"", "request = \"\(transfer.method)\"",
            "url = \"\(transfer.url)\"", "header = \"Content-Type: \(transfer.contentType)\"", "header = \"Expect:\"",
            // One line for each request, apart from the bodies: status, length of the body, exit code.
            #"write-out = "%{stderr}%{http_code} %{size_download} %{exitcode}\n""#,
        ]
        if let token { lines.append("header = \"Authorization: Bearer \(token.secret)\"") }
        if let file = transfer.bodyFile { lines.append("data-binary = \"@\(file)\"") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Takes the bodies, which stand one after the other in the output, apart by the lengths that curl says.
    private func outcomes(in completion: Completion) -> [Transfer.Outcome] {
        var rest = completion.output[...]
        var outcomes: [Transfer.Outcome] = []
        for line in String(decoding: completion.errors, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 3, numbers[1] >= 0, numbers[1] <= rest.count else { break }
            let body = Array(rest.prefix(numbers[1]))
            rest = rest.dropFirst(numbers[1])
            if numbers[2] != 0 {
                outcomes.append(.failed(Transfer.Failure(curl: numbers[2])))
            } else if body.count > limits.answerLimit {
                outcomes.append(.failed(.tooLarge))
            } else {
                outcomes.append(.answered(status: numbers[0], body: body))
            }
        }
        return outcomes
    }
}
