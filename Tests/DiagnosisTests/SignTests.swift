import Diagnosis
import EventLog
import Faults
import GatewayWire
import Simulation
import Testing

/// Events of one source, written as a story.
struct Source {
    private(set) var observations: [Observation] = []
    private var now = SimInstant.start

    mutating func wait(_ duration: Duration) { now = now + duration }

    mutating func see(
        _ kind: LogEvent.Kind, on connection: Int = 1, packets: ClosedRange<Int>? = nil
    ) {
        observations.append(
            Observation(
                number: observations.count + 1,
                event: LogEvent(at: now, connection: ConnectionID(connection), kind: kind),
                packets: packets))
    }

    mutating func ask(
        _ name: String, _ fields: KeyValuePairs<String, String> = [:], on connection: Int = 1
    ) {
        see(.message(Message(name, fields, direction: .toGateway)), on: connection)
    }

    mutating func answer(
        _ name: String, _ fields: KeyValuePairs<String, String> = [:], on connection: Int = 1
    ) {
        see(.message(Message(name, fields)), on: connection)
    }

    /// A connection up to its ids.
    mutating func start(_ connection: Int = 1, id: String = "1") {
        greet(connection)
        ask("startApi", ["clientId": "7"], on: connection)
        answer("managedAccounts", ["accountsList": "DU0000001"], on: connection)
        answer("nextValidId", ["orderId": id], on: connection)
    }

    mutating func greet(_ connection: Int = 1) {
        see(.opened(client: "a:1", gateway: "b:4002", isMidStream: false), on: connection)
        see(.hello(Hello(versions: 157...178)), on: connection)
        see(
            .version(VersionReply(serverVersion: 178, connectionTime: "20260115 14:30:00 UTC")),
            on: connection)
    }

    func sheet(_ clauses: [Clause] = [], limits: DiagnosisLimits = DiagnosisLimits()) -> FactSheet {
        var facts = WireFacts(clauses: clauses, limits: limits)
        for observation in observations { facts.take(observation) }
        return facts.finish()
    }

    func facts(_ word: String) -> [Fact] { sheet().facts.filter { $0.word == word } }

    func match(_ clauses: Clause...) -> Match? {
        Recognizer(sheet(clauses)).match(Sign(clauses: clauses))
    }
}

private func error(
    _ code: Int, _ kind: Clause.Kind = .seen, on place: Clause.Place = .same,
    count: CountRange? = nil
)
    -> Clause
{
    Clause(
        kind: kind, word: "error", tests: [AttributeTest("code", .codes([code]))], place: place,
        count: count)
}

@Suite struct `A sign` {
    private static let lostAndBack: Source = {
        var source = Source()
        source.start()
        source.answer("error", ["reqId": "-1", "errorCode": "1100"])
        source.wait(.seconds(5))
        source.answer("error", ["reqId": "-1", "errorCode": "1102"])
        return source
    }()

    @Test func `is found when its clauses are seen in their order`() {
        #expect(Self.lostAndBack.match(error(1100), error(1102)) != nil)
        #expect(Self.lostAndBack.match(error(1102), error(1100)) == nil)
    }

    @Test func `names the events that show it`() {
        let match = Self.lostAndBack.match(error(1100), error(1102))
        #expect(match?.sightings.map(\.number) == [7, 8])
        #expect(match?.connections.map(\.id) == [ConnectionID(1)])
    }

    @Test func `is not found when what must not be there is there`() {
        #expect(Self.lostAndBack.match(error(1100), error(1101, .not)) != nil)
        #expect(Self.lostAndBack.match(error(1100), error(1102, .not)) == nil)
        #expect(Self.lostAndBack.match(error(1102), error(1100, .not)) != nil)
        #expect(Self.lostAndBack.match(error(1102), error(1100, .never)) == nil)
    }

    @Test func `counts a commission from the last time that its execution was told`() {
        var source = Source()
        source.start()
        func list() {
            source.ask("reqExecutions", ["reqId": "5"])
            source.answer("execDetails", ["reqId": "5", "execution.execId": "0.1.01"])
            source.answer("commissionReport", ["execId": "0.1.01"])
            source.answer("execDetailsEnd", ["reqId": "5"])
        }
        source.answer("execDetails", ["reqId": "-1", "execution.execId": "0.1.01"])
        source.wait(.seconds(2))
        source.answer("commissionReport", ["execId": "0.1.01"])
        source.wait(.seconds(3600))
        list()
        source.wait(.seconds(3600))
        list()
        let ages = source.facts("commission").map { $0.values["after"] }
        #expect(ages == [.duration(.seconds(2)), .duration(.zero), .duration(.zero)])
    }

