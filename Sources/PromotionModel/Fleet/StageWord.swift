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
        if rank(of: text) != nil || ring(text) != nil { return true }
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

    /// How far along the way to production something of the name `text` usually is.
    package struct Order: Hashable, Sendable, Comparable {
        /// As ``StageWord/rank(of:)``; in the middle where the name tells nothing.
        package let rank: Int
        /// The number of a ring, or of one of several productions, that are passed one after the other; 0 for none.
        package let number: Int

        package static func < (left: Order, right: Order) -> Bool {
            (left.rank, left.number) < (right.rank, right.number)
        }
    }

    /// Where in the order of stages something of the name `text` stands.
    package static func order(inName text: some StringProtocol) -> Order {
        if let ring = ring(text) { return Order(rank: production, number: ring + 1) }
        let rank = rank(inName: text) ?? 1
        guard rank == production, let last = words(of: text).last, let number = Int(last), number >= 0 else {
            return Order(rank: rank, number: 0)
        }
        return Order(rank: rank, number: number)
    }

    /// `text` without the number at its end, for names that go on from each other: `prod-eu` for `prod-eu-2`.
    package static func stem(ofName text: String) -> Substring {
        var stem = text[...]
        while let last = stem.last, last.isNumber { stem = stem.dropLast() }
        while let last = stem.last, "-_.".contains(last) { stem = stem.dropLast() }
        return stem
    }

    /// Whether `text` is a stage, or a ring, with nothing behind it but regions and numbers: `prod-eu`, `prod-2`, `ring1`.
    package static func isStageOfRegion(_ text: some StringProtocol) -> Bool {
        if ring(text) != nil { return true }
        let words = words(of: text)
        guard let first = words.first, words.count > 1, ranks[first] != nil else { return false }
        return words.dropFirst().allSatisfy { word in
            let letters = word.prefix { !$0.isNumber }
            return word.dropFirst(letters.count).allSatisfy(\.isNumber)
                && (letters.isEmpty || regions.contains(String(letters)))
        }
    }

    private static let production = 3
    private static let ringWords: Set<String> = ["ring", "wave", "cohort"]
    private static let regions: Set<String> = [
        "eu", "us", "uk", "ap", "apac", "emea", "asia", "na", "sa", "de", "fr", "au", "jp", "in", "ca", "cn", "sg",
        "br",
        "east", "west", "north", "south", "central", "global", "euw", "eun", "euc", "use", "usw", "usc", "ape", "aps",
        "northeast", "northwest", "southeast", "southwest",
    ]

    /// The number of the ring that `text` names: `ring0`, `ring-1`, `wave_2`; `nil` where it names none.
    private static func ring(_ text: some StringProtocol) -> Int? {
        let lower = text.lowercased()
        let digits = String(lower.reversed().prefix(while: \.isNumber).reversed())
        var word = lower.dropLast(digits.count)
        if let last = word.last, "-_.".contains(last) { word = word.dropLast() }
        guard ringWords.contains(String(word)), digits.utf8.count <= 6 else { return nil }
        return Int(digits)
    }

    private static func words(of text: some StringProtocol) -> [String] {
        text.lowercased().split { $0 == "-" || $0 == "_" || $0 == "." }.map(String.init)
    }
}
