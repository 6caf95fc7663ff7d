import Git
import ManifestFormat
import PromotionModel

extension ByteWriter {
    /// The files of the environment `name`.
    mutating func add(_ files: [ReadFile], of name: EnvironmentName) {
        add(name.description)
        add(files.count)
        for file in files {
            file.source.blob.append(to: &bytes)
            add(file.source.path)
            add(optional: file.blanked?.description)
            add(file.contents.problems)
            add(file.contents.found.count)
            for found in file.contents.found { add(found) }
        }
    }

    private mutating func add(_ found: ManifestReader.Contents.Found) {
        add(found.name)
        add(found.artifact)
        add(found.format)
        add(found.line)
        add(found.column)
        add((found.isEntry ? 1 : 0) + (found.isMoving ? 2 : 0) + (found.takesDigest ? 4 : 0))
    }
}

extension ByteReader {
    /// The files that ``ByteWriter/add(_:of:)`` wrote of the environment `name`, and nothing behind them.
    mutating func files(of name: EnvironmentName) throws(Damaged) -> [ReadFile] {
        guard try text() == name.description else { throw Damaged() }
        do {
            var files: [ReadFile] = []
            let count = try count()
            files.reserveCapacity(count)
            for _ in 0..<count { files.append(try file()) }
            guard isAtEnd else { throw Damaged() }
            return files
        } catch {
            throw Damaged()
        }
    }

    private mutating func file() throws -> ReadFile {
        guard let blob = ObjectID(bytes: try bytes(ObjectID.byteCount)) else { throw Damaged() }
        let path = try text()
        let blanked = try optionalText().map { try Digest($0) }
        var contents = ManifestReader.Contents()
        contents.problems = try problems()
        for _ in 0..<(try count()) { contents.found.append(try found()) }
        return ReadFile(
            source: ReadFile.Source(blob: blob, path: path), contents: contents, blanked: blanked)
    }

    private mutating func found() throws -> ManifestReader.Contents.Found {
        let (name, artifact, format) = (try text(), try artifact(), try text())
        let (line, column, flags) = (try number(), try number(), try number())
        return ManifestReader.Contents.Found(
            name: name, artifact: artifact, format: format, line: line, column: column, isEntry: flags & 1 != 0,
            isMoving: flags & 2 != 0, takesDigest: flags & 4 != 0)
    }
}
