import Diagnosis
import EventLog
import GatewayWire
import ScenarioFormat
import Simulation
import Testing
import WireSamples

extension Source {
    /// What is known of the source when its messages are taken from frames.
    ///
    /// - Parameter isInPlace: They are taken where they stand, as far as that is enough.
    /// - Returns: How many of them needed no more, too.
    fileprivate func sheet(
        at version: Int, _ clauses: [Clause], isInPlace: Bool
    ) -> (sheet: FactSheet, count: Int) {
        let encoder = MessageEncoder(serverVersion: version)
        var facts = WireFacts(clauses: clauses)
        var count = 0
        var glancer = facts.glancer
        for observation in observations {
            guard case .message(let message) = observation.event.kind,
                message.schema.versions.contains(version)
            else {
                facts.take(observation)
                continue
            }
            let body = Array(encoder.encode(message).dropFirst(4))
            var scanner = MessageScanner(
                serverVersion: version, direction: message.schema.direction)
            let isProtobuf = if case .protobuf = scanner.scan(body.span) { true } else { false }
            let seen = SeenFrame(
                number: observation.number, connection: ConnectionID(1), at: observation.at,
                packets: 1...2, pieceCount: observation.number % 50 == 0 ? 3 : 1,
                serverVersion: version, isProtobuf: isProtobuf)
            let glance = glancer.glance(at: body.span, scanner, isProtobuf: isProtobuf)
            let details = glance.hasDetails ? glancer.details : nil
            let isTaken = isInPlace && facts.take(seen, glance, details, body.span)
            if isTaken {
                count += 1
                continue
            }
            guard case .message(let read) = scanner.message(in: body.span, isProtobuf: isProtobuf)
            else { continue }
            facts.take(
                Observation(
                    number: seen.number,
                    event: LogEvent(
                        at: seen.at, connection: seen.connection, kind: .message(read)),
                    packets: seen.packets, pieceCount: seen.pieceCount))
        }
        return (facts.finish(), count)
    }
}

extension FactSheet {
    /// Everything that a diagnosis can tell of it, a line a fact.
    fileprivate var lines: [String] {
        facts.map { fact in
            let values = fact.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let evidence = fact.evidence.map { "\($0.number) \($0.at) \($0.text)" }
            return "\(fact.at) \(fact.word) \(values) \(evidence)"
        } + ["\(messageCount) messages, \(omittedCount) omitted, until \(lastAt)"]
    }
}

@Suite struct `Rows taken where they stand` {
    private static let clauses = PathologyCatalogue.shipped.suspects.flatMap {
        $0.recognition.signs.flatMap(\.clauses)
    }

    /// A client that asks for everything, and a day of answers with oddities among them.
    private static func day(_ version: Int, seed: UInt64, isSubscribed: Bool) -> Source {
        var source = Source()
        source.see(.opened(client: "a:1", gateway: "b:4002", isMidStream: false))
        source.see(.hello(Hello(versions: 100...version)))
        source.see(
            .version(
                VersionReply(serverVersion: version, connectionTime: "20260115 14:30:00 UTC")))
        source.ask("startApi", ["clientId": "1"])
        source.answer("managedAccounts", ["accountsList": "DU0000001"])
        source.answer("nextValidId", ["orderId": "1"])
        if isSubscribed {
            source.ask("reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"])
            source.ask("reqOpenOrders")
            for line in 1...8 {
                for (kind, name) in ["reqMktData", "reqRealTimeBars", "reqHistoricalData"]
                    .enumerated()
                {
                    source.ask(
                        name, ["reqId": String(line + 100 * kind), "contract.symbol": "AAPL"])
                }
            }
            source.ask("placeOrder", ["orderId": "3", "order.orderType": "LMT"])
        }
        var day = TradingDay(seed: seed, lines: 12, spacing: 100)
        var random = SeededRandom(seed: seed)
        for number in 0..<3000 {
            source.wait(.milliseconds(Int64.random(in: 0...20, using: &random)))
            var message = day.next()
            if number % 7 == 0 { Self.spoil(&message, &random) }
            source.see(.message(message))
            if number == 2000 { source.ask("cancelMktData", ["reqId": "4"]) }
        }
        source.see(.ended(.fin))
        return source
    }

    /// Makes a field odd, as signs look for it or as nobody expects it.
    private static func spoil(_ message: inout Message, _ random: inout SeededRandom) {
        let texts = [
            "", "-1", "-1.0", "0", "007", "-0", "27", "66", "88", "1.5", "1E+3", "2147483647",
            "1.7976931348623157E308", "NaN", "Zürich", "Filled", "12345678901234567890",
        ]
        let fields = message.schema.items.indices.filter {
            if case .field = message.schema.items[$0] {
                message.values[$0] != .absent
            } else {
                false
            }
        }
        guard let field = fields.randomElement(using: &random) else { return }
        switch Int.random(in: 0...9, using: &random) {
        case 0: message.values[field] = .bytes([0xFF, 0x41])
        case 1: message.surplus = [.text("1")]
        default:
            message.values[field] = .text(texts.randomElement(using: &random) ?? "")
        }
    }

    @Test(arguments: [157, 187, 222], [true, false])
    func `state the same as their messages`(version: Int, isSubscribed: Bool) {
        for seed in 1...4 as ClosedRange<UInt64> {
            let source = Self.day(version, seed: seed, isSubscribed: isSubscribed)
            let whole = source.sheet(at: version, Self.clauses, isInPlace: false)
            let inPlace = source.sheet(at: version, Self.clauses, isInPlace: true)
            #expect(inPlace.count > 1500)
            #expect(whole.sheet.lines == inPlace.sheet.lines)
        }
    }
}
