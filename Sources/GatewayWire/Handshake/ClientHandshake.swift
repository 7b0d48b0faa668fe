/// A client's side of the start of a session, from the TCP connection to the first order id.
///
/// ```
/// client                          gateway
///   hello  v100..226        ->
///                           <-    server version, connection time
///   startApi                ->
///                           <-    managedAccounts, nextValidId, notices in any order
/// ```
///
/// It decides what to send, and when the handshake is complete or has failed. The owner of the
/// connection decides how long to wait and how to close the socket.
package struct ClientHandshake: Sendable {
    package enum Event: Hashable, Sendable {
        case connected
        case received([UInt8])
        case gatewayEnded(GatewayEnding)
        case deadlineReached
    }

    package enum Effect: Hashable, Sendable {
        case send([UInt8])
        case report(Progress)
        /// The handshake is over.
        case finish(Outcome)
    }

    /// How the gateway ended the connection.
    package enum GatewayEnding: String, Hashable, Sendable { case fin, rst }

    /// The progress of the handshake, for display.
    package enum Progress: Hashable, Sendable {
        case helloSent(versions: ClosedRange<Int>)
        case versionChosen(VersionReply)
        case startAPISent(clientID: Int)
        case nextValidID(Int)
        case managedAccounts([String])
        /// An error or notice, which need not be the end.
        case told(code: Int, text: String)
    }

    /// What the handshake is waiting for.
    package enum Phase: String, Hashable, Sendable { case connecting, versionReply, session }

    package enum Outcome: Hashable, Sendable {
        case complete
        /// The gateway refused to start this session.
        case refused(code: Int, text: String)
        case ended(GatewayEnding, in: Phase)
        case timedOut(in: Phase)
        /// The gateway chose a version that was not offered.
        case versionNotOffered(Int)
        /// The bytes are not what a gateway sends at this point.
        case malformed(String, in: Phase)
    }

    private enum State {
        case connecting
        case awaitingVersion
        case starting(MessageDecoder, StartUpMessages)
        case finished
    }

    /// Error codes after which a gateway never starts the session: the client id is in use.
    private static let refusals = [326]

    private let hello: Hello
    private let clientID: Int
    private var state = State.connecting
    private var reader = FrameReader()

    package init(clientID: Int, versions: ClosedRange<Int> = ProtocolSchema.serverVersions) {
        hello = Hello(versions: versions)
        self.clientID = clientID
    }

    package mutating func handle(_ event: Event) -> [Effect] {
        switch (state, event) {
        case (.connecting, .connected): return greet()
        case (.awaitingVersion, .received(let bytes)), (.starting, .received(let bytes)):
            return read(bytes)
        case (.finished, _): return []
        case (.connecting, .gatewayEnded(let ending)),
            (.awaitingVersion, .gatewayEnded(let ending)), (.starting, .gatewayEnded(let ending)):
            return finish(.ended(ending, in: phase))
        case (.connecting, .deadlineReached), (.awaitingVersion, .deadlineReached),
            (.starting, .deadlineReached):
            return finish(.timedOut(in: phase))
        case (.connecting, .received), (.awaitingVersion, .connected), (.starting, .connected):
            preconditionFailure("a connection is made once, before anything arrives on it")
        }
    }

    private var phase: Phase {
        switch state {
        case .connecting: .connecting
        case .awaitingVersion: .versionReply
        case .starting, .finished: .session
        }
    }

    private mutating func greet() -> [Effect] {
        state = .awaitingVersion
        return [.send(hello.bytes), .report(.helloSent(versions: hello.versions))]
    }

    private mutating func read(_ bytes: [UInt8]) -> [Effect] {
        reader.append(bytes)
        var effects: [Effect] = []
        while true {
            do throws(FrameError) {
                guard let body = try reader.next() else { return effects }
                effects += take(body)
            } catch {
                return effects + finish(.malformed(Self.text(of: error), in: phase))
            }
            if case .finished = state { return effects }
        }
    }

    private mutating func take(_ body: ArraySlice<UInt8>) -> [Effect] {
        switch state {
        case .awaitingVersion: return start(body)
        case .starting(let decoder, let startUp):
            switch decoder.decode(body) {
            case .message(let message): return take(message, decoder, startUp)
            case .unknown: return []
            case .malformed(let error): return finish(.malformed(error.description, in: phase))
            }
        case .connecting, .finished: return []
        }
    }

    private mutating func start(_ body: ArraySlice<UInt8>) -> [Effect] {
        guard let reply = VersionReply(body: body) else {
            if let notice = Self.earlyNotice(body) { return [.report(notice)] }
            return finish(
                .malformed("the answer to the hello is not a version and a time", in: phase))
        }
        guard hello.versions.contains(reply.serverVersion) else {
            return finish(.versionNotOffered(reply.serverVersion))
        }
        state = .starting(
            MessageDecoder(serverVersion: reply.serverVersion, direction: .toClient),
            StartUpMessages())
        let startAPI = Message(
            "startApi", ["clientId": String(clientID)], direction: .toGateway)
        return [
            .report(.versionChosen(reply)),
            .send(MessageEncoder(serverVersion: reply.serverVersion).encode(startAPI)),
            .report(.startAPISent(clientID: clientID)),
        ]
    }

    /// A notice that comes before the version, as at a gateway whose farms come up: the text form of an
    /// error from before version 194.
    private static func earlyNotice(_ body: ArraySlice<UInt8>) -> Progress? {
        let fields = body.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count >= 6, fields[0] == "4", fields[1] == "2", let code = Int(fields[3])
        else { return nil }
        return .told(code: code, text: fields[4])
    }

    private mutating func take(
        _ message: Message, _ decoder: MessageDecoder, _ startUp: StartUpMessages
    ) -> [Effect] {
        switch message.name {
        case "nextValidId":
            guard let id = message["orderId"].flatMap({ Int($0) }) else {
                return finish(.malformed("nextValidId: its order id is not a number", in: phase))
            }
            return advance(.nextValidID(id), message, decoder, startUp)
        case "managedAccounts":
            let accounts = (message["accountsList"] ?? "").split(separator: ",").map(String.init)
            return advance(.managedAccounts(accounts), message, decoder, startUp)
        case "error":
            let code = message["errorCode"].flatMap { Int($0) } ?? 0
            let text = message["errorString"] ?? ""
            return Self.refusals.contains(code)
                ? finish(.refused(code: code, text: text))
                : [.report(.told(code: code, text: text))]
        default:
            return []
        }
    }

    private mutating func advance(
        _ progress: Progress, _ message: Message, _ decoder: MessageDecoder,
        _ startUp: StartUpMessages
    ) -> [Effect] {
        var startUp = startUp
        let isComplete = startUp.note(message)
        state = .starting(decoder, startUp)
        return [.report(progress)] + (isComplete ? finish(.complete) : [])
    }

    private mutating func finish(_ outcome: Outcome) -> [Effect] {
        state = .finished
        return [.finish(outcome)]
    }

    private static func text(of error: FrameError) -> String {
        switch error {
        case .lengthOutOfRange(let found, let allowed):
            "a frame of \(found) bytes was announced, at most \(allowed) are allowed"
        }
    }
}
