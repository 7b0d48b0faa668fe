internal import GatewayMachine
package import GatewayWire
package import Simulation

/// A client made of bytes only: it greets, starts, asks, and reads what comes back.
package struct ScriptedClient {
    package let connection: ConnectionID
    package let clientID: Int
    package private(set) var serverVersion: Int?
    private var reader = FrameReader()

    package init(_ host: inout VirtualHost, clientID: Int = 7) {
        connection = host.connect()
        self.clientID = clientID
    }

    /// Says hello and takes the answer; `serverVersion` stays `nil` when none came.
    package mutating func greet(
        _ host: inout VirtualHost, versions: ClosedRange<Int> = 157...176
    ) {
        host.send(Hello(versions: versions).bytes, on: connection)
        takeVersion(&host)
    }

    package mutating func takeVersion(_ host: inout VirtualHost) {
        reader.append(host.take(connection))
        if serverVersion == nil, let body = try? reader.next() {
            serverVersion = VersionReply(body: body)?.serverVersion
        }
    }

    package mutating func start(_ host: inout VirtualHost) {
        request(
            Message(
                "startApi", ["clientId": String(clientID), "optionalCapabilities": ""],
                direction: .toGateway), &host)
    }

    package mutating func request(
        _ message: Message, _ host: inout VirtualHost
    ) {
        host.send(
            MessageEncoder(serverVersion: serverVersion ?? 176).encode(message), on: connection)
    }

    package mutating func request(
        _ name: String, _ host: inout VirtualHost
    ) {
        request(name, [:], &host)
    }

    package mutating func request(
        _ name: String, _ fields: KeyValuePairs<String, String>,
        _ host: inout VirtualHost
    ) {
        request(Message(name, fields, direction: .toGateway), &host)
    }

    /// The messages that have arrived whole.
    package mutating func messages(
        _ host: inout VirtualHost
    ) -> [Message] {
        takeVersion(&host)
        guard let serverVersion else { return [] }
        let decoder = MessageDecoder(serverVersion: serverVersion, direction: .toClient)
        var messages: [Message] = []
        while let body = try? reader.next() {
            if case .message(let message) = decoder.decode(body) { messages.append(message) }
        }
        return messages
    }

    /// Bytes that belong to no whole frame yet.
    package var restCount: Int { reader.pendingCount }
}
