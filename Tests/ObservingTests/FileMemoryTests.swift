import Foundation
import Git
import Observing
import PromotionModel
import Synchronization
import TestSupport
import Testing

/// An environment of which some files have changed is told as if all of them were read.
@Suite struct FileMemoryTests {
    private typealias World = DeclarationMemoryTests.World

    /// Texts of many formats, some of which depend on where they stand or on what stands beside them.
    private static func text(_ number: Int) -> BareRepository.Entry {
        let digest = String(repeating: String(number % 10), count: 64)
        let texts: [String] = [
            DeclarationMemoryTests.manifest("app-\(number % 3)", "1.\(number)", number).text,
            "image:\n  repository: registry.example/chart\n  tag: \"\(number)\"\n",
            "apiVersion: v2\nname: chart\nversion: 1.\(number).0\n"
                + "dependencies:\n  - {name: base, version: 2.\(number).0, repository: https://charts.example}\n",
            "resources: [app-1.yaml]\nimages:\n  - {name: registry.example/app-1, newTag: \"\(number)\"}\n",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
                + "spec: {containers: [{name: c, image: \"registry.example/p:${VERSION}\"}]}\n",
            "services:\n  web:\n    image: registry.example/web:\(number)@sha256:\(digest)\n",
            "a: [broken\n", "image: a/b:1\nimage: a/b:\(number)\n", "# nothing\n",
        ]
        return .text(texts[number % texts.count])
    }

    private static let names = [
        "app-1.yaml", "app-2.yaml", "values.yaml", "Chart.yaml", "kustomization.yaml", "compose.yaml",
        "deep/app-1.yaml",
        "notes.txt", "caf\u{E9}.yaml",
    ]

    private static func path(_ random: inout SeededGenerator) -> String {
        "environments/env-\(Int.random(in: 1...3, using: &random))/\(names[Int.random(in: 0..<names.count, using: &random)])"
    }

    private static let layouts: [BareRepository.Entry] = [
        .gone,
        """
        apiVersion: towpath.dev/v1
        kind: Fleet
        spec:
          environments:
            - {name: "{env}", paths: ["environments/{env}/**"], exclude: ["**/values.yaml"]}

        """,
        """
        apiVersion: towpath.dev/v1
        kind: Fleet
        spec:
          environments:
            - {name: "{env}", paths: ["environments/{env}/**"], shared: true}
            - {name: both, paths: ["environments/env-1/**", "environments/env-2/app-1.yaml"], shared: true}

        """,
    ]

    /// What happens to a fleet: files come, go, change, move, and change places.
    private static func happen(
        _ number: Int, to files: inout [String: BareRepository.Entry], _ random: inout SeededGenerator
    ) -> [String: BareRepository.Entry] {
        let (one, other) = (path(&random), path(&random))
        var changes: [String: BareRepository.Entry]
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1, 2: changes = [one: text(number)]
        case 3: changes = [one: .gone]
        case 4:
            changes = [one: .gone]
            changes[other] = files[one] ?? text(number)
        case 5:
            changes = [one: files[other] ?? text(number)]
            changes[other] = files[one] ?? text(number + 1)
        case 6: changes = [one: .executable(files[one]?.text ?? "")]
        default: changes = ["towpath.yaml": layouts[number % layouts.count]]
        }
        // A file that was never there cannot go.
        changes = changes.filter { path, entry in
            if case .gone = entry { files[path] != nil } else { true }
        }
        for (path, entry) in changes {
            if case .gone = entry { files[path] = nil } else { files[path] = entry }
        }
        return changes
    }

    @Test(arguments: UInt64(0)..<16)
    func `whatever becomes of single files, what is declared is what all of them say`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var files: [String: BareRepository.Entry] = [:]
        for number in 1...12 { files[Self.path(&random)] = Self.text(number) }
        let world = try World(files)
        for round in 1...14 {
            let changes = Self.happen(round + Int(seed), to: &files, &random)
            if !changes.isEmpty { try world.bare.commit(changes) }
            for depth in [FleetReader.Depth.configuration, .declarations] {
                let read = try world.declared(remembering: false, depth: depth)
                #expect(try world.declared(remembering: true, depth: depth) == read, "after \(changes)")
            }
            if round % 5 == 0 { try DeclarationMemoryTests.damage(world, &random) }
        }
    }

    @Test func `of an environment in which one file changed, only that one is read`() throws {
        var files: [String: BareRepository.Entry] = [:]
        for number in 1...5 {
            files["environments/env-1/app-\(number).yaml"] = DeclarationMemoryTests.manifest(
                "app-\(number)", "1.0", number)
        }
        let world = try World(files)
        _ = try world.declared(remembering: true)
        try world.bare.commit(["environments/env-1/app-3.yaml": DeclarationMemoryTests.manifest("app-3", "2.0", 7)])
        let read = try world.declared(remembering: false)
        let repository = try Repository.open(at: world.bare.path)
        for number in [1, 2, 4, 5] {
            let id = try world.bare.git("rev-parse", "main:environments/env-1/app-\(number).yaml").prefix(40)
            try FileManager.default.removeItem(
                atPath: "\(repository.gitDirectory)/objects/\(id.prefix(2))/\(id.dropFirst(2))")
        }
        #expect(try world.declared(remembering: false) != read)
        #expect(try world.declared(remembering: true) == read)
        #expect(world.told.withLock { $0 } == [])
    }

    @Test func `damage to what is kept of a file is told of, and the file is read`() throws {
        let world = try World([
            "environments/env-1/app-1.yaml": DeclarationMemoryTests.manifest("app-1", "1.0"),
            "environments/env-1/app-2.yaml": DeclarationMemoryTests.manifest("app-2", "1.0"),
        ])
        _ = try world.declared(remembering: true)
        let sound = try Data(contentsOf: world.file("files"))
        var bytes = sound
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: world.file("files"))
        try world.bare.commit(["environments/env-1/app-1.yaml": DeclarationMemoryTests.manifest("app-1", "1.1")])
        #expect(try world.declared(remembering: true) == world.declared(remembering: false))
        #expect(world.told.withLock { $0.count } == 1)
        #expect(world.told.withLock { $0.first?.contains("files") } == true)
        try world.bare.commit(["environments/env-1/app-1.yaml": DeclarationMemoryTests.manifest("app-1", "1.2")])
        #expect(try world.declared(remembering: true) == world.declared(remembering: false))
        #expect(world.told.withLock { $0.count } == 1)
    }

    @Test func `what is kept of files does not grow with the history of the fleet`() throws {
        var files: [String: BareRepository.Entry] = [:]
        for number in 1...300 {
            files["environments/env-1/app-\(number).yaml"] = DeclarationMemoryTests.manifest("app-\(number)", "1.0")
        }
        let world = try World(files)
        _ = try world.declared(remembering: true)
        let first = try Data(contentsOf: world.file("files")).count
        for round in 1...40 {
            try world.bare.commit([
                "environments/env-1/app-1.yaml": DeclarationMemoryTests.manifest("app-1", "2.\(round)")
            ])
            _ = try world.declared(remembering: true)
        }
        #expect(try Data(contentsOf: world.file("files")).count < 5 * first + (2 << 20))
    }
}