    @Test(arguments: [nil, "order", "execution", "completed", "completed later", "long ago"])
    func `counts an empty list of executions only where a fill was told`(told: String?) {
        var source = Source()
        source.start()
        func complete() {
            source.ask("reqCompletedOrders", ["apiOnly": "0"])
            source.answer("completedOrder", ["order.filledQuantity": "50"])
            source.answer("completedOrdersEnd")
        }
        switch told {
        case "order", "long ago": source.answer("orderStatus", ["orderId": "1", "filled": "50"])
        case "execution": source.answer("execDetails", ["reqId": "-1", "execution.execId": "a"])
        case "completed": complete()
        default: break
        }
        source.wait(told == "long ago" ? .seconds(7200) : .seconds(60))
        source.ask("reqExecutions", ["reqId": "5", "filter.acctCode": "DU0000001"])
        source.answer("execDetailsEnd", ["reqId": "5"])
        source.ask("reqExecutions", ["reqId": "6", "filter.symbol": "AAPL"])
        source.answer("execDetailsEnd", ["reqId": "6"])
        source.wait(.seconds(60))
        if told == "completed later" { complete() }
        let asked = source.facts("request").filter {
            $0.values["type"] == .names(["reqExecutions"])
        }
        let isTold = told.map { ["order", "execution", "completed"].contains($0) } ?? false
        #expect(asked.map { $0.values["fills"] } == [.flag(isTold), nil])
    }

    @Test(arguments: [
        ("reqPositions", 1999, "pending"), ("reqPositions", 2000, "none"),
        ("reqHistoricalData", 19_999, "pending"), ("reqHistoricalData", 20_000, "none"),
    ])
    func `calls no request unanswered whose recording ends too early`(
        name: String, milliseconds: Int, answer: String
    ) {
        for isEnded in [false, true] {
            var source = Source()
            source.start()
            source.ask(name, name == "reqPositions" ? [:] : ["reqId": "5"])
            source.wait(.milliseconds(milliseconds))
            source.see(isEnded ? .ended(.fin) : .note("the end of the recording"))
            let word = source.facts("request").first?.values["answer"]
            #expect(word == .word(isEnded ? "none" : answer))
            let mute = source.facts("connection").first?.values["mute-for"]
            let isMute = isEnded || answer == "none"
            #expect(mute == (isMute ? .duration(.milliseconds(milliseconds)) : nil))
        }
    }

    @Test(arguments: [(9.9, "pending", "pending"), (10, "none", "unanswered")])
    func `calls no order and no cancel unanswered whose recording ends too early`(
        seconds: Double, answer: String, cancel: String
    ) {
        var source = Source()
        source.start()
        source.ask("placeOrder", ["orderId": "1"])
        source.ask("cancelOrder", ["orderId": "1"])
        source.wait(.seconds(seconds))
        source.see(.note("the end of the recording"))
        let order = source.facts("order").first
        #expect(order?.values["answer"] == .word(answer))
        #expect(order?.values["cancel"] == .word(cancel))
    }

    @Test(arguments: [(1.9, "pending"), (2, "unanswered")])
    func `calls no start unanswered whose recording ends too early`(
        seconds: Double, word: String
    ) {
        var silent = Source()
        silent.see(.opened(client: "a:1", gateway: "b:4002", isMidStream: false))
        silent.see(.hello(Hello(versions: 157...178)))
        silent.wait(.seconds(seconds))
        silent.see(.note("the end of the recording"))
        #expect(silent.facts("connection").first?.values["hello"] == .word(word))
        var mute = Source()
        mute.greet()
        mute.ask("startApi", ["clientId": "7"])
        mute.wait(.seconds(seconds))
        mute.see(.note("the end of the recording"))
        #expect(mute.facts("connection").first?.values["started"] == .word(word))
    }

    /// History, contracts and the like come from servers, which take their time.
    @Test(arguments: [("reqHistoricalData", 0), ("reqContractDetails", 0), ("reqPositions", 1)])
    func `takes no slow answer of a server for a pause of the gateway`(name: String, count: Int) {
        var source = Source()
        source.start()
        source.ask(name, name == "reqPositions" ? [:] : ["reqId": "5"])
        source.wait(.seconds(3))
        source.answer("positionEnd")
        #expect(source.facts("pause").count == count)
    }

