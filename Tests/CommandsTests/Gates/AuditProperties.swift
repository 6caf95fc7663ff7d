import Foundation
import TestSupport
import Testing

/// Ways to falsify a history, each at a place that a seed chooses.
enum Falsification: String, CaseIterable, Sendable {
    case editLock, dropEntry, reorder, alterTrailer, dropEvidence, forgeEvidence, alterContract, forgeLock
    case changeAuthor, changeCommitter, changeDate, smuggle
    case stripSignature, foreignSignature, breakSignature
}

/// Whatever is falsified in a real ledger, the audit finds it.
///
/// Whoever falsifies has the key of commits, too, but where the signature is what is falsified.
/// Even seeds falsify thoroughly, with every `Basis` made to fit; odd ones leave that as it was.
@Suite struct AuditProperties {
    /// Seeds for each falsification; `TOWPATH_AUDIT_SEEDS` asks for more.
    private static let seeds =
        0..<(ProcessInfo.processInfo.environment["TOWPATH_AUDIT_SEEDS"].flatMap(UInt64.init) ?? 1)

    @Test(arguments: Falsification.allCases, seeds)
    func `a falsified history is never sound`(_ falsification: Falsification, _ seed: UInt64) throws {
        let isThorough = seed.isMultiple(of: 2)
        let repository = try BareRepository(copying: AuditedFleet.shared.get().repository)
        let salt = falsification.rawValue.utf8.reduce(0) { $0 + UInt64($1) }
        var random = SeededGenerator(seed: seed &* 1_000 &+ salt)
        let what = try falsify(falsification, repository, isThorough: isThorough, &random)
        try repository.expectSound()
        let run = try repository.audit("--strict", "--output", "json")
        #expect(
            run.status == 3,
            "\(falsification) with seed \(seed), \(isThorough ? "thoroughly" : "plainly"): \(what)\n\(run.errors)")
    }

    /// Falsifies `repository`, and says how.
    private func falsify(
        _ falsification: Falsification, _ repository: BareRepository, isThorough: Bool, _ random: inout SeededGenerator
    ) throws -> String {
        var history = try HistoryRewriting(of: repository, isThorough: isThorough)
        // The last tick is not taken out: what is left would be a ledger that ends earlier.
        let entries = history.entries
        let chosen = entries.randomElement(using: &random) ?? 0
        let what: String
        switch falsification {
        case .editLock: what = try Self.editLock(&history, chosen, &random)
        case .dropEntry: what = try Self.dropEntry(&history, entries.dropLast(2).randomElement(using: &random) ?? 0)
        case .reorder: what = try Self.reorder(&history, &random)
        case .alterTrailer: what = Self.alterTrailer(&history, chosen, &random)
        case .dropEvidence, .forgeEvidence:
            what = try Self.falsifyEvidence(&history, isDropped: falsification == .dropEvidence, &random)
        case .alterContract: what = try Self.alterContract(&history, &random)
        case .forgeLock: what = try Self.forgeLock(&history, &random)
        case .changeAuthor, .changeCommitter:
            what = Self.changePerson(&history, chosen, isAuthor: falsification == .changeAuthor)
        case .changeDate: what = Self.changeDate(&history, chosen, &random)
        case .stripSignature, .foreignSignature, .breakSignature:
            // The first has nothing before it that would ask for a signature.
            let index = entries.dropFirst().randomElement(using: &random) ?? 0
            history.revisions[index].signing =
                falsification == .stripSignature ? .none : falsification == .breakSignature ? .broken : .by("ada")
            what = "the signature of entry \(index)"
        case .smuggle:
            let blob = try repository.write("kind: PromotionContract\n")
            try history.replace("policies/more.yaml", from: chosen, with: blob)
            what = "a policy came with entry \(chosen)"
        }
        try history.write()
        return what
    }

    /// Changes a character of a lock that matters, for as long as the lock stays.
    private static func editLock(
        _ history: inout HistoryRewriting, _ index: Int, _ random: inout SeededGenerator
    ) throws -> String {
        let path = "environments/\(history.revisions[index].environment ?? "")/environment.lock"
        let lines = try history.file(path, at: index).split(separator: "\n", omittingEmptySubsequences: false)
        let candidates = lines.indices.filter { lines[$0].contains("digest: ") || lines[$0].contains(" at: ") }
        let line = try #require(candidates.randomElement(using: &random))
        var edited = lines.map(String.init)
        edited[line] = edited[line].replacing(/[0-9](?=[^0-9]*$)/) { String((Int($0.output) ?? 0) == 9 ? 0 : 9) }
        let blob = try history.repository.write(edited.joined(separator: "\n"))
        try history.replace(path, from: index, with: blob)
        return "\(path) in \(index): \(edited[line])"
    }

    /// Takes an entry out, and what it wrote.
    private static func dropEntry(_ history: inout HistoryRewriting, _ index: Int) throws -> String {
        let revision = history.revisions[index]
        let path = "environments/\(revision.environment ?? "")/environment.lock"
        let before = try history.blob(path, at: index - 1)
        try history.replace(path, from: index, with: before)
        history.drop(index)
        return "\(revision.message.prefix { $0 != "\n" }) is gone"
    }

    /// Swaps an entry with the commit before it, where they touch different files.
    private static func reorder(_ history: inout HistoryRewriting, _ random: inout SeededGenerator) throws -> String {
        let candidates = history.entries.filter { index in
            index >= 2 && history.revisions[index].parents == [history.revisions[index - 1].id]
                && history.revisions[index - 1].parents == [history.revisions[index - 2].id]
        }
        let index = try #require(candidates.randomElement(using: &random))
        let path = "environments/\(history.revisions[index].environment ?? "")/environment.lock"
        let middle = history.revisions[index - 1]
        let lock = try history.blob(path, at: index)
        let last = history.revisions[index].tree
        history.revisions[index].tree = history.revisions[index - 2].tree
        try history.put(lock, at: path, in: index)
        history.revisions[index - 1].tree = last
        history.revisions[index].parents = middle.parents
        history.revisions[index - 1].parents = [history.revisions[index].id]
        for later in history.revisions.indices where later > index {
            history.revisions[later].parents = history.revisions[later].parents.map {
                $0 == history.revisions[index].id ? middle.id : $0
            }
        }
        history.revisions.swapAt(index - 1, index)
        return
            "\(history.revisions[index - 1].message.prefix { $0 != "\n" }) before \(middle.message.prefix { $0 != "\n" })"
    }

    /// Changes one letter or digit of a trailer.
    private static func alterTrailer(
        _ history: inout HistoryRewriting, _ index: Int, _ random: inout SeededGenerator
    ) -> String {
        let message = history.revisions[index].message
        guard let start = message.range(of: "\n\nEnvironment: ")?.upperBound else { return "nothing" }
        let letters = message.indices[start...].filter { position in
            // The key and the sign-off have tests of their own.
            let line = message[..<position].split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
            return line.contains(": ") && message[position].isASCII
                && (message[position].isLetter || message[position].isNumber)
        }
        guard let position = letters.randomElement(using: &random) else { return "nothing" }
        let old = message[position]
        let new: Character = old == "7" ? "8" : old.isNumber ? "7" : old == "e" ? "a" : "e"
        var altered = Array(message)
        altered[message.distance(from: message.startIndex, to: position)] = new
        history.revisions[index].message = String(altered)
        let line = String(altered).split(separator: "\n").first { !message.contains($0) }
        return "in \(index): \(line ?? "")"
    }

    /// Takes a commit of the evidence branch away, or changes an envelope in it.
    private static func falsifyEvidence(
        _ history: inout HistoryRewriting, isDropped: Bool, _ random: inout SeededGenerator
    ) throws -> String {
        var evidence = try HistoryRewriting(
            of: history.repository, branch: "towpath/evidence", isThorough: history.isThorough)
        let index = Int.random(in: 1..<evidence.revisions.count, using: &random)
        let repository = history.repository
        let changed = try repository.git(
            "diff-tree", "-r", "--name-only", "--no-commit-id", evidence.revisions[index].id
        ).split(separator: "\n").map(String.init)
        for path in changed {
            let text = try evidence.file(path, at: index)
            let forged = isDropped ? nil : try repository.write(text.replacing("sig", with: "gis"))
            for later in evidence.revisions.indices[index...] { try evidence.put(forged, at: path, in: later) }
        }
        if isDropped { evidence.drop(index) }
        try evidence.write()
        history.names.merge(evidence.names) { $1 }
        return "\(changed) of the evidence"
    }

    /// Changes a contract for as long as it stays.
    private static func alterContract(
        _ history: inout HistoryRewriting, _ random: inout SeededGenerator
    ) throws -> String {
        let path = ["policies/dev.yaml", "policies/prod.yaml"].randomElement(using: &random) ?? ""
        let text = try history.file(path, at: 0)
        let blob = try history.repository.write(text + "# as it always was\n")
        try history.replace(path, from: 0, with: blob)
        return "\(path) from the beginning"
    }

    /// Puts a commit of somebody between two others that edits a lock.
    private static func forgeLock(
        _ history: inout HistoryRewriting, _ random: inout SeededGenerator
    ) throws -> String {
        let index = history.entries.dropFirst(2).randomElement(using: &random) ?? 0
        let path = "environments/prod/environment.lock"
        var forged = history.revisions[index]
        forged.message = "Tidy up\n"
        let text = try history.file(path, at: index).replacing("health: assumed", with: "health: healthy")
        let revision = HistoryRewriting.Revision(
            id: String(repeating: "f", count: 40), tree: forged.tree, parents: [forged.id], author: forged.author,
            committer: forged.committer, message: "Tidy up\n")
        for later in history.revisions.indices {
            history.revisions[later].parents = history.revisions[later].parents.map {
                $0 == forged.id ? revision.id : $0
            }
        }
        history.revisions.insert(revision, at: index + 1)
        let blob = try history.repository.write(text)
        try history.replace(path, from: index + 1, with: blob)
        return "\(path) after \(index)"
    }

    private static func changePerson(
        _ history: inout HistoryRewriting, _ index: Int, isAuthor: Bool
    ) -> String {
        let line = isAuthor ? history.revisions[index].author : history.revisions[index].committer
        let changed = line.replacing("Towpath <towpath@", with: "Mallory <mallory@")
        if isAuthor {
            history.revisions[index].author = changed
        } else {
            history.revisions[index].committer = changed
        }
        return "\(index) is of \(changed)"
    }

    private static func changeDate(
        _ history: inout HistoryRewriting, _ index: Int, _ random: inout SeededGenerator
    ) -> String {
        let seconds = Int.random(in: 1...9_000, using: &random)
        history.revisions[index].committer = history.revisions[index].committer.replacing(/[0-9]+ \+0000$/) { match in
            "\((Int(match.output.dropLast(6)) ?? 0) - seconds) +0000"
        }
        return "\(index) is \(seconds) seconds older"
    }
}
