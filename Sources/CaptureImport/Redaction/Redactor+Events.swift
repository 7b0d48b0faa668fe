package import EventLog

extension Redactor {
    /// An event of a log as it may be kept.
    ///
    /// Nothing is learnt first: a name is replaced in sentences only after it has been met.
    package mutating func redact(_ event: LogEvent) -> LogEvent {
        let kind: LogEvent.Kind
        switch event.kind {
        case .message(let message): kind = .message(redact(message))
        case .version(let reply): kind = .version(redact(reply))
        case .unknown(let direction, let id, let bytes):
            kind = .unknown(direction, id: id, bytes: redact(bytes))
        case .malformed(let direction, let reason, let bytes):
            kind = .malformed(direction, reason: redact(text: reason), bytes: redact(bytes))
        case .raw(let direction, let bytes): kind = .raw(direction, redact(bytes))
        case .fault(let rule, let action, let change):
            kind = .fault(rule: rule, action: action, change: redact(text: change))
        case .note(let text): kind = .note(redact(text: text))
        case .clientLine(let run, let stream, let text):
            kind = .clientLine(run: run, stream: stream, text: redact(text: text))
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .gap, .phase,
            .ended, .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over,
            .faultIdle, .faultFailed,
            .transport, .clientStarted, .clientEnded, .clientSignaled, .clientFed, .sockets,
            .runner:
            return event
        }
        return LogEvent(
            at: event.at, gateway: event.gateway, connection: event.connection, kind: kind)
    }

}
