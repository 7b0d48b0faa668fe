import EventLog
import GatewayWire
import Simulation
import WireSamples

/// Seeded events of every kind, with texts, numbers and bytes that are hard to write down.
struct EventMaker {
    var random: SeededRandom
    private var messages: MessageMaker

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        messages = MessageMaker(seed: seed &+ 1)
    }

    static let texts = [
        "", "plain", "a \"quoted\" \\ text", "\u{0}\u{1}\u{1F}\u{7F}\t\r\n", "Zürich 東京 🚀",
        "\u{2028}\u{FEFF}e\u{301}", "{\"event\":\"note\"}", "hex:", "hex:00", "hex:zz",
        "\u{FFFD}\u{10FFFF}", String(repeating: "long ", count: 500),
    ]
    static let numbers = [0, 1, -1, 7, 4002, Int.max, Int.min, 1 << 53 + 1]

    mutating func event() -> LogEvent {
        let choice = Int.random(in: 0..<Self.makers.count, using: &random)
        return event(Self.makers[choice])
    }

    mutating func event(_ make: (inout EventMaker) -> LogEvent.Kind) -> LogEvent {
        let at = [Int64.random(in: 0...(1 << 50), using: &random), 0, .max, .min, 1000, 999]
        let gateway = random.chance(0.8) ? text() : nil
        let connection = random.chance(0.8) ? ConnectionID(number()) : nil
        let kind = make(&self)
        return LogEvent(
            at: SimInstant(nanoseconds: pick(at)), gateway: gateway, connection: connection,
            kind: kind)
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func text() -> String { pick(Self.texts) }
    mutating func number() -> Int { pick(Self.numbers) }
    mutating func flag() -> Bool { random.chance(0.5) }
    mutating func direction() -> Direction { pick(Direction.allCases) }

    mutating func bytes() -> [UInt8] {
        let count = pick([0, 1, 31, 33, 5000])
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    mutating func mark() -> SourceMark {
        SourceMark(file: text(), line: number(), column: number())
    }

    mutating func ending() -> ConnectionEnding {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .refused
        case 1: .unanswered(attempts: number())
        case 2: .reset(direction())
        case 3: .bothClosed(first: direction())
        case 4:
            .halfClosed(
                direction(),
                waited: .nanoseconds(pick([0, 5_000_000, 1_234_567_891, Int64.max])),
                isAcknowledged: flag())
        default: .stillOpen
        }
    }

    mutating func rows() -> [SocketRow] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            SocketRow(
                isGatewaySide: flag(), state: text(), owner: flag() ? text() : nil,
                local: flag() ? text() : nil, remote: flag() ? text() : nil,
                unreadBytes: flag() ? number() : nil)
        }
    }

    mutating func heldConnections() -> [HeldConnection] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            HeldConnection(
                gateway: text(), connection: ConnectionID(number()), unreadBytes: number())
        }
    }

    /// A message as it is made, as it arrives in either encoding, and with what does not belong.
    mutating func message() -> Message {
        let schema = pick(ProtocolSchema.messages)
        let versions = [100, 120, 142, 157, 163, 176, 187, 200, 201, 213, 225, 226]
        let version = max(schema.versions.lowerBound, pick(versions))
        let made = messages.message(schema, isLiteral: flag() && schema.protobuf != nil)
        if random.chance(0.3) { return made }
        var frame = MessageEncoder(serverVersion: version).encode(
            made, as: flag() ? .protobuf : .text)
        if flag() { damage(&frame) }
        let decoder = MessageDecoder(serverVersion: version, direction: schema.direction)
        guard case .message(var message) = decoder.decode(frame[4...]) else { return made }
        if random.chance(0.1) { message.legacyVersion = text() }
        if random.chance(0.1) { message.surplus = [.text(text()), .bytes([0xFF, 0]), .text("")] }
        return message
    }

    private mutating func damage(_ frame: inout [UInt8]) {
        let first = min(8, frame.count)
        for _ in 0..<Int.random(in: 1...3, using: &random) where frame.count > first {
            let index = Int.random(in: first..<frame.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: frame[index] = UInt8.random(in: 0...255, using: &random)
            case 1: frame[index] = 0
            case 2: frame += [0x31, 0xC3, 0x00, 0x78, 0x00]
            default: frame += [0xFA, 0x3F, 0x02, 0x41, 0x42]
            }
        }
    }

    /// One for each kind, and for each shape that a kind has.
    static let makers: [@Sendable (inout EventMaker) -> LogEvent.Kind] = [
        {
            .run(
                RunHeader(
                    scenario: $0.text(), title: $0.text(), seed: $0.pick([0, 1, .max]),
                    speed: $0.pick([1, 0.001, 10_000, 1e-300, .infinity])))
        },
        {
            .run(
                RunHeader(
                    scenario: $0.text(), title: $0.text(), seed: 1, speed: 1,
                    options: [$0.text(), $0.text()], program: [$0.text()]))
        },
        { .step($0.number(), mark: $0.mark(), words: $0.text()) },
        {
            .expectation(
                Finding(mark: $0.mark(), expected: $0.text(), seen: $0.text(), holds: $0.flag()))
        },
        { .verdict($0.text()) },
        { .omitted($0.number()) },
        { _ in .listening },
        { _ in .listenerClosed },
        { .light($0.pick(APILight.allCases)) },
        { .lifecycle($0.pick(LogEvent.Lifecycle.allCases)) },
        { .commanded($0.text()) },
        { .attempted(client: $0.text(), gateway: $0.text()) },
        {
            .opened(
                client: $0.flag() ? $0.text() : nil, gateway: $0.flag() ? $0.text() : nil,
                isMidStream: $0.flag())
        },
        { .hello(Hello(versions: $0.pick([100...225, 0...Int.max]), connectOptions: $0.text())) },
        { .legacyHello(clientVersion: $0.number()) },
        { .version(VersionReply(serverVersion: $0.number(), connectionTime: $0.text())) },
        { .message($0.message()) },
        { .unknown($0.direction(), id: $0.number(), bytes: $0.bytes()) },
        { .malformed($0.direction(), reason: $0.text(), bytes: $0.bytes()) },
        { .raw($0.direction(), $0.bytes()) },
        { .gap($0.direction(), count: $0.number()) },
        { .phase($0.pick(ConnectionPhase.allCases)) },
        { .ended($0.pick(EndingKind.allCases)) },
        { .closed($0.pick(LogEvent.Closing.allCases)) },
        { .finAcknowledged($0.direction()) },
        { .stalled($0.direction()) },
        { .resumed($0.direction()) },
        { .unacknowledged($0.direction(), count: $0.number(), resent: $0.number()) },
        { .over($0.ending()) },
        { .fault(rule: $0.text(), action: $0.text(), change: $0.text()) },
        { .faultIdle(rule: $0.text(), action: $0.text(), reason: $0.text()) },
        { .faultFailed(rule: $0.text(), reason: $0.text()) },
        { .note($0.text()) },
        { .transport($0.text()) },
        { .clientStarted(run: $0.text(), client: $0.text(), command: $0.text()) },
        {
            .clientLine(
                run: $0.text(), stream: $0.pick(LogEvent.OutputStream.allCases), text: $0.text())
        },
        {
            .clientEnded(
                run: $0.text(), $0.flag() ? .exited($0.number()) : .signaled($0.text()))
        },
        { .clientSignaled(run: $0.text(), signal: $0.text()) },
        { .clientFed(run: $0.text(), line: $0.flag() ? $0.text() : nil) },
        { .sockets($0.rows()) },
        { .runner(.done($0.text())) },
        { .runner(.failed($0.text(), reason: $0.text())) },
        { .runner(.unfired([$0.text(), $0.text()])) },
        { .runner(.holds(run: $0.text(), $0.heldConnections())) },
        { .runner(.leaked($0.text())) },
        { .runner(.stalled(milliseconds: $0.number())) },
        {
            .runner(
                .held(
                    run: $0.text(),
                    ThreadState(
                        process: $0.number(), name: $0.text(), state: "D",
                        call: $0.flag() ? $0.text() : nil, channel: $0.flag() ? $0.text() : nil,
                        isEnding: $0.flag()),
                    milliseconds: $0.number()))
        },
        { .runner(.realTime(milliseconds: $0.number())) },
        { .runner(.unwatched(milliseconds: $0.number())) },
        { .runner(.descriptors(run: $0.text(), open: $0.number(), ended: $0.number())) },
        { .runner(.outlived(run: $0.text(), by: [$0.text(), $0.text()])) },
        {
            .runner(
                .threads(
                    run: $0.text(),
                    [
                        ThreadState(
                            process: $0.number(), name: $0.text(), state: $0.text(),
                            call: $0.text(), channel: $0.text()),
                        ThreadState(process: $0.number(), name: $0.text(), state: "R"),
                    ], omitted: $0.pick([0, 3])))
        },
    ]
}

