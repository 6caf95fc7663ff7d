import Foundation
import Git
import TestSupport
import Testing

@Suite struct HistoryTests {
    /// A history made by chance: merges, octopuses, several roots, dates that say nothing.
    private struct RandomHistory {
        let fixture: Fixture
        let commits: [ObjectID]

        init(seed: UInt64, count: Int = 40) throws {
            var random = SeededGenerator(seed: seed)
            fixture = try Fixture()
            var stream = ""
            for number in 1...count {
                let date = seed % 3 == 0 ? 7 : Int.random(in: 0..<2_000_000_000, using: &random)
                let message = "\(number)"
                stream += "commit refs/heads/b\(number)\nmark :\(number)\ncommitter G <g@x> \(date) +0000\n"
                stream += "data \(message.utf8.count)\n\(message)\n"
                let width = number == 1 ? 0 : [0, 1, 1, 1, 1, 2, 2, 3, 4].randomElement(using: &random) ?? 1
                var parents: [Int] = []
                for _ in 0..<width {
                    let parent = Int.random(in: max(1, number - 12)..<number, using: &random)
                    if !parents.contains(parent) { parents.append(parent) }
                }
                for (index, parent) in parents.enumerated() {
                    stream += "\(index == 0 ? "from" : "merge") :\(parent)\n"
                }
                stream += "\n"
            }
            let marks = fixture.directory.file("marks")
            try fixture.git("fast-import", "--quiet", "--force", "--export-marks=\(marks)", input: stream)
            if seed % 2 == 0 { try fixture.git("repack", "-a", "-d", "-q") }
            var found: [Int: ObjectID] = [:]
            for line in try String(contentsOfFile: marks, encoding: .utf8).split(separator: "\n") {
                let words = line.dropFirst().split(separator: " ")
                found[try #require(Int(words[0]))] = ObjectID(hex: words[1])
            }
            commits = try (1...count).map { try #require(found[$0]) }
        }

        func reachable(_ id: ObjectID) throws -> Set<String> {
            Set(try fixture.git.lines("rev-list", id.hex))
        }
    }

    @Test(arguments: 0..<24) func `walks and ancestry are those of git`(seed: UInt64) throws {
        let history = try RandomHistory(seed: seed)
        var random = SeededGenerator(seed: seed &+ 1_000)
        let repository = try history.fixture.open()
        for _ in 0..<6 {
            let picked = (0..<3).map { _ in history.commits.randomElement(using: &random) ?? .zero }
            let (start, hidden, other) = (picked[0], picked[1], picked[2])
            var line: [String] = []
            try repository.firstParentWalk(from: start) { commit in
                line.append(commit.id.hex)
                return .next
            }
            #expect(try line == history.fixture.git.lines("rev-list", "--first-parent", start.hex))
            try Self.expectOrder(repository, history, from: start, hiding: [])
            try Self.expectOrder(repository, history, from: start, hiding: [hidden])
            try Self.expectOrder(repository, history, from: start, hiding: [hidden, other])
            let isAncestor = try repository.isAncestor(hidden, of: start)
            #expect(try isAncestor == history.reachable(start).contains(hidden.hex))
            // git itself is misled by dates here, so its answer is worked out from what is reachable.
            let common = try history.reachable(start).intersection(try history.reachable(hidden))
            var best = common
            for base in common where best.contains(base) {
                let id = try #require(ObjectID(hex: base))
                best.subtract(try history.reachable(id).subtracting([base]))
            }
            #expect(try repository.mergeBases(start, hidden).map(\.hex) == best.sorted())
        }
    }

    private static func expectOrder(
        _ repository: borrowing Repository, _ history: RandomHistory, from start: ObjectID, hiding hidden: [ObjectID]
    ) throws {
        var expected = try history.reachable(start)
        for id in hidden { expected.subtract(try history.reachable(id)) }
        var orders: [[ObjectID]] = []
        for _ in 0..<2 {
            var order: [ObjectID] = []
            try repository.topologicalWalk(from: start, hiding: hidden) { commit in
                order.append(commit.id)
                return .next
            }
            var come: Set<ObjectID> = []
            for id in order {
                let parents = try repository.commit(id).parents
                #expect(parents.allSatisfy { !come.contains($0) }, "a parent came before its child")
                come.insert(id)
            }
            orders.append(order)
        }
        #expect(Set(orders[0].map(\.hex)) == expected)
        #expect(orders[0].count == expected.count)
        #expect(orders[0] == orders[1])
    }

    @Test func `a walk stops when told and starts anywhere`() throws {
        let history = try RandomHistory(seed: 4)
        let repository = try history.fixture.open()
        var count = 0
        try repository.topologicalWalk(from: try #require(history.commits.last)) { _ in
            count += 1
            return count == 3 ? .stop : .next
        }
        #expect(count == 3)
    }

    @Test func `a criss-cross has two bases`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree([:])
        let root = try fixture.commit(tree)
        // The child is older than its parent by what it says.
        let one = try fixture.commit(tree, parents: [root], message: "1\n", date: "@10 +0000")
        let two = try fixture.commit(tree, parents: [root], message: "2\n", date: "@10 +0000")
        let left = try fixture.commit(tree, parents: [one, two], message: "l\n", date: "@5 +0000")
        let right = try fixture.commit(tree, parents: [two, one], message: "r\n", date: "@5 +0000")
        let island = try fixture.commit(tree, message: "island\n")
        let repository = try fixture.open()
        #expect(try repository.mergeBases(left, right) == [one, two].sorted())
        #expect(try repository.mergeBases(left, left) == [left])
        #expect(try repository.mergeBases(left, island) == [])
        #expect(try repository.isAncestor(root, of: left))
        #expect(try repository.isAncestor(left, of: left))
        #expect(try !repository.isAncestor(left, of: root))
        #expect(try !repository.isAncestor(island, of: left))
    }

