package import EventLog
package import GatewayModel
import GatewayWire
package import Simulation

/// A recorded connection as an origin.
///
/// Of several recorded connections the first client gets the first, and so on; who comes after the
/// last gets the last one again.
///
/// Messages, times and the ending come from the transcript. The live client's ids replace the
/// recorded ones. A request that is not in the recording is refused with error 320, or answered by
/// the model.
package struct RecordingOrigin: AccompaniedOrigin {
    private let plans: [ReplayPlan]
    private var openedCount = 0
    private var planOf: [ConnectionID: Int] = [:]
    private let beyond: BeyondRecording
    var companion: Companion
    private var replays: [ConnectionID: Replay] = [:]
    private var synchronized: Set<ConnectionID> = []
    private var announced: SimInstant?

    /// - Parameter model: Sends the notices of the gateway's life. With `beyond: .model` it also
    ///   answers requests that are not in the recording.
    package init(
        _ transcripts: [Transcript], beyond: BeyondRecording = .refuse, model: HealthyGateway
    ) {
        precondition(!transcripts.isEmpty, "a recording without a connection")
        plans = transcripts.map(ReplayPlan.init)
        self.beyond = beyond
        companion = Companion(model)
    }

    package var relaysBytes: Bool { false }

    static let whyNoWorld =
        "a recording is played here: prices, orders and accounts are what was recorded"

    package mutating func handle(_ event: OriginEvent, at now: SimInstant) -> [OriginEffect] {
        var effects: [OriginEffect] = []
        switch event {
        case .opened(let connection):
            let number = min(openedCount, plans.count - 1)
            openedCount += 1
            planOf[connection] = number
            replays[connection] = Replay(plans[number], at: now)
            effects += companion.tell(.connected(connection), at: now)
        case .heard(let connection, let parcel?, _):
            effects += hear(parcel, on: connection, at: now)
        case .heard(_, nil, _), .transport: break
        case .clientEnded(let connection, let ending):
            effects += companion.tell(.disconnected(connection), at: now)
            let outputs = replays[connection]?.hearEnd(ending, at: now) ?? []
            effects += said(outputs, on: connection, clientHasEnded: true)
        case .gone(let connection):
            replays[connection] = nil
            planOf[connection] = nil
            synchronized.remove(connection)
            effects += companion.tell(.disconnected(connection), at: now)
        case .commanded(let command): effects += obey(command, at: now)
        case .deadlineReached:
            announced = nil
            effects += companion.tell(.deadlineReached, at: now)
        }
        for connection in replays.keys.sorted() {
            let outputs = replays[connection]?.advance(at: now) ?? []
            effects += said(outputs, on: connection, clientHasEnded: false)
            if let replay = replays[connection], replay.isReady, replay.isWaitingForClient,
                synchronized.insert(connection).inserted
            {
                effects.append(.synchronized(connection))
            }
        }
        let dues = replays.values.compactMap { $0.nextDue(at: now) }
        if let next = (dues + [companion.wake].compactMap(\.self)).min(), next != announced {
            announced = next
            effects.append(.wake(at: max(next, now)))
        }
        return effects
    }

    private func plan(of connection: ConnectionID) -> Transcript? {
        planOf[connection].map { plans[$0].transcript }
    }

    private mutating func hear(
        _ parcel: Parcel, on connection: ConnectionID, at now: SimInstant
    ) -> [OriginEffect] {
        var effects = companion.follow(
            parcel, version: plan(of: connection)?.serverVersion, on: connection, at: now)
        // Refused at its start: the recording is not for this client.
        if effects.contains(where: { if case .hangUp = $0 { true } else { false } }) {
            return effects
        }
        switch parcel.content {
        case .hello(let hello):
            effects += said(replays[connection]?.hear(hello, at: now) ?? [], on: connection)
        case .message(let message):
            if message.name != "startApi",
                let refusal = companion.refuse(message, on: connection, at: now)
            {
                effects += refusal
            } else if let (outputs, isKnown) = replays[connection]?.hear(message, at: now) {
                effects += said(outputs, on: connection)
                if isKnown { break }
                switch beyond {
                case .model:
                    effects += companion.tell(.received(connection, message), at: now)
                case .refuse:
                    effects += said(
                        replays[connection]?.refuse(message, at: now) ?? [], on: connection)
                }
            }
        case .unknown(let id):
            effects += said(
                replays[connection]?.hearUnknown(id: id, at: now) ?? [], on: connection)
        case .stranger:
            if let outputs = replays[connection]?.hearStranger(at: now) {
                effects += said(outputs, on: connection)
            } else {
                effects.append(.hangUp(connection, reason: nil))
            }
        case .malformed, .raw: break
        }
        return effects
    }

    private mutating func obey(
        _ command: HealthyGateway.LifecycleCommand, at now: SimInstant
    ) -> [OriginEffect] {
        switch command {
        case .restarted:
            replays = [:]
            planOf = [:]
            synchronized = []
            announced = nil
        case .loseServer:
            for connection in replays.keys { replays[connection]?.isPaused = true }
        case .restoreServer:
            for connection in replays.keys { replays[connection]?.isPaused = false }
        case .announceBrokenServer, .setFarm, .changePort, .authenticate, .adopt:
            break
        }
        return companion.tell(.commanded(command), at: now)
    }

    private func said(
        _ outputs: [Replay.Output], on connection: ConnectionID, clientHasEnded: Bool = false
    ) -> [OriginEffect] {
        outputs.map { output in
            switch output {
            case .version(let reply, let cuts):
                .reply(
                    connection, reply, cuts: cuts,
                    decodes: plan(of: connection)?.serverVersion != nil)
            case .say(let message, let frame, let cuts):
                .send(connection, message, frame: frame, cuts: cuts)
            case .bytes(let bytes): .sendBytes(connection, bytes, .raw(.toClient, bytes))
            case .shutdownWrite: .halfClose(connection)
            case .close: clientHasEnded ? .finish(connection) : .close(connection)
            case .reset: .reset(connection)
            case .hold: .hold(connection)
            case .stopReading: .stopReading(connection)
            case .resumeReading: .resumeReading(connection)
            case .note(let text): .note(connection, text)
            }
        }
    }
}
