import GatewayWire
import Simulation
import WireSamples

/// What passes on a connection: each item becomes one TCP segment.
struct PlannedConnection {
    let port: UInt16
    let segments: [(Direction, [UInt8])]
    /// False when the recording began later than the connection.
    var isOpened = true
}

/// Which connections each capture holds.
struct CapturePlan {
    private static let textVersions = [100, 118, 141, 163, 176, 187, 200]
    private static let binaryVersions = [201, 213, 226]
    private static let otherPort: UInt16 = 14_002

    private var frames: OddFrames

    init(seed: UInt64) {
        frames = OddFrames(seed: seed)
    }

    mutating func captures() -> [(name: String, connections: [PlannedConnection])] {
        [
            ("whole", whole()), ("packed", packed()), ("split", split()), ("ragged", ragged()),
            ("overheard", overheard()), ("strange", strange()), ("unanswered", unanswered()),
        ]
    }

    /// One frame a segment.
    private mutating func whole() -> [PlannedConnection] {
        (Self.textVersions + Self.binaryVersions).map { version in
            var segments = start(version)
            for direction in Direction.allCases {
                segments += frames.made(direction, at: version).map { (direction, $0) }
            }
            return PlannedConnection(port: port(), segments: segments)
        }
    }

    /// As many frames as fit into a segment, the last one cut.
    private mutating func packed() -> [PlannedConnection] {
        [163, 200, 225].map { version in
            connection(port(), version, sizes: 1400...1400)
        }
    }

    /// One byte a segment, the handshake too.
    private mutating func split() -> [PlannedConnection] {
        var connections: [PlannedConnection] = []
        for port in [KnownPort.gatewayPaper.rawValue, Self.otherPort] {
            for version in [176, 225] {
                var stream = start(version)
                for direction in Direction.allCases {
                    stream += frames.made(direction, at: version).prefix(12).map { (direction, $0) }
                }
                let bytes = stream.flatMap { direction, bytes in bytes.map { (direction, [$0]) } }
                connections.append(PlannedConnection(port: port, segments: bytes))
            }
        }
        return connections
    }

    /// Segments that end anywhere; the first connection's frames are of a later version than said.
    private mutating func ragged() -> [PlannedConnection] {
        [
            connection(
                KnownPort.gatewayPaper.rawValue, 157, framesAt: 163, sizes: 1...89),
            connection(KnownPort.gatewayPaper.rawValue, 213, sizes: 1...89),
        ]
    }

    /// Text frames of a connection whose beginning was not recorded.
    private mutating func overheard() -> [PlannedConnection] {
        var segments: [(Direction, [UInt8])] = []
        for direction in Direction.allCases {
            segments += frames.made(direction, at: 176)
                .filter { $0.count > 5 && (0x30...0x39).contains($0[4]) && $0.last == 0 }
                .map { (direction, $0) }
        }
        return [
            PlannedConnection(
                port: KnownPort.gatewayPaper.rawValue, segments: segments, isOpened: false)
        ]
    }

    /// Requests that are answered, in part, late for the client, or never; and a hello that is not.
    private func unanswered() -> [PlannedConnection] {
        let version = 225
        let encoder = MessageEncoder(serverVersion: version)
        func ask(_ name: String, _ fields: KeyValuePairs<String, String> = [:]) -> (
            Direction, [UInt8]
        ) {
            (.toGateway, encoder.encode(Message(name, fields, direction: .toGateway)))
        }
        func tell(_ name: String, _ fields: KeyValuePairs<String, String> = [:]) -> (
            Direction, [UInt8]
        ) {
            (.toClient, encoder.encode(Message(name, fields)))
        }
        let talk = [
            ask("startApi", ["clientId": "7"]), tell("nextValidId", ["orderId": "5"]),
            ask("reqPositions"), tell("position", ["account": "DU1"]), tell("positionEnd"),
            ask("reqContractDetails", ["reqId": "9"]), ask("reqCurrentTime"),
            ask("reqExecutions", ["reqId": "10"]), tell("execDetails", ["reqId": "10"]),
            ask("reqHeadTimeStamp", ["reqId": "11"]), ask("cancelHeadTimeStamp", ["reqId": "11"]),
            ask("placeOrder", ["orderId": "5"]), ask("placeOrder", ["orderId": "6"]),
            tell("orderStatus", ["orderId": "5"]), ask("reqMktData", ["reqId": "12"]),
            tell("error", ["reqId": "12", "errorCode": "200"]), ask("reqMktData", ["reqId": "13"]),
            tell("tickSize", ["reqId": "13"]),
        ]
        return [
            PlannedConnection(
                port: KnownPort.gatewayPaper.rawValue, segments: start(version) + talk),
            PlannedConnection(
                port: KnownPort.gatewayPaper.rawValue,
                segments: [(.toGateway, Hello(versions: 100...version).bytes)]),
        ]
    }

    /// What is not the protocol, or stops being it.
    private func strange() -> [PlannedConnection] {
        let overlong: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF] + Array("abcabcabcabc".utf8)
        let unfinished = Array(frame("9\u{0}1\u{0}7\u{0}".utf8).prefix(9))
        let port = KnownPort.gatewayPaper.rawValue
        return [
            PlannedConnection(port: port, segments: start(176) + [(.toClient, overlong)]),
            PlannedConnection(
                port: port, segments: [(.toGateway, Hello.magic + frame("hello".utf8))]),
            PlannedConnection(
                port: port,
                segments: [
                    (.toGateway, Hello(versions: 100...187, connectOptions: "+PACEAPI").bytes)
                ]),
            PlannedConnection(
                port: port,
                segments: [
                    (.toGateway, Hello(versions: 100...176).bytes),
                    (.toClient, frame("nonsense".utf8)),
                ]),
            PlannedConnection(
                port: Self.otherPort, segments: start(200) + [(.toClient, unfinished)]),
        ]
    }

    // Helpers.

    private mutating func port() -> UInt16 {
        let ports = KnownPort.allCases.map(\.rawValue) + [Self.otherPort]
        return ports[Int.random(in: ports.indices, using: &frames.random)]
    }

    private func start(_ version: Int) -> [(Direction, [UInt8])] {
        let reply = VersionReply(
            serverVersion: version, connectionTime: "20261120 08:48:27 UTC")
        return [(.toGateway, Hello(versions: 100...version).bytes), (.toClient, reply.bytes)]
    }

    private mutating func connection(
        _ port: UInt16, _ version: Int, framesAt other: Int? = nil, sizes: ClosedRange<Int>
    ) -> PlannedConnection {
        var segments = start(version)
        for direction in Direction.allCases {
            let stream = frames.made(direction, at: other ?? version).flatMap(\.self)
            segments += pieces(of: stream, sizes: sizes, using: &frames.random)
                .map { (direction, $0) }
        }
        return PlannedConnection(port: port, segments: segments)
    }
}