    @Test func `the boundary of a shallow clone is no root`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree([:])
        var tips: [ObjectID] = []
        for number in 0..<5 {
            tips.append(try fixture.commit(tree, parents: tips.suffix(1), message: "\(number)\n"))
        }
        try fixture.git("update-ref", "refs/heads/main", tips[4].hex)
        let copy = fixture.directory.file("copy.git")
        try fixture.git("clone", "--quiet", "--bare", "--depth", "2", "file://" + fixture.path, copy)
        let repository = try Repository.open(at: copy)
        let isShallow = repository.isShallow
        #expect(isShallow)
        var seen: [Bool] = []
        try repository.firstParentWalk(from: tips[4]) { commit in
            #expect(commit.parents.count == 1)
            seen.append(commit.isShallowBoundary)
            return .next
        }
        #expect(seen == [false, true])
        var count = 0
        try repository.topologicalWalk(from: tips[4]) { _ in
            count += 1
            return .next
        }
        #expect(count == 2)
        #expect(try repository.isAncestor(tips[3], of: tips[4]))
        #expect(gitError { () throws(GitError) in _ = try repository.resolve("main~2") }?.code == .shallow)
        let island = try repository.writeCommit(
            tree: tree, parents: [], author: Signature(try #require(grace), seconds: 1),
            committer: Signature(try #require(grace), seconds: 1), message: "island\n")
        for error in [
            gitError({ () throws(GitError) in _ = try repository.isAncestor(island, of: tips[4]) }),
            gitError({ () throws(GitError) in _ = try repository.mergeBases(island, tips[4]) }),
        ] {
            #expect(error?.code == .shallow && error?.hint == "git fetch --unshallow")
        }
        #expect(gitError { () throws(GitError) in _ = try repository.commit(tips[2]) }?.code == .notFound)
    }

    @Test func `a commit that is missing or cut short ends the walk with an error`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree([:])
        let root = try fixture.commit(tree)
        let tip = try fixture.commit(tree, parents: [root], message: "tip\n")
        let other = try fixture.commit(tree, message: "other\n")
        let file = "\(fixture.path)/objects/\(root.hex.prefix(2))/\(root.hex.dropFirst(2))"
        let whole = try #require(FileManager.default.contents(atPath: file))
        for bytes in [Data(), whole.prefix(5), whole.prefix(whole.count - 5), nil] {
            try FileManager.default.removeItem(atPath: file)
            if let bytes { try bytes.write(to: URL(fileURLWithPath: file)) }
            let repository = try fixture.open()
            for error in [
                gitError({ () throws(GitError) in try repository.firstParentWalk(from: tip) { _ in .next } }),
                gitError({ () throws(GitError) in try repository.topologicalWalk(from: tip) { _ in .next } }),
                gitError({ () throws(GitError) in _ = try repository.isAncestor(other, of: tip) }),
                gitError({ () throws(GitError) in _ = try repository.mergeBases(other, tip) }),
                gitError({ () throws(GitError) in _ = try repository.resolve("\(tip)~2") }),
            ] {
                #expect(error?.code == (bytes == nil ? .notFound : .corrupt))
            }
        }
    }
}
