import EventLog
import Faults
import GatewayModel
import GatewayWire
import Simulation

/// The gateway as a whole: its port, its light, and the commands that it obeys.
extension FaultedGateway {
    mutating func start() {
        isListening = true
        record(.listening)
        startedAt = now
        setAlarms(since: .start, on: nil)
        fire(.started)
        // An origin that acts by itself asks for its first deadline now.
        tellOrigin(.deadlineReached)
    }

    mutating func obey(_ command: GatewayCommand) {
        switch command {
        case .restart(let down): restart(down: down)
        case .turnLight(let light): turnLight(light)
        case .loseServer:
            serverIsLost = true
            tellOrigin(.commanded(.loseServer))
        case .restoreServer(let lost):
            serverIsLost = false
            tellOrigin(.commanded(.restoreServer(dataLost: lost)))
        case .interruptServer: tellOrigin(.commanded(.announceBrokenServer))
        case .setFarm(let farm, let state):
            if origin.state(ofFarm: farm) == nil {
                refusal = CommandRefusal(.unknown, "there is no farm \(farm)")
            } else {
                tellOrigin(.commanded(.setFarm(farm, state)))
            }
        case .changePort(let port): changePort(.moveListener(to: port))
        case .authenticate: tellOrigin(.commanded(.authenticate))
        case .closeListener: closePort()
        case .openListener: openPort()
        case .stopAccepting(let backlog): stopAccepting(backlog: backlog)
        case .dropConnections:
            losesConnects = true
            changePort(.loseConnects)
        case .resumeAccepting: resumeAccepting()
        case .freeze(let time): freeze(for: time)
        case .kick(let clientID): kick(clientID)
        case .end(let connection, let way): conclude(way.ending, on: connection)
        case .makeWell: makeWell()
        case .adopt(let settings): tellOrigin(.commanded(.adopt(settings)))
        case .releaseSockets: releaseSockets()
        case .signal(let name):
            // A rule may give the signal that fires it.
            guard signalDepth < limits.maxSignalDepth else {
                record(.note("the signal \(name) is given by its own rules; it stops here"))
                return
            }
            signalDepth += 1
            fire(.signaled(name))
            signalDepth -= 1
        case .addRule(let rule):
            if plan.add(rule) {
                setAlarms(for: rule)
            } else {
                refusal = CommandRefusal(
                    .conflict, "there are too many rules for \(rule.name)")
            }
        case .enableRule(let name, let isOn):
            if !plan.enable(named: name, isOn) { refuseRule(name) }
        case .removeRule(let name):
            if !plan.remove(named: name) { refuseRule(name) }
        case .act(let actions): act(actions)
        case .world(let command):
            do throws(CommandRefusal) {
                carryOut(try origin.obey(command, at: now))
            } catch {
                refusal = error
            }
        case .clientDiesUnread(let connection): dyingUnread.insert(connection)
        case .programDid(let client, let moment):
            fire(.programDid(client: client, moment))
        case .notify(let connection): _ = say(.farmNotice, on: connection)
        }
    }

    mutating func releaseSockets() {
        for connection in conversations.keys.sorted()
        where conversations[connection]?.isHeld ?? false {
            close(connection)
        }
    }

    private mutating func refuseRule(_ name: String) {
        refusal = CommandRefusal(.unknown, "there is no rule \(name)")
    }

    /// Changes the light.
    ///
    /// While it is red, no hello reaches the origin. Existing connections continue.
    mutating func turnLight(_ light: APILight) {
        guard light != self.light else { return }
        self.light = light
        record(.light(light))
        fire(.lightTurned(light))
    }

    /// A process that has just started shows green.
    mutating func resetLight() {
        guard light != .green else { return }
        light = .green
        record(.light(.green))
    }

    mutating func closePort() {
        reopenAt = nil
        guard isListening else { return }
        isListening = false
        changePort(.closeListener)
        record(.listenerClosed)
        tellUnanswered()
    }

    mutating func openPort() {
        guard !isListening else { return }
        isListening = true
        changePort(.openListener)
        record(.listening)
        tellUnanswered()
    }

    /// Acts as if the process ended and started again: closes every descriptor, held ones too, then
    /// the port.
    private mutating func restart(down: Duration) {
        record(.lifecycle(.restarting))
        if thawAt != nil { thaw() }
        for connection in conversations.keys.sorted() { hangUp(connection) }
        busy = []
        deferred = []
        alarms = []
        plan.stopRepeating()
        serverIsLost = false
        keeping = []
        closings = []
        unserved = []
        dyingUnread = []
        originWake = nil
        closePort()
        resetLight()
        tellOrigin(.commanded(.restarted))
        reopenAt = now + down
    }
}

extension Message {
    /// A notice that no client answers.
    static var farmNotice: Message {
        Message(
            "error",
            [
                "reqId": "-1", "errorCode": "2106",
                "errorString": "HMDS data farm connection is OK:ushmds",
            ])
    }
}
