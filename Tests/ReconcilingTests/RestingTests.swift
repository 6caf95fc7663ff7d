import Acting
import Foundation
import Git
import Observing
import Planning
import Ports
import PromotionModel
import Reconciling
import Recording
import TestSupport
import Testing

/// A fleet to which anything happens, looked at with and without what earlier ticks remember.
private struct RestingWorld {
    let bare: BareRepository
    let cache: String
    var random: SeededGenerator
    var instant: Timestamp
    /// What one process that goes on keeps in memory; one world in three is that of processes that begin anew.
    private let memory: DeclarationMemory?
    private let places: FilesMemory?
    private var number = 1
    private var names = ["dev", "lab", "prod", "test"]
    /// To whom nothing bad happens.
    private static let quiet = ["east", "north", "south", "west"]

    init(seed: UInt64) throws {
        bare = try BareRepository()
        cache = bare.directory.file("cache")
        random = SeededGenerator(seed: seed)
        let commonDirectory = try Repository.open(at: bare.path).commonDirectory
        memory = seed % 3 == 0 ? nil : DeclarationMemory(of: commonDirectory, in: cache) { _ in }
        places = seed % 3 == 0 ? nil : FilesMemory()
        instant = try #require(Timestamp("2026-11-23T08:00:00Z"))
        var files: [String: BareRepository.Entry] = [:]
        // One world in two publishes.
        if seed % 2 == 0 { files["towpath.yaml"] = SampleText.publishing }
        for name in names + Self.quiet {
            for component in ["web", "api"] {
                files["environments/\(name)/\(component).yaml"] = SampleText.component(component, "1.0.0", 1)
            }
        }
        files["policies/dev.yaml"] = SampleText.contract(to: "dev")
        files["policies/test.yaml"] = SampleText.contract(to: "test", from: "dev", gates: "{soak: {for: 2h}}")
        files["policies/prod.yaml"] = SampleText.contract(
            to: "prod", from: "test", gates: "{windows: [{from: \"07:00\", to: \"15:00\", zone: UTC}]}")
        for name in Self.quiet { files["policies/\(name).yaml"] = SampleText.contract(to: name) }
        try bare.commit(files)
    }

    func observer(remembering: Bool) throws -> GitObserver {
        let repository = try Repository.open(at: bare.path)
        var reader = FleetReader()
        if remembering {
            reader.memory = memory ?? DeclarationMemory(of: repository.commonDirectory, in: cache) { _ in }
            reader.places = places
        }
        return GitObserver(
            repository: repository, reference: "refs/heads/main", reader: reader, leavesResting: remembering)
    }

    func tick() throws -> TickReport {
        let identity = try Identity(name: "Towpath", email: "towpath@example.invalid")
        func open() throws -> Repository { try Repository.open(at: bare.path) }
        let tick = Tick(
            observer: try observer(remembering: true),
            actuator: BranchPublisher(
                repository: try open(), reader: FleetReader(), identity: identity, reserved: ["refs/heads/main"]),
            recorder: LedgerRecorder(repository: try open(), reference: "refs/heads/main", identity: identity),
            planner: Planner(identity: identity.description))
        return try tick.run(at: SteppingClock([instant]))
    }

