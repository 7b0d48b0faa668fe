import EventLog
import GatewayWire
import Testing

@testable import Comparison

@Suite struct `Two conversations` {
    private func compared(
        _ asked: [Message], _ recorded: [Message], _ other: [Message], isPartial: Bool = false
    ) -> [TopicComparison] {
        ConversationComparison(
            recorded: Conversation.turns(asked + recorded),
            other: Conversation.turns(asked + other), isPartial: isPartial
        ).topics
    }

    private func subjects(_ topics: [TopicComparison]) -> [Difference.Subject] {
        topics.flatMap(\.differences).map(\.subject)
    }

    @Test func `are equal when only chance parts them`() {
        let recorded =
            Conversation.pair(5, "PreSubmitted") + Conversation.pair(6, "PreSubmitted")
            + Conversation.pair(5, "PreSubmitted") + [Conversation.error(5, 399)]
        let other =
            Conversation.pair(5, "PreSubmitted") + [Conversation.error(5, 399)]
            + Conversation.pair(6, "PreSubmitted")
        let topics = compared([Conversation.place(5), Conversation.place(6)], recorded, other)
        #expect(topics.map(\.topic) == [.order(5), .order(6)])
        #expect(subjects(topics) == [])
        #expect(topics.map(\.messageCount).reduce(0, +) > 0)
    }

    @Test func `differ in the order of an order's end`() {
        let end = [Conversation.status(5, "Cancelled"), Conversation.error(5, 202)]
        let topics = compared([Conversation.place(5)], end, end.reversed())
        #expect(
            subjects(topics)
                == [
                    .sequence(
                        topic: "order", .order, step: "orderStatus Cancelled",
                        after: "the beginning")
                ])
    }

    @Test func `differ in what one does not say, and in what it adds`() {
        let pair = Conversation.pair(5, "Submitted")
        let topics = compared(
            [Conversation.place(5)], pair + [Conversation.error(5, 399)],
            pair + [Conversation.error(5, 202)])
        #expect(
            subjects(topics)
                == [
                    .sequence(topic: "order", .lacks, step: "error 399", after: "pair Submitted"),
                    .sequence(topic: "order", .surplus, step: "error 202", after: "error 399"),
                ])
    }

    @Test func `may have sizes that change alone, but none beside their prices`() {
        let ask = Conversation.ask("reqMktData", ["reqId": "1"])
        let size = Message("tickSize", ["reqId": "1", "tickType": "69", "size": "100"])
        let (bid, high) = (Conversation.tick(1, 66), Conversation.tick(1, 72))
        #expect(subjects(compared([ask], [bid, high], [bid, high, size])) == [])
        #expect(
            subjects(compared([ask], [bid, high], [bid, size, high]))
                == [
                    .sequence(
                        topic: "reqMktData", .surplus, step: "tickSize 69 beside its price",
                        after: "")
                ])
    }

    @Test func `agree on an order of which an excerpt leaves openOrders out`() {
        let whole = Conversation.pair(5, "Submitted") + Conversation.pair(5, "Filled", filled: 1)
        let excerpt =
            Conversation.pair(5, "Submitted") + [Conversation.status(5, "Filled", filled: 1)]
        let asked = [Conversation.place(5)]
        #expect(subjects(compared(asked, excerpt, whole, isPartial: true)) == [])
        #expect(subjects(compared(asked, excerpt, whole)) != [])
    }

    @Test func `are weighed by what is not tolerated`() {
        let pair = Conversation.pair(5, "Submitted")
        let topics = compared([Conversation.place(5)], pair + [Conversation.error(5, 399)], pair)
        #expect(topics[0].weight { _ in false } == 10)
        #expect(topics[0].weight { _ in true } == 0)
    }

    @Test func `are not blamed for what a recording with gaps leaves out`() {
        let pair = Conversation.pair(5, "Submitted")
        let topics = compared(
            [Conversation.place(5)], pair, pair + [Conversation.error(5, 202)], isPartial: true)
        #expect(subjects(topics) == [])
        #expect(topics[0].passedOver == ["what a recording with gaps does not have": 1])
    }

    @Test func `are compared field by field`() {
        let ask = Conversation.ask("reqAccountSummary", ["reqId": "3", "groupName": "All"])
        func row(_ value: String, _ currency: String) -> Message {
            Message(
                "accountSummary",
                [
                    "reqId": "3", "account": "DU1", "tag": "NetLiquidation", "value": value,
                    "currency": currency,
                ])
        }
        #expect(subjects(compared([ask], [row("100.00", "EUR")], [row("97.35", "EUR")])) == [])
        #expect(
            subjects(compared([ask], [row("100.00", "EUR")], [row("97.3", "")]))
                == [
                    .field(message: "accountSummary", field: "value", .form),
                    .field(message: "accountSummary", field: "currency", .missing),
                ])
    }

    @Test func `say nothing about what was not asked`() {
        let notice = Conversation.error(-1, 2104, "Market data farm connection is OK:usfarm")
        let topics = compared([Conversation.ask("reqCurrentTime")], [notice], [])
        #expect(topics.isEmpty)
    }

    @Test func `keep rows of questions apart from orders that were placed`() {
        let ask = Conversation.ask("reqAllOpenOrders")
        let rows = Conversation.pair(9, "Submitted") + [Message("openOrderEnd", [:])]
        let topics = compared([Conversation.place(5), ask], rows, rows)
        #expect(topics.map(\.topic) == [.question("reqAllOpenOrders", number: 1)])
        #expect(topics[0].messageCount == 3)
    }

    @Test func `tell an explicit zero from a field that is left out, in protobuf`() {
        func status(_ parent: String?) -> Message {
            var message = Conversation.status(5, "Submitted")
            message.encoding = .protobuf
            message["parentId"] = parent
            return message
        }
        let found = FieldComparison(status("0"), status(nil)).found
        #expect(found.map(\.field) == ["parentId"])
        #expect(found.map(\.kind) == [.missing])
    }
}
