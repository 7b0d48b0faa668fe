import Faults

/// Something odd that no pathology explains.
package struct Oddity: Sendable {
    package let text: String
    package let sightings: [Sighting]
    /// How many such facts there are.
    package let times: Int

    private struct Rule: Sendable {
        let word: String
        let tests: [AttributeTest]
        let text: String
    }

    private static func rule(_ word: String, _ text: String, _ tests: AttributeTest...) -> Rule {
        Rule(word: word, tests: tests, text: text)
    }

    private static func longer(_ attribute: String, _ seconds: Int) -> AttributeTest {
        AttributeTest(attribute, .duration(.atLeast, .seconds(seconds)))
    }

    private static func word(_ attribute: String, _ words: String...) -> AttributeTest {
        AttributeTest(attribute, .oneOf(words))
    }

    private static let rules: [Rule] = [
        rule("connection", "a connection was refused", word("opening", "refused")),
        rule("connection", "a SYN was never answered", word("opening", "unanswered")),
        rule(
            "connection", "a hello was not answered", word("hello", "unanswered", "padded"),
            longer("waited", 1)),
        rule("connection", "a hello was answered by something else", word("hello", "misanswered")),
        rule("connection", "the first bytes were no hello", word("hello", "odd", "legacy")),
        rule(
            "connection", "startApi was not answered", word("started", "unanswered", "partly"),
            longer("after-start", 1)),
        rule("connection", "the gateway ended a connection", word("ended-by", "gateway")),
        rule(
            "connection", "the client's goodbye was not answered",
            word("goodbye", "unanswered", "unacknowledged")),
        rule(
            "version", "the version reply is outside what the client offered",
            word("offer", "below", "above")),
        rule("request", "a request was not answered", word("answer", "none"), longer("waited", 2)),
        rule("request", "an answer had no end", word("answer", "rows"), longer("waited", 2)),
        rule("request", "an answer came late", longer("first-after", 5)),
        rule("order", "nothing was said of an order", word("answer", "none"), longer("waited", 2)),
        rule("order", "a cancel was not answered", word("cancel", "unanswered")),
        rule(
            "subscription", "a subscription stopped", AttributeTest("stopped", .flag(true)),
            word(
                "type", "reqMktData", "reqTickByTickData", "reqRealTimeBars", "reqHistoricalData",
                "reqMktDepth"),
            longer("silent", 60)),
        rule("frame", "bytes that are no ordinary frame"),
        rule("pause", "the gateway stood still", longer("for", 5)),
        rule("window", "a receive window was closed", longer("for", 1)),
        rule(
            "error", "the link to the broker was reported lost",
            AttributeTest("code", .codes([1100, 2110]))),
        rule(
            "error", "a farm was reported broken",
            AttributeTest("code", .codes([2103, 2105, 2157]))),
    ]

    static func found(in sheet: FactSheet, explained: Set<Int>) -> [Oddity] {
        rules.compactMap { rule in
            let facts = sheet.facts.filter { fact in
                fact.word == rule.word
                    && rule.tests.allSatisfy { $0.holds(fact.values[$0.attribute]) }
                    && !fact.evidence.contains { explained.contains($0.number) }
            }
            guard let first = facts.first else { return nil }
            return Oddity(text: rule.text, sightings: first.evidence, times: facts.count)
        }
    }
}
