import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

/// A capture's clock may say anything.
@Suite struct `A wait of centuries` {
    @Test func `becomes a line of a transcript, and is read back`() throws {
        var conversation = RecordedConversation(number: 1)
        conversation.take(
            event(at: 0, .opened(client: nil, gateway: nil, isMidStream: false)))
        conversation.take(event(at: .max, .ended(.fin)))
        for factor in [1.0, 1000] {
            var transcript = Transcript(serverVersion: 176, lines: conversation.lines)
            transcript.scaleTimes(by: factor)
            let again = try Transcript.parse(transcript.text, file: "again")
            #expect(again.lines.last?.after?.nanoseconds == .max)
            #expect(again.lines.map(\.event) == conversation.lines.map(\.event))
        }
    }

    @Test func `is rounded to microseconds like any other`() {
        var conversation = RecordedConversation(number: 1)
        conversation.take(
            event(at: 0, .opened(client: nil, gateway: nil, isMidStream: false)))
        conversation.take(event(at: 1_499, .message(Message("nextValidId", ["orderId": "1"]))))
        conversation.take(event(at: 2_999, .ended(.fin)))
        #expect(conversation.lines.map(\.after) == [.zero, .microseconds(1), .microseconds(2)])
    }

    private func event(at nanoseconds: Int64, _ kind: LogEvent.Kind) -> DecodedEvent {
        let at = CaptureInstant(nanosecondsSinceEpoch: nanoseconds)
        return DecodedEvent(
            connection: 1, position: FramePosition(at: at, packet: Int(nanoseconds % 1000)),
            kind: kind)
    }
}
