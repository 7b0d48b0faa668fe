import GatewayWire
import Testing

@testable import Comparison

@Suite struct `The steps of a topic` {
    private func labels(_ messages: [Message], _ style: StepSequence.Style) -> [String] {
        StepSequence(Conversation.turns(messages), style: style).labels
    }

    @Test func `join a pair, and drop a pair that says the same again`() {
        let messages =
            Conversation.pair(1, "PreSubmitted") + [Conversation.error(1, 399)]
            + Conversation.pair(1, "PreSubmitted") + Conversation.pair(1, "PreSubmitted")
            + [Conversation.status(1, "Cancelled"), Conversation.error(1, 202)]
        #expect(
            labels(messages, .order)
                == ["pair PreSubmitted", "error 399", "orderStatus Cancelled", "error 202"])
        #expect(
            StepSequence(Conversation.turns(messages), style: .order).repeatedPairs == 2)
    }

    @Test func `tell the messages of partial fills once`() {
        func part(_ filled: Int) -> [Message] {
            [Message("execDetails", ["execution.orderId": "1"])]
                + Conversation.pair(1, "Submitted", filled: filled, remaining: 3 - filled)
                + [Message("commissionReport", [:])]
        }
        let messages =
            Conversation.pair(1, "Submitted", remaining: 3) + part(1) + part(2)
            + [Message("execDetails", ["execution.orderId": "1"])]
            + Conversation.pair(1, "Filled", filled: 3, remaining: 0)
            + [Message("commissionReport", [:])]
        #expect(
            labels(messages, .order)
                == [
                    "pair Submitted", "execDetails", "pair Submitted, partly filled",
                    "commissionReport", "execDetails", "pair Filled", "commissionReport",
                ])
    }

    @Test func `keep the order of rows, and join rows of one kind`() {
        let row = Message("position", [:])
        #expect(
            labels([row, row, Message("positionEnd", [:])], .rows) == ["position", "positionEnd"])
    }

    @Test func `hold the first message of each kind of a stream`() {
        let sequence = StepSequence(
            Conversation.turns([
                Conversation.tick(1, 66), Conversation.tick(1, 67), Conversation.tick(1, 66),
            ]), style: .stream)
        #expect(sequence.labels == ["tickPrice 66", "tickPrice 67"])
        #expect(sequence.streamedCount == 1)
    }

    @Test func `tell a size beside its price from one that changes alone`() {
        func size(_ type: Int) -> Message {
            Message("tickSize", ["reqId": "1", "tickType": "\(type)", "size": "100"])
        }
        let told = labels(
            [Conversation.tick(1, 66), size(69), size(70), Conversation.tick(1, 67)], .stream)
        #expect(
            told == ["tickPrice 66", "tickSize 69 beside its price", "tickSize 70", "tickPrice 67"])
        #expect(told.map(StepSequence.isChangeOfSize) == [false, false, true, false])
    }

    @Test func `hold a pair and a lone status for the same where openOrders were left out`() {
        let whole = StepSequence(
            Conversation.turns(Conversation.pair(1, "Submitted")), style: .order, joinsPairs: true)
        let lone = StepSequence(
            Conversation.turns([Conversation.status(1, "Submitted")]), style: .order,
            joinsPairs: true)
        #expect(whole.labels == lone.labels)
    }

    @Test func `lie beside each other with as many equal ones as there are`() {
        let entries = SequenceAlignment(["a", "b", "c"], ["a", "c", "d"]).entries
        #expect(
            entries == [
                .both(recorded: 0, other: 0), .recordedOnly(1), .both(recorded: 2, other: 1),
                .otherOnly(2),
            ])
    }
}
