// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "towpath",
    targets: [
        // MARK: - Pure: values and rules; no clock, no disk, no network

        // The nouns and their invariants: digests, contracts, observations, plans, outcomes.
        .target(name: "PromotionModel"),

        // MARK: - Tests

        // What several test targets share: temporary folders, seeded generators, goldens.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        // Holds the whole checkout to the house rules: imports, banned tokens, lengths, samples, scripts.
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"]),
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