    @Test func `of errors alone is found in a session that began before the recording`() {
        var source = Source()
        source.see(.opened(client: "a:1", gateway: "b:4002", isMidStream: true))
        source.answer("error", ["reqId": "-1", "errorCode": "1100"])
        source.answer("position", ["account": "DU0000001"])
        source.ask("reqMktData", ["reqId": "5"])
        source.wait(.seconds(5))
        source.answer("error", ["reqId": "-1", "errorCode": "1102"])
        source.answer("error", ["reqId": "5", "errorCode": "10197"])
        #expect(source.match(error(1100), error(1102)) != nil)
        #expect(source.match(error(1100), error(1101, .not)) != nil)
        #expect(source.match(error(1101)) == nil)
        // What it asked is a guess.
        let told = source.facts("error").map { $0.values["to"] }
        #expect(told == [.names(["none"]), .names(["none"]), .names(["other"])])
        // What was sent before is not known, so neither is how much.
        #expect(source.facts("error").allSatisfy { $0.values["rate"] == nil })
        #expect(source.facts("message").isEmpty && source.facts("request").isEmpty)
    }

    @Test func `may ask for another connection`() {
        var source = Source()
        source.start(1)
        source.answer("error", ["reqId": "-1", "errorCode": "1100"], on: 1)
        source.start(2)
        source.answer("error", ["reqId": "-1", "errorCode": "1102"], on: 2)
        #expect(source.match(error(1100), error(1102)) == nil)
        #expect(source.match(error(1100), error(1102, on: .other)) != nil)
        #expect(source.match(error(1100), error(1102, on: .any)) != nil)
    }

    @Test func `may ask for a count`() {
        #expect(Self.lostAndBack.match(error(1100, count: CountRange(2, nil))) == nil)
        var source = Self.lostAndBack
        source.answer("error", ["reqId": "-1", "errorCode": "1100"])
        #expect(source.match(error(1100, count: CountRange(2, nil))) != nil)
    }

    @Test func `may ask for what follows within some time`() {
        let soon = Clause(
            word: "error", tests: [AttributeTest("code", .codes([1102]))], within: .seconds(4))
        let later = Clause(
            word: "error", tests: [AttributeTest("code", .codes([1102]))], within: .seconds(5))
        #expect(Self.lostAndBack.match(error(1100), soon) == nil)
        #expect(Self.lostAndBack.match(error(1100), later) != nil)
    }

    @Test func `may ask for the fields of a message`() {
        func answer(_ accounts: String) -> Clause {
            Clause(
                word: "message", tests: [AttributeTest("type", .oneOf(["managedAccounts"]))],
                fields: ["accountsList": .equals(accounts)])
        }
        #expect(Self.lostAndBack.match(answer("DU0000001")) != nil)
        #expect(Self.lostAndBack.match(answer("DU0000002")) == nil)
    }
}

@Suite struct `Facts of a source` {
    @Test func `tell a hello that was not answered`() {
        var source = Source()
        source.see(.opened(client: "a:1", gateway: "b:4002", isMidStream: false))
        source.see(.hello(Hello(versions: 157...178)))
        source.wait(.seconds(4))
        source.see(.ended(.fin))
        let connection = source.facts("connection").first
        #expect(connection?.values["hello"] == .word("unanswered"))
        #expect(connection?.values["waited"] == .duration(.seconds(4)))
        #expect(connection?.values["ended-by"] == .word("client"))
    }

    @Test func `tell what came after a connection`() {
        var source = Source()
        source.see(.attempted(client: "a:1", gateway: "b:4002"), on: 1)
        source.see(.over(.refused), on: 1)
        source.wait(.seconds(1))
        source.start(2)
        let attempt = source.facts("connection").first
        #expect(attempt?.values["opening"] == .word("refused"))
        #expect(attempt?.values["served-after"] == .flag(true))
    }

    @Test func `tell a goodbye that was never answered from one that the source's end hides`() {
        var source = Source()
        source.start()
        source.see(.ended(.fin))
        var later = source
        later.wait(.seconds(2))
        later.see(.finAcknowledged(.toGateway))
        #expect(source.facts("connection").first?.values["goodbye"] == .word("none"))
        #expect(later.facts("connection").first?.values["goodbye"] == .word("unanswered"))
    }

