import GatewayWire
package import Simulation

/// What the events of one play say about cause and effect: what two plays with one seed share.
///
/// Events fall into lanes. The order within a lane means something; between lanes it is chance, because
/// connections and programs do not wait for each other, and neither do the two directions of a
/// connection. The lanes are the story, each gateway's life, each program's standard output, input and
/// end, and of each connection what the client sends, what the gateway answers to
/// each request, its phases and ends, and each rule that acts on it. A connection is known by its
/// client id, not by the order in which the kernel accepted it.
///
/// Left out is what hangs on the machine: times, ports, addresses in memory and temporary folders,
/// chunks of bytes and standard error, where libraries log both, the kernel's socket table, whether a client's end was a FIN or a RST; and what a
/// gateway sends by its clock and not as an answer, such as ticks, whose number tells how long a
/// program ran. Rules may act more often in one play, for the same reason, and what a killed program
/// still did before its end may be more.
package struct CausalLog: Sendable {
    /// One event of a lane.
    package struct Entry: Hashable, Sendable {
        package let at: SimInstant
        package var text: String
    }

    /// Whom a lane is about.
    enum Subject: Hashable, Sendable {
        case story
        case gateway(String)
        case connection(String, ConnectionID)
        case run(String)
    }

    struct Lane: Hashable, Sendable {
        var subject: Subject
        var topic: Topic
    }

    enum Topic: Hashable, Sendable {
        case events
        case output
        case input
        case requests
        /// Answers to a request or about an order, or of a kind that has no id.
        case answers(String)
        case rule(String)
        case notes
    }

    /// Entries that are kept; later ones are not compared.
    package static let mostEntries = 1 << 18

    private(set) var lanes: [Lane: [Entry]] = [:]
    private var entryCount = 0
    /// Client ids by connection, in the order of the connections' starts.
    private(set) var connections: [(subject: Subject, clientID: String?)] = []
    /// Ports that the kernel chose, or may have chosen.
    private(set) var ports: Set<Int> = []
    /// A program was ended by a signal, so that what it did last is chance.
    private(set) var killedRuns: Set<String> = []
    /// Not everything was kept.
    package private(set) var isCut = false

    package init() {}

    package init(_ events: [LogEvent]) {
        for event in events { take(event) }
    }

    /// - Parameter port: A port of a gateway, which the log does not name before a client connects.
    package mutating func ignore(port: Int) { ports.insert(port) }

    package mutating func take(_ event: LogEvent) {
        switch event.kind {
        // The story and the gateways
        case .step, .verdict: add(.events, event, event.kind.text, of: .story)
        case .expectation(let finding):
            let words = "\(finding.holds ? "as expected" : "not as expected"): \(finding.expected)"
            add(.events, event, words, of: .story)
        case .runner(.failed), .runner(.unfired), .runner(.leaked):
            add(.events, event, event.kind.text, of: .story)
        case .listening, .listenerClosed, .light, .lifecycle, .commanded:
            add(.events, event, event.kind.text)
        // Connections
        case .opened(let client, let gateway, _): open(event, [client, gateway])
        case .hello, .legacyHello, .unknown(.toGateway, _, _), .malformed(.toGateway, _, _):
            add(.requests, event, event.kind.text)
        case .version(let reply):
            add(.answers("the start"), event, "server version \(reply.serverVersion)")
        case .message(let message): take(message, event)
        case .unknown(.toClient, _, _), .malformed(.toClient, _, _):
            add(.answers("nothing known"), event, event.kind.text)
        case .ended(.fin), .ended(.rst), .ended(.rstUnread):
            add(.requests, event, "the client ends")
        case .phase, .closed: add(.events, event, event.kind.text)
        // Faults
        case .fault(let rule, let action, _), .faultIdle(let rule, let action, _):
            add(.rule(rule), event, action)
        case .faultFailed(let rule, let reason): add(.rule(rule), event, reason)
        case .note(let text): add(.notes, event, text)
        // Programs
        case .clientStarted(let run, let client, _):
            add(.events, event, "starts \(client)", of: .run(run))
        case .clientLine(let run, .stdout, let text): add(.output, event, text, of: .run(run))
        case .clientEnded(let run, let ending):
            if case .signaled = ending { killedRuns.insert(run) }
            add(.events, event, "\(ending)", of: .run(run))
        case .clientSignaled(let run, _), .clientFed(let run, _):
            add(.input, event, event.kind.text, of: .run(run))
        case .omitted: isCut = true
        // What the machine decides, or tells of it; `raw` is where the kernel cut a stream that is no message.
        case .clientLine(_, .stderr, _), .run, .attempted, .raw, .gap, .ended(.halfClose),
            .finAcknowledged, .unacknowledged, .stalled, .resumed,
            .over, .transport, .sockets, .runner(.done), .runner(.holds), .runner(.stalled),
            .runner(.held), .runner(.realTime), .runner(.unwatched), .runner(.descriptors),
            .runner(.outlived), .runner(.threads):
            break
        }
    }

    private mutating func open(_ event: LogEvent, _ addresses: [String?]) {
        if let subject = subject(of: event) { connections.append((subject, nil)) }
        for address in addresses {
            if let port = address?.split(separator: ":").last.flatMap({ Int($0) }) {
                ports.insert(port)
            }
        }
    }

    private mutating func take(_ message: Message, _ event: LogEvent) {
        switch message.schema.direction {
        case .toGateway:
            if message.name == "startApi", let subject = subject(of: event),
                let index = connections.lastIndex(where: { $0.subject == subject })
            {
                connections[index].clientID = message["clientId"]
            }
            add(.requests, event, message.causalText)
        case .toClient:
            guard !message.isSentByTheClock else { return }
            add(.answers(message.causalTopic), event, message.causalText)
        }
    }

    // MARK: Lanes

    /// The connection that an event is about, or its gateway.
    private func subject(of event: LogEvent) -> Subject? {
        guard let gateway = event.gateway else { return nil }
        return event.connection.map { .connection(gateway, $0) } ?? .gateway(gateway)
    }

    private mutating func add(
        _ topic: Topic, _ event: LogEvent, _ text: String, of subject: Subject? = nil
    ) {
        guard let subject = subject ?? self.subject(of: event) else { return }
        guard entryCount < Self.mostEntries else {
            isCut = true
            return
        }
        entryCount += 1
        lanes[Lane(subject: subject, topic: topic), default: []].append(
            Entry(at: event.at, text: text))
    }
}
