import GatewayMachine
import GatewayModel
import GatewayWire
import Simulation
import TestSupport

/// A client program as the gateway sees it: bytes that some client family sends, and the frames that
/// come back.
struct FamilyClient {
    let connection: ConnectionID
    private(set) var version: Int?
    private var reader = FrameReader()

    init(_ host: inout VirtualHost) {
        connection = host.connect()
    }

    /// A gateway with its defaults, or no newer than a server version.
    static func gateway(newest: Int? = nil) -> VirtualHost {
        var settings = GatewaySettings()
        if let newest { settings.newestVersion = newest }
        let model = HealthyGateway(world: .default, settings: settings, seed: 1)
        return VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: [], seed: 1))
    }

    mutating func send(_ bytes: [UInt8], _ host: inout VirtualHost) {
        host.send(bytes, on: connection)
    }

    /// `API\0`, the length of the text, the text.
    mutating func hello(_ text: String, _ host: inout VirtualHost) {
        send(Hello.magic + frame(text.utf8), &host)
        takeVersion(&host)
    }

    mutating func takeVersion(_ host: inout VirtualHost) {
        reader.append(host.take(connection))
        if let body = try? reader.next() { version = VersionReply(body: body)?.serverVersion }
    }

    /// Fields of a text frame, each ended by a NUL.
    mutating func text(_ fields: [String], _ host: inout VirtualHost) {
        send(frame(fields.joined(separator: "\0").utf8 + [0]), &host)
    }

    /// A whole text frame in the layout of the official clients, with these fields.
    mutating func request(
        _ name: String, _ fields: KeyValuePairs<String, String>, _ host: inout VirtualHost
    ) {
        let message = Message(name, fields, direction: .toGateway)
        send(MessageEncoder(serverVersion: version ?? 187).encode(message), &host)
    }

    /// Version 2 of startApi as text, with no optional capabilities; a protobuf message from 213 on.
    mutating func start(_ host: inout VirtualHost) {
        if (version ?? 0) >= 213 {
            send(frame([0, 0, 1, 0x0F, 0x08, 7]), &host)
        } else if (version ?? 0) > 200 {
            send(frame([0, 0, 0, 71] + Array("2\u{0}7\u{0}\u{0}".utf8)), &host)
        } else {
            text(["71", "2", "7", ""], &host)
        }
    }

    /// The bodies of the frames that came, as text with `|` for NUL, and as messages.
    mutating func hear(_ host: inout VirtualHost) -> [(text: String, message: Message?)] {
        reader.append(host.take(connection))
        let decoder = MessageDecoder(serverVersion: version ?? 100, direction: .toClient)
        var heard: [(String, Message?)] = []
        while let body = try? reader.next() {
            var message: Message?
            if case .message(let decoded) = decoder.decode(body) { message = decoded }
            let text = String(decoding: body, as: UTF8.self)
            heard.append((text.replacing("\0", with: "|"), message))
        }
        return heard
    }

    /// Whether the gateway has ended the connection.
    func isEnded(_ host: VirtualHost) -> Bool {
        let endings: [StreamEffect] = [.close(connection), .hangUp(connection)]
        return host.effects.contains { endings.contains($0) }
    }
}
