import EventLog
import GatewayWire
import Simulation
import Testing

@Suite struct `The causal logs of two plays` {
    /// Events one millisecond apart, on connection 1 of `live` unless they say otherwise.
    private struct Play {
        var events: [LogEvent] = []

        mutating func add(_ kind: LogEvent.Kind, on connection: Int? = 1, late: Int64 = 0) {
            events.append(
                LogEvent(
                    at: SimInstant(nanoseconds: (Int64(events.count) + late) * 1_000_000),
                    gateway: "live", connection: connection.map { ConnectionID($0) }, kind: kind))
        }

        mutating func open(_ connection: Int, clientID: String, port: Int) {
            add(
                .opened(
                    client: "127.0.0.1:\(port)", gateway: "127.0.0.1:\(port + 1)",
                    isMidStream: false), on: connection)
            add(
                .message(Message("startApi", ["clientId": clientID], direction: .toGateway)),
                on: connection)
        }

        mutating func say(_ text: String, _ stream: LogEvent.OutputStream = .stdout) {
            add(.clientLine(run: "bot#1", stream: stream, text: text), on: nil)
        }
    }

    private func play(_ build: (inout Play) -> Void) -> [LogEvent] {
        var play = Play()
        build(&play)
        return play.events
    }

    private func difference(
        _ one: (inout Play) -> Void, _ other: (inout Play) -> Void
    ) -> CausalDifference? {
        CausalLog(play(one)).firstDifference(from: CausalLog(play(other)))
    }

    private func request(_ name: String, _ id: Int) -> LogEvent.Kind {
        .message(Message(name, ["reqId": "\(id)"], direction: .toGateway))
    }

    private func answer(_ name: String, _ id: Int) -> LogEvent.Kind {
        .message(Message(name, ["reqId": "\(id)"]))
    }

    // MARK: The same

    @Test func `are the same at other times and ports, and when connections come in another order`()
    {
        let found = difference {
            $0.open(1, clientID: "7", port: 40_001)
            $0.open(2, clientID: "8", port: 40_003)
            $0.add(request("reqContractDetails", 1), on: 1)
            $0.add(request("reqContractDetails", 2), on: 2)
            $0.say(
                "2026-01-15 10:00:00,123 at 127.0.0.1:40002, <Order 0x7fba12340a10> in /tmp/fakegw-home-1.2-ab/x"
            )
        } _: {
            $0.open(1, clientID: "8", port: 50_001)
            $0.open(2, clientID: "7", port: 50_003)
            $0.add(request("reqContractDetails", 2), on: 1)
            $0.add(request("reqContractDetails", 1), on: 2, late: 500)
            $0.say(
                "2026-01-16 11:22:33,456 at 127.0.0.1:50004, <Order 0x7fba99999a10> in /tmp/fakegw-home-9.9-zz/x"
            )
        }
        #expect(found == nil)
    }

    @Test
    func `are the same when answers to two requests and the two directions interleave otherwise`() {
        let found = difference {
            $0.open(1, clientID: "7", port: 40_001)
            $0.add(request("reqContractDetails", 1))
            $0.add(request("reqContractDetails", 2))
            $0.add(answer("contractDetails", 1))
            $0.add(answer("contractDetailsEnd", 1))
            $0.add(answer("contractDetailsEnd", 2))
        } _: {
            $0.open(1, clientID: "7", port: 40_001)
            $0.add(request("reqContractDetails", 1))
            $0.add(answer("contractDetails", 1))
            $0.add(request("reqContractDetails", 2))
            $0.add(answer("contractDetailsEnd", 2))
            $0.add(answer("contractDetailsEnd", 1))
        }
        #expect(found == nil)
    }

    @Test
    func `are the same with more ticks, other rows of the kernel, and another end on the wire`() {
        let found = difference {
            $0.open(1, clientID: "7", port: 40_001)
            $0.add(answer("tickPrice", 1))
            $0.add(.ended(.fin))
            $0.add(.sockets([]))
        } _: {
            $0.open(1, clientID: "7", port: 40_001)
            $0.add(answer("tickPrice", 1))
            $0.add(answer("tickPrice", 1))
            $0.add(.ended(.rst))
            $0.add(.transport("window closed"))
        }
        #expect(found == nil)
    }

    @Test func `are the same when a killed program got further in one of them`() {
        func story(_ lines: Int, _ ending: ProgramEnding) -> (inout Play) -> Void {
            { play in
                for line in 0..<lines { play.say("line \(line)") }
                play.add(.clientEnded(run: "bot#1", ending), on: nil)
            }
        }
        #expect(difference(story(2, .signaled("KILL")), story(3, .signaled("KILL"))) == nil)
        #expect(difference(story(2, .exited(0)), story(3, .exited(0))) != nil)
    }

