import Git
import PromotionModel

/// Reads what the branch of an environment holds.
struct PublishedReader {
    let reader: FleetReader
    let layout: FleetLayout

    func published(
        _ name: EnvironmentName, branch: String, in repository: borrowing Repository
    ) -> PublishedReading {
        let place = Place(file: branch)
        do {
            guard let tip = try repository.reference(branch) else { return .absent(branch: branch) }
            let files = try EnvironmentFiles(
                in: try repository.commit(tip).tree, layout: layout, repository: repository)
            let declared = reader.environment(
                name, files: files.files[name] ?? [], problems: files.problems[name] ?? [],
                reader: FleetReader.manifestReader(layout), renames: layout.repositories, depth: .declarations,
                in: repository)
            if let problem = declared.problems.first(where: { $0.severity == .error }) {
                return .unreadable(Problem(place, "\(branch): \(problem)"))
            }
            let artifacts = Dictionary(declared.declarations.map { ($0.component, $0) }) { first, _ in first }
            return .present(PublishedState(branch: branch, tip: tip.hex, artifacts: artifacts))
        } catch {
            return .unreadable(Problem(place, "\(error)"))
        }
    }
}
