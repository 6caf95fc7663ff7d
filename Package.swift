// swift-tools-version:6.2
import PackageDescription

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "towpath",
    products: [
        .executable(name: "towpath", targets: ["towpath"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // MARK: - C: system libraries as Swift sees them

        // Debian's libyaml: the module map and nothing else.
        .systemLibrary(name: "CLibyaml", providers: [.apt(["libyaml-dev"])]),

        // The headers of libgit2 and wrappers for what Swift cannot call.
        .systemLibrary(name: "CLibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),

        // MARK: - Pure: values and rules; no clock, no disk, no network

        // The nouns and their invariants: digests, contracts, observations, plans, outcomes.
        .target(name: "PromotionModel"),

        // Bounded JSON: a strict reader, a writer of stable bytes; knows nothing of promotions.
        .target(name: "JSONText"),

        // Bounded YAML with positions, and edits that change only the bytes of a value; knows nothing of manifests.
        .target(name: "YAMLSource", dependencies: ["CLibyaml"]),

        // Bytes ↔ declarations, policies, fleet and lock; one folder per format.
        .target(name: "ManifestFormat", dependencies: ["PromotionModel", "YAMLSource"]),

        // Commit message and trailers ↔ ledger entry.
        .target(name: "LedgerFormat", dependencies: ["PromotionModel", "JSONText"]),

        // Statements about artifacts and their signatures: DSSE, in-toto, SSH signatures, allowed signers.
        .target(name: "EvidenceFormat", dependencies: ["PromotionModel", "JSONText", crypto]),

        // Contract + facts + instant → verdict; one file per gate; the facts as JSON.
        .target(name: "PolicyRules", dependencies: ["PromotionModel", "JSONText"]),

        // Observation + instant → plan; drift; promotion ids.
        .target(name: "Planning", dependencies: ["PromotionModel", "PolicyRules", crypto]),

        // Entries, locks and what is derived anew → claims about the ledger; one file per claim.
        .target(name: "Auditing", dependencies: ["PromotionModel", "LedgerFormat", "Planning"]),

        // MARK: - Sockets: what the loop needs of the world

        // Narrow protocols for observing, acting, recording and the clock, and their failures.
        .target(name: "Ports", dependencies: ["PromotionModel"]),

        // Decompression, which comes with libgit2; no pkgConfig, whose search path could hide another libgit2.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // MARK: - Effects: the only rooms that touch the world

        // Spares libgit2 the certificates that it reads at its start for connections that it is never asked for.
        .target(name: "CCertificates", exclude: ["exported-names.map"]),

        // Ownership and errors of libgit2: objects, references, history; knows nothing of promotions.
        .target(name: "Git", dependencies: ["CLibgit2", "CZlib", "CCertificates", crypto]),

        // What the C library hides of the bounds on other processes; no library to link.
        .systemLibrary(name: "CResources"),

        // Runs a program in a world of its own, bounded in time and output; knows nothing of promotions.
        .target(name: "Programs", dependencies: ["CResources"]),

        // Signs with ssh-keygen and gpg, and verifies what gpg has to; keys stay with these programs.
        .target(name: "Signing", dependencies: ["PromotionModel", "EvidenceFormat", "Ports", "Git", "Programs"]),

        // Puts a fleet's own rules to OPA: its program, or its REST API.
        .target(name: "Asking", dependencies: ["PromotionModel", "JSONText", "Ports", "Programs"]),

        // Runs the operator's renderers over a copy of a repository's files.
        .target(name: "Renderers", dependencies: ["PromotionModel", "Programs"]),

        // Repositories on servers: a mirror of each on this machine, and the program git as the way there and back.
        .target(name: "Remotes", dependencies: ["PromotionModel", "Git", "Programs", crypto]),

        // Commits → a rebuildable index of what they changed, kept in the cache folder.
        .target(name: "HistoryIndex", dependencies: ["Git"]),

        // Repository → observation: what is declared, recorded, published, and what the ledger proves.
        .target(
            name: "Observing",
            dependencies: [
                "PromotionModel", "ManifestFormat", "LedgerFormat", "EvidenceFormat", "PolicyRules", "Planning",
                "Ports",
                "Git", crypto,
            ]),

        // Performs what a plan permits: composes and publishes an environment's branch.
        .target(name: "Acting", dependencies: ["PromotionModel", "ManifestFormat", "Ports", "Git", "Observing"]),

        // Plan → signed-off commits on the watched branch, by compare-and-swap; proposals and rollbacks.
        .target(
            name: "Recording",
            dependencies: [
                "PromotionModel", "ManifestFormat", "LedgerFormat", "EvidenceFormat", "Ports", "Git", "Observing",
            ]),

        // MARK: - Loop

        // When to tick, back off and stop.
        .target(name: "Reconciling", dependencies: ["PromotionModel", "Planning", "Ports"]),

        // MARK: - Root and surfaces

        // Configuration → live objects; the only place where adapters meet sockets.
        .target(
            name: "Bootstrap",
            dependencies: [
                "PromotionModel", "YAMLSource", "ManifestFormat", "LedgerFormat", "EvidenceFormat", "PolicyRules",
                "Planning", "Auditing", "Ports", "Git", "HistoryIndex", "Observing", "Acting", "Recording", "Asking",
                "Renderers", "Signing",
                "Remotes", "Reconciling",
            ]),

        // A twin of the world: a seeded fleet, its people and its machines, faults at every effect, and checkers.
        .target(
            name: "Simulation",
            dependencies: [
                "PromotionModel", "JSONText", "ManifestFormat", "LedgerFormat", "EvidenceFormat", "Planning", "Ports",
                "Git", "Programs", "Remotes", "Reconciling", "Bootstrap",
            ]),

        // Arguments, rendering, exit codes.
        .target(
            name: "Commands",
            dependencies: [
                "PromotionModel", "JSONText", "ManifestFormat", "PolicyRules", "Planning", "Auditing", "Ports",
                "Reconciling", "Bootstrap", "Simulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // The door.
        .executableTarget(name: "towpath", dependencies: ["Commands"]),

        // MARK: - Tests

        // What several test targets share: temporary folders, seeded generators, goldens.
        .target(name: "TestSupport", path: "Tests/TestSupport"),

        // Short ways to write the model's values in tests, and random ones from a seed.
        .target(name: "ModelBuilders", dependencies: ["PromotionModel", "TestSupport"], path: "Tests/ModelBuilders"),

        .testTarget(name: "PromotionModelTests", dependencies: ["PromotionModel", "ModelBuilders", "TestSupport"]),
        .testTarget(name: "JSONTextTests", dependencies: ["JSONText", "TestSupport"]),
        .testTarget(
            name: "ManifestFormatTests",
            dependencies: ["ManifestFormat", "PromotionModel", "ModelBuilders", "TestSupport"], exclude: ["Golden"]),
        .testTarget(
            name: "LedgerFormatTests",
            dependencies: ["LedgerFormat", "PromotionModel", "ModelBuilders", "TestSupport"], exclude: ["Golden"]),
        .testTarget(
            name: "PolicyRulesTests",
            dependencies: ["PolicyRules", "PromotionModel", "JSONText", "ModelBuilders", "TestSupport"],
            exclude: ["Golden"]),
        .testTarget(
            name: "PlanningTests",
            dependencies: [
                "Planning", "PolicyRules", "JSONText", "LedgerFormat", "PromotionModel", "ModelBuilders", "TestSupport",
            ], exclude: ["Golden"]),
        .testTarget(
            name: "AuditingTests",
            dependencies: ["Auditing", "LedgerFormat", "Planning", "PromotionModel", "ModelBuilders", "TestSupport"]),
        .testTarget(name: "YAMLSourceTests", dependencies: ["YAMLSource", "TestSupport"]),
        .testTarget(
            name: "SigningTests",
            dependencies: [
                "Signing", "EvidenceFormat", "Ports", "PromotionModel", "Git", "ModelBuilders", "TestSupport",
            ]),
        .testTarget(name: "GitTests", dependencies: ["Git", "TestSupport"]),
        .testTarget(
            name: "HistoryIndexTests",
            dependencies: ["HistoryIndex", "Observing", "Git", "LedgerFormat", "PromotionModel", "TestSupport"]),

        // Holds the documentation to the truth: links, samples, commands, options, lists and what the program prints.
        .testTarget(
            name: "DocsTests",
            dependencies: [
                "towpath", "Auditing", "JSONText", "LedgerFormat", "ManifestFormat", "PromotionModel", "YAMLSource",
                "TestSupport",
            ]),

        // Rooms that touch the world, over real repositories with `git` as the oracle.
        .testTarget(
            name: "ObservingTests",
            dependencies: [
                "Observing", "Git", "PromotionModel", "LedgerFormat", "EvidenceFormat", "JSONText", "Ports",
                "TestSupport",
            ]),
        .testTarget(
            name: "ActingTests", dependencies: ["Acting", "Observing", "Git", "PromotionModel", "Ports", "TestSupport"]),
        .testTarget(
            name: "RecordingTests",
            dependencies: [
                "Recording", "Observing", "EvidenceFormat", "Planning", "Git", "PromotionModel", "Ports", "TestSupport",
            ]),
        .testTarget(
            name: "ReconcilingTests",
            dependencies: [
                "Reconciling", "Recording", "Acting", "Observing", "Planning", "Git", "PromotionModel", "Ports",
                "TestSupport",
            ]),
        .testTarget(
            name: "RemotesTests", dependencies: ["Remotes", "Git", "Programs", "PromotionModel", "TestSupport"],
            exclude: ["Servers"]),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "TestSupport"]),
        .testTarget(name: "ProgramsTests", dependencies: ["Programs", "TestSupport"]),
        .testTarget(
            name: "AskingTests", dependencies: ["Asking", "JSONText", "Ports", "PromotionModel", "TestSupport"],
            exclude: ["Engine"]),
        .testTarget(name: "RenderersTests", dependencies: ["Renderers", "TestSupport"]),
        .testTarget(name: "BootstrapTests", dependencies: ["Bootstrap", "Ports", "PromotionModel", "TestSupport"]),

        // The built program as people and scripts use it.
        .testTarget(
            name: "CommandsTests", dependencies: ["towpath", "JSONText", "TestSupport"], exclude: ["Golden", "Support"]),
        .testTarget(
            name: "EvidenceFormatTests",
            dependencies: ["EvidenceFormat", "PromotionModel", "JSONText", "TestSupport", crypto]),

        // Holds the whole checkout to the house rules: imports, banned tokens, lengths, samples, scripts.
        .testTarget(
            name: "TidyTests", dependencies: ["PromotionModel", "ManifestFormat", "EvidenceFormat", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)

// What `make bench` measures in memory, beside the program itself; see docs/benchmarks.md. It reaches into the rooms, which
// only a target of this package may do, and is left out of every other build.
if Context.environment["TOWPATH_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "promotions-benchmark",
            dependencies: [
                "PromotionModel", "JSONText", "Planning", "Ports", "Git", "Observing", "Reconciling", "Bootstrap",
            ],
            path: "Tests/Benchmarks/Promotions"))
}

// One set of rules for every Swift target; see docs/architecture.md.
let swiftRules: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + swiftRules
}
