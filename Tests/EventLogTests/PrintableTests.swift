import EventLog
import Simulation
import Testing

@Suite struct `Text from a peer` {
    @Test(arguments: [
        ("plain, with ä, 日本 and €", "plain, with ä, 日本 and €"), ("a\nb\rc\td", "a\\nb\\rc d"),
        ("\u{1B}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"), ("\u{9B}2J", "\\u{9b}2J"),
        ("\u{2028}x\u{202E}y\u{2066}z", "\\u{2028}x\\u{202e}y\\u{2066}z"), ("\0", "\\u{0}"),
        ("a\r\nb", "a\\r\\nb"),
    ])
    func `cannot write into a terminal`(text: String, printed: String) {
        #expect(text.printable == printed)
        let event = LogEvent(at: .start, kind: .note(text))
        #expect(event.textLine() == "note: \(printed)")
    }
}