    @Test func `tell how often what the client said was sent again, and nobody acknowledged it`() {
        var source = Source()
        source.start()
        source.ask("reqPositions")
        source.wait(.seconds(2))
        source.see(.unacknowledged(.toGateway, count: 20, resent: 3))
        source.see(.unacknowledged(.toClient, count: 9, resent: 5))
        source.see(.over(.stillOpen))
        let connection = source.facts("connection").first
        #expect(connection?.values["resent"] == .count(3))
        #expect(connection?.values["mute-requests"] == .count(1))
        var healthy = Source()
        healthy.start()
        #expect(healthy.facts("connection").first?.values["resent"] == .count(0))
    }

    @Test func `tell how long no account update has followed an execution`() {
        var source = Source()
        source.start()
        source.ask("reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"])
        source.answer("updatePortfolio", ["accountName": "DU0000001"])
        source.answer("accountDownloadEnd", ["accountName": "DU0000001"])
        source.answer("execDetails", ["reqId": "-1", "execution.execId": "a.1"])
        source.wait(.seconds(2))
        var followed = source
        source.see(.ended(.fin))
        followed.answer("updatePortfolio", ["accountName": "DU0000001"])
        followed.wait(.seconds(5))
        followed.see(.ended(.fin))
        for source in [source, followed] {
            let updates = source.facts("subscription").first {
                $0.values["type"] == .names(["reqAccountUpdates"])
            }
            #expect(updates?.values["unreflected"] == .duration(.seconds(2)))
        }
        var quick = Source()
        quick.start()
        quick.ask("reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"])
        quick.answer("accountDownloadEnd", ["accountName": "DU0000001"])
        quick.wait(.seconds(5))
        quick.see(.ended(.fin))
        let updates = quick.facts("subscription").first
        #expect(updates?.values["unreflected"] == .duration(.zero))
    }

    @Test func `tell a text with replacement characters from one without`() {
        var source = Source()
        source.start()
        source.answer("contractDetails", ["reqId": "1", "details.longName": "A\u{FFFD}B"])
        source.answer("contractDetails", ["reqId": "1", "details.longName": "Ab"])
        let sign = Clause(
            word: "message",
            tests: [
                AttributeTest("type", .oneOf(["contractDetails"])),
                AttributeTest("replaced", .flag(true)),
            ])
        #expect(source.match(sign)?.sightings.map(\.number) == [7])
    }

    @Test func `give the answer to the question that was asked again`() {
        var source = Source()
        source.start()
        source.ask("reqPositions")
        source.wait(.seconds(2))
        source.ask("reqPositions")
        source.answer("position", ["account": "DU0000001"])
        source.answer("positionEnd")
        let answers = source.facts("request").map { $0.values["answer"] }
        #expect(answers == [.word("none"), .word("whole")])
    }

    @Test func `tell an end that is missing`() {
        var source = Source()
        source.start()
        source.ask("reqPositions")
        source.answer("position", ["account": "DU0000001"])
        source.wait(.seconds(3))
        source.see(.ended(.fin))
        let request = source.facts("request").first
        #expect(request?.values["answer"] == .word("rows"))
        #expect(request?.values["waited"] == .duration(.seconds(3)))
    }

    @Test func `tell a fill after a confirmed cancel`() {
        var source = Source()
        source.start()
        source.ask("placeOrder", ["orderId": "5"])
        source.answer("openOrder", ["order.orderId": "5"])
        source.answer("orderStatus", ["orderId": "5", "status": "Submitted"])
        source.ask("cancelOrder", ["orderId": "5"])
        source.answer("orderStatus", ["orderId": "5", "status": "Cancelled"])
        source.answer(
            "execDetails", ["reqId": "-1", "execution.orderId": "5", "execution.execId": "a.1"])
        let order = source.facts("order").first
        #expect(order?.values["cancel"] == .word("confirmed"))
        #expect(order?.values["filled-after-cancel"] == .flag(true))
    }

    @Test func `have no attribute that the vocabulary lacks`() {
        for fact in StoryFacts.all {
            let word = FactWord.named(fact.word)
            #expect(word != nil, "\(fact.word)")
            for name in fact.values.keys {
                #expect(word?.attribute(name) != nil, "\(fact.word) \(name)")
            }
        }
    }

    @Test func `stay within their bounds`() {
        var limits = DiagnosisLimits()
        limits.maxFactsOfAWord = 3
        limits.maxFollowed = 4
        var source = Source()
        source.start()
        for _ in 0..<20 {
            source.ask("reqPositions")
            source.answer("positionEnd")
        }
        let sheet = source.sheet(limits: limits)
        #expect(sheet.facts.count { $0.word == "request" } == 3)
        #expect(sheet.omittedCount == 17)
    }
}
