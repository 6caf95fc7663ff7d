import ModelBuilders
import Planning
import PromotionModel
import TestSupport
import Testing

@Suite struct ArrivalMatrixTests {
    private static let web: ComponentName = "web"

    private static func artifact(_ version: Int, registry: String = "r") -> Artifact {
        Artifact(repository: "\(registry)/web", tag: "\(version)", digest: .of(version == 1 ? "1" : "2"))
    }

    private static func entry(
        _ commit: String, _ seconds: Int64, from: Artifact? = nil, to: Artifact?, _ result: LedgerResult? = nil
    ) -> HistoryEntry {
        HistoryEntry(
            commit: commit, at: Timestamp(seconds: seconds), author: "A <a@x>", subject: commit, promotions: [],
            result: result, changes: [HistoryEntry.Change(component: web, from: from, to: to, result: result)])
    }

    @Test func `each version has when it was first declared, recorded and replaced, in every environment`() throws {
        let (one, two) = (Self.artifact(1), Self.artifact(2))
        let elsewhere = Self.artifact(2, registry: "other")
        let matrix = ArrivalMatrix(
            of: Self.web,
            histories: [
                "dev": [
                    Self.entry("d5", 50, from: two, to: nil), Self.entry("d4", 40, from: one, to: two),
                    Self.entry("d2", 20, from: two, to: one), Self.entry("d1", 10, from: one, to: two),
                    Self.entry("d0", 0, to: one),
                ],
                "prod": [
                    Self.entry("p4", 90, to: elsewhere, .promoted), Self.entry("p3", 80, to: elsewhere, .waiting),
                    Self.entry("p2", 70, from: one, to: elsewhere), Self.entry("p1", 31, to: one, .adopted),
                    Self.entry("p0", 30, to: one),
                ],
            ])
        #expect(matrix.environments.map(\.description) == ["dev", "prod"])
        let lines = matrix.versions.flatMap { version in
            version.arrivals.map { arrival in
                [
                    version.artifact.version, arrival.environment.description, arrival.declared?.commit ?? "–",
                    arrival.recorded?.commit ?? "–", arrival.replaced?.commit ?? "–",
                ].joined(separator: " ")
            }
        }
        // The newest version first; the same digest under another registry is the same version.
        #expect(lines == ["2 dev d1 – d5", "2 prod p2 p4 –", "1 dev d0 – d4", "1 prod p0 p1 p2"])
        #expect(matrix.versions.map { $0.first?.seconds } == [10, 0])
    }
}
