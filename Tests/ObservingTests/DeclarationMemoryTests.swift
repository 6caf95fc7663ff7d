import Foundation
import Git
import Observing
import PromotionModel
import Synchronization
import TestSupport
import Testing

/// What is remembered is what would be read, whatever becomes of the cache folder.
@Suite struct DeclarationMemoryTests {
    /// A fleet of its own, its cache folder, and what was told about it.
    final class World: Sendable {
        let bare: BareRepository
        let cache: String
        let told = Mutex<[String]>([])

        init(_ files: [String: BareRepository.Entry]) throws {
            bare = try BareRepository()
            cache = bare.directory.file("cache")
            try bare.commit(files)
        }

        /// What every environment declares, by a process that remembers, or one that does not.
        func declared(
            remembering: Bool, depth: FleetReader.Depth = .configuration, of name: String? = nil
        ) throws -> [DeclaredEnvironment] {
            let repository = try Repository.open(at: bare.path)
            var reader = FleetReader()
            if remembering { reader.memory = memory(of: repository) }
            let tip = try #require(try repository.reference("refs/heads/main"))
            let tree = try repository.commit(tip).tree
            let layout = try reader.layout(at: tree, in: repository)
            let files = try EnvironmentFiles(
                in: tree, layout: layout, extent: remembering ? .folders : .files, repository: repository)
            return try reader.environments(
                files, of: name.map { [try EnvironmentName($0)] }, layout: layout, depth: depth, in: repository)
        }

        func memory(of repository: borrowing Repository) -> DeclarationMemory {
            DeclarationMemory(of: repository.commonDirectory, in: cache) { [self] text in
                told.withLock { $0.append(text) }
            }
        }

        /// The file of environments that is kept.
        var file: URL {
            get throws { try file("environments") }
        }

        /// A file that is kept.
        func file(_ name: String) throws -> URL {
            let folder = "\(cache)/declarations"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return URL(fileURLWithPath: "\(folder)/\(try #require(names.first))/\(name)")
        }
    }

