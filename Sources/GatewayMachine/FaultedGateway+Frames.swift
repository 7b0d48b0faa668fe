import EventLog
import Faults
import GatewayWire
import Simulation

/// Frames to the client as the rules want them.
extension FaultedGateway {
    /// The encoding that the verdict wants, where message and version have it.
    mutating func form(
        of message: Message, _ verdict: Verdict, usual: MessageEncoding, _ version: Int,
        on connection: ConnectionID
    ) -> MessageEncoding {
        guard let (form, rule) = verdict.encoding, form != usual else { return usual }
        let exists =
            switch form {
            case .text: message.schema.hasTextForm
            case .protobuf:
                message.schema.protobuf != nil && MessageEncoder(serverVersion: version).hasRawIDs
            }
        if exists { return form }
        record(
            .faultIdle(
                rule: rule, action: "encode",
                reason: "\(message.name) has no \(form.rawValue) form at version \(version)"),
            connection)
        return usual
    }

    /// The answer to a hello as the rules want it, and its entry for the log.
    func answer(_ reply: VersionReply, _ verdict: Verdict) -> ([UInt8], Leaving) {
        guard let wanted = verdict.reply else { return (reply.bytes, .version(reply)) }
        let version = wanted.version ?? reply.serverVersion
        let time = wanted.time ?? Array(reply.connectionTime.utf8)
        let fields = [Array(String(version).utf8), time].prefix(wanted.fields ?? 2)
        let bytes = GatewayWire.frame(fields.flatMap { $0 + [0] })
        // What is still an answer is recorded as one.
        guard let said = VersionReply(body: bytes[4...]), said.bytes == bytes else {
            return (bytes, .entry(.raw(.toClient, bytes)))
        }
        return (bytes, .version(said))
    }

    /// Puts a frame on the lane to the client, and applies the verdict.
    ///
    /// - Returns: Whether the whole frame will leave.
    mutating func pass(
        _ bytes: [UInt8], _ cuts: [FrameBreak], _ what: Leaving, _ verdict: Verdict,
        on connection: ConnectionID
    ) -> Bool {
        var frame = bytes
        let isChanged = change(&frame, of: what, verdict, on: connection)
        if let cut = verdict.cut {
            let kept = Array(frame.prefix(cut.kept))
            var cargo = Lane<Leaving>.Cargo.bytes(kept, .entry(.raw(.toClient, kept)))
            cargo.cuts = cuts
            placeCopies(of: cargo, on: connection, verdict)
            switch cut.ending {
            case .nothing: break
            case .fin: put(.close, on: connection, after: verdict.delay)
            case .rst: put(.reset, on: connection, after: verdict.delay)
            }
            return false
        }
        var tag = what
        if isChanged {
            let entry = LogEvent.Kind.raw(.toClient, frame)
            if case .message(let message) = what {
                tag = .changed(message, entry)
            } else {
                tag = .entry(entry)
            }
        }
        var cargo = Lane<Leaving>.Cargo.bytes(frame, tag)
        cargo.cuts = cuts
        placeCopies(of: cargo, on: connection, verdict)
        return verdict.copies > 0
    }

    private mutating func placeCopies(
        of cargo: Lane<Leaving>.Cargo, on connection: ConnectionID, _ verdict: Verdict
    ) {
        for number in 0..<verdict.copies {
            place(.toClient(cargo), on: connection, verdict.copy(number))
        }
    }

    /// Changes the bytes of a frame as the verdict wants it.
    ///
    /// - Returns: Whether something changed.
    private mutating func change(
        _ frame: inout [UInt8], of what: Leaving, _ verdict: Verdict, on connection: ConnectionID
    ) -> Bool {
        guard !verdict.changes.isEmpty else { return false }
        let version = conversations[connection]?.serverVersion ?? 0
        var form = FrameForm.reply
        if case .message(let message) = what {
            form =
                message.encoding == .protobuf
                ? .protobuf : .text(hasRawID: MessageEncoder(serverVersion: version).hasRawIDs)
        }
        var isChanged = false
        for wanted in verdict.orderedChanges {
            let reason = wanted.change.apply(to: &frame, of: form, random: wanted.random)
            guard let reason else {
                isChanged = true
                continue
            }
            let action = FaultAction.message(.frame(wanted.change)).keyword
            record(.faultIdle(rule: wanted.rule, action: action, reason: reason), connection)
        }
        return isChanged
    }
}
