import EventLog
package import GatewayModel
import GatewayWire
package import Simulation

/// A real gateway behind this one as an origin.
///
/// Its messages and its endings are passed on.
///
/// Each client's connection has an outbound connection of its own. FIN, half-close, RST and back
/// pressure are passed on both ways. Frames are decoded and pass whole. Other bytes pass as they
/// are.
package struct UpstreamOrigin: AccompaniedOrigin {
    /// The state of one client's outbound connection.
    private struct Link: Sendable {
        enum Stage: Sendable {
            case awaitingReply
            case talking(serverVersion: Int)
            /// Bytes pass without being decoded.
            case deaf
        }

        var stage = Stage.awaitingReply
        var reader = FrameReader()
        var upstreamHasEnded = false
        var clientHasEnded = false
        /// Which side is not read because the queue to the other side is full.
        var clientIsStopped = false
        var upstreamIsStopped = false
        var startUp = StartUpMessages()
        var readyAt: SimInstant?
        var isSynchronized = false
    }

    /// Messages kept while the broker is lost.
    static let maxWithheld = 100_000
    /// A ready connection counts as synchronized after this time, when no farm notice came before.
    static let quietStart = Duration.seconds(1)

    var companion: Companion
    private var links: [ConnectionID: Link] = [:]
    private var serverIsLost = false
    private var withheld: [OriginEffect] = []
    private var announced: SimInstant?

    /// - Parameter model: Sends the notices for commands to this gateway: a lost broker, farms,
    ///   ports.
    package init(model: HealthyGateway) {
        companion = Companion(model)
    }

    package var relaysBytes: Bool { true }

    static let whyNoWorld =
        "the gateway behind this one has the prices, orders and accounts"

    package mutating func handle(_ event: OriginEvent, at now: SimInstant) -> [OriginEffect] {
        var effects: [OriginEffect] = []
        switch event {
        case .opened(let connection):
            links[connection] = Link()
            effects += companion.tell(.connected(connection), at: now)
            effects.append(.transport(.connect(connection.upstream)))
        case .heard(let connection, let parcel, let bytes):
            // Whether a client may start is for the gateway behind to say.
            if let parcel {
                _ = companion.follow(parcel, version: nil, on: connection, at: now)
            }
            if links[connection] != nil, !bytes.isEmpty {
                effects.append(.transport(.send(connection.upstream, bytes)))
            }
        case .clientEnded(let connection, let ending):
            effects += companion.tell(.disconnected(connection), at: now)
            effects += endUpstream(of: connection, ending)
        case .gone(let connection):
            effects += companion.tell(.disconnected(connection), at: now)
            if links.removeValue(forKey: connection) != nil {
                effects.append(.transport(.close(connection.upstream)))
            }
        case .commanded(let command): effects += obey(command, at: now)
        case .deadlineReached:
            announced = nil
            effects += companion.tell(.deadlineReached, at: now)
        case .transport(let event): effects += take(event, at: now)
        }
        effects += noteSynchronized(at: now)
        let dues = links.values.compactMap { link in
            link.isSynchronized ? nil : link.readyAt.map { $0 + Self.quietStart }
        }
        if let next = (dues + [companion.wake].compactMap(\.self)).min(), next != announced {
            announced = next
            effects.append(.wake(at: max(next, now)))
        }
        return effects
    }

    /// Passes the client's end on to the upstream.
    private mutating func endUpstream(
        of connection: ConnectionID, _ ending: PeerEnding
    ) -> [OriginEffect] {
        guard let link = links[connection] else { return [] }
        switch ending {
        case .reset:
            links[connection] = nil
            return [.transport(.reset(connection.upstream))]
        case .fin where link.upstreamHasEnded:
            links[connection] = nil
            return [.transport(.close(connection.upstream)), .close(connection)]
        case .fin:
            links[connection]?.clientHasEnded = true
            return [.transport(.shutdownWrite(connection.upstream))]
        }
    }

    private mutating func take(_ event: StreamEvent, at now: SimInstant) -> [OriginEffect] {
        switch event {
        case .received(let side, let bytes): return withholding(hear(bytes, from: side.client, now))
        case .ended(let side, let ending): return endClient(side.client, ending)
        case .connectFailed(let side, let reason):
            links[side.client] = nil
            return [.note(side.client, "no upstream: \(reason)"), .reset(side.client)]
        case .congested(let side) where side.isUpstream:
            links[side.client]?.clientIsStopped = true
            return [.transport(.stopReading(side.client))]
        case .congested(let side):
            links[side]?.upstreamIsStopped = true
            return [.transport(.stopReading(side.upstream))]
        case .drained(let side) where side.isUpstream:
            guard links[side.client]?.clientIsStopped ?? false else { return [] }
            links[side.client]?.clientIsStopped = false
            return [.transport(.resumeReading(side.client))]
        case .drained(let side):
            guard links[side]?.upstreamIsStopped ?? false else { return [] }
            links[side]?.upstreamIsStopped = false
            return [.transport(.resumeReading(side.upstream))]
        case .started, .accepted, .connected, .stayedHalfOpen, .listenerMoved, .deadlineReached:
            return []
        }
    }

    /// Passes the upstream's end on to the client, behind everything that it has sent.
    private mutating func endClient(
        _ connection: ConnectionID, _ ending: PeerEnding
    ) -> [OriginEffect] {
        guard var link = links[connection] else { return [] }
        var effects: [OriginEffect] = []
        let rest = Array(link.reader.pending)
        if !rest.isEmpty { effects.append(.sendBytes(connection, rest, .raw(.toClient, rest))) }
        link.reader = FrameReader()
        link.stage = .deaf
        switch ending {
        case .reset:
            links[connection] = nil
            effects.append(.reset(connection))
        case .fin where link.clientHasEnded:
            links[connection] = nil
            effects += [.transport(.close(connection.upstream)), .close(connection)]
        case .fin:
            link.upstreamHasEnded = true
            links[connection] = link
            effects.append(.halfClose(connection))
        }
        return withholding(effects)
    }

    /// Decodes bytes of the upstream, and passes them on.
    private mutating func hear(
        _ bytes: [UInt8], from connection: ConnectionID, _ now: SimInstant
    ) -> [OriginEffect] {
        guard let place = links.index(forKey: connection) else { return [] }
        if case .deaf = links.values[place].stage {
            return [.sendBytes(connection, bytes, .raw(.toClient, bytes))]
        }
        links.values[place].reader.append(bytes)
        var effects: [OriginEffect] = []
        while true {
            let next = Result { () throws(FrameError) in try links.values[place].reader.next() }
            switch next {
            case .success(nil): return effects
            case .success(.some(let body)):
                effects += hear(frameBody: body, connection, &links.values[place], now)
            case .failure(.lengthOutOfRange(let found, let allowed)):
                let reason = "frame length \(found), allowed are up to \(allowed)"
                let rest = Array(links.values[place].reader.pending)
                effects.append(
                    .sendBytes(
                        connection, rest, .malformed(.toClient, reason: reason, bytes: rest)))
                links.values[place].reader = FrameReader()
                links.values[place].stage = .deaf
            }
            if case .deaf = links.values[place].stage {
                let rest = Array(links.values[place].reader.pending)
                links.values[place].reader = FrameReader()
                if !rest.isEmpty {
                    effects.append(.sendBytes(connection, rest, .raw(.toClient, rest)))
                }
                return effects
            }
        }
    }

    private func hear(
        frameBody body: ArraySlice<UInt8>, _ connection: ConnectionID, _ link: inout Link,
        _ now: SimInstant
    ) -> [OriginEffect] {
        let bytes = frame(body)
        switch link.stage {
        case .deaf: return [.sendBytes(connection, bytes, .raw(.toClient, bytes))]
        case .awaitingReply:
            guard let reply = VersionReply(body: body) else {
                link.stage = .deaf
                return [.sendBytes(connection, bytes, .raw(.toClient, bytes))]
            }
            let isKnown = ProtocolSchema.serverVersions.contains(reply.serverVersion)
            link.stage = isKnown ? .talking(serverVersion: reply.serverVersion) : .deaf
            return [.reply(connection, reply, decodes: isKnown)]
        case .talking(let version):
            let decoder = MessageDecoder(serverVersion: version, direction: .toClient)
            switch decoder.decode(body) {
            case .message(let message):
                if link.startUp.note(message) { link.readyAt = now }
                if link.readyAt != nil, message.name == "error", message["errorCode"] == "2158" {
                    link.readyAt = now - Self.quietStart
                }
                return [.send(connection, message, frame: bytes)]
            case .unknown(let id, _):
                return [
                    .sendBytes(connection, bytes, .unknown(.toClient, id: id, bytes: bytes))
                ]
            case .malformed(let error):
                let reason = error.description
                return [
                    .sendBytes(
                        connection, bytes, .malformed(.toClient, reason: reason, bytes: bytes))
                ]
            }
        }
    }

    /// A connection counts as synchronized after the notice of the last farm, or `quietStart` after
    /// it was ready.
    private mutating func noteSynchronized(at now: SimInstant) -> [OriginEffect] {
        var effects: [OriginEffect] = []
        for connection in links.keys.sorted() {
            guard let link = links[connection], !link.isSynchronized, let readyAt = link.readyAt,
                readyAt + Self.quietStart <= now
            else { continue }
            links[connection]?.isSynchronized = true
            effects.append(.synchronized(connection))
        }
        return effects
    }

    private mutating func obey(
        _ command: HealthyGateway.LifecycleCommand, at now: SimInstant
    ) -> [OriginEffect] {
        var effects: [OriginEffect] = []
        switch command {
        case .restarted:
            for connection in links.keys.sorted() {
                effects.append(.transport(.close(connection.upstream)))
            }
            links = [:]
            withheld = []
            serverIsLost = false
            announced = nil
        case .loseServer: serverIsLost = true
        case .restoreServer(let dataLost):
            serverIsLost = false
            if dataLost, !withheld.isEmpty {
                effects.append(
                    .note(nil, "\(withheld.count) messages of the upstream were dropped"))
            } else {
                effects += withheld
            }
            withheld = []
        case .announceBrokenServer, .setFarm, .changePort, .authenticate, .adopt:
            break
        }
        return companion.tell(.commanded(command), at: now) + effects
    }

    /// While the broker is lost, keeps messages of the upstream back.
    private mutating func withholding(_ effects: [OriginEffect]) -> [OriginEffect] {
        guard serverIsLost, withheld.count + effects.count <= Self.maxWithheld else {
            return effects
        }
        withheld += effects
        return []
    }
}
