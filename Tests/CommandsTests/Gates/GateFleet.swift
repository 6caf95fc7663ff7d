import Foundation
import JSONText
import TestSupport
import Testing

/// A fleet in which `web` 1.1.0 runs in `dev` and is declared in `prod`, where the gates under test stand before it.
struct GateFleet {
    /// Who can be asked about a gate without changing anything.
    enum Surface: String, CaseIterable {
        case plan
        case explain
        /// The pull request that declares it, before the merge.
        case check
    }

    let repository: BareRepository
    /// The tip of `main` before the change was merged.
    private(set) var base = ""
    private var towpath: TowpathProgram
    private let scratch: TemporaryDirectory

    static let nobody = "Dev <dev@example.invalid>"
    /// What brings `web` 1.1.0 to `prod`.
    static let arrival: [String: BareRepository.Entry] = [
        "environments/prod/web.yaml": SampleText.component("web", "1.1.0", 2)
    ]
    static let passing = #"<testsuite name="unit" tests="1"><testcase name="a"/></testsuite>"#
    static let failing = #"<testsuite name="unit" tests="1"><testcase name="a"><failure/></testcase></testsuite>"#

    /// - Parameters:
    ///   - gates: What the contract of `prod` asks for, as a flow mapping.
    ///   - files: Files besides, from the beginning.
    ///   - change: What the pull request changes, on the branch `topic`.
    ///   - isMerged: Whether `main` is at `topic` already.
    ///   - isSigned: Whether the program signs what it commits.
    init(
        gates: String, more: String = "unit: each", files: [String: BareRepository.Entry] = [:],
        change: [String: BareRepository.Entry] = GateFleet.arrival, author: String = GateFleet.nobody,
        message: String = "Bring it to prod", isMerged: Bool = true, isSigned: Bool = false
    ) throws {
        repository = try BareRepository()
        scratch = try TemporaryDirectory("gates")
        towpath = try TowpathProgram(in: repository)
        towpath.set("PATH", "/usr/bin:/bin")
        if isSigned { towpath.set("TOWPATH_SIGN_KEY", try Keyring.path("towpath")) }
        var first: [String: BareRepository.Entry] = [
            "environments/dev/web.yaml": SampleText.component("web", "1.0.0", 1),
            "environments/prod/web.yaml": SampleText.component("web", "1.0.0", 1),
            "policies/dev.yaml": SampleText.contract(to: "dev"),
            "policies/prod.yaml": SampleText.contract(to: "prod", from: "dev", gates: gates, more: more),
            "policies/roles.yaml": Keyring.roles,
            "policies/allowed_signers": .text(
                try Keyring.allowedSigners() + (isSigned ? Keyring.line("towpath", options: "namespaces=\"git\"") : "")),
        ]
        first.merge(files) { $1 }
        try repository.commit(first, "Begin", author: Self.nobody)
        let began = try towpath("reconcile")
        #expect(began.status == 0, "\(began.text)")
        try repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)], "Build", author: Self.nobody)
        let built = try towpath("reconcile")
        #expect(built.output.contains("promoted   dev"), "\(built.text)")
        try propose(change, author: author, message: message)
        if isMerged { try merge() }
    }

    /// Puts a pull request on the branch `topic`.
    mutating func propose(
        _ change: [String: BareRepository.Entry], author: String = GateFleet.nobody, message: String = "Propose"
    ) throws {
        base = try #require(try repository.tip())
        try repository.commit(change, message, branch: "topic", from: base, author: author)
    }

    /// Merges the pull request without a commit of its own.
    func merge() throws {
        try repository.git("update-ref", "refs/heads/main", "refs/heads/topic", base)
    }

    /// The program at a time of Monday, 2026-11-23, or at an instant.
    func run(_ time: String, _ arguments: [String], cache: Bool = false, opa: String? = nil) throws -> Program.Run {
        var program = towpath
        program.at(Self.instant(time))
        program.set("TOWPATH_OPA_URL", opa)
        if cache { program.set("TOWPATH_CACHE_DIR", scratch.file("cache")) }
        return try program(arguments)
    }

    func run(_ time: String, _ arguments: String...) throws -> Program.Run {
        try run(time, arguments)
    }

    static func instant(_ time: String) -> String {
        time.contains("T") ? time : "2026-11-23T\(time):00Z"
    }

    /// Stores a statement that `signer` makes about a digest.
    func attest(
        _ time: String, _ signer: String, _ type: String, _ report: String, name: String? = nil, digit: Int = 2,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = scratch.file("report")
        try Data(report.utf8).write(to: URL(fileURLWithPath: file))
        let run = try run(
            time,
            ["attest", SampleText.digest(digit), "--type", type, "--from", file, "--key", try Keyring.path(signer)]
                + (name.map { ["--name", $0] } ?? []))
        #expect(run.status == 0, "\(run.text)", sourceLocation: sourceLocation)
    }

    /// Stores what `signer` consents to.
    @discardableResult
    func approve(
        _ time: String, _ signer: String, _ more: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Run {
        let run = try run(time, ["approve", "prod", "--yes", "--key", try Keyring.path(signer)] + more)
        #expect(run.status == 0, "\(run.text)", sourceLocation: sourceLocation)
        return run
    }

    /// The verdict on the promotion of `component` that a surface prints.
    func verdict(_ surface: Surface, _ time: String, component: String = "web", opa: String? = nil) throws -> JSONValue?
    {
        let arguments =
            switch surface {
            case .plan: ["plan"]
            case .explain: ["explain", "prod", component]
            case .check: ["check", "--base", base, "--head", "topic"]
            }
        let run = try run(time, arguments + ["--output", "json"], opa: opa)
        let report = try JSONReader.value(run.outputBytes)
        let actions =
            switch surface {
            case .plan: report["actions"]?.elements
            case .explain: report["action"].map { [$0] }
            case .check: report["promotions"]?.elements
            }
        return actions?.first { action in
            let names =
                action["components"]?.elements?.map(\.string)
                ?? action["changes"]?.elements?.map { $0["component"]?.string }
            return action["environment"] == "prod" && names?.contains(component) == true
        }?["verdict"]
    }

    /// Expects every surface to say the same of a gate.
    ///
    /// - Parameter parts: All of them stand in the reason.
    func expect(
        _ gate: String, _ state: String, _ parts: String..., at time: String, component: String = "web",
        on surfaces: [Surface] = Surface.allCases, opa: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for surface in surfaces {
            let verdict = try verdict(surface, time, component: component, opa: opa)
            let gates = verdict?["gates"]?.elements?.filter { $0["gate"]?.string == gate } ?? []
            let isMet = gates.contains { found in
                found["result"]?.string == state
                    && parts.allSatisfy { found["reason"]?.string?.contains($0) == true }
            }
            let shown = gates.map(JSONWriter.line).joined(separator: "\n")
            #expect(
                isMet, "\(surface.rawValue) at \(time): \(gate) \(state) \(parts), found \(shown)",
                sourceLocation: sourceLocation)
        }
    }

    /// Ticks, and expects that `prod` holds the digest of `digit` afterwards.
    @discardableResult
    func tick(
        _ time: String, holds digit: Int, cache: Bool = false, opa: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Run {
        let run = try run(time, ["reconcile"], cache: cache, opa: opa)
        #expect(run.status == 0, "\(run.text)", sourceLocation: sourceLocation)
        let components = try repository.file("environments/prod/environment.lock")
            .split(separator: "\npending:")[0].split(separator: "\n")
        #expect(
            components.contains { $0.hasPrefix("    digest: ") && $0.contains(SampleText.digest(digit)) },
            "\(run.text)", sourceLocation: sourceLocation)
        return run
    }

    /// The message of the newest commit on `main`.
    func message() throws -> String {
        try repository.git("log", "-1", "--format=%B", "main")
    }

    /// The id of the promotion that waits or was recorded last.
    func promotion() throws -> String {
        let text = try repository.git("log", "-1", "--format=%(trailers:key=Promotion-Id,valueonly)", "main")
        return String(try #require(text.split(separator: "\n").first { $0.hasPrefix("prod.") }))
    }
}
