package import GatewayWire
package import Simulation

/// One run of a client program, as far as the log shows it.
package struct RunTally: Hashable, Sendable {
    /// What steps and expectations call it: `bot#1`, or the name given with `as`.
    package let name: String
    /// The client program's name in the scenario.
    package let client: String
    package let startedAt: SimInstant
    /// `nil` while it runs.
    package var ending: ProgramEnding?
    package var endedAt: SimInstant?
    /// The first and the last lines, within a bound.
    package var stdout: [String] { output[.stdout]?.lines ?? [] }
    package var stderr: [String] { output[.stderr]?.lines ?? [] }
    /// How many more lines it printed than are kept.
    package var omittedLineCount: Int { output.values.reduce(0) { $0 + $1.omittedCount } }
    /// The last known number of its open descriptors; `nil` when nobody counted them.
    package private(set) var openDescriptors: Int?
    /// How many of them are sockets of connections to a gateway that have ended.
    package private(set) var endedSockets = 0
    /// Processes of its group that went on after its end; `nil` when nobody looked.
    package var outlivedBy: [String]?
    /// The number of its open descriptors at lines that hold a text: the first and the last.
    package private(set) var descriptorMarks: [String: DescriptorMarks] = [:]
    private var output: [LogEvent.OutputStream: OutputTally] = [:]
    private let sought: SoughtOutput

    package init(
        name: String, client: String, startedAt: SimInstant, sought: SoughtOutput = SoughtOutput()
    ) {
        self.sought = sought
        self.name = name
        self.client = client
        self.startedAt = startedAt
    }

    /// The first line that holds the text.
    ///
    /// A text that the log was searched for is found in every line; another one in those kept.
    package func line(holding text: String, on stream: LogEvent.OutputStream) -> String? {
        output[stream]?.line(holding: text)
    }

    package func has(_ text: String) -> Bool {
        line(holding: text, on: .stdout) != nil || line(holding: text, on: .stderr) != nil
    }

    /// How many of the texts came in this order, on one stream, each on a line of its own.
    package func progress(of texts: [String], on stream: LogEvent.OutputStream) -> Int {
        output[stream]?.progress(of: texts) ?? 0
    }

    package mutating func take(
        _ text: String, _ stream: LogEvent.OutputStream,
        maxBytes: Int = EventLogLimits().maxOutputBytes
    ) {
        output[stream, default: OutputTally(sought: sought)].take(text, maxBytes: maxBytes)
        guard let openDescriptors else { return }
        for mark in sought.marks where text.contains(mark) {
            descriptorMarks[mark, default: DescriptorMarks(first: openDescriptors)]
                .take(openDescriptors)
        }
    }

    mutating func takeDescriptors(open: Int, ended: Int) {
        openDescriptors = max(0, open)
        endedSockets = ended
    }
}

/// Numbers of open descriptors, at the lines of a program's output that hold a text.
package struct DescriptorMarks: Hashable, Sendable {
    package let first: Int
    package private(set) var last: Int
    package private(set) var count = 0

    init(first: Int) {
        self.first = first
        last = first
    }

    mutating func take(_ open: Int) {
        last = open
        count += 1
    }
}

/// What is looked for in every line of the output of programs, however much there is.
package struct SoughtOutput: Hashable, Sendable {
    package var texts: Set<String>
    /// Texts that must come in an order.
    package var orders: Set<[String]>
    /// Texts of lines at which open descriptors are counted.
    package var marks: Set<String>

    package init(
        texts: Set<String> = [], orders: Set<[String]> = [], marks: Set<String> = []
    ) {
        self.texts = texts
        self.orders = orders
        self.marks = marks
    }
}

/// Counts over the events of one gateway.
package struct GatewayTally: Hashable, Sendable {
    package var name: String
    package var isListening = false
    package var light = APILight.green
    package var openCount = 0
    package var heldCount = 0
    package var acceptedCount = 0
    /// Messages by name.
    package var received: [String: Int] = [:]
    package var sent: [String: Int] = [:]
    /// Actions carried out, by the rule's name.
    package var fired: [String: Int] = [:]
    /// How many connections have reached each phase.
    package var reached: [ConnectionPhase: Int] = [:]
    /// The last known rows of the kernel's socket table.
    package var sockets: [SocketRow] = []
    package var socketsSeenAt: SimInstant?
    package var history = TrafficHistory()
    package var socketHistory = SocketHistory()
    /// When its port was opened last.
    package var listenedAt: SimInstant?

    package init(name: String) {
        self.name = name
    }

    /// Adds an event of this gateway.
    package mutating func take(_ event: LogEvent) {
        history.take(event)
        socketHistory.take(event)
        switch event.kind {
        case .listening:
            isListening = true
            listenedAt = event.at
        case .listenerClosed: isListening = false
        case .light(let light): self.light = light
        case .opened:
            acceptedCount += 1
            openCount += 1
        case .closed(.fin), .closed(.rst): openCount -= 1
        case .closed(.held):
            openCount -= 1
            heldCount += 1
        case .closed(.released): heldCount -= 1
        case .message(let message):
            switch message.schema.direction {
            case .toGateway: received[message.name, default: 0] += 1
            case .toClient: sent[message.name, default: 0] += 1
            }
        case .fault(let rule, _, _): fired[rule, default: 0] += 1
        case .phase(let phase): reached[phase, default: 0] += 1
        case .sockets(let rows):
            sockets = rows
            socketsSeenAt = event.at
        case .closed(.halfClose), .run, .step, .expectation, .verdict, .omitted, .lifecycle,
            .commanded, .attempted, .hello, .legacyHello, .version, .unknown, .malformed, .raw,
            .gap, .ended, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over, .faultIdle,
            .faultFailed,
            .note,
            .transport, .clientStarted, .clientLine, .clientEnded, .clientSignaled, .clientFed,
            .runner:
            break
        }
    }
}

