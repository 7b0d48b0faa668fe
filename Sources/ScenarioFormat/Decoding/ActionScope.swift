internal import Faults
internal import GatewayWire

/// What an action is done to.
enum ActionScope {
    case connection, message, gateway, record
}

extension FaultAction {
    var scope: ActionScope {
        switch self {
        case .mute, .stopReading, .resumeReading, .fin, .halfClose, .rst, .closeWithUnread,
            .holdSocket, .slice, .coalesce, .send, .sendBytes:
            .connection
        case .delay, .drop, .duplicate, .replace, .rstMidFrame, .finMidFrame: .message
        case .lightRed, .lightGreen, .closeListener, .openListener, .stopAccepting,
            .resumeAccepting, .releaseSockets, .restart, .loseServer, .restoreServer:
            .gateway
        case .note: .record
        }
    }
}

extension Trigger {
    /// The word a scenario uses for it.
    var keyword: String {
        switch self {
        case .start: "start"
        case .connect: "connect"
        case .hello: "hello"
        case .phase: "phase"
        case .message: "message"
        case .disconnect: "disconnect"
        case .light: "light"
        case .signal: "signal"
        }
    }

    var hasConnection: Bool {
        switch self {
        case .connect, .hello, .phase, .message, .disconnect: true
        case .start, .light, .signal: false
        }
    }
}

extension Reading {
    /// Reports an action that has nothing to be done to at this trigger.
    mutating func check(_ action: FaultAction, suits trigger: Trigger, at span: SourceSpan) {
        switch (action.scope, trigger) {
        case (.gateway, _), (.record, _): break
        case (.connection, _):
            if trigger.hasConnection { break }
            report(
                "'\(action.keyword)' needs a connection, and '\(trigger.keyword)' has none",
                at: span, hint: "triggers with one: connect, hello, phase, message, disconnect")
        case (.message, .message(let wanted)):
            checkDirection(action, wanted.direction, at: span)
        case (.message, .hello):
            if case .replace = action {
                report("'replace' changes a message's fields, and a hello has none", at: span)
            }
        case (.message, .start), (.message, .connect), (.message, .phase),
            (.message, .disconnect), (.message, .light), (.message, .signal):
            report(
                "'\(action.keyword)' needs a message, and '\(trigger.keyword)' has none", at: span,
                hint: "triggers with one: message, hello")
        }
    }

    private mutating func checkDirection(
        _ action: FaultAction, _ direction: Direction, at span: SourceSpan
    ) {
        guard direction == .toGateway else { return }
        switch action {
        case .rstMidFrame, .finMidFrame:
            report(
                "'\(action.keyword)' cuts a message to the client, and this one travels "
                    + direction.phrase, at: span)
        default: break
        }
    }
}
