package import JSONText

/// How an artifact was built: SLSA provenance v1 (`slsa-framework/slsa`, `spec/v1.0/provenance`).
package struct Provenance: Predicate {
    package static let type = "https://slsa.dev/provenance/v1"

    /// Something the build fetched, such as its source.
    package struct Dependency: Hashable, Sendable {
        package let uri: String
        /// Algorithm to digits, as written: `gitCommit`, `sha256` and others.
        package let digests: [String: String]

        package init(uri: String, digests: [String: String]) {
            self.uri = uri
            self.digests = digests
        }
    }

    package let builderID: String
    package let buildType: String
    /// What whoever started the build could choose, as written; unset, null and empty are the same.
    package let externalParameters: [JSONValue.Member]
    package let resolvedDependencies: [Dependency]

    package init(
        builderID: String, buildType: String, externalParameters: [JSONValue.Member],
        resolvedDependencies: [Dependency]
    ) {
        self.builderID = builderID
        self.buildType = buildType
        self.externalParameters = externalParameters
        self.resolvedDependencies = resolvedDependencies
    }

    package init(_ json: JSONValue) throws(StatementMalformed) {
        let reader = try PredicateReader(json)
        let definition = try reader.object("buildDefinition")
        builderID = try reader.object("runDetails").object("builder").text("id")
        buildType = try definition.text("buildType")
        switch definition.value("externalParameters") {
        case nil: externalParameters = []
        case .object(let members): externalParameters = members.filter { !Self.isUnset($0.value) }
        default: throw definition.refusal("externalParameters", "expected an object")
        }
        var dependencies: [Dependency] = []
        if definition.value("resolvedDependencies") != nil {
            for item in try definition.objects("resolvedDependencies") {
                dependencies.append(try Self.dependency(item))
            }
        }
        resolvedDependencies = dependencies
    }

    private static func isUnset(_ value: JSONValue) -> Bool {
        [.null, .object([]), .array([]), .string("")].contains(value)
    }

    private static func dependency(_ reader: PredicateReader) throws(StatementMalformed) -> Dependency {
        var digests: [String: String] = [:]
        if let written = try reader.optionalObject("digest"), case .object(let members) = written.json {
            for member in members { digests[member.key] = try written.text(member.key) }
        }
        return Dependency(uri: try reader.optionalText("uri") ?? "", digests: digests)
    }

    /// The external parameters whose names are not in `expected`, sorted: one is enough to refuse.
    package func unexpectedParameters(expected: Set<String>) -> [String] {
        externalParameters.map(\.key).filter { !expected.contains($0) }.sorted()
    }

    package var json: JSONValue {
        let dependencies = resolvedDependencies.map { dependency -> JSONValue in
            let digests = dependency.digests.sorted { $0.key < $1.key }
                .map { JSONValue.Member($0.key, .string($0.value)) }
            return ["uri": .string(dependency.uri), "digest": .object(digests)]
        }
        return [
            "buildDefinition": [
                "buildType": .string(buildType), "externalParameters": .object(externalParameters),
                "resolvedDependencies": .array(dependencies),
            ],
            "runDetails": ["builder": ["id": .string(builderID)]],
        ]
    }
}
