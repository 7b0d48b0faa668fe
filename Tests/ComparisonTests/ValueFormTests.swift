import Testing

@testable import Comparison

@Suite struct `The form of a value` {
    @Test(arguments: [
        ("292.20", "9.90"), ("14.61", "9.99"), ("0.5", "9.9"), ("305.125", "9.999"),
        ("-103.92738339177643", "9.99999…"), ("100", "9"), ("5.0", "9.0"), ("1.2E-4", "9E9"),
        ("0", "0"), ("0.0", "0.0"), ("-1", "-1"), ("2147483647", "2147483647"),
        ("1.7976931348623157E308", "1.7976931348623157E308"),
    ])
    func `of a spelled number keeps how it is written`(text: String, form: String) {
        #expect(ValueForm.ofNumber(text, isSpelled: true) == form)
    }

    @Test(arguments: [
        ("9.99", "9.0", true), ("9", "9.99", true), ("9", "9.0", false), ("9.90", "9.9", false),
        ("9.90", "9.99", true), ("9.90", "9.0", false), ("9.99999…", "9.99", false),
        ("9E9", "9.99999…", true), ("0", "9.99", false), ("0", "0.0", false),
    ])
    func `agrees where one way of writing gives both`(one: String, other: String, agree: Bool) {
        #expect(ValueForm.agree(one, other) == agree)
        #expect(ValueForm.agree(other, one) == agree)
    }

    @Test func `of a moment tells whole seconds from milliseconds`() {
        #expect(ValueForm.ofMoment("1787602104000") == "whole seconds, in ms")
        #expect(ValueForm.ofMoment("1787602104123") == "ms")
        #expect(ValueForm.ofMoment("1787602104") == "9999999999")
    }

    @Test func `of a date keeps its zone, and of a list its different parts`() {
        #expect(
            ValueForm.ofDates("20260825 14:11:30 US/Eastern") == "99999999 99:99:99 US/Eastern")
        #expect(
            ValueForm.ofDates("20260711:CLOSED;20260712:0930-1600;20260713:CLOSED")
                == "99999999:9999-9999;99999999:CLOSED")
    }

    @Test func `of a sentence leaves out numbers and the class of the build`() {
        #expect(
            ValueForm.ofText("Error validating request.-'bC' : cause - price 257.68.")
                == "Error validating request.-'…' : cause - price #")
    }
}
