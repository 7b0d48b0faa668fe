import GatewayMachine
import GatewayWire
import Simulation

/// A gateway, its clients, and the clock they share.
struct TradingFloor {
    struct Count {
        var messages = 0
        var fills = 0
        var bars = 0
        var clients = 0
    }

    private var gateway: FaultedGateway
    private var clients: [DayClient] = []
    private var now = SimInstant.start
    private var wanted: SimInstant?
    private var isListening = false
    private var lastConnection = 0
    private let linesEach: Int
    private let comeAndGo: Bool
    private(set) var count = Count()

    init(_ gateway: FaultedGateway, linesEach: Int, comeAndGo: Bool) {
        self.gateway = gateway
        self.linesEach = linesEach
        self.comeAndGo = comeAndGo
        step(.started)
        for seat in 0..<DayBenchmark.clientCount { clients.append(arrival(at: seat)) }
    }

    mutating func advance(by duration: Duration) {
        let end = now + duration
        while true {
            let seat = clients.indices.min { clients[$0].due < clients[$1].due } ?? 0
            let next = min(clients[seat].due, wanted ?? end)
            guard next <= end else { break }
            now = max(now, next)
            if let wanted, wanted <= now {
                self.wanted = nil
                step(.deadlineReached)
            } else {
                act(seat)
            }
        }
        now = end
    }

    /// A client that comes to an empty seat, with an id nobody had.
    private mutating func arrival(at seat: Int) -> DayClient {
        lastConnection += 1
        return DayClient(
            ConnectionID(lastConnection), seat: seat, lineCount: linesEach, leaves: comeAndGo,
            at: now + .milliseconds(1 + 37 * seat))
    }

    private mutating func act(_ seat: Int) {
        let connection = clients[seat].connection
        switch clients[seat].next(at: now) {
        case .connect:
            // A gateway that restarts takes nobody; come again.
            guard isListening else { return clients[seat].wait(.seconds(20), at: now) }
            count.clients += 1
            step(.accepted(connection))
            step(.received(connection, Hello(versions: 100...176).bytes))
        case .say(let messages):
            let encoder = MessageEncoder(serverVersion: 176)
            for message in messages { step(.received(connection, encoder.encode(message))) }
        case .leave:
            step(.ended(connection, .fin))
            clients[seat] = arrival(at: seat)
        }
    }

    private mutating func step(_ event: StreamEvent) {
        for effect in gateway.handle(event, at: now) {
            switch effect {
            case .send(_, let bytes): read(bytes)
            case .wake(let instant): wanted = instant
            case .openListener: isListening = true
            case .closeListener: isListening = false
            case .close(let connection), .hangUp(let connection), .reset(let connection):
                if let seat = clients.firstIndex(where: { $0.connection == connection }) {
                    clients[seat] = arrival(at: seat)
                }
            case .connect, .shutdownWrite, .closeAtNextBytes, .hold, .stopReading, .resumeReading,
                .stopAccepting, .resumeAccepting, .moveListener, .loseSegments, .takeSegments,
                .limitReceiveBuffer, .limitBacklog, .loseConnects, .takeConnects:
                break
            }
        }
        if event == .started { isListening = true }
        _ = gateway.takeLog()
    }

    /// Every write is whole frames.
    private mutating func read(_ bytes: [UInt8]) {
        var head = 0
        while head + 4 < bytes.count {
            let length =
                Int(bytes[head]) << 24 | Int(bytes[head + 1]) << 16 | Int(bytes[head + 2]) << 8
                | Int(bytes[head + 3])
            // execDetails and historicalData begin with 11 and 17.
            if bytes[head + 4] == 0x31, bytes[head + 6] == 0 {
                if bytes[head + 5] == 0x31 { count.fills += 1 }
                if bytes[head + 5] == 0x37 { count.bars += 1 }
            }
            count.messages += 1
            head += 4 + length
        }
        precondition(head == bytes.count, "a write ended within a frame")
    }
}
