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

    @Test(arguments: 0..<300)
    func `sums and products are those of Swift`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let left =
            Int.random(in: -3_000_000_000...3_000_000_000, using: &random) >> Int.random(in: 0..<30, using: &random)
        let right =
            Int.random(in: -2_000_000_000...2_000_000_000, using: &random) >> Int.random(in: 0..<30, using: &random)
        #expect(try Measure(left) + Measure(right) == Measure(left + right))
        #expect(try (Measure(left) + Measure(right)).description == "\(left + right)")
        #expect(try Measure(left) * Measure(right) == Measure(left * right))
        #expect(try (Measure(left) * Measure(right)).description == "\(left * right)")
        let thousandth = try Measure("\(left)e-3")
        #expect(try thousandth + Measure(right) == Measure("\(left + right * 1_000)e-3"))
        #expect(try Measure((thousandth + Measure(right)).description) == thousandth + Measure(right))
    }

    @Test(arguments: [
        ("0.1", "0.2", "0.3"), ("0.999", "0.001", "1"), ("1", "-1", "0"), ("-0.5", "0.25", "-0.25"), ("0", "7", "7"),
        ("7", "0", "7"), ("1e20", "-1", "99999999999999999999"), ("1e-40", "0", "1e-40"),
        ("1e-40", "1e-40", "2e-40"), ("5e39", "5e39", "1e40"),
    ])
    func `no digit of a sum is lost`(left: String, right: String, sum: String) throws {
        #expect(try (Measure(left) + Measure(right)).description == sum)
        #expect(try (Measure(right) + Measure(left)).description == sum)
    }

    @Test func `what cannot be held exactly is refused`() throws {
        let (great, small) = (try Measure("1e308"), try Measure("1e-308"))
        #expect(throws: Measure.OutOfRange.self) { try great + small }
        #expect(throws: Measure.OutOfRange.self) { try great * great }
        #expect(throws: Measure.OutOfRange.self) { try small * small }
        var long = try Measure(String(repeating: "9", count: 64))
        long = try long * long
        long = try long * long
        #expect(throws: Measure.OutOfRange.self) { try long * long }
        #expect(try great * small == Measure(1))
    }

    @Test(arguments: [
        ("250m", "0.25"), ("1", "1"), ("1.5", "1.5"), ("0", "0"), ("0m", "0"), ("100Mi", "104857600"),
        ("1Ki", "1024"), ("1.5Gi", "1610612736"), ("2Ti", "2199023255552"), ("1Pi", "1125899906842624"),
        ("1Ei", "1152921504606846976"), ("1k", "1000"), ("128M", "128000000"), ("2G", "2000000000"), ("1T", "1e12"),
        ("1P", "1e15"), ("1E", "1e18"), ("1e3", "1000"), ("1E3", "1000"), ("12e6", "12000000"), ("1e-3", "0.001"),
        ("500u", "0.0005"), ("1n", "1e-9"), (".5", "0.5"), ("5.", "5"), ("+5", "5"), ("-1m", "-0.001"),
        ("007", "7"), ("0.1Mi", "104857.6"),
    ])
    func `quantities are exact`(text: String, value: String) throws {
        #expect(try Measure(quantity: text) == Measure(value))
    }

    @Test(arguments: [
        "", "m", "Mi", "1mi", "1K", "1kb", "1MB", "1 Mi", " 1", "1 ", "1e", "1e3m", "1Kim", ".", "+", "-", "--1",
        "1.2.3",
        "1-2", "1,5", "${CPU}", "auto", "0x10", "١", "1e400", "1e308Ei", "Infinity", "NaN",
        String(repeating: "9", count: 65),
    ])
    func `what is no quantity is refused`(text: String) {
        #expect(throws: Measure.Malformed.self) { try Measure(quantity: text) }
    }
}
