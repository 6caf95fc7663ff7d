import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@Suite struct ManifestGateTests {
    private static func row(
        _ name: String, _ expected: String, _ gate: GateSpecification, _ change: (inout World) -> Void = { _ in }
    ) -> GateCase {
        GateCase(name, expected) { world in
            world.gates = [gate]
            world.survey = ManifestSurvey()
            change(&world)
        }
    }

    private static func drift(_ maximum: Int = 0, _ ignored: [NameGlob] = []) -> GateSpecification {
        .configDrift(ConfigDriftRule(from: nil, maximum: maximum, ignored: ignored))
    }
    private static let web = "web.yaml#Deployment/web:"
    private static func surveys(
        _ ours: [String: String], _ theirs: [String: String]
    ) -> (inout World) -> Void {
        { world in
            world.survey = ManifestSurvey(settings: ours)
            world.sources = [
                World.source("staging", ["web": World.web], survey: ManifestSurvey(settings: theirs))
            ]
        }
    }

    @Test(arguments: [
        row("the same", "open: same as staging", drift(), surveys(["a": "1"], ["a": "1"])),
        row(
            "a value", "closed: 1 setting differs from staging, at most 0 allowed: a", drift(),
            surveys(["a": "1"], ["a": "2"])),
        row(
            "only here", "closed: 1 setting differs from staging, at most 0 allowed: a", drift(),
            surveys(["a": ""], [:])),
        row(
            "only there", "closed: 1 setting differs from staging, at most 0 allowed: a", drift(),
            surveys([:], ["a": ""])),
        row(
            "as many as allowed", "open: 2 settings differ from staging: a, b", drift(2),
            surveys(["a": "1"], ["b": "1"])),
        row(
            "many", "closed: 7 settings differ from staging, at most 1 allowed: a, b, c, d, e and 2 more", drift(1),
            surveys(Dictionary(uniqueKeysWithValues: "abcdefg".map { (String($0), "1") }), [:])),
        row(
            "ignored by its keys", "open: same as staging", drift(0, ["spec.replicas"]),
            surveys([web + "spec.replicas": "3"], [web + "spec.replicas": "1"])),
        row(
            "ignored by the whole path", "open: same as staging", drift(0, ["web.yaml#*replicas"]),
            surveys([web + "spec.replicas": "3"], [web + "spec.replicas": "1"])),
        row(
            "a name that hides a colon is not ignored",
            "closed: 1 setting differs from staging, at most 0 allowed: web.yaml#Deployment/web:data.x:spec.replicas",
            drift(0, ["spec.replicas"]), surveys([web + "data.x:spec.replicas": "3"], [:])),
        row("not read here", "pending: could not be compared: prod could not be read", drift()) { world in
            surveys([:], [:])(&world)
            world.survey = nil
        },
        row("not read there", "pending: could not be compared: staging could not be read", drift()),
        row(
            "several sources, none of which counts",
            "pending: could not be compared: no one source counts; name it in configDrift.from", drift()
        ) { world in
            world.from = ["staging", "qa"]
            world.changes = []
        },
    ])
    func `manifests agree with the source's`(_ row: GateCase) {
        #expect(row.world.result(of: .configDrift) == row.expected)
    }

    private static let secrets = GateSpecification.secrets(SecretsRule(required: ["db", "api"], allowed: ["*.sample"]))
    private static func plain(_ path: String) -> ManifestSurvey.PlainSecret {
        .init(place: Place(file: "environments/prod/web.yaml", line: 9, column: 3), path: path, reason: "a password")
    }

    @Test(arguments: [
        row("none", "open: no secret in plain text; refers to \"api\", \"db\"", secrets) {
            $0.survey = ManifestSurvey(secretNames: ["api", "db"])
        },
        row(
            "in plain text", "closed: web.yaml#S/w:env.P at environments/prod/web.yaml:9:3: a password", secrets
        ) { $0.survey = ManifestSurvey(plainSecrets: [plain("web.yaml#S/w:env.P")], secretNames: ["api", "db"]) },
        row("known to be none", "open: no secret in plain text; refers to \"api\", \"db\"", secrets) {
            $0.survey = ManifestSurvey(plainSecrets: [plain("web.yaml#S/w:p.sample")], secretNames: ["api", "db"])
        },
        row("not referred to", "closed: prod does not refer to the secret \"db\"", secrets) {
            $0.survey = ManifestSurvey(secretNames: ["api"])
        },
        row("not read", "pending: prod could not be read", secrets) { $0.survey = nil },
    ])
    func `no secret in plain text`(_ row: GateCase) {
        #expect(row.world.result(of: .secrets) == row.expected)
    }

    private static let quota = GateSpecification.quota(
        QuotaRule(limits: ["memory": Measure(1_024)], texts: ["memory": "1Ki"]))

    @Test(arguments: [
        row("at the limit", "open: memory is 1Ki of 1Ki", quota) {
            $0.survey = ManifestSurvey(resources: ["memory": Measure(1_024)])
        },
        row("over it", "closed: memory is 1025, over the limit of 1Ki", quota) {
            $0.survey = ManifestSurvey(resources: ["memory": Measure(1_025)], unstatedResources: ["memory": ["x"]])
        },
        row("unstated", "pending: memory is not known: api, web state none", quota) {
            $0.survey = ManifestSurvey(
                resources: ["memory": Measure(1)], unstatedResources: ["memory": ["web", "api"]])
        },
        row("nothing stated", "pending: memory is not known: nothing states any", quota),
        row("not read", "pending: prod could not be read", quota) { $0.survey = nil },
    ])
    func `workloads stay within limits`(_ row: GateCase) {
        #expect(row.world.result(of: .quota) == row.expected)
    }

    private static let order = GateSpecification.order(OrderRule(followsDependencies: true, sets: []))
    private static let sets = GateSpecification.order(OrderRule(followsDependencies: false, sets: [["web", "api-*"]]))
    private static func needs(_ names: [ComponentName: [ComponentName]]) -> ManifestSurvey {
        ManifestSurvey(dependencies: names)
    }

    @Test(arguments: [
        row("nothing", "open: nothing has to come first", order),
        row("recorded", "open: nothing has to come first", order) { world in
            world.survey = needs(["web": ["db"]])
            world.recorded = ["db": "db:1"]
        },
        row("in one promotion", "open: nothing has to come first", order) { world in
            world.survey = needs(["web": ["db"]])
            world.changes.append(World.change("db", "db:1"))
        },
        row("waiting beside", "pending: web arrives after db 1", order) { world in
            world.survey = needs(["web": ["db"]])
            world.recorded = ["db": "db:0"]
            world.companions = [World.change("db", "db:1")]
        },
        row(
            "nowhere", "closed: web depends on db, which is neither recorded in prod nor on its way", order
        ) { $0.survey = needs(["web": ["db"]]) },
        row("going", "closed: web depends on db, which would go", order) { world in
            world.survey = needs(["web": ["db"]])
            world.changes = [World.change("db", nil)]
        },
        row("a circle", "closed: dependencies go round in a circle: web → db → web", order) { world in
            world.survey = needs(["web": ["db"], "db": ["web"]])
            world.recorded = ["db": "db:1"]
        },
        row("itself", "closed: dependencies go round in a circle: web → web", order) {
            $0.survey = needs(["web": ["web"]])
        },
        row("a circle elsewhere", "open: nothing has to come first", order) { world in
            world.survey = needs(["web": ["a"], "a": ["b"], "b": ["a"]])
            world.recorded = ["a": "a:1"]
        },
        row("not read", "pending: prod could not be read", order) { $0.survey = nil },
        row("a set alone", "open: nothing has to come first", sets) { $0.survey = nil },
        row(
            "a set in parts",
            "pending: web arrives together with api-1, which waits on its own; "
                + "the contract of a set needs \"unit: together\"", sets
        ) { $0.companions = [World.change("api-1", "a:1"), World.change("other", "b:1")] },
        row("a set in one", "open: nothing has to come first", sets) {
            $0.changes.append(World.change("api-1", "a:1"))
        },
    ])
    func `what has to come first comes first`(_ row: GateCase) {
        #expect(row.world.result(of: .order) == row.expected)
    }

    private static let rate = GateSpecification.rate(RateRule(maximum: 2, span: "1h"))
    private static let rego = RegoRule(file: "prod.rego", query: "data.towpath.deny")

    @Test(arguments: [
        row("none", "open: 0 of 2 in 1h have arrived", rate),
        row("as many as allowed, one just out", "open: 1 of 2 in 1h have arrived", rate) {
            $0.arrivalTimes = ["2026-11-21T11:00:00Z", "2026-11-21T11:00:01Z"]
        },
        row(
            "too many",
            "pending: 3 of 2 in 1h have arrived; the next may at 2026-11-21T12:30:00Z [2026-11-21T12:30:00Z]", rate
        ) { $0.arrivalTimes = ["2026-11-21T11:10:00Z", "2026-11-21T11:50:00Z", "2026-11-21T11:30:00Z"] },
    ])
    func `not more often than allowed`(_ row: GateCase) {
        #expect(row.world.result(of: .rate) == row.expected)
    }

    @Test(arguments: [
        row("not asked", "pending: the Rego engine was not asked", .rego(rego)),
        row("nothing denied", "open: data.towpath.deny in prod.rego denies nothing", .rego(rego)) {
            $0.answers = [rego: .denied([])]
        },
        row("denied", "closed: too big; too old", .rego(rego)) {
            $0.answers = [rego: .denied(["too big", "too old"])]
        },
        row("undefined", "pending: the rule data.towpath.deny in prod.rego has no result", .rego(rego)) {
            $0.answers = [rego: .undefined]
        },
        row("unanswered", "pending: prod.rego could not be asked: line 3", .rego(rego)) {
            $0.answers = [rego: .unanswered("line 3")]
        },
        row("another rule", "pending: the Rego engine was not asked", .rego(rego)) {
            $0.answers = [RegoRule(file: "prod.rego", query: "data.x"): .denied([])]
        },
    ])
    func `the team's own rule`(_ row: GateCase) {
        #expect(row.world.result(of: .rego) == row.expected)
    }
}
