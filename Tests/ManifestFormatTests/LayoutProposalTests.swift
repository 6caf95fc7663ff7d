import ManifestFormat
import PromotionModel
import TestSupport
import Testing

/// Paths of manifests as repositories lay them out, and the environments that are proposed.
struct LayoutCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let files: [String]
    var links: [String: Set<String>] = [:]
    /// `name: patterns`, with ` shared` behind.
    let rules: [String]
    var unclaimed: [String] = []
    var isStandard = false

    init(
        _ name: String, _ files: [String], links: [String: Set<String>] = [:], rules: [String],
        unclaimed: [String] = [], isStandard: Bool = false
    ) {
        testDescription = name
        self.files = files
        self.links = links
        self.rules = rules
        self.unclaimed = unclaimed
        self.isStandard = isStandard
    }

    static let all: [LayoutCase] = [
        LayoutCase("nothing", [], rules: []),
        LayoutCase(
            "the usual layout", ["environments/dev/a.yaml", "environments/prod-eu/web/b.yaml", "hack/x.yaml"],
            rules: ["dev: environments/dev/**", "prod-eu: environments/prod-eu/**"], unclaimed: ["hack/x.yaml"],
            isStandard: true),
        LayoutCase(
            "a folder for each environment",
            ["production/web.yaml", "staging/web.yaml", "dev/web.yaml"],
            rules: ["dev: dev/**", "staging: staging/**", "production: production/**"]),
        LayoutCase(
            "components, then environments",
            [
                "components/web/staging/a.yaml", "components/web/production/eu/a.yaml",
                "components/dev-release-tools/production/a.yaml",
            ],
            rules: ["staging: components/*/staging/**", "production: components/*/production/**"]),
        LayoutCase(
            "overlays over bases that some of them use",
            [
                "apps/web/overlays/dev/k.yaml", "apps/web/overlays/prod/k.yaml", "apps/web/base/d.yaml",
                "apps/api/overlays/prod/k.yaml", "apps/api/base/d.yaml", "apps/api/unused/d.yaml",
            ],
            links: [
                "apps/web/overlays/dev": ["apps/web/base"], "apps/web/overlays/prod": ["apps/web/base"],
                "apps/api/overlays/prod": ["apps/api/base"], "apps/api/base": ["apps/api"],
            ],
            rules: [
                "dev: apps/*/base/**, apps/*/overlays/dev/** shared",
                "prod: apps/*/base/**, apps/*/overlays/prod/**, apps/api/** shared",
            ]),
        LayoutCase(
            "a base of one environment is not shared",
            ["prod/a.yaml", "staging/a.yaml", "base/web/d.yaml"], links: ["prod": ["base/web"], "base/web": ["prod"]],
            rules: ["staging: staging/**", "prod: base/web/**, prod/**"]),
        LayoutCase(
            "rings and numbered productions, in their order",
            ["rings/ring10/a.yaml", "rings/ring2/a.yaml", "rings/ring0/a.yaml", "staging/a.yaml"],
            rules: [
                "staging: staging/**", "ring0: rings/ring0/**", "ring2: rings/ring2/**", "ring10: rings/ring10/**",
            ]),
        LayoutCase(
            "regions behind a stage, and numbers behind them",
            [
                "web/values-prod-eu-2.yaml", "web/values-prod-eu-1.yaml", "web/values-prod-us.yaml",
                "web/values-staging.yaml",
            ],
            rules: [
                "staging: web/values-staging.yaml", "prod-us: web/values-prod-us.yaml",
                "prod-eu-1: web/values-prod-eu-1.yaml", "prod-eu-2: web/values-prod-eu-2.yaml",
            ]),
        LayoutCase(
            "words behind a stage that are no region name no environment",
            ["web/values-dev-tools.yaml", "web/values-dev-web.yaml", "web/values-prod-api.yaml"],
            rules: ["web: web/**"]),
        LayoutCase(
            "a file for each environment",
            ["charts/web/values-prod.yaml", "charts/web/values-staging.yaml", "charts/web/values.yaml"],
            rules: [
                "staging: charts/web/values-staging.yaml, charts/web/values.yaml shared",
                "prod: charts/web/values-prod.yaml, charts/web/values.yaml shared",
            ]),
        LayoutCase(
            "a file for each environment, and what they share in one called so",
            ["config/prod.yaml", "config/staging.yaml", "config/common.yaml", "config/other.yaml"],
            rules: [
                "staging: config/common.yaml, config/staging.yaml shared",
                "prod: config/common.yaml, config/prod.yaml shared",
            ], unclaimed: ["config/other.yaml"]),
        LayoutCase(
            "environments that declare nothing but take in what does",
            ["apps/base/web/release.yaml", "infra/controllers/a.yaml"],
            links: [
                "apps/staging": ["apps/base/web"], "apps/production": ["apps/base/web"],
                "clusters/staging": ["apps/staging", "infra/controllers"], "other/staging": ["nowhere"],
            ],
            rules: [
                "staging: apps/base/web/**, apps/staging/**, clusters/staging/**, infra/controllers/** shared",
                "production: apps/base/web/**, apps/production/** shared",
            ]),
        LayoutCase(
            "files called after environments, in the folders of several services",
            ["web/prod.yaml", "api/prod.yaml", "web/dev.yaml"].map { "services/" + $0 },
            rules: ["dev: services/web/dev.yaml", "prod: services/*/prod.yaml"]
                .map { $0.replacing("services/web/dev", with: "services/*/dev") }),
        LayoutCase(
            "clusters of any name", ["clusters/hub/a.yaml", "clusters/spoke-1/b.yaml", "clusters/common/c.yaml"],
            rules: ["hub: clusters/hub/**", "spoke-1: clusters/spoke-1/**"], unclaimed: ["clusters/common/c.yaml"]),
        LayoutCase(
            "stages within longer names", ["fleet/prod-eu/a.yaml", "fleet/eu-staging/a.yaml"],
            rules: ["eu-staging: fleet/eu-staging/**", "prod-eu: fleet/prod-eu/**"]),
        LayoutCase(
            "a name that only sounds like a stage", ["apps/dev-tools/a.yaml", "apps/web/b.yaml"],
            rules: ["apps: apps/**"]),
        LayoutCase("one folder without environments", ["kubernetes/web/a.yaml"], rules: ["kubernetes: kubernetes/**"]),
        LayoutCase("several folders without environments", ["web/a.yaml", "b.yaml"], rules: ["main: *, web/**"]),
        LayoutCase(
            "paths that no pattern can spell",
            ["{x}/prod/a.yaml", "a b/prod/a.yaml", "ok/prod/a.yaml", "ok/dev/a.yaml"],
            rules: ["dev: ok/dev/**", "prod: ok/prod/**"], unclaimed: ["a b/prod/a.yaml", "{x}/prod/a.yaml"]),
    ]
}

