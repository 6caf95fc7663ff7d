import PromotionModel
import TestSupport
import Testing

struct MeasureTests {
    @Test(arguments: [
        "NaN", "nan", "Infinity", "-inf", "inf", "0x1p3", "0x10", "1e400", "-1e400", "1e-400", "", " 1", "1 ", "+1",
        "01",
        ".5", "5.", "1e", "1e+", "1_000", "1,5", "--1", "-", "١", "1e99999999999999999999", "9e308e1",
        "1e-9223372036854775808", String(repeating: "9", count: 65),
    ])
    func `what is no finite decimal number is refused`(text: String) {
        #expect(throws: Measure.Malformed.self) { try Measure(text) }
    }

    @Test(arguments: [
        ("0", "-0"), ("0", "0.000e5"), ("1", "1.0"), ("100", "1e2"), ("0.01", "1E-2"), ("-1.50", "-15e-1"),
        ("12300", "0.123e+5"), ("1e308", "10e307"),
    ])
    func `one number in two spellings is equal`(left: String, right: String) throws {
        let (first, second) = (try Measure(left), try Measure(right))
        #expect(first == second)
        #expect(first.hashValue == second.hashValue)
        #expect(!(first < second) && !(second < first))
    }

    @Test func `numbers are in order`() throws {
        let texts = [
            "-1e308", "-100", "-99.9999999999999999999999", "-1", "-0.1", "-1e-300", "0", "1e-300", "0.09", "0.1",
            "0.10000000000000000000001", "1", "9", "10", "10.5", "99", "9007199254740993", "9007199254740993.1",
            "1e300",
        ]
        let measures = try texts.map { try Measure($0) }
        for (index, left) in measures.enumerated() {
            for (other, right) in measures.enumerated() { #expect((left < right) == (index < other)) }
        }
    }

    @Test(arguments: 0..<200)
    func `whole numbers compare as they do in Swift`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let left = Int.random(in: -1_000...1_000, using: &random)
        let right = Int.random(in: Int.min...Int.max, using: &random) >> Int.random(in: 0..<60, using: &random)
        #expect((try Measure("\(left)") < Measure("\(right)")) == (left < right))
        #expect((try Measure("\(left)") == Measure("\(right)")) == (left == right))
        #expect(try Measure(right) == Measure("\(right)"))
        #expect(try Measure(left * 100) == Measure("\(left)e2"))
    }
}
