package import PromotionModel
import YAMLSource

/// Reads the files below `policies/`; what is not understood completely is not used at all.
package enum PolicyDecoder {
    /// The kinds of policy, by what `kind:` says.
    private static let kinds = ["PromotionContract", "Freeze", "DriftIgnore", "Roles"]

    /// What one file holds; the defect of one document leaves the others in force.
    ///
    /// - Parameter blob: the id of the git blob that `bytes` are, 40 hexadecimal digits.
    package static func policies(_ bytes: [UInt8], file: String, blob: String) -> Policies {
        var policies = Policies()
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes: bytes)
        } catch {
            let place = Place(file: file, line: error.line, column: error.column)
            policies.defects.append(Policies.Defect(problem: Problem(place, error.message), environments: nil))
            return policies
        }
        if let duplicate = stream.duplicateKeys.first {
            let place = Place(file: file, line: duplicate.line, column: duplicate.column)
            let message = "\(duplicate.message), so the file cannot be used: which of the two is meant?"
            policies.defects.append(Policies.Defect(problem: Problem(place, message), environments: nil))
            return policies
        }
        for document in stream.documents {
            // Two `---` in a row, or one at the end, make an empty document.
            if document.kind == .scalar, document.isNull { continue }
            if let foreign = ForeignTag.problem(in: document, file: file) {
                policies.defects.append(Policies.Defect(problem: foreign, environments: nil))
                continue
            }
            do {
                try decode(document, file: file, blob: blob, into: &policies)
            } catch {
                policies.defects.append(Policies.Defect(problem: error, environments: reach(of: document)))
            }
        }
        return policies
    }

    private static func decode(
        _ document: YAMLNode, file: String, blob: String, into policies: inout Policies
    ) throws(Problem) {
        let root = try FieldReader(document, file: file, known: ["apiVersion", "kind", "metadata", "spec"])
        let version = try root.required("apiVersion")
        guard version.equals("towpath.dev/v1") else {
            throw root.problem("expected apiVersion towpath.dev/v1, found \"\(version.text ?? "")\"", at: version)
        }
        let kind = try root.required("kind")
        switch try root.text(kind) {
        case "PromotionContract":
            policies.contracts.append(try ContractDecoder.contract(document, file: file, blob: blob))
        case "Freeze": policies.freezes.append(try FreezeDecoder.freeze(root))
        case "Roles": try RolesDecoder.add(root, to: &policies)
        case "DriftIgnore": policies.ignores += try DriftIgnoreDecoder.ignores(root)
        case let other:
            let hint = Spelling.nearest(to: other, among: kinds).map { "did you mean \($0)?" }
            throw root.problem(
                "unknown kind \"\(other)\"; \(hint ?? "expected one of \(kinds.joined(separator: ", "))")", at: kind)
        }
    }

    /// The environments that a policy which cannot be used speaks of; `nil` where that cannot be told.
    private static func reach(of document: YAMLNode) -> [NameGlob]? {
        guard let spec = document["spec"] else { return nil }
        if document["kind"]?.equals("DriftIgnore") == true { return [] }
        guard let value = spec["to"] ?? spec["environments"] else { return nil }
        let nodes = value.kind == .sequence ? Array(value.items) : [value]
        let names = nodes.compactMap { $0.isNull ? nil : $0.text }
        // What is no name, such as an empty text, matches nothing: then nobody can tell what was meant.
        guard names.count == nodes.count, !names.isEmpty, names.allSatisfy(\.isPlainWord) else { return nil }
        return names.map(NameGlob.init)
    }

    /// `metadata.name`.
    static func name(_ root: FieldReader) throws(Problem) -> String {
        let metadata = try FieldReader(
            try root.required("metadata"), file: root.file, known: ["name", "labels", "annotations"])
        let name = try metadata.requiredText("name")
        guard name.isPlainWord else {
            throw metadata.problem("expected a name of one word", at: try metadata.required("name"))
        }
        return name
    }
}

/// `kind: Freeze`.
enum FreezeDecoder {
    static let specFields = ["environments", "reason", "owner", "from", "until"]

    static func freeze(_ root: FieldReader) throws(Problem) -> Freeze {
        let spec = try FieldReader(
            try root.required("spec"), file: root.file, known: specFields)
        guard let environments = try spec.globs("environments"), !environments.isEmpty else {
            throw spec.problem("\"environments\" is missing: which environments are frozen?")
        }
        guard let until = try spec.instant("until") else {
            throw spec.problem("\"until\" is missing: a freeze ends, or it is forgotten")
        }
        let from = try spec.instant("from")
        if let from, from >= until { throw spec.problem("\"from\" is not before \"until\"") }
        return Freeze(
            name: try PolicyDecoder.name(root),
            place: Place(file: root.file, line: root.node.line, column: root.node.column), environments: environments,
            reason: try spec.requiredText("reason"), owner: try spec.requiredText("owner"), from: from, until: until)
    }
}

/// `kind: DriftIgnore`.
enum DriftIgnoreDecoder {
    static let specFields = ["ignores"]
    static let itemFields = ["id", "kind", "environment", "component", "reason", "expires"]

    static func ignores(_ root: FieldReader) throws(Problem) -> [DriftIgnore] {
        let spec = try FieldReader(try root.required("spec"), file: root.file, known: specFields)
        let list = try spec.required("ignores")
        guard list.kind == .sequence else { throw spec.problem("expected a list", at: list) }
        var ignores: [DriftIgnore] = []
        for item in list.items {
            let fields = try FieldReader(
                item, file: root.file, known: itemFields)
            ignores.append(try ignore(fields))
        }
        return ignores
    }

    private static func ignore(_ fields: FieldReader) throws(Problem) -> DriftIgnore {
        var kind: DriftFinding.Kind?
        if let value = fields.optional("kind") {
            let text = try fields.text(value)
            kind = DriftFinding.Kind(rawValue: text)
            guard kind != nil else {
                let names = DriftFinding.Kind.allCases.map(\.rawValue)
                let hint = Spelling.nearest(to: text, among: names).map { "did you mean \"\($0)\"?" }
                throw fields.problem(
                    "unknown kind of drift \"\(text)\"; \(hint ?? "expected one of \(names.joined(separator: ", "))")",
                    at: value)
            }
        }
        let id = try fields.optionalText("id")
        let environment = try fields.optionalText("environment").map(NameGlob.init)
        let component = try fields.optionalText("component").map(NameGlob.init)
        guard id != nil || kind != nil || environment != nil || component != nil else {
            throw fields.problem("expected an id, a kind, an environment or a component: this would ignore everything")
        }
        guard let expires = try fields.instant("expires") else {
            throw fields.problem("\"expires\" is missing: an ignore rule ends, or it hides what matters later")
        }
        return DriftIgnore(
            id: id, kind: kind, environment: environment, component: component,
            reason: try fields.requiredText("reason"), expires: expires,
            place: Place(file: fields.file, line: fields.node.line, column: fields.node.column))
    }
}
