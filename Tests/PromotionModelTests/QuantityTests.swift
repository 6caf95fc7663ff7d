import PromotionModel
import Testing

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("0", "0"), ("8", "8"), ("0.5", "0.5"), ("250m", "0.25"), ("1500m", "1.5"), ("1k", "1000"),
            ("1e3", "1000"), ("1.5k", "1500"), ("1Ki", "1024"), ("16Gi", "17179869184"), ("0.5Gi", "536870912"),
            ("1.5Mi", "1572864"), ("0.1Ki", "102.4"), ("1Ei", "1152921504606846976"), ("7E", "7000000000000000000"),
            ("100u", "0.0001"), ("1n", "0.000000001"), ("007", "7"), (".5", "0.5"), ("1.", "1"), ("+1", "1"),
            ("-1", "-1"), ("0Gi", "0"), ("0.000m", "0"),
            ("12E6", "12000000"),
        ])
    func `an amount is exact`(_ text: String, _ expected: String) throws {
        #expect(try Measure(quantity: text) == Measure(expected))
    }

    @Test(arguments: [
        "", "m", "1GiB", "1 Gi", "1gi", "1Mm", "NaN", "inf", "0x10", "1e", "1e999", "1.2.3",
        "1.2.3Gi", "1_000", "١", "999999999999999999999999999999999999999999999999999999999999999999999999",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(throws: Measure.Malformed.self) { try Measure(quantity: text) }
    }

    @Test(arguments: [
        ("0", "0"), ("1", "1"), ("1023", "1023"), ("1024", "1Ki"), ("1025", "1025"), ("10737418240", "10Gi"),
        ("17179869184", "16Gi"), ("7247757312", "6912Mi"), ("1500000000", "1500M"), ("12E6", "12M"),
        ("1000", "1k"), ("-2048", "-2Ki"), ("102.4", "102.4"), ("1152921504606846976", "1Ei"),
        ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9223372036854775808"),
        ("1e30", "1e30"),
    ])
    func `bytes are written in the largest unit, and read back as the same`(
        _ text: String, _ expected: String
    ) throws {
        let measure = try Measure(text)
        #expect(measure.quantityOfBytes == expected)
        #expect(try Measure(quantity: expected) == measure)
    }
}
