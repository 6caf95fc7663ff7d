import PromotionModel
import Testing

struct GateNameTests {
    @Test("gates are ordered by their names")
    func order() {
        #expect(GateName.allCases.sorted() == GateName.allCases.sorted { $0.rawValue < $1.rawValue })
    }
}
