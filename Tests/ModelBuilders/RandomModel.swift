package import PromotionModel
package import TestSupport

/// Values of the model drawn from a seed, with everything that people and their enemies write into free text.
package struct RandomModel {
    package var generator: SeededGenerator

    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    package mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    package mutating func chance(_ percent: Int) -> Bool {
        number(1...100) <= percent
    }

    package mutating func pick<Value>(_ values: [Value]) -> Value {
        values[number(0...values.count - 1)]
    }

    package mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        values.shuffled(using: &generator)
    }

    /// Free text: mostly harmless, often not.
    package mutating func text() -> String {
        if chance(30) { return pick(["waits for Ada", "incident 7", "soak 30m", "ünïcödé – 漢字 🚀"]) }
        return (0..<number(1...4)).map { _ in pick(Self.nasty) }.joined(separator: chance(50) ? " " : "")
    }

    /// Pieces that break naive readers of YAML, JSON, commit messages and terminals.
    package static let nasty = [
        "\n", "\r\n", "\n\n", "\t", "\0", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{200B}",
        "\u{FEFF}", "\u{FFFE}", "\u{301}", "\u{1B}[31m", "\"", "'", "\\", "\\n", "---", "\n---\n", "...", "# x", ": ",
        " #", "- ", "{", "}", "[", "&a", "*a", "!t", "|", ">", "%", "@", "`", "null", "~", "yes", "no", "012", "1e3",
        "7e12345", "\n\nEnvironment: prod\nResult: promoted", "Signed-off-by: Eve <eve@example.invalid>",
        "\nSigned-off-by: Eve <eve@example.invalid>\n", " ", "  ", "é", "e\u{301}", "漢字", "🏳️‍🌈", "\u{E000}",
        "\u{10FFFF}", "scissors -- >8 --", "Gate: {}",
    ]

    package mutating func digest() -> Digest {
        .of(pick(Array("0123456789abcdef")))
    }

    package mutating func environment() -> EnvironmentName {
        pick(["dev", "staging", "prod", "prod-eu", "Prod_2", "a.b", "0", "no", "null", "1e3"])
    }

    package mutating func component() -> ComponentName {
        pick([
            "web", "api", "Deployment/web/app", "payments.image", "a/b:c#2", "null", "no", "1.10", "~", "-", "---",
            "#x",
            "\"x\"", "'", "x:y", "é", "e\u{301}x", "\u{301}web", "漢字", "{a}", "[b]", "&a", "*a", "!t", "%", "@", "`",
            "a\\nb", "Environment:", "Signed-off-by:", "=", "?", ",",
        ])
    }

    package mutating func tag() -> String {
        pick(["1.5.0", "1.10", "0123", "7e12345", "no", "2025-01-24", "v1", "é", "latest", "a_b.c-d", "~", "=", "\""])
    }

    package mutating func artifact() -> Artifact {
        if chance(20) { return artifactOfOtherKind() }
        return Artifact(
            repository: pick([
                "registry.test/web", "localhost:5000/a/b", "web", "0", "null", "\u{301}x/y", "\"q\"", "-", "#", "a\\b",
            ]),
            tag: chance(70) ? tag() : nil, digest: chance(80) ? digest() : nil)
    }

    private mutating func artifactOfOtherKind() -> Artifact {
        switch pick([ArtifactKind.chart, .git, .oci, .version]) {
        case .chart, .image:
            Artifact(kind: .chart, repository: pick(["podinfo", "a/b"]), tag: pick(["1.10", ">=1 <2"]), digest: nil)
        case .git:
            Artifact(
                kind: .git, repository: pick(["git@host.test:a/b.git", "https://host.test/a//b?x=y"]),
                tag: pick([nil, "release/1", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"]), digest: nil)
        case .oci: Artifact(kind: .oci, repository: "oci://u@host.test/a", tag: tag(), digest: digest())
        case .version: Artifact(kind: .version, repository: "VERSION", tag: tag(), digest: nil)
        }
    }

    package mutating func instant() -> Timestamp {
        Timestamp(seconds: Int64(number(-62_167_219_200...253_402_300_799)))
    }

    package mutating func promotion(_ environment: EnvironmentName) -> PromotionID {
        let digits = Array("0123456789abcdef")
        return PromotionID(environment: environment, fingerprint: String((0..<16).map { _ in pick(digits) }))
    }

    package mutating func artifacts(_ count: ClosedRange<Int> = 0...4) -> [ComponentName: Artifact] {
        var artifacts: [ComponentName: Artifact] = [:]
        for _ in 0..<number(count) { artifacts[component()] = artifact() }
        return artifacts
    }

    package mutating func scope() -> Hold.Scope {
        chance(30) ? .environment : .component(component())
    }

    package mutating func hold() -> Hold {
        Hold(
            scope: scope(), reason: text(), owner: text(), since: instant(), until: chance(50) ? instant() : nil,
            rejected: chance(30) ? digest() : nil)
    }

    package mutating func gates() -> [GateResult] {
        shuffled(GateName.allCases).prefix(number(0...5)).map { gate in
            GateResult(
                gate, pick(GateResult.State.allCases), text(), nextChange: chance(40) ? instant() : nil,
                evidence: (0..<number(0...2)).map { _ in digest() })
        }
    }

    package mutating func emergency() -> Emergency {
        Emergency(
            reason: text(), by: (0..<number(1...2)).map { _ in text() },
            reviewWithin: TimeSpan(seconds: Int64(number(1...100_000))))
    }
}

extension RandomModel {
    package mutating func record() -> EnvironmentRecord {
        let name = environment()
        var record = EnvironmentRecord(environment: name)
        for (component, artifact) in artifacts() {
            record.components[component] = EnvironmentRecord.Component(
                artifact: artifact, promotion: promotion(name), source: chance(50) ? environment() : nil, at: instant(),
                previous: chance(40) ? digest().description : chance(40) ? tag() : nil,
                health: pick(EnvironmentRecord.Health.allCases))
        }
        if chance(50) {
            record.configuration = EnvironmentRecord.Configuration(
                digest: digest(), promotion: promotion(name), at: instant())
        }
        for _ in 0..<number(0...3) {
            record.pending[promotion(name)] = EnvironmentRecord.Pending(
                result: pick([.waiting, .refused]), since: instant(), artifacts: artifacts(),
                retired: Set((0..<number(0...2)).map { _ in component() }).sorted(),
                configuration: chance(40) ? digest() : nil,
                gates: Dictionary(gates().map { ($0.gate, $0.reason) }) { first, _ in first })
        }
        for _ in 0..<number(0...2) {
            let hold = hold()
            record.holds[hold.scope] = hold
        }
        return record
    }

    package mutating func item(_ environment: EnvironmentName) -> LedgerEntry.Item {
        var item = LedgerEntry.Item(
            promotion: promotion(environment),
            result: pick([.adopted, .promoted, .waiting, .refused, .withdrawn, .rolledBack]))
        item.source = chance(50) ? self.environment() : nil
        item.artifacts = artifacts()
        item.retired = Set((0..<number(0...2)).map { _ in component() }).sorted()
        item.configuration = chance(40) ? digest() : nil
        item.supersedes = Set((0..<number(0...2)).map { _ in promotion(environment) }).sorted()
        item.contract =
            chance(60) ? chance(50) ? "policies/prod.yaml@" + String(repeating: "0", count: 40) : text() : nil
        item.gates = gates()
        item.approvedBy = (0..<number(0...2)).map { _ in text() }.sorted()
        item.emergency = chance(20) ? emergency() : nil
        item.facts = chance(50) ? digest() : nil
        return item
    }

    /// An entry as the planner makes them: lists in it are sorted, and it records something.
    package mutating func entry(_ environment: EnvironmentName? = nil) -> LedgerEntry {
        let name = environment ?? self.environment()
        var entry = LedgerEntry(
            environment: name, at: instant(), basis: String(repeating: pick(Array("0123456789abcdef")), count: 40),
            signedOffBy: pick(["towpath <towpath@example.invalid>", "Ünï Cödé <u@example.invalid>"]))
        if chance(50) { entry.evidenceBasis = String(repeating: pick(Array("0123456789abcdef")), count: 40) }
        entry.items = (0..<number(0...3)).map { _ in item(name) }
        var holds: [Hold.Scope: Hold] = [:]
        for _ in 0..<number(0...2) {
            let hold = hold()
            holds[hold.scope] = hold
        }
        entry.holds = holds.values.sorted { $0.scope < $1.scope }
        entry.released = Set((0..<number(0...2)).map { _ in scope() }).sorted()
        if entry.isEmpty { entry.items = [item(name)] }
        if chance(10) {
            entry.acceptance = HistoryAcceptance(
                replaced: String(repeating: pick(Array("0123456789abcdef")), count: 40),
                reason: chance(50) ? text() : nil)
        }
        return entry
    }
}
