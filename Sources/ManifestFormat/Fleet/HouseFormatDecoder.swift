import PromotionModel
import YAMLSource

/// Reads `artifacts` of `towpath.yaml`: a repository's own formats.
enum HouseFormatDecoder {
    static let fields = ["files", "path", "name", "component", "digest", "kind"]

    /// The formats of the list `node` of `file`.
    static func formats(_ node: YAMLNode, file: String) throws(Problem) -> [HouseFormat] {
        guard node.kind == .sequence else {
            throw FieldReader.problem(node, file, "expected a list of {files, path, name}")
        }
        var formats: [HouseFormat] = []
        for item in node.items { formats.append(try format(item, file: file)) }
        return formats
    }

    private static func format(_ node: YAMLNode, file: String) throws(Problem) -> HouseFormat {
        let fields = try FieldReader(filled: node, file: file, known: fields)
        guard let files = try FleetDecoder.globs(fields, "files"), !files.isEmpty else {
            throw fields.problem("\"files\" is missing: which files are of this format?")
        }
        var path: DocumentPath?
        if let value = fields.optional("path") {
            let text = try fields.text(value)
            path = try fields.parse(value) { () throws(DocumentPath.Malformed) in try DocumentPath(text) }
        }
        let kind = try kind(fields)
        let format = HouseFormat(
            files: files, path: path, name: try template(fields, "name"), component: try template(fields, "component"),
            digest: try fields.word("digest"), kind: kind,
            place: Place(file: file, line: node.line, column: node.column))
        try check(format, fields)
        return format
    }

    private static func check(_ format: HouseFormat, _ fields: FieldReader) throws(Problem) {
        let captured = format.files.map { Set($0.captureNames) }
        let always = captured.dropFirst().reduce(captured.first ?? []) { $0.intersection($1) }
        let inDocument = format.path?.captureNames ?? []
        for name in Set(captured.flatMap(\.self)).union(inDocument).sorted() where HouseFormat.pathWords.contains(name)
        {
            throw fields.problem("{\(name)} always stands for a part of the file's path; capture under another name")
        }
        for name in inDocument where captured.contains(where: { $0.contains(name) }) {
            throw fields.problem("{\(name)} is captured by \"files\" and by \"path\"", at: fields.optional("path"))
        }
        let known = HouseFormat.pathWords + always.sorted() + inDocument
        for key in ["name", "component"] {
            guard let node = fields.optional(key), let text = node.text else { continue }
            for capture in FleetDecoder.captures(in: text) where !known.contains(capture) {
                throw fields.problem(
                    "\"\(text.printable)\" uses {\(capture.printable)}, which neither every pattern of \"files\" nor "
                        + "\"path\" captures; known are \(known.map { "{\($0)}" }.joined(separator: ", "))", at: node)
            }
        }
        if format.name == nil, format.digest != nil {
            throw fields.problem(
                "\"digest\" needs a \"name\"; without one the value is a whole reference with its own digest",
                at: fields.optional("digest"))
        }
        if format.name == nil, format.kind == .version || format.path == nil {
            throw fields.problem("\"name\" is missing: what is the value the version of? Try name: \"{basename}\"")
        }
        guard format.path == nil, format.digest != nil else { return }
        throw fields.problem(
            "\"digest\" is a key beside the value, which \"path\" has to lead to", at: fields.optional("digest"))
    }

    private static func template(_ fields: FieldReader, _ key: String) throws(Problem) -> String? {
        guard let text = try fields.word(key) else { return nil }
        let rest = FleetLayout.fill(text, with: Dictionary(FleetDecoder.captures(in: text).map { ($0, "x") }) { $1 })
        guard !rest.contains(where: { $0 == "{" || $0 == "}" }) else {
            throw fields.problem("expected a name between \"{\" and \"}\"", at: fields.optional(key))
        }
        return text
    }

    private static func kind(_ fields: FieldReader) throws(Problem) -> ArtifactKind {
        guard let word = try fields.word("kind"), let node = fields.optional("kind") else { return .image }
        guard let kind = ArtifactKind(rawValue: word) else {
            throw fields.unknown(word, "kind", among: ArtifactKind.allCases.map(\.rawValue), at: node)
        }
        return kind
    }
}
