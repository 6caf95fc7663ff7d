package import PromotionModel
import YAMLSource

/// Reads `environment.lock` back.
package enum LockReader {
    /// The record that `bytes`, the content of `file`, hold.
    ///
    /// Strict: half a lock, one of a newer version, or one that is not byte for byte as ``LockWriter`` writes it is
    /// refused, since somebody or something else has written it.
    ///
    /// - Throws: the first ``Problem``.
    package static func record(
        _ bytes: [UInt8], file: String, environment: EnvironmentName
    ) throws(Problem) -> EnvironmentRecord {
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes: bytes)
        } catch {
            throw Problem(Place(file: file, line: error.line, column: error.column), error.message)
        }
        guard let document = stream.documents.first, stream.documents.count == 1, document.kind == .mapping else {
            throw Problem(Place(file: file), "expected one document of kind EnvironmentLock")
        }
        if let version = document["apiVersion"], !version.equals(LockWriter.version) {
            throw FieldReader.problem(
                version, file,
                "written by another version of towpath (\(version.text?.printable ?? "")); this one reads \(LockWriter.version)"
            )
        }
        let root = try FieldReader(
            document, file: file,
            known: ["apiVersion", "components", "configuration", "environment", "holds", "kind", "pending"])
        _ = try root.required("apiVersion")
        guard try root.required("kind").equals("EnvironmentLock") else {
            throw root.problem("expected kind EnvironmentLock")
        }
        guard try root.requiredText("environment") == environment.description else {
            throw root.problem("the lock of another environment", at: try root.required("environment"))
        }
        var record = EnvironmentRecord(environment: environment)
        try readComponents(root, into: &record)
        try readHolds(root, into: &record)
        try readPending(root, into: &record)
        guard LockWriter.bytes(record) == bytes else {
            throw Problem(Place(file: file), "not as towpath writes it: was it edited by hand?")
        }
        return record
    }

    private static func pairs(_ root: FieldReader, _ key: String) throws(Problem) -> [(key: YAMLNode, value: YAMLNode)]
    {
        guard let section = root.optional(key) else { return [] }
        guard section.kind == .mapping else { throw root.problem("expected a mapping", at: section) }
        return Array(section.pairs)
    }

    private static func readComponents(_ root: FieldReader, into record: inout EnvironmentRecord) throws(Problem) {
        for (key, value) in try pairs(root, "components") {
            let fields = try FieldReader(
                value, file: root.file,
                known: ["artifact", "at", "digest", "health", "kind", "previous", "promotion", "source", "version"])
            let name = try componentName(key, root)
            guard let health = EnvironmentRecord.Health(rawValue: try fields.requiredText("health")) else {
                throw fields.problem("unknown health")
            }
            var source: EnvironmentName?
            if let node = fields.optional("source") { source = try fields.environmentName(node) }
            record.components[name] = EnvironmentRecord.Component(
                artifact: try artifact(fields), promotion: try promotion(fields, "promotion"), source: source,
                at: try instant(fields, "at"),
                previous: try fields.optionalText("previous"), health: health)
        }
        guard let node = root.optional("configuration") else { return }
        let fields = try FieldReader(node, file: root.file, known: ["at", "digest", "promotion"])
        guard let digest = try digest(fields, "digest") else { throw fields.problem("\"digest\" is missing") }
        record.configuration = EnvironmentRecord.Configuration(
            digest: digest, promotion: try promotion(fields, "promotion"), at: try instant(fields, "at"))
    }

    private static func readHolds(_ root: FieldReader, into record: inout EnvironmentRecord) throws(Problem) {
        for (key, value) in try pairs(root, "holds") {
            let fields = try FieldReader(
                value, file: root.file, known: ["owner", "reason", "rejected", "since", "until"])
            let text = try root.text(key)
            let scope = try root.parse(key) { () throws(InvalidName) in try Hold.Scope(text) }
            record.holds[scope] = Hold(
                scope: scope, reason: try fields.requiredText("reason"), owner: try fields.requiredText("owner"),
                since: try instant(fields, "since"), until: try fields.instant("until"),
                rejected: try digest(fields, "rejected"))
        }
    }

    private static func readPending(_ root: FieldReader, into record: inout EnvironmentRecord) throws(Problem) {
        for (key, value) in try pairs(root, "pending") {
            let fields = try FieldReader(
                value, file: root.file, known: ["artifacts", "configuration", "gates", "result", "retired", "since"])
            guard let id = PromotionID(try root.text(key)) else {
                throw root.problem("expected a promotion id", at: key)
            }
            guard let result = LedgerResult(rawValue: try fields.requiredText("result")) else {
                throw fields.problem("unknown result")
            }
            var artifacts: [ComponentName: Artifact] = [:]
            for (component, node) in try pairs(fields, "artifacts") {
                let text = try fields.text(node)
                artifacts[try componentName(component, fields)] = try fields.parse(node) {
                    () throws(Artifact.Malformed) in try Artifact(parsing: text)
                }
            }
            var gates: [GateName: String] = [:]
            for (gate, reason) in try pairs(fields, "gates") {
                guard let name = GateName(rawValue: try fields.text(gate)) else {
                    throw fields.problem("unknown gate", at: gate)
                }
                gates[name] = try fields.text(reason)
            }
            var retired: [ComponentName] = []
            for node in try fields.values("retired") ?? [] { retired.append(try componentName(node, fields)) }
            record.pending[id] = EnvironmentRecord.Pending(
                result: result, since: try instant(fields, "since"), artifacts: artifacts, retired: retired,
                configuration: try digest(fields, "configuration"), gates: gates)
        }
    }

    /// The artifact of a component; its parts must be what a manifest could have declared.
    private static func artifact(_ fields: FieldReader) throws(Problem) -> Artifact {
        var kind = ArtifactKind.image
        if let node = fields.optional("kind") {
            guard let known = ArtifactKind(rawValue: try fields.text(node)), known != .image else {
                throw fields.problem("unknown kind of artifact", at: node)
            }
            kind = known
        }
        let artifact = Artifact(
            kind: kind, repository: try fields.requiredText("artifact"), tag: try fields.optionalText("version"),
            digest: try digest(fields, "digest"))
        guard !artifact.isPlainImage else { return artifact }
        let node = try fields.required("artifact")
        let read = try fields.parse(node) { () throws(Artifact.Malformed) in
            try Artifact(parsing: artifact.description)
        }
        guard read == artifact else { throw fields.problem("expected a repository without tag and digest", at: node) }
        return artifact
    }

    private static func componentName(_ node: YAMLNode, _ fields: FieldReader) throws(Problem) -> ComponentName {
        let text = try fields.text(node)
        return try fields.parse(node) { () throws(InvalidName) in try ComponentName(text) }
    }

    private static func digest(_ fields: FieldReader, _ key: String) throws(Problem) -> Digest? {
        guard let node = fields.optional(key) else { return nil }
        let text = try fields.text(node)
        return try fields.parse(node) { () throws(Digest.Malformed) in try Digest(text) }
    }

    private static func promotion(_ fields: FieldReader, _ key: String) throws(Problem) -> PromotionID {
        guard let id = PromotionID(try fields.requiredText(key)) else {
            throw fields.problem("expected a promotion id", at: try fields.required(key))
        }
        return id
    }

    private static func instant(_ fields: FieldReader, _ key: String) throws(Problem) -> Timestamp {
        guard let instant = try fields.instant(key) else { throw fields.problem("\"\(key)\" is missing") }
        return instant
    }
}
