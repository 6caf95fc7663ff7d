// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "towpath",
    targets: [
        // MARK: - C: system libraries as Swift sees them

        // Debian's libyaml: the module map and nothing else.
        .systemLibrary(name: "CLibyaml", providers: [.apt(["libyaml-dev"])]),

        // MARK: - Pure: values and rules; no clock, no disk, no network

        // The nouns and their invariants: digests, contracts, observations, plans, outcomes.
        .target(name: "PromotionModel"),

        // Bounded YAML with positions, and edits that change only the bytes of a value; knows nothing of manifests.
        .target(name: "YAMLSource", dependencies: ["CLibyaml"]),

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