    /// One thing that people, or machines, do; in words.
    mutating func happen() throws -> String {
        number += 1
        let name = names[Int.random(in: 0..<names.count, using: &random)]
        let component = ["web", "api"][Int.random(in: 0...1, using: &random)]
        let file = "environments/\(name)/\(component).yaml"
        let text = SampleText.component(component, "1.\(number).0", number % 15 + 1)
        switch Int.random(in: 0..<15, using: &random) {
        case 0, 1:
            try bare.commit([file: text])
            return "a digest in \(file)"
        case 2:
            let file = "environments/\(Self.quiet[number % 4])/\(component).yaml"
            try bare.commit([file: text])
            return "a digest in \(file)"
        case 3:
            try bare.commit([
                file: SampleText.component(component, "1.\(number).0", number % 15 + 1, config: "level: \(number)")
            ])
            return "configuration in \(file)"
        case 4:
            try bare.commit([file: .gone, "environments/\(name)/note-\(number).txt": "kept\n"])
            return "\(file) goes"
        case 5:
            try bare.commit([file: "kind: [broken\n"])
            return "\(file) breaks"
        case 6:
            let gates = ["{}", "{soak: {for: 1h}}", "{windows: [{from: \"09:00\", to: \"11:00\", zone: UTC}]}"]
            try bare.commit([
                "policies/test.yaml": SampleText.contract(to: "test", from: "dev", gates: gates[number % 3])
            ])
            return "another contract of test"
        case 7:
            try bare.commit(["environments/\(name)/environment.lock": number % 2 == 0 ? .gone : "components: {}\n"])
            return "somebody changes the lock of \(name)"
        case 8:
            let branch = "env/\(name)"
            guard try bare.tip(branch) != nil else { return "nothing" }
            try bare.commit(["environments/\(name)/web.yaml": text], branch: branch)
            return "somebody pushes to \(branch)"
        case 9:
            guard try bare.tip("env/\(name)") != nil else { return "nothing" }
            try bare.git("update-ref", "-d", "refs/heads/env/\(name)")
            return "the branch of \(name) goes"
        case 10:
            let fresh = "extra-\(number)"
            names.append(fresh)
            try bare.commit(["environments/\(fresh)/web.yaml": text])
            return "a new environment \(fresh)"
        case 11:
            return try "the memory: \(damage())"
        case 12:
            try bare.commit([file: .gone, "environments/\(name)/moved-\(number).yaml": text])
            return "\(file) moves"
        case 13:
            let other = SampleText.component("web", "1.\(number).0", number % 14 + 2)
            try bare.commit(["environments/\(name)/web.yaml": text, "environments/\(name)/api.yaml": other])
            return "both files of \(name) change, and what they name may be the same"
        default:
            instant = Timestamp(seconds: instant.seconds + Int64.random(in: 1...7200, using: &random))
            return "time passes"
        }
    }

    /// Harms what is remembered.
    private mutating func damage() throws -> String {
        let folders = "\(cache)/declarations"
        guard FileManager.default.fileExists(atPath: folders),
            let folder = try FileManager.default.contentsOfDirectory(atPath: folders).first
        else { return "there is none" }
        let path = "\(folders)/\(folder)/\(["resting", "files", "environments"][number % 3])"
        guard var bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else { return "there is none" }
        switch Int.random(in: 0...2, using: &random) {
        case 0:
            try FileManager.default.removeItem(atPath: cache)
            return "deleted"
        case 1:
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        default:
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        return "cut or flipped"
    }
}

@Suite struct RestingTests {
    private static let planner = Planner(identity: "Towpath <towpath@example.invalid>")

    @Test(arguments: UInt64(1)...4)
    func `a tick that leaves out who rests plans what one does that looks at everybody`(seed: UInt64) throws {
        var world = try RestingWorld(seed: seed)
        var leftOut = 0
        var told: [String] = []
        _ = try world.tick()
        for _ in 1...20 {
            told.append(try world.happen())
            let quick = try world.observer(remembering: true).observe(at: world.instant)
            let whole = try world.observer(remembering: false).observe(at: world.instant)
            #expect(quick.names == whole.names)
            #expect(quick.problems == whole.problems && quick.isLedgerUnbegun == whole.isLedgerUnbegun)
            let resting = Set(quick.resting.map(\.name))
            leftOut += resting.count
            let (plan, expected) = (
                Self.planner.plan(for: quick, at: world.instant), Self.planner.plan(for: whole, at: world.instant)
            )
            #expect(quick.origins == whole.origins.filter { !resting.contains($0.key) })
            #expect(plan.environments == expected.environments.filter { !resting.contains($0.environment) })
            for environment in expected.environments where resting.contains(environment.environment) {
                let isQuiet =
                    environment.actions.isEmpty && environment.entry.isEmpty
                    && environment.publication == nil && environment.wakeUps.isEmpty
                #expect(isQuiet, "\(environment.environment) rests after \(told), and has \(environment)")
            }
            for environment in whole.environments where resting.contains(environment.name) {
                #expect(environment.declared.problems.isEmpty && environment.record.problem == nil)
            }
            #expect(plan.nextChange == expected.nextChange && plan.stableUntil == expected.stableUntil)
            if Bool.random(using: &world.random) { _ = try world.tick() }
        }
        #expect(leftOut > 0, "nobody ever rested: \(told)")
        try world.bare.expectSound()
    }
}
