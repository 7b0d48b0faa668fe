import EventLog
import ScenarioRun
import Simulation

/// Shows events to a person as they happen: gateway seconds, connection, what happened.
struct LiveLog {
    var showsGateway = false

    func show(_ event: LogEvent) {
        // Only the story needs it. A person sees the results of the task.
        if case .runner(.done) = event.kind { return }
        let time = Text.seconds(event.at - .start)
        let line = Text.column(time, width: 12) + event.textLine(showsGateway: showsGateway)
        Terminal.error(Terminal.coloured(line, colour(of: event), when: Terminal.errorIsTerminal))
    }

    private func colour(of event: LogEvent) -> Terminal.Colour {
        switch event.kind {
        case .fault, .faultIdle, .faultFailed, .light, .malformed, .unknown, .raw, .gap, .omitted,
            .legacyHello:
            .red
        case .lifecycle, .listening, .listenerClosed, .closed, .ended, .over, .stalled, .resumed,
            .commanded, .transport, .verdict, .finAcknowledged:
            .yellow
        case .attempted, .opened, .hello, .version, .phase, .run, .step, .expectation: .green
        case .message, .note, .clientStarted, .clientLine, .clientEnded, .clientSignaled,
            .clientFed, .sockets, .runner:
            .dim
        }
    }
}
