package import GatewayWire
import Simulation

/// One recorded connection, readable and editable, line by line.
///
/// ```
/// # fakegw transcript 1
/// server-version 176
/// +0ms client opens
/// +0.4ms -> hello v157..176
/// +1.2ms <- version {cut 4+2ms} 176|20260115 14:31:07 UTC|
/// +0.8ms -> startApi 71|2|7||
/// +3ms <- managedAccounts 15|1|DU0000001|
/// & <- nextValidId 9|1|1|
/// +2s client fin
/// +0ms gateway holds
/// ```
///
/// `->` is towards the gateway, `<-` towards the client. A time counts from the line before; `&`
/// means: in the same write as the line before. Fields end with `|`; `\|`, `\\` and `\xNN` stand
/// for bytes that would not read well. Protobuf messages read `{name=text|...}` (`ProtobufLine`):
///
/// ```
/// +3ms <- managedAccounts {accountsList=DU0000001}
/// ```
///
/// `bytes HEX` is what forms no whole message.
package struct Transcript: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        /// Since the line before; `nil` when it left in the same write.
        package var after: Duration?
        package var event: Event

        package init(after: Duration?, event: Event) {
            self.after = after
            self.event = event
        }
    }

    package enum Event: Hashable, Sendable {
        case clientOpens
        case hello(Hello)
        case version(VersionReply, cuts: [Cut])
        case message(Message, cuts: [Cut])
        case bytes(Direction, [UInt8])
        case clientEnds(Ending)
        case gatewayEnds(Ending)
        /// The gateway never answered the client's FIN and kept the descriptor.
        case gatewayHolds
        /// The gateway's window closed (false), or opened again.
        case gatewayReads(Bool)
    }

    package enum Ending: String, Hashable, Sendable { case fin, rst }

    /// Where a frame was broken between two segments, in bytes from its start, and how long it
    /// took until the rest came.
    package struct Cut: Hashable, Sendable {
        package var offset: Int
        package var gap: Duration

        package init(offset: Int, gap: Duration) {
            self.offset = offset
            self.gap = gap
        }
    }

    /// The agreed server version.
    ///
    /// It is `nil` when the handshake ended before it.
    package var serverVersion: Int?
    /// Notes for the reader: where it comes from, and what the capture could not show.
    package var comments: [String]
    package var lines: [Line]

    package init(serverVersion: Int?, comments: [String] = [], lines: [Line]) {
        self.serverVersion = serverVersion
        self.comments = comments
        self.lines = lines
    }
}

extension Transcript {
    /// Multiplies every time; 0 leaves them out.
    package mutating func scaleTimes(by factor: Double) {
        for index in lines.indices { lines[index].scaleTimes(by: factor) }
    }
}

extension Transcript.Line {
    /// Multiplies its times; 0 leaves them out.
    package mutating func scaleTimes(by factor: Double) {
        after = after.map { Self.scaled($0, by: factor) }
        switch event {
        case .message(let message, let cuts):
            event = .message(message, cuts: Self.scaled(cuts, by: factor))
        case .version(let reply, let cuts):
            event = .version(reply, cuts: Self.scaled(cuts, by: factor))
        case .clientOpens, .hello, .bytes, .clientEnds, .gatewayEnds, .gatewayHolds, .gatewayReads:
            break
        }
    }

    /// A time multiplied, in whole microseconds unless it stays.
    package static func scaled(_ duration: Duration, by factor: Double) -> Duration {
        factor == 1
            ? duration
            : .microseconds(Int64(min(Double(duration.nanoseconds / 1000) * factor, 9e18)))
    }

    private static func scaled(
        _ cuts: [Transcript.Cut], by factor: Double
    ) -> [Transcript.Cut] {
        factor == 0
            ? []
            : cuts.map { Transcript.Cut(offset: $0.offset, gap: scaled($0.gap, by: factor)) }
    }
}

/// Who answers a request that a recording has no answer for.
package enum BeyondRecording: String, Hashable, Sendable, CaseIterable {
    /// Error 320.
    case refuse
    /// The healthy model.
    case model
}

/// A transcript line that cannot be read.
package struct TranscriptError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let reason: String

    package init(file: String, line: Int, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    package var description: String { "\(file):\(line): \(reason)" }
}
