import GatewayWire
import EventLog

/// A transcript, and facts about it that every connection that replays it needs.
struct ReplayPlan: Sendable {
    let transcript: Transcript
    /// The version in the recorded reply, even when the schema does not know it.
    ///
    /// It is `nil` when there was no reply.
    let repliedVersion: Int?
    /// How many lines of the recorded client there are, by message name.
    let askedCounts: [String: Int]
    /// The recorded client's FIN was never answered.
    let keepsDescriptor: Bool
    /// Whether the gateway closed its socket at its FIN.
    ///
    /// Then later bytes are answered with a RST. A gateway that only shut down its sending side
    /// still receives them.
    let closesWithFin: Bool

    init(_ transcript: Transcript) {
        self.transcript = transcript
        repliedVersion =
            transcript.lines.lazy.compactMap { line in
                if case .version(let reply, _) = line.event { reply.serverVersion } else { nil }
            }.first
        var counts: [String: Int] = [:]
        for line in transcript.lines {
            if case .message(let message, _) = line.event, message.schema.direction == .toGateway {
                counts[message.name, default: 0] += 1
            }
        }
        askedCounts = counts
        keepsDescriptor = transcript.lines.contains { $0.event == .gatewayHolds }
        let fin = transcript.lines.firstIndex { $0.event == .gatewayEnds(.fin) }
        let rest = fin.map { transcript.lines[$0...] } ?? []
        closesWithFin =
            rest.contains { $0.event == .gatewayEnds(.rst) }
            || !rest.contains { Self.isFromClient($0.event) }
    }

    private static func isFromClient(_ event: Transcript.Event) -> Bool {
        switch event {
        case .message(let message, _): message.schema.direction == .toGateway
        case .bytes(let direction, _): direction == .toGateway
        case .clientOpens, .hello, .version, .clientEnds, .gatewayEnds, .gatewayHolds: false
        }
    }
}
