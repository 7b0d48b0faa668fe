internal import EventLog
internal import GatewayMachine
internal import GatewayModel
internal import GatewayWire
internal import Simulation

/// Plays the client's part of a recording against the healthy model, in memory and under a virtual
/// clock.
///
/// A request leaves when the model has said what the recorded gateway had said by then, or when
/// `patience` has passed. Ids are mapped: order ids count from the next valid id of either side.
/// What the model says is given back under the recording's ids.
struct ModelPlayer {
    /// How long the model is waited for, in gateway time.
    static let patience = Duration.seconds(6)
    /// Instants at which the model is asked during one wait.
    private static let mostDeadlines = 20_000
    /// What passes between two requests that the recorded client sent at once.
    private static let pause = Duration.milliseconds(2)
    /// Turns that are kept of a conversation.
    private static let mostTurns = 200_000
    /// What passes before the next request where a recording leaves out what came meanwhile.
    private static let gap = Duration.seconds(2)

    private let recording: Recording
    private let clientIDs: [Int]
    private let isPartial: Bool
    /// The model's ids of the recording's orders.
    private var modelIDs: [Int: Int] = [:]
    private var recordedIDs: [Int: Int] = [:]
    private var host: MemoryHost<FaultedGateway>
    private var played: [Turn] = []
    private var connectionTimes: [String] = []
    private var notes: [String] = []

    init(_ recording: Recording, _ recorded: RecordedWorld, isPartial: Bool, seed: UInt64) {
        self.recording = recording
        clientIDs = recorded.clientIDs
        self.isPartial = isPartial
        let model = HealthyGateway(world: recorded.world, settings: recorded.settings, seed: seed)
        host = MemoryHost(
            FaultedGateway(
                name: "gateway", origin: ModelOrigin(model), rules: [], seed: seed,
                logging: .none))
    }

    struct Result {
        /// Requests and answers of each leg.
        let legs: [[Turn]]
        /// The model's connection times.
        let connectionTimes: [String]
        let notes: [String]
    }

    mutating func play() -> Result {
        var legs: [[Turn]] = []
        for (leg, clientID) in zip(recording.legs, clientIDs) {
            played = []
            play(leg, clientID)
            legs.append(played)
        }
        return Result(legs: legs, connectionTimes: connectionTimes, notes: notes)
    }

    // Helpers, in the order they are called.

    /// One connection while it is played.
    private struct Line {
        let connection: ConnectionID
        let version: Int
        let clientID: Int
        var reader = FrameReader()
        /// Added to the recording's order ids.
        var offset = 0
        let recordedNextID: Int
        var isSettled = false
        var recorded = Progress()
        var model = Progress()
        var line = 0
    }

    /// Which steps of which topics have been said, counted by the waits in which they were.
    private struct Progress {
        var finder = TopicFinder()
        var counts: [Key: Int] = [:]
        var current: Set<Key> = []

        struct Key: Hashable {
            let topic: Topic
            let label: String
        }

        mutating func take(_ turn: Turn) {
            let topic = finder.topic(of: turn.message)
            guard topic != .unasked else { return }
            current.insert(Key(topic: topic, label: StepSequence.label(of: turn.message)))
        }

        mutating func endWait() {
            for key in current { counts[key, default: 0] += 1 }
            current = []
        }

        func count(_ key: Key) -> Int { counts[key, default: 0] + (current.contains(key) ? 1 : 0) }
    }

    private mutating func play(_ leg: Recording.Leg, _ clientID: Int) {
        let connection = host.connect()
        host.send(Hello(versions: 100...leg.serverVersion).bytes, on: connection)
        var line = Line(
            connection: connection, version: leg.serverVersion, clientID: clientID,
            recordedNextID: leg.nextOrderID)
        line.recorded.finder = TopicFinder(orders: Set(modelIDs.keys))
        line.model.finder = line.recorded.finder
        line.reader.append(host.take(connection))
        guard let body = try? line.reader.next(), let reply = VersionReply(body: body),
            reply.serverVersion == leg.serverVersion
        else {
            notes.append("the model does not speak server version \(leg.serverVersion)")
            return
        }
        connectionTimes.append(reply.connectionTime)
        var turns = leg.turns[...]
        let start = turns.first { $0.isRequest && $0.message.name == "startApi" }
        send(start?.message ?? Self.startRequest(clientID), &line, isRecorded: false)
        turns.removeAll { $0.message.name == "startApi" }
        while !turns.isEmpty {
            let asked = turns.prefix { $0.isRequest }
            for turn in asked {
                line.recorded.finder.ask(turn.message)
                line.model.finder.ask(turn.message)
                line.line = turn.line
                played.append(turn)
                send(turn.message, &line, isRecorded: true)
            }
            turns = turns[asked.endIndex...]
            let answers = turns.prefix { !$0.isRequest }
            for turn in answers { line.recorded.take(turn) }
            wait(&line)
            turns = turns[answers.endIndex...]
        }
        // What comes with the last answers.
        host.advance(to: host.now + Self.pause)
        collect(&line)
        host.end(connection, .fin)
        host.advance(to: host.now + .milliseconds(100))
    }

