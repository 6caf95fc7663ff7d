import Git
import PromotionModel

/// What is broken on purpose, to prove that the checkers notice.
extension LoopWorld {
    /// Breaks what is to be broken right before a reference is moved.
    func breakBefore(moving name: String, from: ObjectID?) throws {
        guard sabotage == .compare, name == Self.watched, let from else { return }
        // As if nobody had compared: what came meanwhile is overwritten.
        try force(name, to: from)
    }

    /// Breaks what is to be broken right after a reference was moved.
    func breakAfter(_ effect: RepositoryEffect, _ current: Running) throws {
        guard let sabotage, !isSabotaged, case .moveReference(let name, let from, let to) = effect, let to else {
            return
        }
        switch sabotage {
        case .acknowledgement where name == Self.watched && from != nil:
            try force(name, to: from ?? to)
        case .withdrawn where name == Self.watched:
            guard let gone = chronicle.withdrawn.keys.sorted(by: { $0.hex < $1.hex }).first else { return }
            try force(name, to: gone)
        case .published where name.hasPrefix("refs/heads/env/"):
            try rewrite(name, tip: to) { message, tree in
                let environment = String(name.dropFirst("refs/heads/env/".count))
                let path = FleetText.path(of: "web", in: environment)
                let slot = EnvironmentState.Slot(build: Build("web", 999), setting: 1, dependsOn: [])
                let blob = try self.repository.writeBlob(Array(FleetText.manifest("web", slot).utf8))
                return (
                    message, try self.repository.writeTree(base: tree, changes: [TreeChange(path, .put(blob, .blob))])
                )
            }
        case .entry, .lock, .paths, .signOff, .twice:
            guard name == Self.watched, from != nil else { return }
            try breakEntry(sabotage, tip: to)
        default: return
        }
        isSabotaged = true
        note(.action, "saboteur", "\(sabotage.rawValue): after \(Self.text(effect))")
    }

    private func breakEntry(_ sabotage: Sabotage, tip: ObjectID) throws {
        try rewrite(Self.watched, tip: tip, keepsTip: sabotage == .twice) { message, tree in
            let environment = EntryText(message)?.environment ?? ""
            let path = "environments/\(environment)/environment.lock"
            switch sabotage {
            case .entry: return ("Tidy up\n", tree)
            case .signOff: return (message.replacing("Signed-off-by: Towpath", with: "Signed-off-by: Nobody"), tree)
            case .paths:
                let blob = try self.repository.writeBlob(Array("Tidied up.\n".utf8))
                return (
                    message,
                    try self.repository.writeTree(base: tree, changes: [TreeChange("README.md", .put(blob, .blob))])
                )
            case .lock:
                guard let entry = try self.repository.entry(at: path, in: tree) else { return (message, tree) }
                let text = String(decoding: try self.repository.blob(entry.id, limit: 1 << 20), as: UTF8.self)
                let blob = try self.repository.writeBlob(Array(text.replacing("1.", with: "9.").utf8))
                return (
                    message, try self.repository.writeTree(base: tree, changes: [TreeChange(path, .put(blob, .blob))])
                )
            default: return (message, tree)
            }
        }
    }

    /// Puts another commit in the place of `tip`, or on top of it.
    private func rewrite(
        _ reference: String, tip: ObjectID, keepsTip: Bool = false,
        _ change: (String, ObjectID) throws -> (message: String, tree: ObjectID)
    ) throws {
        let commit = try repository.commit(tip)
        let (message, tree) = try change(commit.message, commit.tree)
        let written = try repository.writeCommit(
            tree: tree, parents: keepsTip ? [tip] : commit.parents, author: commit.author, committer: commit.committer,
            message: message)
        try force(reference, to: written)
    }
}
