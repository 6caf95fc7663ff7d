import ArgumentParser
import Bootstrap
import FoundationEssentials
import Ports
import PromotionModel

/// The exit codes, one meaning each; 64 and above are those of `sysexits.h`.
enum ExitStatus: Int32 {
    case done = 0
    /// A simulated world came to what must never be.
    case violated = 1
    /// There are differences: a plan, findings.
    case differences = 2
    /// Something is refused, or waits.
    case refused = 3
    case usage = 64
    /// A manifest, a policy or a name is bad; the rest was done.
    case badInput = 65
    case unavailable = 69
    case internalError = 70
    case cannotWrite = 73
    /// The race for the branch was lost; try again.
    case lostRace = 75

    var code: ExitCode {
        ExitCode(rawValue)
    }
}

extension Refusal {
    /// The exit code of a command that was refused.
    var status: ExitStatus {
        switch kind {
        case .usage: .usage
        case .badInput: .badInput
        case .unavailable: .unavailable
        case .cannotWrite: .cannotWrite
        case .lostRace: .lostRace
        case .refused: .refused
        case .internalError: .internalError
        }
    }
}

/// Runs the body of a command: whatever fails is told on standard error, with what to do, and becomes an exit code.
func perform(_ body: () throws -> ExitStatus) throws {
    let status: ExitStatus
    NoticeHandler.set { Console.note("note: \($0.printable)") }
    do {
        status = try body()
    } catch let refusal as Refusal {
        Console.fail(refusal.message, hint: refusal.hint)
        status = refusal.status
    } catch let failure as PortFailure {
        Console.fail(failure.message, hint: failure.hint)
        status = Refusal(failure).status
    }
    if status != .done { throw status.code }
}
