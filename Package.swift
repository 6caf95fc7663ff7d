// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "towpath",
    targets: [
        // MARK: - Pure: values and rules; no clock, no disk, no network

        // The nouns and their invariants: digests, contracts, observations, plans, outcomes.
        .target(name: "PromotionModel"),

        // MARK: - C: what the system provides

        // The headers of libgit2 and wrappers for what Swift cannot call.
        .systemLibrary(name: "CLibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),

        // Decompression, which comes with libgit2; no pkgConfig, whose search path could hide another libgit2.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // MARK: - Effects: the only rooms that touch the world

        // Ownership and errors of libgit2: objects, references, history; knows nothing of promotions.
        .target(name: "Git", dependencies: ["CLibgit2", "CZlib"]),

        // MARK: - Tests

        // What several test targets share: temporary folders, seeded generators, goldens.
        .target(name: "TestSupport", path: "Tests/TestSupport"),

        .testTarget(name: "GitTests", dependencies: ["Git", "TestSupport"]),
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
