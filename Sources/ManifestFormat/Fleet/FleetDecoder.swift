package import PromotionModel
import YAMLSource

/// Reads `towpath.yaml`, `kind: Fleet`.
package enum FleetDecoder {
    static let specFields = [
        "watch", "environments", "repositories", "ledger", "evidence", "publish", "format", "artifacts",
    ]
    static let ruleFields = ["name", "paths", "exclude", "shared", "section", "publish", "branch", "tag"]

    /// The layout without a `towpath.yaml`: every folder under `environments/` is an environment.
    ///
    /// - Throws: nothing in practice; the pattern is a constant.
    package static func standard() throws(Problem) -> FleetLayout {
        let pattern = "\(FleetLayout.environmentsFolder)/{env}/**"
        do {
            let rule = FleetLayout.Rule(name: "{env}", paths: [try PathGlob(pattern)])
            return FleetLayout(watch: nil, rules: [rule], formats: nil, isDefault: true)
        } catch {
            throw Problem(Place(file: pattern), error.description)
        }
    }

    /// The layout that `bytes`, the content of `file`, describe.
    ///
    /// - Throws: the first ``Problem``; a layout that is half understood would move the wrong things.
    package static func layout(_ bytes: [UInt8], file: String) throws(Problem) -> FleetLayout {
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes: bytes)
        } catch {
            throw Problem(Place(file: file, line: error.line, column: error.column), error.message)
        }
        if let duplicate = stream.duplicateKeys.first {
            throw Problem(
                Place(file: file, line: duplicate.line, column: duplicate.column),
                "\(duplicate.message), so the file cannot be used: which of the two is meant?")
        }
        let documents = stream.documents
        guard let document = documents.first, documents.count == 1 else {
            throw Problem(Place(file: file), "expected one document of kind Fleet, found \(documents.count)")
        }
        if let foreign = ForeignTag.problem(in: document, file: file) { throw foreign }
        let root = try FieldReader(document, file: file, known: ["apiVersion", "kind", "metadata", "spec"])
        guard try root.required("apiVersion").equals("towpath.dev/v1"), try root.required("kind").equals("Fleet") else {
            throw root.problem("expected apiVersion towpath.dev/v1 and kind Fleet")
        }
        let spec = try FieldReader(
            try root.required("spec"), file: file, known: specFields)
        let publish = try self.publish(spec)
        var layout = try standard()
        layout.isDefault = false
        layout.watch = try branch(spec, "watch")
        layout.formats = try formats(spec)
        layout.repositories = try RepositoryMapDecoder.map(spec)
        if let list = spec.optional("artifacts") {
            layout.artifacts = try HouseFormatDecoder.formats(list, file: file)
        }
        if let node = spec.optional("evidence") {
            let evidence = try FieldReader(node, file: file, known: ["branch"])
            layout.evidence = try branch(evidence, "branch") ?? FleetLayout.evidenceBranch
            guard layout.evidence != layout.watch else {
                throw evidence.problem("the evidence needs a branch of its own, not the watched one", at: node)
            }
        }
        layout.ledger = try ledger(spec, layout)
        layout.rules = layout.rules.map { rule in
            FleetLayout.Rule(name: rule.name, paths: rule.paths, publish: publish)
        }
        if spec.optional("environments") == nil { try checkPublish(publish, of: spec) }
        if let list = spec.optional("environments") {
            guard list.kind == .sequence else { throw spec.problem("expected a list of environments", at: list) }
            layout.rules = []
            for item in list.items { layout.rules.append(try rule(item, file: file, publish: publish)) }
        }
        if let ledger = layout.ledger, layout.rules.contains(where: { $0.publish == ledger }) {
            throw spec.problem(
                "the ledger needs a branch of its own, and \(ledger) is published to", at: spec.optional("ledger"))
        }
        return layout
    }

    /// The branch of the ledger, which nothing else is kept on; `nil` where that is the watched branch.
    private static func ledger(_ spec: FieldReader, _ layout: FleetLayout) throws(Problem) -> String? {
        guard let node = spec.optional("ledger") else { return nil }
        let fields = try FieldReader(node, file: spec.file, known: ["branch"])
        guard let branch = try branch(fields, "branch"), branch != layout.watch else { return nil }
        guard layout.watch != nil else {
            throw fields.problem("a ledger on \"\(branch)\" follows a branch; say which: watch: main", at: node)
        }
        guard branch != layout.evidence else {
            throw fields.problem("the ledger needs a branch of its own, not that of the evidence", at: node)
        }
        return branch
    }

    private static func rule(_ node: YAMLNode, file: String, publish: String?) throws(Problem) -> FleetLayout.Rule {
        let fields = try FieldReader(node, file: file, known: ruleFields)
        let name = try fields.requiredText("name")
        let origin = try origin(fields)
        guard let paths = try paths(fields, isOptional: origin != nil), !paths.isEmpty else {
            throw fields.problem("\"paths\" is missing: which files are the environment's?")
        }
        let own = try self.publish(fields)
        if origin != nil, own != nil {
            throw fields.problem(
                "what is a branch or a tag of its own is not published", at: fields.optional("publish"))
        }
        let branch = origin == nil ? own ?? publish : nil
        var outer: Set<String> = []
        if case .branch(let glob)? = origin { outer.formUnion(glob.captureNames) }
        let captured = paths.map { Set($0.captureNames).union(outer) }
        for (text, extra) in [(name, nil), (branch ?? "", "env")] {
            for capture in captures(in: text) where capture != extra && !captured.allSatisfy({ $0.contains(capture) }) {
                throw fields.problem("\"\(text)\" uses {\(capture)}, which a pattern of \"paths\" does not capture")
            }
        }
        var section: DocumentPath?
        if let value = fields.optional("section") {
            let text = try fields.text(value)
            section = try fields.parse(value) { () throws(DocumentPath.Malformed) in try DocumentPath(text) }
            for capture in section?.captureNames ?? [] where !captured.allSatisfy({ $0.contains(capture) }) {
                throw fields.problem(
                    "\"\(text)\" uses {\(capture)}, which a pattern of \"paths\" does not capture", at: value)
            }
        }
        var rule = FleetLayout.Rule(
            name: name, paths: paths, exclude: try globs(fields, "exclude") ?? [],
            isShared: try fields.flag("shared") ?? false, section: section, publish: branch,
            place: Place(file: file, line: node.line, column: node.column))
        rule.origin = origin
        return rule
    }

    /// The patterns of `paths`; all files where they may be left out.
    private static func paths(_ fields: FieldReader, isOptional: Bool) throws(Problem) -> [PathGlob]? {
        if let paths = try globs(fields, "paths") { return paths }
        guard isOptional else { return nil }
        do {
            return [try PathGlob("**")]
        } catch {
            throw fields.problem(error.description)
        }
    }

    /// The branch or tag that the files of a rule are at; `nil` for the watched branch.
    private static func origin(_ fields: FieldReader) throws(Problem) -> FleetLayout.Rule.Origin? {
        let (branch, tag) = (fields.optional("branch"), fields.optional("tag"))
        switch (branch, tag) {
        case (nil, nil): return nil
        case (_?, let tag?):
            throw fields.problem("an environment is a branch or the newest of some tags, not both", at: tag)
        case (let node?, nil):
            guard let text = try Self.branch(fields, "branch") else { return nil }
            return .branch(try fields.parse(node) { () throws(PathGlob.Malformed) in try PathGlob(text) })
        case (nil, let node?):
            let text = try fields.text(node)
            return .tag(try fields.parse(node) { () throws(TagPattern.Malformed) in try TagPattern(text) })
        }
    }

    /// Checks that the branch of the default layout uses what that layout captures.
    private static func checkPublish(_ branch: String?, of spec: FieldReader) throws(Problem) {
        guard let branch, let stranger = captures(in: branch).first(where: { $0 != "env" }) else { return }
        throw spec.problem(
            "\"\(branch)\" uses {\(stranger)}, which nothing captures; without \"environments\" there is {env} only, "
                + "the environment's name", at: spec.optional("publish")?["branch"])
    }

    /// The names in braces in `text`.
    static func captures(in text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }

    static func globs(_ fields: FieldReader, _ key: String) throws(Problem) -> [PathGlob]? {
        guard let values = try fields.values(key) else { return nil }
        var globs: [PathGlob] = []
        for value in values {
            let text = try fields.text(value)
            globs.append(try fields.parse(value) { () throws(PathGlob.Malformed) in try PathGlob(text) })
        }
        return globs
    }

    private static func publish(_ fields: FieldReader) throws(Problem) -> String? {
        guard let node = fields.optional("publish") else { return nil }
        let publish = try FieldReader(node, file: fields.file, known: ["branch"])
        let branch = try branch(publish, "branch")
        // What is left without the captures would be part of a branch's name.
        let rest = branch.map { FleetLayout.fill($0, with: Dictionary(captures(in: $0).map { ($0, "x") }) { $1 }) }
        guard rest?.contains(where: { $0 == "{" || $0 == "}" }) != true else {
            throw publish.problem("expected a name between \"{\" and \"}\"", at: publish.optional("branch"))
        }
        return branch
    }

    private static func branch(_ fields: FieldReader, _ key: String) throws(Problem) -> String? {
        guard let text = try fields.optionalText(key) else { return nil }
        guard text.isPlainWord, !text.hasPrefix("-"), !text.hasPrefix("refs/") else {
            throw fields.problem("expected the short name of a branch", at: fields.optional(key))
        }
        return text
    }

    private static func formats(_ spec: FieldReader) throws(Problem) -> [String]? {
        guard let values = try spec.values("format") else { return nil }
        let known = FormatRegistry.names
        var names: [String] = []
        for value in values {
            let name = try spec.text(value)
            guard known.contains(name) else {
                let hint = Spelling.nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
                throw spec.problem(
                    "unknown format \"\(name)\"; \(hint ?? "expected one of \(known.joined(separator: ", "))")",
                    at: value)
            }
            names.append(name)
        }
        return names
    }
}