    private static func startRequest(_ clientID: Int) -> Message {
        Message(
            "startApi", ["clientId": String(clientID), "optionalCapabilities": ""],
            direction: .toGateway)
    }

    private mutating func send(_ message: Message, _ line: inout Line, isRecorded: Bool) {
        let isFrame = isRecorded && !recording.hasNames
        let encoding = isFrame ? message.encoding : message.schema.encoding(at: line.version)
        let first = line.recordedNextID
        let mapped = Self.moved(message, modelIDs, by: line.offset, from: first)
        if message.name == "placeOrder", let id = message["orderId"].flatMap({ Int($0) }),
            let own = mapped["orderId"].flatMap({ Int($0) })
        {
            modelIDs[id] = own
            recordedIDs[own] = id
        }
        let encoder = MessageEncoder(serverVersion: line.version)
        host.send(encoder.encode(mapped, as: encoding), on: line.connection)
        host.advance(to: host.now + Self.pause)
        collect(&line)
    }

    /// Waits until the model has said what the recording has.
    private mutating func wait(_ line: inout Line) {
        let end = host.now + Self.patience
        var budget = Self.mostDeadlines
        let wanted = line.recorded.current
        func isThere(_ line: Line) -> Bool {
            wanted.allSatisfy { line.model.count($0) >= line.recorded.count($0) }
        }
        collect(&line)
        while !isThere(line), budget > 0, host.runNextDeadline(by: end) {
            budget -= 1
            collect(&line)
        }
        if !isThere(line) {
            host.advance(to: end)
            collect(&line)
        } else if isPartial {
            host.advance(to: host.now + Self.gap)
            collect(&line)
        }
        line.recorded.endWait()
        line.model.endWait()
    }

    private mutating func collect(_ line: inout Line) {
        line.reader.append(host.take(line.connection))
        let decoder = MessageDecoder(serverVersion: line.version, direction: .toClient)
        while let body = try? line.reader.next() {
            guard played.count < Self.mostTurns, case .message(var message) = decoder.decode(body)
            else { continue }
            if !line.isSettled, message.name == "nextValidId" {
                line.isSettled = true
                let own = message["orderId"].flatMap { Int($0) } ?? 0
                line.offset = line.recordedNextID > 0 ? own - line.recordedNextID : 0
            }
            message = recorded(message, line)
            let turn = Turn(message, line: line.line)
            line.model.take(turn)
            played.append(turn)
        }
    }

    /// A message of the model under the recording's ids.
    ///
    /// An error's id may be a request's or an order's.
    private func recorded(_ message: Message, _ line: Line) -> Message {
        if let owner = Self.owner(of: message), owner != line.clientID { return message }
        let first = line.recordedNextID + line.offset
        var recorded = Self.moved(message, recordedIDs, by: -line.offset, from: first)
        guard message.name == "error", let id = message["reqId"].flatMap({ Int($0) }),
            !line.model.finder.hasRequest(id)
        else { return recorded }
        let order = recordedIDs[id] ?? (id >= first ? id - line.offset : id)
        if line.model.finder.hasOrder(order) { recorded["reqId"] = String(order) }
        return recorded
    }

    /// The client whose order a message is about; other clients count their orders by themselves.
    private static func owner(of message: Message) -> Int? {
        let field =
            switch message.name {
            case "openOrder", "completedOrder": "order.clientId"
            case "orderStatus": "clientId"
            case "execDetails": "execution.clientId"
            default: ""
            }
        guard !message.schema.indexes(of: field).isEmpty else { return nil }
        return message[field].flatMap { Int($0) }
    }

    /// Ids of orders that were placed are looked up; others are moved from the next valid one on.
    private static func moved(
        _ message: Message, _ known: [Int: Int], by offset: Int, from first: Int
    ) -> Message {
        var message = message
        for (index, item) in message.schema.items.enumerated() {
            guard case .field(let field) = item, field.role == .order,
                index < message.values.count,
                let number = message.values[index].string.flatMap({ Int($0) })
            else { continue }
            if let other = known[number] {
                message.values[index] = .text(String(other))
            } else if offset != 0, first > 0, number >= first, number < 2_147_483_647 {
                message.values[index] = .text(String(number &+ offset))
            }
        }
        return message
    }
}