/// The kind's name in `LogEvent.Kind`; a new kind does not compile here until it has one.
func name(of kind: LogEvent.Kind) -> String {
    switch kind {
    case .run: "run"
    case .step: "step"
    case .expectation: "expectation"
    case .verdict: "verdict"
    case .omitted: "omitted"
    case .listening: "listening"
    case .listenerClosed: "listenerClosed"
    case .light: "light"
    case .lifecycle(let what): what.rawValue
    case .commanded: "commanded"
    case .attempted: "attempted"
    case .opened: "opened"
    case .hello: "hello"
    case .legacyHello: "legacyHello"
    case .version: "version"
    case .message: "message"
    case .unknown: "unknown"
    case .malformed: "malformed"
    case .raw: "raw"
    case .gap: "gap"
    case .phase: "phase"
    case .ended: "ended"
    case .closed: "closed"
    case .finAcknowledged: "finAcknowledged"
    case .stalled: "stalled"
    case .resumed: "resumed"
    case .unacknowledged: "unacknowledged"
    case .over: "over"
    case .fault: "fault"
    case .faultIdle: "faultIdle"
    case .faultFailed: "faultFailed"
    case .note: "note"
    case .transport: "transport"
    case .clientStarted: "clientStarted"
    case .clientLine: "clientLine"
    case .clientEnded: "clientEnded"
    case .clientSignaled: "clientSignaled"
    case .clientFed: "clientFed"
    case .sockets: "sockets"
    case .runner(.done): "done"
    case .runner(.failed): "failed"
    case .runner(.unfired): "unfired"
    case .runner(.holds): "holds"
    case .runner(.leaked): "leaked"
    case .runner(.stalled): "machineStalled"
    case .runner(.held): "programHeld"
    case .runner(.realTime): "realTime"
    case .runner(.unwatched): "unwatched"
    case .runner(.descriptors): "descriptors"
    case .runner(.outlived): "outlived"
    case .runner(.threads): "threads"
    }
}
