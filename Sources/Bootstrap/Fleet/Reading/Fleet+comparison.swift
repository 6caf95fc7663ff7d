import Git
import ManifestFormat
import Observing
package import Planning
package import PromotionModel

/// Two environments at one commit, and what could not be read of them.
package struct Comparison: Hashable, Sendable {
    /// 40 hexadecimal digits.
    package let basis: String
    package let environments: EnvironmentComparison
    /// Sorted.
    package let problems: [Problem]
}

extension Fleet {
    /// What promoting from `source` to `target` would change, or would have changed at another point in history.
    ///
    /// - Parameters:
    ///   - point: a revision, or an instant: then the branch as it was at that time.
    ///   - component: compare this one only, and no settings.
    /// - Throws: ``Refusal``.
    package borrowing func comparison(
        of source: EnvironmentName, with target: EnvironmentName, at point: String?, component: ComponentName?
    ) throws(Refusal) -> Comparison {
        do {
            let basis = try point.map { (text) throws(Refusal) in try commit(at: text) } ?? basis()
            let tree = try repository.commit(basis).tree
            let layout = try reader.layout(at: tree, in: repository)
            var past = point.flatMap { Timestamp($0) }
            if point != nil, past == nil {
                past = Timestamp(seconds: try repository.commit(basis).committer.seconds)
            }
            let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository, at: past)
            for name in [source, target] { try requireEnvironment(name, among: files.names) }
            let declared = [source, target].map { name in
                reader.declared(name, files: files.files[name] ?? [], layout: layout, in: repository)
            }
            var problems = declared.flatMap(\.problems) + [source, target].flatMap { files.problems[$0] ?? [] }
            var surveys: (source: ManifestSurvey, target: ManifestSurvey)?
            if let component {
                let names = declared.flatMap(\.declarations).map(\.component)
                try requireComponent(component, of: target, among: names)
            } else {
                do throws(Problem) {
                    surveys = (
                        try reader.surveyed(files.files[source] ?? [], layout: layout, in: repository),
                        try reader.surveyed(files.files[target] ?? [], layout: layout, in: repository)
                    )
                } catch {
                    problems.append(
                        Problem(error.place, "settings are not compared: \(error.message)", severity: .warning))
                }
            }
            return Comparison(
                basis: basis.hex,
                environments: EnvironmentComparison(
                    source: declared[0], target: declared[1], surveys: surveys, only: component,
                    repositories: layout.repositories),
                problems: Set(problems).sorted())
        } catch {
            throw Refusal(any: error)
        }
    }

    /// When each version of `component` came to each environment that ever declared it.
    ///
    /// - Returns: the matrix, and the commit at which a shallow clone ended the walk.
    /// - Throws: ``Refusal`` where no environment ever declared it, with the nearest name.
    package borrowing func arrivals(
        of component: ComponentName, manner: HistoryManner
    ) throws(Refusal) -> (matrix: ArrivalMatrix, boundary: String?) {
        do {
            let basis = try basis()
            let tree = try repository.commit(basis).tree
            let layout = try reader.layout(at: tree, in: repository)
            let names = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository).names
            var histories: [EnvironmentName: [HistoryEntry]] = [:]
            var known: Set<ComponentName> = []
            let boundary = try HistoryReader(reader: reader).walk(
                names, from: basis, in: repository, manner: manner
            ) { name, told in
                known.formUnion(told.changes.map(\.component))
                if let entry = told.only(component) { histories[name, default: []].append(entry) }
                return true
            }
            guard !histories.isEmpty else {
                let nearest = Spelling.nearest(to: component.description, among: known.map(\.description))
                throw Refusal(
                    .badInput, "no environment ever had a component \"\(component)\"",
                    hint: nearest.map { "did you mean \"\($0)\"?" })
            }
            return (ArrivalMatrix(of: component, histories: histories), boundary)
        } catch {
            throw Refusal(any: error)
        }
    }

    /// The commit that `point` names: a revision, or an instant.
    ///
    /// At an instant it is the newest of the branch's first parents that was committed by then, by its committer's
    /// clock.
    ///
    /// - Throws: ``Refusal`` where there is none.
    borrowing func commit(at point: String) throws(Refusal) -> ObjectID {
        do throws(GitError) {
            guard let instant = Timestamp(point) else { return try repository.resolve(point) }
            let (found, boundary) = try repository.firstParent(from: try tip(), committedBy: instant.seconds)
            if let found { return found }
            throw GitError(
                operation: "find the commit of \(instant)", code: boundary == nil ? .notFound : .shallow,
                message: boundary.map { "the clone is shallow and ends at \($0.short)" }
                    ?? "the branch began after that",
                hint: boundary == nil ? nil : "git fetch --unshallow")
        } catch {
            throw Refusal(error)
        }
    }

    private borrowing func tip() throws(GitError) -> ObjectID {
        do throws(Refusal) {
            return try basis()
        } catch {
            throw GitError(operation: "find the branch", code: .notFound, message: error.message, hint: error.hint)
        }
    }
}