    static func manifest(_ name: String, _ version: String, _ image: Int = 1) -> BareRepository.Entry {
        let digest = String(repeating: String(image % 10), count: 64)
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name)}
            spec:
              replicas: \(image)
              template:
                spec:
                  containers:
                    - name: app
                      image: registry.example/\(name):\(version)@sha256:\(digest)

            """
    }

    private static func fleet(environments: Int = 4, files: Int = 3) -> [String: BareRepository.Entry] {
        var entries: [String: BareRepository.Entry] = [:]
        for environment in 1...environments {
            for file in 1...files {
                entries["environments/env-\(environment)/app-\(file).yaml"] = manifest(
                    "app-\(file)", "1.0", environment)
            }
        }
        // What people should know and what cannot be read are remembered, too.
        entries["environments/env-1/twice.yaml"] = "image:\n  repository: a/b\n  tag: \"1\"\n  tag: \"2\"\n"
        entries["environments/env-1/broken.yaml"] = "a: [b\n"
        entries["environments/env-1/link.yaml"] = .link("twice.yaml")
        return entries
    }

    @Test func `a later process is told the same by the memory, without a file of the fleet`() throws {
        let world = try World(Self.fleet())
        let read = try world.declared(remembering: false)
        #expect(try world.declared(remembering: true) == read)
        #expect(read[0].problems.count >= 3)
        // Without the manifests it can only come from there.
        let repository = try Repository.open(at: world.bare.path)
        for line in try world.bare.git("ls-tree", "-r", "main").split(separator: "\n") {
            let id = line.split(separator: " ")[2].prefix(40)
            let path = "\(repository.gitDirectory)/objects/\(id.prefix(2))/\(id.dropFirst(2))"
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        }
        #expect(try world.declared(remembering: false) != read)
        #expect(try world.declared(remembering: true) == read)
        let plain = try world.declared(remembering: true, depth: .declarations)
        #expect(plain.map(\.declarations) == read.map(\.declarations) && plain.allSatisfy { $0.configuration == nil })
        #expect(try world.declared(remembering: true, of: "env-2") == [read[1]])
        #expect(world.told.withLock { $0 } == [])
    }

    @Test(arguments: 0..<12)
    func `whatever changes in the fleet and is done to the cache, what is declared stays the same`(seed: UInt64) throws
    {
        var random = SeededGenerator(seed: seed)
        let world = try World(Self.fleet())
        for round in 1...6 {
            let file =
                "environments/env-\(Int.random(in: 1...5, using: &random))/app-\(Int.random(in: 1...4, using: &random)).yaml"
            try world.bare.commit([file: Self.manifest("app", "1.\(round)", Int.random(in: 1...9, using: &random))])
            #expect(try world.declared(remembering: true) == world.declared(remembering: false))
            try Self.damage(world, &random)
            for depth in [FleetReader.Depth.declarations, .configuration] {
                let read = try world.declared(remembering: false, depth: depth)
                #expect(try world.declared(remembering: true, depth: depth) == read)
            }
        }
    }

    static func damage(_ world: World, _ random: inout SeededGenerator) throws {
        let file = try world.file(Bool.random(using: &random) ? "environments" : "files")
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        var bytes = [UInt8](try Data(contentsOf: file))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return try FileManager.default.removeItem(at: file)
        case 1: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        case 2: bytes += (0..<Int.random(in: 1...99, using: &random)).map { UInt8(truncatingIfNeeded: $0) }
        default:
            for _ in 0...Int.random(in: 0...20, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
        }
        // In place, as a disk does it.
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    @Test func `environments of many components are found again among those of few`() throws {
        var files = Self.fleet()
        for number in 1...80 {
            files["environments/env-2/many-\(number).yaml"] = Self.manifest("many-\(number)", "1.0", number)
            files["environments/env-4/many-\(number).yaml"] = Self.manifest("many-\(number)", "1.1", number)
        }
        let world = try World(files)
        let read = try world.declared(remembering: false)
        #expect(try world.declared(remembering: true) == read)
        let kept = try Data(contentsOf: world.file)
        #expect(kept.count > 2 * 4_096)
        // Whoever did not find all of it would add it again.
        #expect(try world.declared(remembering: true) == read)
        #expect(try Data(contentsOf: world.file) == kept)
        #expect(world.told.withLock { $0 } == [])
    }

    @Test func `damage is told of, and mended by the next process`() throws {
        let world = try World(Self.fleet())
        _ = try world.declared(remembering: true)
        var bytes = try Data(contentsOf: world.file)
        let sound = bytes
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: world.file)
        #expect(try world.declared(remembering: true) == world.declared(remembering: false))
        #expect(world.told.withLock { $0.count } == 1)
        #expect(try Data(contentsOf: world.file).count == sound.count)
        _ = try world.declared(remembering: true)
        #expect(world.told.withLock { $0.count } == 1)
    }

    @Test func `a folder that others may write to is not believed`() throws {
        let world = try World(Self.fleet())
        let read = try world.declared(remembering: true)
        let folder = try world.file.deletingLastPathComponent().path
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        let before = try Data(contentsOf: world.file)
        try world.bare.commit(["environments/env-2/app-1.yaml": Self.manifest("app-1", "2.0")])
        #expect(try world.declared(remembering: true) != read)
        #expect(try Data(contentsOf: world.file) == before)
        #expect(world.told.withLock { $0.count } == 1)
        #expect(world.told.withLock { $0.first?.contains(folder) } == true)
    }

    @Test func `the file does not grow with the history of the fleet`() throws {
        let world = try World(Self.fleet(environments: 2, files: 300))
        _ = try world.declared(remembering: true)
        let first = try Data(contentsOf: world.file).count
        for round in 1...60 {
            try world.bare.commit(["environments/env-1/app-1.yaml": Self.manifest("app-1", "2.\(round)")])
            _ = try world.declared(remembering: true)
        }
        #expect(try Data(contentsOf: world.file).count < 5 * first + (2 << 20))
    }

    @Test func `one thread and many read the same, in the same order`() throws {
        let world = try World(Self.fleet(environments: 40, files: 20))
        let all = try world.declared(remembering: false)
        let single = try all.flatMap { try world.declared(remembering: false, of: $0.name.description) }
        #expect(all == single)
        #expect(try world.declared(remembering: true) == all)
        #expect(try world.declared(remembering: true) == all)
    }

    @Test func `a process that goes on asks its own memory, and several may share the folder`() throws {
        let world = try World(Self.fleet())
        let repository = try Repository.open(at: world.bare.path)
        let readers = (1...3).map { _ in FleetReader(memory: world.memory(of: repository)) }
        for round in 1...8 {
            try world.bare.commit(["environments/env-\(round % 4 + 1)/app-1.yaml": Self.manifest("app-1", "3.\(round)")]
            )
            let tip = try #require(try repository.reference("refs/heads/main"))
            let tree = try repository.commit(tip).tree
            let read = try world.declared(remembering: false)
            for reader in readers {
                let layout = try reader.layout(at: tree, in: repository)
                let files = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository)
                let found = try reader.environments(files, layout: layout, depth: .configuration, in: repository)
                #expect(found == read)
            }
        }
        #expect(world.told.withLock { $0 } == [])
    }

    @Test(arguments: 0..<8)
    func `a process that goes on finds what others added, and what became of the files meanwhile`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let world = try World(Self.fleet())
        let repository = try Repository.open(at: world.bare.path)
        let reader = FleetReader(memory: world.memory(of: repository))
        for round in 1...12 {
            let environment = Int.random(in: 1...5, using: &random)
            try world.bare.commit([
                "environments/env-\(environment)/app-1.yaml": Self.manifest("app-1", "4.\(round)", round)
            ])
            // Others add to the files, or write them anew, or not.
            if Bool.random(using: &random) { _ = try world.declared(remembering: true) }
            if round % 3 == 0, Bool.random(using: &random) { try Self.damage(world, &random) }
            let tip = try #require(try repository.reference("refs/heads/main"))
            let tree = try repository.commit(tip).tree
            let layout = try reader.layout(at: tree, in: repository)
            let files = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository)
            let found = try reader.environments(files, layout: layout, depth: .configuration, in: repository)
            #expect(try found == world.declared(remembering: false))
        }
        // Nothing is left that a new process would stumble over for good.
        _ = try world.declared(remembering: true)
        let count = world.told.withLock { $0.count }
        #expect(try world.declared(remembering: true) == world.declared(remembering: false))
        #expect(world.told.withLock { $0.count } == count)
    }

    @Test(arguments: [
        "    - {name: \"{env}\", paths: [\"environments/{env}/**\"]}",
        "    - {name: \"{env}\", paths: [\"environments/{env}/**\"], exclude: [\"**/app-1.yaml\"]}",
        "    - {name: \"{env}\", paths: [\"environments/{env}/**\"], shared: true}\n"
            + "    - {name: both, paths: [\"environments/env-1/**\", \"environments/env-2/**\"], shared: true}",
        "    - {name: \"{env}\", paths: [\"environments/{env}/**\"]}\n    - {name: one, paths: [\"**/app-1.yaml\"]}",
        "    - {name: all, paths: [\"**\"]}",
        "    - {name: \"{env}-{app}\", paths: [\"environments/{env}/{app}.yaml\"]}",
        "    - {name: x, paths: [\"environments/env-1/**\"]}\n    - {name: x, paths: [\"environments/env-2/**\"]}",
    ])
    func `a folder that is sealed has the files of a folder that is walked`(rules: String) throws {
        var entries = Self.fleet()
        entries["environments/env-3/deep/er/app-9.yaml"] = Self.manifest("app-9", "1.0")
        entries["environments/env-3/module"] = .submodule
        entries["towpath.yaml"] = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments:
            \(rules)

            """
        let world = try World(entries)
        let repository = try Repository.open(at: world.bare.path)
        let tip = try #require(try repository.reference("refs/heads/main"))
        let tree = try repository.commit(tip).tree
        let layout = try FleetReader().layout(at: tree, in: repository)
        let walked = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        let sealed = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository)
        #expect(sealed.names == walked.names && sealed.branches == walked.branches)
        #expect(sealed.otherProblems == walked.otherProblems && sealed.owners == walked.owners)
        for name in walked.names {
            let claimed = try sealed.claimed(by: name, in: repository)
            #expect(claimed.files == walked.files[name])
            #expect(claimed.problems.sorted() == (walked.problems[name] ?? []).sorted())
        }
        #expect(try world.declared(remembering: true) == world.declared(remembering: false))
        #expect(try world.declared(remembering: true) == world.declared(remembering: false))
    }
}
