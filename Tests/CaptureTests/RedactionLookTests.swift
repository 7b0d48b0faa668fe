import CaptureImport
import GatewayWire
import Testing

/// Most texts are looked at once and left alone; these are not.
@Suite struct `Free texts that a redaction must look into` {
    @Test(arguments: [
        ("call 555-010-0199 now", "call 000-000-0000 now"),
        ("(555) 010 0199", "(000) 000 0000"), ("+15550100199", "+00000000000"),
        ("+12345678", "+00000000"), ("a@b.io", "user1@example.com"),
        ("of U12345", "of U00001"), ("of DI1234567X", "of DI00000001"),
    ])
    func `are those with a telephone number, an address or an account`(
        text: String, expected: String
    ) {
        var redactor = Redactor(RedactionOptions())
        #expect(redactor.redact(sentence(text))["errorString"] == expected)
    }

    @Test(arguments: [
        "20260115 14:31:07 UTC", "1768487467", "U1234", "0000e0d5.12345678.01.01", "1.0E-5",
        "187.25-190.00", "+1234567",
    ])
    func `are none of the protocol's own`(text: String) {
        var redactor = Redactor(RedactionOptions())
        #expect(redactor.redact(sentence(text))["errorString"] == text)
    }

    @Test func `are any, once an account has a name`() {
        var redactor = Redactor(RedactionOptions())
        redactor.learn(Message("managedAccounts", ["accountsList": "Grandma"]))
        #expect(redactor.redact(sentence("for Grandma"))["errorString"] == "for XXXXXX1")
    }

    private func sentence(_ text: String) -> Message {
        Message("error", ["reqId": "-1", "errorCode": "321", "errorString": text])
    }
}
