import Bootstrap
import Foundation
import PromotionModel
import TestSupport
import Testing

/// A folder, and what `init` adds to it.
struct SkeletonCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let environments: [String]
    let policies: [String: BareRepository.Entry]
    let written: [String]
    let partlyGuarded: [String]
    let problems: [String]

    init(
        _ name: String, _ environments: [String] = ["dev", "staging", "prod-eu", "prod-us"],
        policies: [String: BareRepository.Entry], written: [String], partlyGuarded: [String] = [],
        problems: [String] = []
    ) {
        testDescription = name
        self.environments = environments
        self.policies = policies
        self.written = written
        self.partlyGuarded = partlyGuarded
        self.problems = problems
    }

    private static let prod: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: PromotionContract
        metadata: {name: to-prod}
        spec: {to: [prod-eu, prod-us], from: staging, gates: {soak: 1h}}

        """
    private static let web = SampleText.contract(to: "prod-eu", from: "staging", more: "components: [web]")

    static let all: [SkeletonCase] = [
        SkeletonCase(
            "no policy", policies: [:],
            written: ["policies/dev.yaml", "policies/staging.yaml", "policies/prod-eu.yaml", "policies/prod-us.yaml"]),
        SkeletonCase(
            "a list in to", policies: ["policies/prod.yaml": prod],
            written: ["policies/dev.yaml", "policies/staging.yaml"]),
        SkeletonCase(
            "a glob in to, in a folder of its own",
            policies: ["policies/teams/live.yml": SampleText.contract(to: "\"prod-*\"", from: "staging")],
            written: ["policies/dev.yaml", "policies/staging.yaml"]),
        SkeletonCase(
            "a glob that guards all", policies: ["policies/all.yaml": SampleText.contract(to: "\"*\"")], written: []),
        SkeletonCase(
            "a name that is taken by the contract of another", ["dev", "prod"],
            policies: ["policies/prod.yaml": SampleText.contract(to: "dev")], written: ["policies/to-prod.yaml"]),
        SkeletonCase(
            "two names that are taken", ["dev", "prod"],
            policies: [
                "policies/prod.yaml": SampleText.contract(to: "dev"),
                "policies/to-prod.yaml": SampleText.contract(to: "elsewhere"),
            ], written: ["policies/to-prod-2.yaml"]),
        SkeletonCase(
            "a contract whose source is no environment", ["dev", "prod-eu"], policies: ["policies/web.yaml": web],
            written: ["policies/dev.yaml"],
            problems: [
                "policies/web.yaml:1:1: contract \"to-prod-eu\" takes from \"staging\", which is no environment"
            ]),
        SkeletonCase(
            "a contract for some components", policies: ["policies/web.yaml": web],
            written: ["policies/dev.yaml", "policies/staging.yaml", "policies/prod-us.yaml"],
            partlyGuarded: ["prod-eu"]),
        SkeletonCase(
            "two equally specific contracts", ["dev"],
            policies: [
                "policies/a.yaml": SampleText.contract(to: "dev"), "policies/b.yaml": SampleText.contract(to: "dev"),
            ],
            written: [],
            problems: [
                "policies/b.yaml:1:1: contracts \"to-dev\" (policies/a.yaml) and \"to-dev\" are equally specific about "
                    + "dev; name the environment or component in one"
            ]),
        SkeletonCase(
            "a broken contract whose target can be read", ["dev", "staging"],
            policies: ["policies/x.yaml": SampleText.contract(to: "dev", gates: "{sook: 1h}")],
            written: ["policies/staging.yaml"],
            problems: ["policies/x.yaml:9:11: unknown gate \"sook\"; did you mean \"soak\"?"]),
        SkeletonCase(
            "no YAML", ["dev"], policies: ["policies/x.yaml": "kind: [\n"], written: [],
            problems: ["policies/x.yaml:2:1: did not find expected node content, while parsing a flow node"]),
        SkeletonCase(
            "a symbolic link", ["dev"], policies: ["policies/x.yaml": .link("/dev/null")], written: [],
            problems: ["policies/x.yaml: no plain file"]),
    ]
}

@Suite struct FleetSkeletonTests {
    private func put(_ entry: BareRepository.Entry, at path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        switch entry {
        case .text(let text): try Data(text.utf8).write(to: url)
        case .link(let target):
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        default: Issue.record("\(path) is no file that a folder can hold")
        }
    }

    @Test(arguments: SkeletonCase.all)
    func `only what no contract guards gets one, whatever the files are called`(sample: SkeletonCase) throws {
        let folder = try TemporaryDirectory("skeleton")
        for name in sample.environments {
            try put(SampleText.component("web", "1", 1), at: folder.file("environments/\(name)/web.yaml"))
        }
        for (path, policy) in sample.policies { try put(policy, at: folder.file(path)) }
        let skeleton = FleetSkeleton(FleetSurvey(below: folder.path))
        #expect(try skeleton.write(below: folder.path) == sample.written)
        #expect(skeleton.partlyGuarded.map(\.description) == sample.partlyGuarded)
        #expect(skeleton.problems.map(\.description) == sample.problems)
        let again = FleetSkeleton(FleetSurvey(below: folder.path))
        #expect(again.files.isEmpty && again.problems == skeleton.problems, "what was written guards")
    }

    @Test func `a skeleton makes a fleet that plans without a problem, and is not written over`() throws {
        let folder = try TemporaryDirectory("skeleton")
        let skeleton = FleetSkeleton(FleetSurvey(below: folder.path))
        let written = try skeleton.write(below: folder.path)
        #expect(
            written == [
                "environments/dev/app.yaml", "environments/staging/app.yaml", "environments/prod/app.yaml",
                "policies/dev.yaml", "policies/staging.yaml", "policies/prod.yaml",
            ])
        #expect(try skeleton.write(below: folder.path).isEmpty)
        #expect(FleetSkeleton(FleetSurvey(below: folder.path)).files.isEmpty)
        var files: [String: BareRepository.Entry] = [:]
        for path in written { files[path] = .text(try String(contentsOfFile: folder.file(path), encoding: .utf8)) }
        let repository = try BareRepository()
        try repository.commit(files)
        let settings = OperatorSettings(repository: repository.path, now: Timestamp("2026-11-23T08:00:00Z"))
        let review = try Fleet(settings).review(withDrift: true)
        #expect(review.problems.isEmpty)
        #expect(review.plan.environments.flatMap(\.actions).map(\.kind) == [.adopt, .adopt, .adopt])
    }

    @Test(arguments: [
        (["dev", "staging", "prod"], ["dev": "", "staging": "dev", "prod": "staging"]),
        (["qa", "live-eu", "live-us"], ["qa": "", "live-eu": "qa", "live-us": "qa"]),
        (["preprod", "prod"], ["preprod": "", "prod": "preprod"]),
        (["production"], ["production": ""]),
    ])
    func `contracts of a skeleton follow the usual order of stages`(names: [String], sources: [String: String]) throws {
        let folder = try TemporaryDirectory("skeleton")
        for name in names + ["not a name", ".git"] {
            try FileManager.default.createDirectory(
                atPath: folder.file("environments/\(name)"), withIntermediateDirectories: true)
        }
        let skeleton = FleetSkeleton(FleetSurvey(below: folder.path))
        #expect(skeleton.files.count == names.count)
        for (name, source) in sources {
            let contract = try #require(skeleton.files.first { $0.path == "policies/\(name).yaml" })
            #expect(contract.content.contains("from: [\(source)]"), "\(contract.content)")
        }
    }
}
