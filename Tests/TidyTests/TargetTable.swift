/// How far a target stands from the world: who may do what, and who may know whom.
enum Ring: Sendable {
    case pure, cModule, sockets, effect, loop, surface, twin, root, door
}

/// A folder below `Sources` and the modules its files may import.
struct TargetRule: Sendable {
    let name: String
    let ring: Ring
    /// Modules of this package.
    let own: [String]
    /// Modules from elsewhere, without those that come with the standard library.
    let others: [String]

    init(_ name: String, _ ring: Ring, own: [String] = [], others: [String] = []) {
        self.name = name
        self.ring = ring
        self.own = own
        self.others = others
    }
}

/// Every target, inner rings first.
///
/// A target imports only what stands above it, so no cycle can be written here.
enum TargetTable {
    private static let pureTargets = [
        TargetRule("PromotionModel", .pure),
        TargetRule("JSONText", .pure),
        TargetRule("YAMLSource", .pure, own: ["CLibyaml"]),
        TargetRule("ManifestFormat", .pure, own: ["PromotionModel", "YAMLSource"]),
        TargetRule("LedgerFormat", .pure, own: ["PromotionModel", "JSONText"]),
        TargetRule("EvidenceFormat", .pure, own: ["PromotionModel", "JSONText"], others: ["Crypto"]),
        TargetRule("PolicyRules", .pure, own: ["PromotionModel", "JSONText"]),
        TargetRule("Planning", .pure, own: ["PromotionModel", "PolicyRules"], others: ["Crypto"]),
        TargetRule("Auditing", .pure, own: ["PromotionModel", "LedgerFormat", "Planning"]),
    ]
    private static let pure = pureTargets.map(\.name)
    private static let adapters = ["Observing", "Acting", "Recording", "Asking", "Renderers", "Signing", "Remotes"]
    private static let system = ["FoundationEssentials", "Dispatch", "Glibc", "Crypto", "Subprocess"]

    static let rows: [TargetRule] =
        [
            TargetRule("CLibyaml", .cModule),
            TargetRule("CLibgit2", .cModule),
            TargetRule("CZlib", .cModule),
            TargetRule("CResources", .cModule),
            TargetRule("CCertificates", .cModule),
        ] + pureTargets + [
            TargetRule("Ports", .sockets, own: ["PromotionModel"]),
            TargetRule(
                "Git", .effect, own: ["CLibgit2", "CZlib", "CCertificates"], others: ["Dispatch", "Glibc", "Crypto"]),
            TargetRule("Observing", .effect, own: pure + ["Ports", "Git"], others: system),
            TargetRule("Acting", .effect, own: pure + ["Ports", "Git", "Observing"], others: system),
            TargetRule("Recording", .effect, own: pure + ["Ports", "Git", "Observing"], others: system),
            TargetRule("Programs", .effect, own: ["CResources"], others: ["FoundationEssentials", "Glibc"]),
            TargetRule(
                "Signing", .effect, own: pure + ["Ports", "Git", "Programs"], others: ["FoundationEssentials", "Glibc"]),
            TargetRule("Asking", .effect, own: pure + ["Ports", "Programs"], others: ["FoundationEssentials"]),
            TargetRule("Renderers", .effect, own: ["PromotionModel", "Programs"]),
            TargetRule(
                "Remotes", .effect, own: ["PromotionModel", "Git", "Programs"],
                others: ["FoundationEssentials", "Glibc", "Crypto"]),
            TargetRule("HistoryIndex", .effect, own: pure + ["Git"], others: ["Dispatch", "Glibc"]),
            TargetRule("Reconciling", .loop, own: pure + ["Ports"], others: ["Logging", "ServiceLifecycle"]),
            TargetRule("Dashboard", .surface, own: pure + ["Reconciling"], others: ["Hummingbird"]),
            TargetRule(
                "Bootstrap", .root,
                own: pure + adapters + ["Ports", "Git", "Programs", "HistoryIndex", "Reconciling", "Dashboard"],
                others: ["FoundationEssentials", "Glibc"]),
            TargetRule(
                "Simulation", .twin, own: pure + ["Ports", "Git", "Programs", "Remotes", "Reconciling", "Bootstrap"],
                others: ["FoundationEssentials", "Dispatch", "Glibc"]),
            TargetRule(
                "Commands", .surface, own: pure + ["Ports", "Reconciling", "Simulation", "Bootstrap"],
                others: ["ArgumentParser", "FoundationEssentials", "Glibc"]),
            TargetRule("towpath", .door, own: ["Commands"]),
        ]

    /// Part of the toolchain's standard library; open to every ring but the pure one, which needs none of it.
    static let standardLibrary = ["Swift", "Synchronization", "RegexBuilder"]

    static let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
}
