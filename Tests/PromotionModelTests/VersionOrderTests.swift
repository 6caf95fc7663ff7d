import PromotionModel
import TestSupport
import Testing

@Suite struct VersionOrderTests {
    private static let ordered = [
        "release-2", "release-10", "v0.9.9", "v1.2.0-alpha", "v1.2.0-rc.2", "v1.2.0-rc.10", "v1.2.0", "v1.2.0.1",
        "v1.10.0", "v2",
    ]

    @Test func `numbers count as numbers, and what is before a release is older than it`() {
        for (index, one) in Self.ordered.enumerated() {
            for (other, text) in Self.ordered.enumerated() {
                #expect(VersionOrder.isOlder(one, than: text) == (index < other), "\(one) and \(text)")
            }
        }
    }

    @Test(arguments: 0..<32)
    func `it is an order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let tags = (0..<24).map { _ in
            String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in "0129.-ar".randomElement(using: &random) ?? "0" }
            )
        }
        for a in tags {
            #expect(!VersionOrder.isOlder(a, than: a))
            for b in tags where a != b {
                #expect(VersionOrder.isOlder(a, than: b) != VersionOrder.isOlder(b, than: a), "\(a) \(b)")
                for c in tags where VersionOrder.isOlder(a, than: b) && VersionOrder.isOlder(b, than: c) {
                    #expect(VersionOrder.isOlder(a, than: c), "\(a) \(b) \(c)")
                }
            }
        }
    }
}