@Suite struct LayoutProposalTests {
    @Test(arguments: LayoutCase.all) func `environments are told from paths`(_ layout: LayoutCase) throws {
        let proposal = LayoutProposal(files: layout.files, links: layout.links)
        let rules = proposal.rules.map { rule in
            "\(rule.name): \(rule.paths.joined(separator: ", "))\(rule.isShared ? " shared" : "")"
        }
        #expect(rules == layout.rules)
        #expect(proposal.unclaimed == layout.unclaimed)
        #expect(proposal.isStandard == layout.isStandard)
        // What is proposed is what the decoder reads.
        guard !proposal.rules.isEmpty else { return }
        let decoded = try FleetDecoder.layout(Array(proposal.text.utf8), file: "towpath.yaml")
        #expect(decoded.rules.map(\.name) == proposal.rules.map(\.name.description))
        #expect(decoded.rules.map { $0.paths.map(\.description) } == proposal.rules.map(\.paths))
        #expect(decoded.rules.map(\.isShared) == proposal.rules.map(\.isShared))
    }

    @Test func `files without an extension in folders of stages are a format of the repository's own`() throws {
        let paths = [
            "tags/dev/web", "tags/prod/web", "tags/prod/api", "prod/LICENSE", "docs/dev/a.md", "x/prod/y.yaml",
        ]
        let candidates = HouseProposal.candidates(among: paths)
        #expect(candidates.map(\.pattern) == ["tags/*/*"])
        let candidate = try #require(candidates.first)
        #expect(
            candidate.keyed(by: [Array("image_tag: v1\nx: 1\n".utf8), Array("image_tag: v2".utf8)])?.key == "image_tag")
        for samples in [
            ["image_tag: v1", "x: 1"], ["image_tag: [", "image_tag: 1"], ["image_tag: ", "image_tag: 1"], [],
        ] {
            #expect(candidate.keyed(by: samples.map { Array($0.utf8) }) == nil)
        }
        let keyed = try #require(candidate.keyed(by: [Array("tag: v1".utf8)]))
        let proposal = LayoutProposal(files: ["tags/dev/values.yaml"], artifacts: [keyed])
        let layout = try FleetDecoder.layout(Array(proposal.text.utf8), file: "towpath.yaml")
        #expect(layout.rules.map(\.name) == ["dev", "prod"])
        #expect(layout.artifacts.map(\.path?.description) == ["tag"])
        #expect(layout.artifacts.map { $0.captures(of: "tags/dev/web")?["basename"] } == ["web"])
    }

    @Test(arguments: [
        ("staging: {a: 1}\nprod: {b: 1}\nother: {}\n", ["staging staging", "prod prod"]),
        (
            "environments:\n  eu: {}\n  dev: []\n  prod: {}\n",
            ["eu environments.eu", "dev environments.dev", "prod environments.prod"]
        ),
        ("staging: 1\nprod: 2\n", []), ("kind: X\nstaging: {}\nprod: {}\n", []), ("a: [", []), ("", []), ("[x]", []),
    ])
    func `parts of a file that are called after stages are environments`(_ text: String, _ expected: [String]) throws {
        let sections = SectionProposal.sections(in: Array(text.utf8))
        #expect(sections.map { "\($0.name) \($0.section)" } == expected)
        let proposal = LayoutProposal(sections: sections, of: "a.yaml", files: ["a.yaml", "b.yaml"])
        guard !expected.isEmpty else { return }
        let layout = try FleetDecoder.layout(Array(proposal.text.utf8), file: "towpath.yaml")
        #expect(layout.rules.map { "\($0.name) \($0.section?.description ?? "")" } == expected)
        #expect(proposal.unclaimed == ["b.yaml"])
    }

    @Test func `links of kustomizations and agents lead to folders`() {
        func links(_ path: String, _ text: String) -> Set<String> {
            FolderLinks.folders(in: Array(text.utf8), at: path)
        }
        #expect(
            links(
                "apps/web/prod/kustomization.yaml",
                "resources: [../base, ./x.yaml, https://a.example/b, ../../../../out]\ncomponents: [../../tls]\n")
                == ["apps/web/base", "apps/web/prod/x.yaml", "apps/tls"])
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./apps/prod}\n"
        #expect(
            links("k/clusters/prod/apps.yaml", flux) == [
                "apps/prod", "k/apps/prod", "k/clusters/apps/prod", "k/clusters/prod/apps/prod",
            ])
        let generator = """
            apiVersion: source.extensions.fluxcd.io/v1beta1
            kind: ArtifactGenerator
            spec: {artifacts: [{copy: [{from: "@repo/apps/base/**", to: "@artifact/"}, {from: "@x"}, {to: y}]}, 7]}
            """
        #expect(links("clusters/prod/artifacts.yaml", generator) == ["apps/base"])
        let argo = """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            spec: {sources: [{path: charts/web}, {chart: x}]}
            """
        #expect(links("app.yaml", argo) == ["charts/web"])
        for text in ["", "a: [", "- x", "resources: 7", "resources: [{a: b}]", "\u{0}"] {
            #expect(links("kustomization.yaml", text).isEmpty)
        }
    }
}
