// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "towpath",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // MARK: - C: system libraries as Swift sees them

        // Debian's libyaml: the module map and nothing else.
        .systemLibrary(name: "CLibyaml", providers: [.apt(["libyaml-dev"])]),

        // MARK: - Pure: values and rules; no clock, no disk, no network

        // The nouns and their invariants: digests, contracts, observations, plans, outcomes.
        .target(name: "PromotionModel"),

        // Bounded JSON: a strict reader, a writer of stable bytes; knows nothing of promotions.
        .target(name: "JSONText"),

        // Commit message and trailers ↔ ledger entry.
        .target(name: "LedgerFormat", dependencies: ["PromotionModel", "JSONText"]),

        // Contract + facts + instant → verdict; one file per gate.
        .target(name: "PolicyRules", dependencies: ["PromotionModel"]),

        // Observation + instant → plan; drift; promotion ids.
        .target(
            name: "Planning",
            dependencies: ["PromotionModel", "PolicyRules", .product(name: "Crypto", package: "swift-crypto")]),

        // Bounded YAML with positions, and edits that change only the bytes of a value; knows nothing of manifests.
        .target(name: "YAMLSource", dependencies: ["CLibyaml"]),

        // Bytes ↔ declarations, policies, fleet and lock; one folder per format.
        .target(name: "ManifestFormat", dependencies: ["PromotionModel", "YAMLSource"]),

        // MARK: - Tests

        // What several test targets share: temporary folders, seeded generators, goldens.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "YAMLSourceTests", dependencies: ["YAMLSource", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)

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