    // MARK: Not the same

    @Test func `part where a program sends something else`() throws {
        let found = try #require(
            difference {
                $0.open(1, clientID: "7", port: 40_001)
                $0.add(request("reqContractDetails", 1))
                $0.add(request("reqContractDetails", 2))
            } _: {
                $0.open(1, clientID: "7", port: 40_001)
                $0.add(request("reqContractDetails", 2))
                $0.add(request("reqContractDetails", 1))
            })
        #expect(found.lane == "what the client sends on [live, client id 7]")
        #expect(found.number == 2 && found.context.count == 1)
        #expect(found.first.first?.text.hasPrefix("reqContractDetails reqId=1") == true)
        #expect(found.second.first?.text.hasPrefix("reqContractDetails reqId=2") == true)
        #expect(found.source.hasPrefix("the program did the same in another order: threads"))
    }

    @Test func `part where the answers to one request are in another order`() throws {
        let found = try #require(
            difference {
                $0.open(1, clientID: "7", port: 40_001)
                $0.add(answer("contractDetails", 1))
                $0.add(answer("contractDetailsEnd", 1))
            } _: {
                $0.open(1, clientID: "7", port: 40_001)
                $0.add(answer("contractDetailsEnd", 1))
                $0.add(answer("contractDetails", 1))
            })
        #expect(found.lane == "what the gateway answers on [live, client id 7] about 1")
    }

    @Test(
        arguments: [
            ("price 0.1235", "price 0.9981", "the program draws random numbers"),
            ("now 1764278036.5", "now 1764278037.1", "the program reads the clock"),
            ("now 1764278036500", "now 1764278037100", "the program reads the clock"),
            ("buys", "sells", "the program did something else"),
        ])
    func `tell what a program's output probably comes from`(
        one: String, other: String, source: String
    ) throws {
        let found = try #require(
            difference {
                $0.say(one)
            } _: {
                $0.say(other)
            })
        #expect(found.lane == "what bot#1 writes to stdout")
        #expect(found.source.hasPrefix(source))
    }

    @Test func `part at the earliest difference, not at the first lane`() throws {
        let found = try #require(
            difference {
                $0.say("b")
                $0.add(.clientFed(run: "bot#1", line: "a"), on: nil)
            } _: {
                $0.say("c")
                $0.add(.clientFed(run: "bot#1", line: "d"), on: nil)
            })
        #expect(found.lane == "what bot#1 writes to stdout")
        #expect(found.first.first?.at == .start)
    }

    @Test func `do not part at what a program logs`() {
        #expect(
            difference {
                $0.say("1 byte", .stderr)
            } _: {
                $0.say("2 bytes", .stderr)
            } == nil)
    }

    @Test func `part when a rule acts in one of them only, or a verdict differs`() {
        let rule = LogEvent.Kind.fault(rule: "r", action: "drop", change: "")
        func rules(_ count: Int) -> (inout Play) -> Void {
            { play in
                play.open(1, clientID: "7", port: 40_001)
                for _ in 0..<count { play.add(rule) }
            }
        }
        #expect(difference(rules(0), rules(1)) != nil)
        #expect(difference(rules(1), rules(2)) == nil)
        #expect(
            difference {
                $0.add(.verdict("passed"))
            } _: {
                $0.add(.verdict("leaked"))
            } != nil)
    }

    @Test(
        arguments: [
            ("at 14:30", "at 14:31"), ("14:30:00.5 x", "09:00:01.25 x"), ("20260115", "20270301"),
            ("2026/01/15", "2026/01/16"),
        ])
    func `read times of day and dates as the machine's`(one: String, other: String) {
        #expect(
            difference {
                $0.say(one)
            } _: {
                $0.say(other)
            } == nil)
    }

    @Test(arguments: [("1:2", "1:3"), ("99999", "99998"), ("v14:3", "v14:4"), ("0x12", "0x13")])
    func `read other numbers as the program's`(one: String, other: String) {
        #expect(
            difference {
                $0.say(one)
            } _: {
                $0.say(other)
            } != nil)
    }

    @Test func `know ports that no client has connected to`() {
        func log(_ port: Int) -> CausalLog {
            var log = CausalLog(play { $0.say("cannot reach port \(port)") })
            log.ignore(port: port)
            return log
        }
        #expect(log(40_001).firstDifference(from: log(40_002)) == nil)
    }
}
