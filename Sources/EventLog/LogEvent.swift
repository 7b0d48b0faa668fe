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
        /// The first event of a file: the scenario, the seed and the start of gateway time.
        case run(RunHeader)
        /// The story has begun a step, counted from 1.
        case step(Int, mark: SourceMark, words: String)
        /// An expectation was judged.
        case expectation(Finding)
        /// The story is over. The text is the word of its verdict.
        case verdict(String)
        /// This many events are missing, because more came at once than the log keeps.
        case omitted(Int)

        // A gateway
        case listening
        case listenerClosed
        case light(APILight)
        case lifecycle(Lifecycle)
        /// A step, a fault or a signal gave the gateway this command.
        case commanded(String)

        // A connection
        case attempted(client: String, gateway: String)
        /// A connection was accepted, or seen in a capture. The addresses may be unknown.
        case opened(client: String?, gateway: String?, isMidStream: Bool)
        case hello(Hello)
        /// A hello from before `API\0`; nothing after it is decoded.
        case legacyHello(clientVersion: Int)
        case version(VersionReply)
        case message(Message)
        /// A whole frame with a message id that the schema does not know.
        case unknown(Direction, id: Int, bytes: [UInt8])
        /// A frame, or the place where a frame should begin, that cannot be decoded.
        case malformed(Direction, reason: String, bytes: [UInt8])
        /// Bytes that are not a whole frame: an incomplete frame, bytes that are not decoded, or
        /// bytes that a scenario sends.
        case raw(Direction, [UInt8])
        /// Bytes that a capture does not hold.
        case gap(Direction, count: Int)
        case phase(ConnectionPhase)
        /// The client's side ended.
        case ended(EndingKind)
        /// Our side was closed. In a capture, the gateway's side.
        case closed(Closing)
        /// The kernel that received a FIN acknowledged it. Captures only.
        case finAcknowledged(Direction)
        /// The receiver of this direction advertises a window of zero. Captures only.
        case stalled(Direction)
        case resumed(Direction)
        /// Bytes of this direction were sent again and never acknowledged. Captures only.
        case unacknowledged(Direction, count: Int, resent: Int)
        /// How a captured connection ended as a whole.
        case over(ConnectionEnding)

        // Faults
        /// Actions of a rule were carried out. `change` tells what they changed in the message.
        case fault(rule: String, action: String, change: String)
        /// A rule fired, and its action had nothing to act on.
        case faultIdle(rule: String, action: String, reason: String)
        /// A rule fired that must never fire. The scenario fails.
        case faultFailed(rule: String, reason: String)
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
