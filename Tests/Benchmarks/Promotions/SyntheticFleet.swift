import PromotionModel

/// A fleet of two environments in which everything waits, put together in memory.
///
/// As in the generated repository: `staging` has recorded what `prod` declares, five statements lie with each digest,
/// and of ten gates only the approvals are missing.
struct SyntheticFleet {
    static let now = Timestamp(seconds: 1_767_355_200)
    private static let start = Timestamp(seconds: 1_767_225_600)

    let count: Int

    func observation(recorded: EnvironmentRecord? = nil) throws -> Observation {
        let staging = try EnvironmentName("staging")
        let prod = try EnvironmentName("prod")
        let former = try artifacts("1.0.0")
        let present = try artifacts("1.1.0")
        let environments = [
            ObservedEnvironment(
                declared: declared(prod, present), record: .present(recorded ?? record(prod, former))),
            ObservedEnvironment(declared: declared(staging, present), record: .present(record(staging, present))),
        ]
        var policies = Policies(contracts: try contracts(from: staging))
        policies.people = People(roles: [
            "builders": ["ci@example.org"], "release-managers": ["ada@example.org", "grace@example.org"],
        ])
        var observation = Observation(
            basis: String(repeating: "b", count: 40), environments: environments, policies: policies,
            zones: ["Europe/Berlin": ZoneRules(name: "Europe/Berlin", firstOffset: 3_600)])
        observation.surveys = [staging: try survey(), prod: try survey()]
        observation.evidence = EvidenceShelf(basis: nil, evidence: try evidence(present))
        observation.origins[prod] = EnvironmentOrigins(
            components: present.mapValues { _ in
                ChangeOrigin(commit: String(repeating: "c", count: 40), at: Self.start, authors: ["dora@example.org"])
            })
        return observation
    }

    // MARK: What is there

    private func names() throws -> [ComponentName] {
        try (1...count).map { try ComponentName("app-\($0)") }
    }

    private func digest(_ text: String) throws -> Digest {
        // No hash is needed, only that no two are the same.
        let hex = text.utf8.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return try Digest("sha256:" + hex + String(repeating: "0", count: 64 - hex.count))
    }

    private func artifacts(_ version: String) throws -> [ComponentName: Artifact] {
        var artifacts: [ComponentName: Artifact] = [:]
        for name in try names() {
            artifacts[name] = Artifact(
                repository: "registry.example/shop/\(name)", tag: version, digest: try digest("\(version) \(name)"))
        }
        return artifacts
    }

    private func declared(_ name: EnvironmentName, _ artifacts: [ComponentName: Artifact]) -> DeclaredEnvironment {
        let declarations = artifacts.sorted { $0.key < $1.key }.map { component, artifact in
            Declaration(
                component: component, artifact: artifact, format: "component",
                place: Place(file: "environments/\(name)/\(component).yaml", line: 8, column: 5))
        }
        return DeclaredEnvironment(name: name, declarations: declarations, configuration: nil, problems: [])
    }

    private func record(_ name: EnvironmentName, _ artifacts: [ComponentName: Artifact]) -> EnvironmentRecord {
        var record = EnvironmentRecord(environment: name)
        for (component, artifact) in artifacts {
            record.components[component] = EnvironmentRecord.Component(
                artifact: artifact, promotion: PromotionID(environment: name, fingerprint: "0123456789abcdef"),
                source: nil, at: Self.start, previous: nil, health: .assumed)
        }
        return record
    }

    private func survey() throws -> ManifestSurvey {
        var settings: [String: String] = [:]
        var dependencies: [ComponentName: [ComponentName]] = [:]
        let names = try names()
        for (index, name) in names.enumerated() {
            for key in ["logLevel", "pool", "timeout", "retries", "cache.size", "cache.ttl", "cpu", "memory"] {
                settings["\(name).yaml#Component/\(name):spec.\(key)"] = "\(index % 7)"
            }
            dependencies[name] = index == 0 ? [] : [names[index / 2], names[index / 3]]
        }
        return ManifestSurvey(
            settings: settings, secretNames: ["DATABASE_URL"], resources: ["cpu": Measure(700), "memory": Measure(9)],
            dependencies: dependencies)
    }

