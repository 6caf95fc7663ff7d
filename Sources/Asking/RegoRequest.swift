import JSONText
import PromotionModel

/// A question that may be put to an engine: its query and its input have been looked at.
struct RegoRequest {
    /// The names in the query after `data`: the module's package, then the rule.
    let path: [String]
    /// A JSON object.
    let input: RegoInput

    /// Why a question is not put to any engine.
    struct Refusal: Error {
        let reason: String
    }

    /// A query is longer than any that makes sense, but short enough for a command line.
    private static let queryLimit = 256

    /// Looks at `question`.
    ///
    /// Without an input, or with one that is no object, a rule that looks into it denies nothing; so such a question
    /// must not be asked. A query is a plain path, because text from the repository becomes an argument, an address
    /// and a piece of a rule here.
    init(_ question: RegoQuestion, module: Policies.Module) throws(Refusal) {
        guard question.blob == module.blob else {
            throw Refusal(reason: "\(question.file): another version of the file was read")
        }
        let names = question.query.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard question.query.utf8.count <= Self.queryLimit, names.first == "data", names.count >= 3,
            names.allSatisfy(Self.isName)
        else {
            throw Refusal(reason: "\"\(question.query.printable)\" is no query; write data.PACKAGE.RULE")
        }
        if !question.input.isObject { try Self.requireObject(question.input.text) }
        path = Array(names.dropFirst())
        input = question.input
    }

    private static func requireObject(_ text: String) throws(Refusal) {
        do {
            guard case .object = try JSONReader.value(text) else {
                throw Refusal(reason: "the input is no JSON object")
            }
        } catch let error as JSONReader.Malformed {
            throw Refusal(reason: "the input is \(error)")
        } catch {
            throw Refusal(reason: "the input is no JSON object")
        }
    }

    private static func isName(_ text: String) -> Bool {
        let letters = text.utf8
        guard let first = letters.first, !(0x30...0x39).contains(first) else { return false }
        return letters.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: false
            }
        }
    }
}
