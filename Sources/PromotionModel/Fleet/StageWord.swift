/// The words by which people call the stages that artifacts pass through.
package enum StageWord {
    /// What stands for a stage by itself; the rank counts from the first stage to production.
    private static let ranks: [String: Int] = [
        "dev": 0, "devel": 0, "develop": 0, "development": 0, "sandbox": 0, "sbx": 0, "lab": 0, "local": 0,
        "test": 1, "testing": 1, "tst": 1, "int": 1, "integration": 1, "ci": 1,
        "qa": 2, "uat": 2, "sit": 2, "stage": 2, "staging": 2, "stg": 2, "stag": 2, "acceptance": 2, "acc": 2,
        "preprod": 2, "preproduction": 2, "pre-prod": 2, "nonprod": 2, "non-prod": 2, "preview": 2, "canary": 2,
        "prod": 3, "production": 3, "prd": 3, "live": 3,
    ]

    /// Words that hardly ever mean anything else, also as a part of a longer name, such as `prod-eu` or `eu-staging`.
    private static let strong: Set<String> = [
        "dev", "development", "stage", "staging", "stg", "uat", "qa", "preprod", "nonprod", "prod", "production", "prd",
        "live",
    ]

    /// Whether `text` as a whole is a word that hardly ever means anything else.
    package static func isPlain(_ text: some StringProtocol) -> Bool {
        strong.contains(text.lowercased())
    }

    /// Whether `text` may be what people call an environment: a stage, or a longer name that begins or ends with one.
    package static func isName(_ text: some StringProtocol) -> Bool {
        if rank(of: text) != nil { return true }
        let words = words(of: text)
        return words.count > 1 && [words.first, words.last].contains { strong.contains($0 ?? "") }
    }

    /// The rank of the stage that `text` names, all of it; `nil` where it names none.
    package static func rank(of text: some StringProtocol) -> Int? {
        ranks[text.lowercased()]
    }

    /// The rank of the stage that words of `text` name, the last of them where several do; `nil` where none does.
    package static func rank(inName text: some StringProtocol) -> Int? {
        if let rank = rank(of: text) { return rank }
        let words = words(of: text)
        // "pre-prod-eu" comes before "prod", and "non-prod" is not production.
        if let first = words.first, first == "pre" || first == "non" { return 2 }
        return words.compactMap { ranks[$0] }.max()
    }

    private static func words(of text: some StringProtocol) -> [String] {
        text.lowercased().split { $0 == "-" || $0 == "_" || $0 == "." }.map(String.init)
    }
}