    private func evidence(_ artifacts: [ComponentName: Artifact]) throws -> [Digest: [Evidence]] {
        let zero = Evidence.Value.number(Measure(0))
        let kinds: [(EvidenceKind, String?, [String: Evidence.Value])] = [
            (.tests, "integration", ["result": .text("PASSED"), "failed": zero]),
            (.vulnerabilities, "trivy", ["critical": zero, "high": zero]),
            (.coverage, "unit", ["line": .number(Measure(87))]),
            (.billOfMaterials, nil, ["format": .text("cyclonedx"), "components": .number(Measure(8))]),
            (.provenance, nil, ["builder.id": .text("ci"), "source.uri": .text("git+https://git.example.org/app")]),
        ]
        var evidence: [Digest: [Evidence]] = [:]
        for artifact in artifacts.values {
            guard let subject = artifact.digest else { continue }
            evidence[subject] = try kinds.enumerated().map { index, kind in
                Evidence(
                    id: try digest("\(index) \(artifact.repository.suffix(12))"), subject: subject, kind: kind.0,
                    name: kind.1, values: kind.2,
                    signers: [EvidenceSigner(principals: ["ci@example.org"], roles: ["builders"], key: "SHA256:ci")],
                    firstSeen: Self.start)
            }
        }
        return evidence
    }

    // MARK: What is asked

    private func contracts(from staging: EnvironmentName) throws -> [Contract] {
        [
            contract("staging", from: [], gates: [.pinned]),
            contract("prod", from: [staging], gates: try gates()),
        ]
    }

    private func contract(_ name: String, from: [EnvironmentName], gates: [GateSpecification]) -> Contract {
        Contract(
            name: "to-\(name)", place: Place(file: "policies/\(name).yaml", line: 1, column: 1),
            blob: String(repeating: "0", count: 40), to: [NameGlob(name)], from: from, components: [NameGlob("*")],
            unit: .each, gates: gates)
    }

    private func gates() throws -> [GateSpecification] {
        let none = EvidenceRule.Demand.equals(.number(Measure(0)))
        let week = try TimeSpan("7d")
        return [
            .soak(try TimeSpan("30m")),
            .windows([Window(days: [1, 2, 3, 4], from: 540, to: 960, zone: "Europe/Berlin")]),
            .evidence([
                EvidenceRule(
                    kind: .tests, name: "integration", conditions: [.init(path: "failed", demand: none)],
                    maximumAge: week),
                EvidenceRule(
                    kind: .vulnerabilities,
                    conditions: [.init(path: "critical", demand: none), .init(path: "high", demand: none)],
                    maximumAge: week, role: "builders"),
                EvidenceRule(
                    kind: .coverage,
                    conditions: [.init(path: "line", demand: .between(minimum: Measure(80), maximum: nil))]),
            ]),
            .approvals([
                ApprovalRule(
                    count: 2, role: "release-managers", notAuthor: true, expiry: nil, escalation: nil,
                    escalationRole: nil)
            ]),
            .configDrift(ConfigDriftRule(from: nil, maximum: 0, ignored: [NameGlob("spec.url")])),
            .secrets(SecretsRule(required: ["DATABASE_URL"], allowed: [])),
            .quota(QuotaRule(limits: ["cpu": Measure(4_000), "memory": Measure(16)], texts: [:])),
            .order(OrderRule(followsDependencies: true, sets: [[NameGlob("edge-*"), NameGlob("gateway-*")]])),
            .billOfMaterials(BillRule(formats: ["cyclonedx"], minimumComponents: 2, maximumAge: nil, role: nil)),
            .provenance(
                ProvenanceRule(
                    builders: ["ci"], sources: [NameGlob("git+https://git.example.org/*")], buildTypes: [],
                    parameters: nil, role: nil)),
        ]
    }
}
