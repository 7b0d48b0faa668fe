package import GatewayWire
package import Simulation

/// One line of the event log: what happened, when, on which gateway and connection.
///
/// Wire events, faults, lifecycle, transport, client programs, kernel states and expectations all
/// become one of these. The judge, reports, `decode`, the importer and every file that fakegw writes
/// about a run are derived from them and from nothing else.
package struct LogEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        // The run
        /// What is played; the first event of a file.
        case run(RunHeader)
        /// The story has begun a step, counted from 1.
        case step(Int, mark: SourceMark, words: String)
        /// An expectation was judged.
        case expectation(Finding)
        /// The story is over; a verdict's word.
        case verdict(String)
        /// So many events were left out, because more came at once than the log keeps.
        case omitted(Int)

        // A gateway
        case listening
        case listenerClosed
        case light(APILight)
        case lifecycle(Lifecycle)
        /// An operator, a step or a control request told the gateway to do something.
        case commanded(String)

        // A connection
        case attempted(client: String, gateway: String)
        /// Accepted, or seen in a capture; the addresses as far as they are known.
        case opened(client: String?, gateway: String?, isMidStream: Bool)
        case hello(Hello)
        /// A hello from before `API\0`; nothing after it is decoded.
        case legacyHello(clientVersion: Int)
        case version(VersionReply)
        case message(Message)
        /// Well framed, but no message the schema knows.
        case unknown(Direction, id: Int, bytes: [UInt8])
        /// A frame, or a place where a frame should begin, that cannot be right.
        case malformed(Direction, reason: String, bytes: [UInt8])
        /// Bytes that form no whole frame: cut off, out of step, or a scenario's own.
        case raw(Direction, [UInt8])
        /// Bytes that a capture does not hold.
        case gap(Direction, count: Int)
        case phase(ConnectionPhase)
        /// The client's side ended.
        case ended(EndingKind)
        /// Our side, or in a capture the gateway's, was closed.
        case closed(Closing)
        /// The kernel that received a FIN acknowledged it; seen in captures.
        case finAcknowledged(Direction)
        /// The receiver of this direction advertises no window; seen in captures.
        case stalled(Direction)
        case resumed(Direction)
        /// How a captured connection ended as a whole.
        case over(ConnectionEnding)

        // Faults
        /// An action of a rule was carried out, and what it changed.
        case fault(rule: String, action: String, change: String)
        /// An action of a rule that fired found nothing to act on.
        case faultIdle(rule: String, action: String, reason: String)
        case note(String)

        // The transport
        case transport(String)

        // Client programs; `run` is the name of one run: `bot#1`, or the name given with `as`.
        case clientStarted(run: String, client: String, command: String)
        case clientLine(run: String, stream: OutputStream, text: String)
        case clientEnded(run: String, ProgramEnding)
        /// A signal's name without `SIG`.
        case clientSignaled(run: String, signal: String)
        /// A line was written to its standard input; `nil` closed it.
        case clientFed(run: String, line: String?)

        // The kernel
        /// Every row of the kernel's socket table for the gateway's ports, at one moment.
        case sockets([SocketRow])

        // The driver of a story
        case runner(RunnerReport)
    }

    package enum Closing: String, Hashable, Sendable, CaseIterable {
        case fin, rst, halfClose = "half-close", held, released
    }

    package enum Lifecycle: String, Hashable, Sendable, CaseIterable {
        case restarting, restarted
    }

    package enum OutputStream: String, Hashable, Sendable, CaseIterable {
        case stdout, stderr
    }

    package let at: SimInstant
    package let gateway: String?
    package let connection: ConnectionID?
    package let kind: Kind

    package init(
        at: SimInstant, gateway: String? = nil, connection: ConnectionID? = nil, kind: Kind
    ) {
        self.at = at
        self.gateway = gateway
        self.connection = connection
        self.kind = kind
    }
}
