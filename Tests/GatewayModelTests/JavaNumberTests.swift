import GatewayModel
import Testing

@Suite struct `A number in Java's spelling` {
    @Test func `is plain in the middle and has an exponent at the ends`() {
        let spelled = [
            0.0: "0.0", 14.61: "14.61", 500: "500.0", 0.00012: "1.2E-4", 0.00006: "6.0E-5",
            -0.8499999998603016: "-0.8499999998603016", 4398.700000000012: "4398.700000000012",
            0.001: "0.001", 9_999_999.5: "9999999.5", 10_000_000: "1.0E7",
            -12_345_678.9: "-1.23456789E7", 1.7976931348623157e308: "1.7976931348623157E308",
            1e22: "1.0E22", 123456: "123456.0", 0.05: "0.05",
        ]
        for (number, text) in spelled { #expect(number.javaText == text) }
    }
}
