import EventLog
import GatewayWire
import Simulation

/// What the gateway of a recording says and does next, and when.
extension Replay {
    mutating func sayExtras(_ outputs: inout [Output]) {
        guard !extras.isEmpty, hasReplied, !isMidFrame, let version = plan.transcript.serverVersion
        else { return }
        for var message in extras {
            let bytes = MessageEncoder(serverVersion: version).encode(message)
            message.encoding = message.schema.encoding(at: version)
            outputs.append(.say(message, frame: bytes, []))
        }
        extras = []
    }

    /// Goes on behind lines of the client that have come.
    mutating func passClientLines() {
        for index in performances.indices {
            while let line = nextLine(of: index), plan.isFromClient(line) {
                if plan.isWaitedFor(line) {
                    guard let arrival = arrival(at: line, in: index) else { break }
                    performances[index].anchor = max(performances[index].anchor, arrival)
                    performances[index].recordedAnchor = plan.ends[line]
                }
                if !performances[index].isRepeat { isDone[line] = true }
                performances[index].next += 1
            }
        }
    }

    private func arrival(at line: Int, in index: Int) -> SimInstant? {
        if case .clientEnds = plan.transcript.lines[line].event { return clientEndedAt }
        return performances[index].arrived[line]
    }

    /// Does a line that is due and need not wait for others.
    ///
    /// - Returns: False when there is none.
    mutating func step(at now: SimInstant, _ outputs: inout [Output]) -> Bool {
        guard !isPaused else { return false }
        var best: (index: Int, line: Int, due: SimInstant)?
        for index in performances.indices {
            guard let line = nextLine(of: index), let due = due(of: line, in: index), due <= now
            else { continue }
            if performances[index].isRepeat {
                best = (index, line, due)
                break
            }
            if line < best?.line ?? .max, mayGo(line, due: due, at: now) {
                best = (index, line, due)
            }
        }
        guard let best else { return false }
        if !performances[best.index].isRepeat {
            low = max(low, best.line)
            isDone[best.line] = true
        }
        performances[best.index].next += 1
        perform(best.line, of: best.index, due: best.due, &outputs)
        return true
    }

    /// When a line of the gateway is to leave.
    ///
    /// - Returns: `nil` while it waits for the client, and for lines of the client.
    func due(of line: Int, in index: Int) -> SimInstant? {
        guard !plan.isFromClient(line) else { return nil }
        let performance = performances[index]
        var due = performance.anchor + (plan.begins[line] - performance.recordedAnchor)
        guard index <= ReplayPlan.endings else { return due }
        let event = plan.transcript.lines[line].event
        if case .gatewayHolds = event { return clientEndedAt }
        let gap = plan.transcript.lines[line].after ?? .zero
        let before = lastSent.flatMap { $0.line == line - 1 ? $0.at + gap : nil }
        if index == ReplayPlan.endings {
            if performance.next > 0, clientEndedAt != nil {
                return before.map { max($0, performance.anchor) } ?? due
            }
            // Nothing ends before the client has said what it said at its start.
            if let next = nextLine(of: ReplayPlan.spine), next < line, plan.isFromClient(next) {
                return nil
            }
            let spine = performances[ReplayPlan.spine]
            due = spine.anchor + (plan.begins[line] - spine.recordedAnchor)
        }
        if plan.isTail(line), let cause = plan.cause(of: line) {
            guard let arrival = arrivals[cause] else { return nil }
            return arrival + (plan.begins[line] - plan.ends[cause])
        }
        return before.map { max($0, due) } ?? due
    }

    /// Whether nothing holds up a line that is due.
    private mutating func mayGo(_ line: Int, due: SimInstant, at now: SimInstant) -> Bool {
        while low < line, isSettled(low) { low += 1 }
        if low >= line { return true }
        // The end, and bytes after which nothing can follow, never overtake.
        if plan.isTail(line),
            performances.indices.contains(where: { index in
                guard !performances[index].isRepeat, let next = nextLine(of: index), next < line
                else {
                    return false
                }
                return self.due(of: next, in: index) != nil
            })
        {
            return false
        }
        return due + Self.patience <= now
    }

    /// Whether nobody need wait for a line any more.
    private func isSettled(_ line: Int) -> Bool {
        if isDone[line] { return true }
        let strand = plan.strandOf[line]
        if strand == ReplayPlan.endings { return true }
        if plan.isFromClient(line) { return !plan.isWaitedFor(line) }
        guard let index = strand == ReplayPlan.spine ? 0 : latest[strand], index >= 0,
            !performances[index].isRepeat, let next = nextLine(of: index)
        else { return true }
        return plan.isFromClient(next)
    }

    private mutating func perform(
        _ line: Int, of index: Int, due: SimInstant, _ outputs: inout [Output]
    ) {
        var complete = due
        switch plan.transcript.lines[line].event {
        case .version(let reply, let cuts):
            hasReplied = true
            complete = cuts.reduce(due) { $0 + $1.gap }
            outputs.append(.version(reply, Self.breaks(cuts)))
        case .message(let recorded, let cuts):
            let message = performances[index].ids.applied(to: recorded, else: common)
            let encoder = MessageEncoder(serverVersion: plan.transcript.serverVersion ?? 100)
            let bytes = encoder.encode(message, as: message.encoding)
            if startUp.note(message) { isReady = true }
            complete = cuts.reduce(due) { $0 + $1.gap }
            outputs.append(.say(message, frame: bytes, Self.breaks(cuts)))
        case .bytes(_, let bytes):
            if !Self.areWholeFrames(bytes) { isMidFrame = true }
            outputs.append(.bytes(bytes))
        case .gatewayEnds(let ending): end(ending, at: line, &outputs)
        case .gatewayReads(let goesOn): outputs.append(goesOn ? .resumeReading : .stopReading)
        case .gatewayHolds:
            isOver = true
            outputs.append(.hold)
        case .clientOpens, .hello, .clientEnds: break
        }
        performances[index].anchor = complete
        performances[index].recordedAnchor = plan.ends[line]
        if line > lastSent?.line ?? -1 { lastSent = (line, complete) }
    }

    private static func breaks(_ cuts: [Transcript.Cut]) -> [FrameBreak] {
        cuts.map { FrameBreak(offset: $0.offset, gap: $0.gap) }
    }

    private static func areWholeFrames(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while rest.count >= 4 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count - 4 >= length else { return false }
            rest = rest.dropFirst(4 + length)
        }
        return rest.isEmpty
    }

    mutating func end(
        _ ending: Transcript.Ending, at line: Int, _ outputs: inout [Output]
    ) {
        outputs += missing(before: line)
        switch ending {
        case .rst:
            isOver = true
            outputs.append(.reset)
        case .fin where clientEndedAt != nil || plan.closesWithFin:
            isOver = true
            outputs.append(.close)
        case .fin:
            outputs.append(.shutdownWrite)
        }
    }

    static func refusal(of message: Message) -> Message {
        for item in message.schema.items {
            guard case .field(let field) = item, field.role == .request || field.role == .order,
                let id = message[field.name], Int(id) != nil
            else { continue }
            return refusal(id: id, what: message.name)
        }
        return refusal(id: "-1", what: message.name)
    }

    static func refusal(id: String, what: String) -> Message {
        Message(
            "error",
            [
                "reqId": id, "errorCode": "320",
                "errorString": "Error reading request: \(what) is not in the recording",
            ])
    }
}
