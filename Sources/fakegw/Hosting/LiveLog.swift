import EventLog
import ScenarioRun
import Simulation

/// Shows events to a person as they happen: gateway seconds, connection, what happened.
struct LiveLog {
    var showsGateway = false

    func show(_ event: LogEvent) {
        let time = Text.seconds(event.at - .start)
        let line = Text.column(time, width: 12) + event.textLine(showsGateway: showsGateway)
        Terminal.error(Terminal.coloured(line, colour(of: event), when: Terminal.errorIsTerminal))
    }

    private func colour(of event: LogEvent) -> Terminal.Colour {
        switch event.kind {
        case .fault, .light, .malformed, .unknown: .red
        case .lifecycle, .listening, .listenerClosed, .closed, .ended: .yellow
        case .opened, .hello, .version, .phase: .green
        case .message, .note, .clientStarted, .clientLine, .clientEnded, .clientSignaled, .socket:
            .dim
        }
    }
}
