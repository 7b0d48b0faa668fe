import GatewayWire
import Simulation

import GatewayModel

/// A model under a clock moved by hand, spoken to and heard as the wire would have it.
struct Gateway {
    var model: HealthyGateway
    var now = SimInstant.start
    private(set) var wake: SimInstant?
    private var lastConnection = 0
    /// Versions by connection, as a driver remembers them beyond a close.
    private var versions: [ConnectionID: Int] = [:]

    init(
        world: World = .default, seed: UInt64 = 1,
        settings change: (inout GatewaySettings) -> Void = { _ in }
    ) {
        var settings = GatewaySettings()
        settings.everyClientIsMaster = false
        settings.messagesPerSecond = nil
        settings.marketWaits = false
        settings.partialFills = .never
        settings.fillReports = .fixed([.execution, .openOrder, .status, .commission])
        settings.orderEchoes = .once
        settings.commissionDelay = .zero
        settings.priceBand = nil
        change(&settings)
        model = HealthyGateway(world: world, settings: settings, seed: seed)
    }

    @discardableResult
    mutating func handle(_ event: HealthyGateway.Event) -> [HealthyGateway.Effect] {
        if event == .deadlineReached { wake = nil }
        let effects = model.handle(event, at: now).flatMap(\.spelledOut)
        note(effects)
        return effects
    }

    /// Remembers when the model is to be woken, and at which versions it speaks.
    mutating func note(_ effects: [HealthyGateway.Effect]) {
        for case .wake(let instant) in effects { wake = instant }
        for case .reply(let connection, let reply) in effects {
            versions[connection] = reply.serverVersion
        }
    }

    /// Connects and says hello.
    mutating func greet(versions: ClosedRange<Int> = 100...200) -> (
        ConnectionID, [HealthyGateway.Effect]
    ) {
        lastConnection += 1
        let connection = ConnectionID(lastConnection)
        var effects = handle(.connected(connection))
        effects += handle(.hello(connection, Hello(versions: versions)))
        return (connection, effects)
    }

    /// Connects, says hello and starts the API; what it was told is passed over.
    mutating func start(client: Int = 7, version: Int = 200) -> ConnectionID {
        let (connection, _) = greet(versions: 100...version)
        ask(connection, "startApi", ["clientId": String(client), "optionalCapabilities": ""])
        return connection
    }

    /// Sends a request through the text encoding and returns what came back, as `lines` writes it.
    @discardableResult
    mutating func ask(
        _ connection: ConnectionID, _ name: String, _ fields: KeyValuePairs<String, String> = [:]
    ) -> [String] {
        let effects = handle(request(connection, Message(name, fields, direction: .toGateway)))
        return lines(effects)
    }

    func request(_ connection: ConnectionID, _ message: Message) -> HealthyGateway.Event {
        let version = model.serverVersion(of: connection) ?? 100
        let bytes = MessageEncoder(serverVersion: version).encode(message)
        switch MessageDecoder(serverVersion: version, direction: .toGateway).decode(bytes[4...]) {
        case .message(let decoded): return .received(connection, decoded)
        case .unknown(let id, _): return .unknownRequest(connection, id: id)
        case .malformed(let defect): return .malformed(connection, defect.description)
        }
    }

    /// Lets time pass, meeting every deadline on the way.
    mutating func pass(_ duration: Duration) -> [String] {
        let effects = passing(duration)
        return lines(effects)
    }

    mutating func passing(_ duration: Duration) -> [HealthyGateway.Effect] {
        let end = now + duration
        var effects: [HealthyGateway.Effect] = []
        while let next = wake, next <= end {
            now = max(next, now)
            effects += handle(.deadlineReached)
        }
        now = end
        return effects
    }

    /// One line an effect: `#1 4|2|-1|2104|…|` for a message's body, deadlines left out.
    func lines(_ effects: [HealthyGateway.Effect]) -> [String] {
        effects.compactMap { effect in
            switch effect {
            case .reply(let connection, let reply):
                "\(connection) \(reply.serverVersion) \(reply.connectionTime)"
            case .send(let connection, let message):
                "\(connection) \(body(message, at: versions[connection] ?? 200))"
            case .synchronized(let connection): "\(connection) synchronized"
            case .close(let connection, let reason): "\(connection) close: \(reason)"
            case .stopReading(let connection): "\(connection) not read"
            case .resumeReading(let connection): "\(connection) read again"
            case .closePort: "port closed"
            case .openPort: "port open"
            case .ticks, .wake: nil
            }
        }
    }
}

extension HealthyGateway.Effect {
    /// Ticks as the messages they are.
    var spelledOut: [HealthyGateway.Effect] {
        guard case .ticks(let batch) = self else { return [self] }
        return batch.messages.map { .send($0.connection, $0.message) }
    }
}

func body(_ message: Message, at version: Int) -> String {
    String(decoding: MessageEncoder(serverVersion: version).encode(message)[4...], as: UTF8.self)
        .replacing("\0", with: "|")
}

/// Message names of the sends among effects.
func names(_ effects: [HealthyGateway.Effect]) -> [String] {
    effects.compactMap { if case .send(_, let message) = $0 { message.name } else { nil } }
}

func messages(_ effects: [HealthyGateway.Effect], _ name: String) -> [Message] {
    effects.compactMap {
        if case .send(_, let message) = $0, message.name == name { message } else { nil }
    }
}

extension Gateway {
    /// Sends a request and returns the messages that came back.
    mutating func reply(
        _ connection: ConnectionID, _ name: String, _ fields: KeyValuePairs<String, String> = [:]
    ) -> [Message] {
        handle(request(connection, Message(name, fields, direction: .toGateway))).compactMap {
            if case .send(connection, let message) = $0 { message } else { nil }
        }
    }
}
