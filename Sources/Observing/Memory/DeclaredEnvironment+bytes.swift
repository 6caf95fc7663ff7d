import PromotionModel

extension ByteWriter {
    /// An environment; who else a file belongs to is left out, since that is told by others' files.
    mutating func add(_ environment: DeclaredEnvironment) {
        add(environment.name.description)
        add(optional: environment.configuration?.description)
        add(environment.problems)
        add(environment.declarations.count)
        for declaration in environment.declarations { add(declaration) }
    }

    mutating func add(_ problems: [Problem]) {
        add(problems.count)
        for problem in problems {
            add(problem.place)
            add(problem.message)
            add(problem.severity.rawValue)
        }
    }

    private mutating func add(_ place: Place) {
        add(place.file)
        add(place.line)
        add(place.column)
    }

    private mutating func add(_ declaration: Declaration) {
        add(declaration.component.description)
        add(declaration.artifact)
        add(declaration.format)
        add(declaration.place)
        add((declaration.isEntry ? 1 : 0) + (declaration.isMoving ? 2 : 0) + (declaration.takesDigest ? 4 : 0))
    }

    mutating func add(_ artifact: Artifact) {
        add(ArtifactKind.allCases.firstIndex(of: artifact.kind) ?? 0)
        add(artifact.repository)
        add(optional: artifact.tag)
        add(optional: artifact.digest?.description)
    }
}

extension ByteReader {
    /// The environment that ``ByteWriter/add(_:)`` wrote, and nothing behind it.
    mutating func environment() throws(Damaged) -> DeclaredEnvironment {
        do {
            let name = try EnvironmentName(try text())
            let configuration = try optionalText().map { try Digest($0) }
            let problems = try problems()
            var declarations: [Declaration] = []
            let count = try count()
            declarations.reserveCapacity(count)
            for _ in 0..<count { declarations.append(try declaration(after: declarations.last)) }
            guard isAtEnd else { throw Damaged() }
            return DeclaredEnvironment(
                name: name, declarations: declarations, configuration: configuration, problems: problems)
        } catch {
            throw Damaged()
        }
    }

    mutating func problems() throws(Damaged) -> [Problem] {
        var problems: [Problem] = []
        for _ in 0..<(try count()) {
            let (place, message) = (try place(), try text())
            guard let severity = Problem.Severity(rawValue: try text()) else { throw Damaged() }
            problems.append(Problem(place, message, severity: severity))
        }
        return problems
    }

    mutating func artifact() throws -> Artifact {
        let kind = try number()
        guard kind < ArtifactKind.allCases.count else { throw Damaged() }
        let (repository, tag) = (try text(), try optionalText())
        let digest = try optionalText().map { try Digest($0) }
        return Artifact(kind: ArtifactKind.allCases[kind], repository: repository, tag: tag, digest: digest)
    }

    private mutating func place() throws(Damaged) -> Place {
        Place(file: try text(), line: try number(), column: try number())
    }

    /// - Parameter last: The one before; mostly of the same file.
    private mutating func declaration(after last: Declaration?) throws -> Declaration {
        let component = try ComponentName(try text())
        let artifact = try artifact()
        var (format, place, flags) = (try text(), try place(), try number())
        if let last {
            if last.format == format { format = last.format }
            if last.place.file.utf8.elementsEqual(place.file.utf8) {
                place = Place(file: last.place.file, line: place.line, column: place.column)
            }
        }
        return Declaration(
            component: component, artifact: artifact, format: format, place: place, isEntry: flags & 1 != 0,
            isMoving: flags & 2 != 0,
            takesDigest: flags & 4 != 0)
    }
}
