import ManifestFormat
import PromotionModel
import Testing

/// What workloads ask for together, and what they depend on.
@Suite struct SurveyResourceTests {
    private static func workload(_ kind: String, _ spec: String, version: String = "apps/v1") -> String {
        "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: w}\nspec: \(spec)\n"
    }

    private static let amounts = "resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}"
    private static let containers = "containers: [{name: a, \(amounts)}, {name: b, \(amounts)}]"
    private static let pod = "template: {spec: {\(containers)}}"

    private static let samples: [(String, [String])] = [
        (workload("Deployment", "{replicas: 3, \(pod)}"), ["cpu 0.6", "memory 805306368", "replicas 3"]),
        (workload("Deployment", "{\(pod)}"), ["cpu 0.2", "memory 268435456", "replicas 1"]),
        (workload("Deployment", "{replicas: 0, \(pod)}"), ["cpu 0", "memory 0", "replicas 0"]),
        (workload("DaemonSet", "{\(pod)}"), ["cpu 0.2", "memory 268435456", "replicas 1"]),
        (workload("Pod", "{\(containers)}", version: "v1"), ["cpu 0.2", "memory 268435456", "replicas 1"]),
        (
            workload("Job", "{parallelism: 2, \(pod)}", version: "batch/v1"),
            ["cpu 0.4", "memory 536870912", "replicas 2"]
        ),
        (
            workload("CronJob", "{jobTemplate: {spec: {\(pod)}}}", version: "batch/v1"),
            ["cpu 0.2", "memory 268435456", "replicas 1"]
        ),
        (workload("Deployment", "{\(pod)}", version: "other.io/v1"), []),
        (
            workload("Deployment", "{replicas: \"${N}\", \(pod)}"),
            ["cpu? w/a w/b", "memory? w/a w/b", "replicas? w"]
        ),
        (
            workload("Deployment", "{template: {spec: {containers: [{name: a, resources: {limits: {cpu: 1}}}]}}}"),
            ["cpu 1", "memory? w/a", "replicas 1"]
        ),
        (
            workload(
                "Deployment", "{template: {spec: {containers: [{resources: {limits: {cpu: -1, memory: lots}}}]}}}"),
            ["cpu? w/0", "memory? w/0", "replicas 1"]
        ),
        (
            workload(
                "Pod", "{initContainers: [{name: i}, {name: s, restartPolicy: Always, \(amounts)}], containers: []}",
                version: "v1"), ["cpu 0.1", "memory 134217728", "replicas 1"]
        ),
        (
            workload(
                "StatefulSet",
                "{replicas: 2, \(pod), volumeClaimTemplates: [{metadata: {name: d}, "
                    + "spec: {resources: {requests: {storage: 1Gi}}}}]}"),
            ["cpu 0.4", "memory 536870912", "replicas 2", "storage 2147483648"]
        ),
        (
            workload("PersistentVolumeClaim", "{resources: {requests: {storage: 10G}}}", version: "v1"),
            ["storage 10000000000"]
        ),
        (workload("PersistentVolumeClaim", "{}", version: "v1"), ["storage? w"]),
        (
            workload(
                "Pod", "{containers: [{name: g, resources: {limits: {cpu: 1, memory: 1Gi, nvidia.com/gpu: 2}}}]}",
                version: "v1"), ["cpu 1", "memory 1073741824", "nvidia.com/gpu 2", "replicas 1"]
        ),
        ("web: {replicaCount: 2, image: r.test/a:1, \(amounts)}\n", ["cpu 0.2", "memory 268435456", "replicas 2"]),
        ("\(amounts)\n", ["cpu 0.1", "memory 134217728", "replicas 1"]),
        ("web: {image: r.test/a:1}\n", ["cpu? web", "memory? web", "replicas 1"]),
        ("web: {replicas: 2, resources: {}}\n", ["cpu? web", "memory? web", "replicas 2"]),
        ("a: {b: 1}\n", []),
        (
            workload(
                "Component",
                "{artifact: {repository: r, version: v1}, resources: {replicas: 2, cpu: 250m, memory: 1Ki}}",
                version: "towpath.dev/v1"), ["cpu 0.5", "memory 2048", "replicas 2"]
        ),
        (
            workload("Component", "{artifact: {repository: r, version: v1}}", version: "towpath.dev/v1"),
            ["cpu? w", "memory? w", "replicas 1"]
        ),
        (workload("Component", "{config: {a: b}}", version: "towpath.dev/v1"), []),
        (
            workload(
                "HelmRelease", "{values: {replicaCount: 2, \(amounts)}}", version: "helm.toolkit.fluxcd.io/v2"),
            ["cpu 0.2", "memory 268435456", "replicas 2"]
        ),
    ]

    @Test(arguments: samples)
    func `amounts are added up`(_ text: String, _ expected: [String]) throws {
        let survey = try SurveyText.survey(text)
        let totals = survey.resources.map { "\($0.key) \($0.value)" }
        let unstated = survey.unstatedResources.map { name, titles in
            ([name + "?"]
                + titles.map { String($0.drop { $0 != "#" && $0 != ":" }.dropFirst().drop { $0 != "/" }) }
                .map { $0.hasPrefix("/") ? String($0.dropFirst()) : "web" }).joined(separator: " ")
        }
        #expect((totals + unstated).sorted() == expected)
    }

    @Test func `a total that is too great to be held is unknown`() throws {
        let one = "{image: r.test/a:1, resources: {limits: {cpu: 1e300, memory: 1}}}"
        let two = "{image: r.test/a:1, resources: {limits: {cpu: 1e-3, memory: 1}}}"
        let survey = try SurveyText.survey("a: \(one)\nb: \(two)\n")
        #expect(survey.unstatedResources == ["cpu": ["a.yaml:b"]])
        #expect(survey.resources["memory"] == Measure(2))
    }

    private static func component(_ name: String, _ more: String) -> String {
        "apiVersion: towpath.dev/v1\nkind: Component\nmetadata: {name: \(name)}\n"
            + "spec: {artifact: {repository: r.test/\(name), version: v1}, \(more)}\n"
    }

    @Test func `dependencies are named as components are`() throws {
        let survey = try SurveyText.survey([
            ("a.yaml", Self.component("web", "dependsOn: [api, payments.image]")),
            ("b.yaml", Self.component("api", "dependsOn: [web]")),
            ("c/api.yaml", Self.component("api", "dependsOn: []")),
            ("d.yaml", "payments: {image: r.test/p:1}\n"),
        ])
        let names = survey.dependencies.map { "\($0.key) -> \($0.value)" }.sorted()
        #expect(names == ["b.yaml:api -> [web]", "web -> [api, payments.image]"])
    }

    @Test(arguments: ["dependsOn: web", "dependsOn: [{name: web}]", "dependsOn: [\"a b\"]", "dependsOn: [\"\"]"])
    func `a dependency that names no component leaves no survey`(_ text: String) {
        #expect(throws: Problem.self) { try SurveyText.survey(Self.component("web", text)) }
    }
}