/// Counts over a log, updated with each event.
///
/// Adding an event takes the same time, however long the log is. An event without a gateway counts
/// for no gateway.
package struct LogTally: Hashable, Sendable {
    package private(set) var header: RunHeader?
    /// In the order of their first events.
    package private(set) var gateways: [GatewayTally] = []
    /// In the order in which they were started.
    package private(set) var runs: [RunTally] = []
    package private(set) var eventCount = 0
    /// How many events are missing in the log.
    ///
    /// When it is not 0, all counts are too low.
    package private(set) var omittedCount = 0
    /// The instant of the last event.
    package private(set) var now = SimInstant.start

    private let maxOutputBytes: Int
    private let sought: SoughtOutput
    private var gatewayIndexes: [String: Int] = [:]
    private var runIndexes: [String: Int] = [:]

    package init(sought: SoughtOutput = SoughtOutput(), limits: EventLogLimits = EventLogLimits()) {
        self.sought = sought
        maxOutputBytes = limits.maxOutputBytes
    }

    package mutating func take(_ event: LogEvent) {
        eventCount += 1
        now = max(now, event.at)
        if let gateway = event.gateway { gateways[index(ofGateway: gateway)].take(event) }
        switch event.kind {
        case .run(let header): self.header = header
        case .omitted(let count):
            omittedCount = omittedCount.addingReportingOverflow(max(0, count)).partialValue
        case .clientStarted(let run, let client, _):
            runIndexes[run] = runs.count
            runs.append(
                RunTally(name: run, client: client, startedAt: event.at, sought: sought))
        case .clientLine(let run, let stream, let text):
            guard let index = runIndexes[run] else { return }
            runs[index].take(text, stream, maxBytes: maxOutputBytes)
        case .clientEnded(let run, let ending):
            guard let index = runIndexes[run] else { return }
            runs[index].ending = ending
            runs[index].endedAt = event.at
        case .runner(.unwatched(let milliseconds)):
            for index in gateways.indices {
                gateways[index].socketHistory.takeUnwatched(
                    .milliseconds(milliseconds), until: event.at)
            }
        case .runner(.descriptors(let run, let open, let ended)):
            guard let index = runIndexes[run] else { return }
            runs[index].takeDescriptors(open: open, ended: ended)
        case .runner(.outlived(let run, let names)):
            guard let index = runIndexes[run] else { return }
            runs[index].outlivedBy = names
        case .step, .expectation, .verdict, .listening, .listenerClosed, .light, .lifecycle,
            .commanded, .attempted, .opened, .hello, .legacyHello, .version, .message, .unknown,
            .malformed, .raw, .gap, .phase, .ended, .closed, .finAcknowledged, .unacknowledged,
            .stalled, .resumed,
            .over, .fault, .faultIdle, .faultFailed, .note, .transport, .clientSignaled, .clientFed,
            .sockets,
            .runner:
            break
        }
    }

    package func gateway(_ name: String) -> GatewayTally? {
        gatewayIndexes[name].map { gateways[$0] }
    }

    /// The run called `name`.
    ///
    /// When it is the name of a client, its last run.
    package func run(_ name: String) -> RunTally? {
        runs.last { [$0.name, $0.client].contains(name) }
    }

    /// Counts messages that were sent and are no events.
    package mutating func addSent(_ name: String, _ count: Int, by gateway: String) {
        gateways[index(ofGateway: gateway)].sent[name, default: 0] += count
    }

    /// Keeps a gateway's messages of this direction, so that their fields and order can be judged.
    ///
    /// - Parameter latest: When there is no more room, the oldest are given up.
    package mutating func keep(_ direction: Direction, of gateway: String, latest: Bool = false) {
        let index = index(ofGateway: gateway)
        gateways[index].history.kept.insert(direction)
        gateways[index].history.keepsLatest = latest
    }

    private mutating func index(ofGateway name: String) -> Int {
        if let index = gatewayIndexes[name] { return index }
        gatewayIndexes[name] = gateways.count
        gateways.append(GatewayTally(name: name))
        return gateways.count - 1
    }
}
